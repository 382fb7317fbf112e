// The two sockets of the server: the ROUTER for requests and the PUB for events. Bytes in and out;
// knows nothing of what they mean. One thread, the server's; never waits for a peer.
#pragma once

#include <chrono>
#include <string>

#include <zmq.hpp>

#include "control/server.hpp"
#include "sockets/router.hpp"

namespace lpc::control {

class Listener {
  public:
    // `config` outlives it.
    Listener(zmq::context_t& context, const ServerConfig& config)
        : context_(context), config_(config), requests_(context) {}

    // Binds both; the sentence names the endpoint.
    [[nodiscard]] Status open();

    sockets::Router& requests() { return requests_; }
    void publish(const std::string& topic, const std::string& bytes);

    // Drops everybody who listens to events, so that each has to get in again: ZeroMQ has no other
    // way to show out one. They are bound again by try_events, which is to be called until then.
    void close_events();
    void try_events();

    void close();
    const std::string& endpoint() const { return requests_.endpoint(); }
    const std::string& events_endpoint() const { return events_endpoint_; }

  private:
    void open_events();

    zmq::context_t& context_;
    const ServerConfig& config_;
    sockets::Router requests_;
    zmq::socket_t events_;
    std::string events_endpoint_;
    std::chrono::steady_clock::time_point events_again_;
};

}  // namespace lpc::control
