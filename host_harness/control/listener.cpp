#include "control/listener.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "control/endpoint.hpp"
#include "control/gate.hpp"

namespace lpc::control {
namespace {

constexpr int kLingerMs = 1'000;
constexpr int kHandshakeMs = 5'000;
constexpr int kHeartbeatMs = 5'000;
constexpr int kRequestsOfPeer = 64;
constexpr int kAnswersOfPeer = 256;  // to a peer that reads nothing; beyond them they are dropped
constexpr int kEventsOfPeer = 4'096;
constexpr std::chrono::milliseconds kEventsPause{100};
constexpr std::int64_t kSubscriptionBytesMax = 1'024;
constexpr int kFrameOverhead = 1'024;  // of CURVE, and for the sentence on what is a little too big

void bound_peers(zmq::socket_t& socket) {
    socket.set(zmq::sockopt::linger, kLingerMs);
    socket.set(zmq::sockopt::handshake_ivl, kHandshakeMs);
    socket.set(zmq::sockopt::heartbeat_ivl, kHeartbeatMs);
    socket.set(zmq::sockopt::heartbeat_timeout, 2 * kHeartbeatMs);
}

// Without keys the transport is all the protection there is: only the host's own user may connect.
void admit_own_user_only(zmq::socket_t& socket) {
    const uid_t user = ::geteuid();
    if (zmq_setsockopt(socket.handle(), ZMQ_IPC_FILTER_UID, &user, sizeof user) != 0)
        throw zmq::error_t();
}

}  // namespace

Status Listener::bind(zmq::socket_t& socket, const std::string& wanted, std::string& bound) {
    const Protection protection{config_.keys.has_value(), config_.allow_plaintext_ipc};
    if (const Status fit = judge_endpoint(wanted, protection); !fit) return fit;
    const std::string path = ipc_path(wanted);
    if (const Status free = judge_ipc_place(path); !path.empty() && !free) return free;
    try {
        bound_peers(socket);
        if (config_.keys) {
            Gate::guard(socket, config_.keys->secret_key);
        } else {
            admit_own_user_only(socket);
        }
        socket.bind(wanted);
        bound = socket.get(zmq::sockopt::last_endpoint);
    } catch (const zmq::error_t& error) {
        return fail("control endpoint '" + wanted + "': cannot listen there: " + error.what());
    }
    if (!config_.keys && ::chmod(path.c_str(), 0600) != 0)
        return fail("control endpoint '" + wanted +
                    "': mode 0600 cannot be set: " + std::generic_category().message(errno));
    return {};
}

void Listener::open_events() {
    events_ = zmq::socket_t(context_, zmq::socket_type::pub);
    events_.set(zmq::sockopt::sndhwm, kEventsOfPeer);
    events_.set(zmq::sockopt::maxmsgsize, kSubscriptionBytesMax);
}

Status Listener::open() {
    requests_ = zmq::socket_t(context_, zmq::socket_type::router);
    requests_.set(zmq::sockopt::maxmsgsize,
                  static_cast<std::int64_t>(4 * config_.rules.request_bytes_max + kFrameOverhead));
    requests_.set(zmq::sockopt::rcvhwm, kRequestsOfPeer);
    requests_.set(zmq::sockopt::sndhwm, kAnswersOfPeer);
    if (Status bound = bind(requests_, config_.endpoint, endpoint_); !bound) return bound;
    if (config_.events_endpoint.empty()) return {};
    open_events();
    return bind(events_, config_.events_endpoint, events_endpoint_);
}

bool Listener::receive(Message& message) {
    zmq::message_t frame;
    if (!requests_.recv(frame, zmq::recv_flags::dontwait)) return false;
    message = {};
    message.route = frame.to_string();
    while (frame.more()) {
        if (!requests_.recv(frame, zmq::recv_flags::dontwait)) return true;
        if (++message.frames > 1) continue;
        message.first = frame.to_string();
        const auto property = [&](const char* name) {
            const char* text = zmq_msg_gets(frame.handle(), name);
            return std::string(text == nullptr ? "" : text);
        };
        message.key = property("User-Id");
        message.address = property("Peer-Address");
    }
    return true;
}

void Listener::send(const std::string& route, const std::string& bytes) {
    try {
        if (requests_.send(zmq::buffer(route),
                           zmq::send_flags::sndmore | zmq::send_flags::dontwait)) {
            const auto sent = requests_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
            static_cast<void>(sent);
        }
    } catch (const zmq::error_t& error) {
        if (error.num() != EHOSTUNREACH) throw;
    }
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
    if (bind(events_, events_endpoint_, bound)) return;
    events_.close();
    events_again_ = std::chrono::steady_clock::now() + kEventsPause;
}

void Listener::close() {
    if (requests_) ::unlink(ipc_path(endpoint_).c_str());
    if (events_) ::unlink(ipc_path(events_endpoint_).c_str());
    requests_.close();
    events_.close();
}

}  // namespace lpc::control
