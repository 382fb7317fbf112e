// The two sockets of the server, bound as the configuration wants them. Bytes in and out; knows
// nothing of what they mean. One thread, the server's; never waits for a peer.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include <zmq.hpp>

#include "control/server.hpp"

namespace lpc::control {

class Listener {
  public:
    // `config` outlives it.
    Listener(zmq::context_t& context, const ServerConfig& config)
        : context_(context), config_(config) {}

    // Binds both; the sentence names the endpoint.
    [[nodiscard]] Status open();

    struct Message {
        std::string route, key, address;  // key: as the gate let it in; empty in plaintext
        std::string first;                // frame
        std::size_t frames = 0;
    };
    // False: nothing there. Of a message of many frames only the first is kept.
    bool receive(Message& message);
    // Dropped if the peer has gone or reads nothing.
    void send(const std::string& route, const std::string& bytes);
    void publish(const std::string& topic, const std::string& bytes);

    // Drops everybody who listens to events, so that each has to get in again: ZeroMQ has no other
    // way to show out one. They are bound again by try_events, which is to be called until then.
    void close_events();
    void try_events();

    void close();
    void* handle() { return requests_.handle(); }
    const std::string& endpoint() const { return endpoint_; }
    const std::string& events_endpoint() const { return events_endpoint_; }

  private:
    Status bind(zmq::socket_t& socket, const std::string& wanted, std::string& bound);
    void open_events();

    zmq::context_t& context_;
    const ServerConfig& config_;
    zmq::socket_t requests_;
    zmq::socket_t events_;
    std::string endpoint_;
    std::string events_endpoint_;
    std::chrono::steady_clock::time_point events_again_;
};

}  // namespace lpc::control
