// The ROUTER socket of a server, bound as its configuration wants it. Bytes in and out; knows
// nothing of what they mean. One thread, the server's; never waits for a peer.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include <zmq.hpp>

#include "foundation/status.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::sockets {

// How peers of a server are kept out, or let in.
struct Entrance {
    std::optional<CurveKeys> keys;     // none: plaintext
    bool allow_plaintext_ipc = false;  // without keys, on ipc:// only, for the host's user only
};

// Binds a socket, its peers bounded in time; the sentence names the endpoint. `bound`: with the
// port that was found.
[[nodiscard]] Status bind(zmq::socket_t& socket, const Entrance& entrance,
                          const std::string& wanted, std::string& bound);

class Router {
  public:
    explicit Router(zmq::context_t& context) : context_(context) {}

    [[nodiscard]] Status open(const Entrance& entrance, const std::string& endpoint,
                              std::size_t message_bytes_max);

    struct Message {
        std::string route, key, address;  // key: as the gate let it in; empty in plaintext
        std::string first;                // frame
        std::size_t frames = 0;
    };
    // False: nothing there. Of a message of many frames only the first is kept.
    bool receive(Message& message);
    // Dropped if the peer has gone or reads nothing.
    void send(const std::string& route, const std::string& bytes);

    void close();
    void* handle() { return socket_.handle(); }
    const std::string& endpoint() const { return endpoint_; }

  private:
    zmq::context_t& context_;
    zmq::socket_t socket_;
    std::string endpoint_;
};

}  // namespace lpc::sockets
