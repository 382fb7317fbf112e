// Who gets in: answers ZeroMQ's question (ZAP, rfc.zeromq.org/spec/27) about the key of each new
// connection. One thread, that of the sockets that it guards.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "sockets/rate_bound.hpp"

namespace lpc::sockets {

class Gate {
  public:
    // Whether this key gets in, now. None: plaintext, everybody who reaches the socket does.
    using Admits = std::function<bool(const std::string& key)>;
    explicit Gate(Admits admits) : admits_(std::move(admits)) {}

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
    bool guarded() const { return admits_ != nullptr; }

    // Guards a socket: keys are asked for, and only through this gate.
    static void guard(zmq::socket_t& socket, const std::string& server_secret_key);

  private:
    Admits admits_;
    zmq::socket_t socket_;
    std::vector<zmq::message_t> question_;
    RateBound notes_{{1, 10}};
    std::uint64_t unrecorded_ = 0;
};

}  // namespace lpc::sockets
