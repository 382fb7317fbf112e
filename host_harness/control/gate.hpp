// Who gets in: answers ZeroMQ's question (ZAP, rfc.zeromq.org/spec/27) about each new connection
// from the list of clients, and each message's question who sent it. One thread, the server's.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <zmq.hpp>

#include "control/client_list.hpp"
#include "control/operator.hpp"
#include "control/rate_bound.hpp"

namespace lpc::control {

class Gate {
  public:
    // No list: plaintext, everybody who reaches the socket is `local`.
    Gate(std::optional<ClientList> clients, Caller local)
        : clients_(std::move(clients)), local_(std::move(local)) {}

    // Before any socket that it guards is bound: without this ZeroMQ lets every key in.
    void open(zmq::context_t& context);
    // The next question, if there is one; it is to be answered before the next is received.
    bool receive();
    // refused(key, address, repeats) is told of strangers, not too often.
    using Refused = std::function<void(const std::string& key, const std::string& address,
                                       std::uint64_t repeats)>;
    void answer(std::int64_t now_ns, const Refused& refused);
    void* handle() { return socket_.handle(); }
    void close() { socket_.close(); }

    // Reads the list again if it has changed.
    ClientList::Change refresh() { return clients_ ? clients_->refresh() : ClientList::Change{}; }
    // Now, not when it connected. `key`: as the gate let it in.
    std::optional<Caller> caller_of(const std::string& key) const;
    bool guarded() const { return clients_.has_value(); }

    // Guards a socket: keys are asked for, and only through this gate.
    static void guard(zmq::socket_t& socket, const std::string& server_secret_key);

  private:
    std::optional<ClientList> clients_;
    Caller local_;
    zmq::socket_t socket_;
    std::vector<zmq::message_t> question_;
    RateBound notes_{{1, 10}};
    std::uint64_t unrecorded_ = 0;
};

}  // namespace lpc::control
