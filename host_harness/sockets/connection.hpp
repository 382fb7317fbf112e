// A client's connection to a server: a DEALER, and what has become of it, as the socket's monitor
// tells. One thread; waits no longer than it is told to. Owns its sockets and keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "foundation/status.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::sockets {

struct Address {
    std::string endpoint;
    std::optional<CurveKeys> keys;  // with the server's key; none: plaintext
};

// Whether it can be connected to at all.
[[nodiscard]] Status judge(const Address& address);
// A client's socket of any kind, before it connects; messages beyond so many bytes end it.
void prepare(zmq::socket_t& socket, const Address& address, std::int64_t bytes_max);

class Connection {
  public:
    // Connects in the background; throws zmq::error_t. `address` has been judged.
    Connection(Address address, std::int64_t bytes_max);
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // False: its queue is full.
    bool send(const std::string& bytes);
    // Until there is something to receive or news of the connection, at most so long.
    void wait(std::chrono::milliseconds most);
    // A message; `frames` says of how many frames, of which the first is kept. None: nothing there.
    struct Message {
        std::string first;
        std::size_t frames = 1;
    };
    std::optional<Message> receive();

    bool let_in() const { return let_in_; }          // now
    bool was_let_in() const { return was_let_in_; }  // ever
    bool key_refused() const { return key_refused_; }
    // Why it was never let in, in a sentence.
    std::string refused_entry() const;
    const std::string& endpoint() const { return address_.endpoint; }

  private:
    void follow_monitor();

    Address address_;
    zmq::context_t context_;
    zmq::socket_t socket_;
    zmq::socket_t monitor_;
    bool reached_ = false;  // somebody listens
    bool let_in_ = false, was_let_in_ = false, key_refused_ = false;
};

}  // namespace lpc::sockets
