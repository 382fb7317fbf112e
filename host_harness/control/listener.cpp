#include "control/listener.hpp"

#include <unistd.h>

#include <cstdint>

#include "sockets/endpoint.hpp"

namespace lpc::control {
namespace {

constexpr int kEventsOfPeer = 4'096;
constexpr std::chrono::milliseconds kEventsPause{100};
constexpr std::int64_t kSubscriptionBytesMax = 1'024;

}  // namespace

void Listener::open_events() {
    events_ = zmq::socket_t(context_, zmq::socket_type::pub);
    events_.set(zmq::sockopt::sndhwm, kEventsOfPeer);
    events_.set(zmq::sockopt::maxmsgsize, kSubscriptionBytesMax);
}

Status Listener::open() {
    const Status bound =
        requests_.open(config_.entrance, config_.endpoint, config_.rules.request_bytes_max);
    if (!bound || config_.events_endpoint.empty()) return bound;
    open_events();
    return sockets::bind(events_, config_.entrance, config_.events_endpoint, events_endpoint_);
}

void Listener::publish(const std::string& topic, const std::string& bytes) {
    if (!events_) return;
    if (events_.send(zmq::buffer(topic), zmq::send_flags::sndmore | zmq::send_flags::dontwait)) {
        const auto sent = events_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
        static_cast<void>(sent);
    }
}

void Listener::close_events() {
    if (!events_) return;
    events_.set(zmq::sockopt::linger, 0);
    events_.close();
    // Why not at once: ZeroMQ closes the old one in its own time.
    events_again_ = std::chrono::steady_clock::now() + kEventsPause;
}

void Listener::try_events() {
    if (events_ || events_endpoint_.empty() || std::chrono::steady_clock::now() < events_again_)
        return;
    open_events();
    std::string bound;
    if (sockets::bind(events_, config_.entrance, events_endpoint_, bound)) return;
    events_.close();
    events_again_ = std::chrono::steady_clock::now() + kEventsPause;
}

void Listener::close() {
    if (events_) ::unlink(sockets::ipc_path(events_endpoint_).c_str());
    requests_.close();
    events_.close();
}

}  // namespace lpc::control
