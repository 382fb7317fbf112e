#include "sockets/router.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <system_error>

#include "sockets/endpoint.hpp"
#include "sockets/gate.hpp"

namespace lpc::sockets {
namespace {

constexpr int kLingerMs = 1'000;
constexpr int kHandshakeMs = 5'000;
constexpr int kHeartbeatMs = 5'000;
constexpr int kMessagesOfPeer = 64;
constexpr int kAnswersOfPeer = 256;    // to a peer that reads nothing; beyond them they are dropped
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

Status bind(zmq::socket_t& socket, const Entrance& entrance, const std::string& wanted,
            std::string& bound) {
    const Protection protection{entrance.keys.has_value(), entrance.allow_plaintext_ipc};
    if (const Status fit = judge_endpoint(wanted, protection); !fit) return fit;
    const std::string path = ipc_path(wanted);
    if (const Status free = judge_ipc_place(path); !path.empty() && !free) return free;
    try {
        bound_peers(socket);
        if (entrance.keys) {
            Gate::guard(socket, entrance.keys->secret_key);
        } else {
            admit_own_user_only(socket);
        }
        socket.bind(wanted);
        bound = socket.get(zmq::sockopt::last_endpoint);
    } catch (const zmq::error_t& error) {
        return fail("endpoint '" + wanted + "': cannot listen there: " + error.what());
    }
    if (!entrance.keys && ::chmod(path.c_str(), 0600) != 0)
        return fail("endpoint '" + wanted +
                    "': mode 0600 cannot be set: " + std::generic_category().message(errno));
    return {};
}

Status Router::open(const Entrance& entrance, const std::string& endpoint,
                    std::size_t message_bytes_max) {
    socket_ = zmq::socket_t(context_, zmq::socket_type::router);
    socket_.set(zmq::sockopt::maxmsgsize,
                static_cast<std::int64_t>(4 * message_bytes_max + kFrameOverhead));
    socket_.set(zmq::sockopt::rcvhwm, kMessagesOfPeer);
    socket_.set(zmq::sockopt::sndhwm, kAnswersOfPeer);
    return bind(socket_, entrance, endpoint, endpoint_);
}

bool Router::receive(Message& message) {
    zmq::message_t frame;
    if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return false;
    message = {};
    message.route = frame.to_string();
    while (frame.more()) {
        if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return true;
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

void Router::send(const std::string& route, const std::string& bytes) {
    try {
        if (socket_.send(zmq::buffer(route),
                         zmq::send_flags::sndmore | zmq::send_flags::dontwait)) {
            const auto sent = socket_.send(zmq::buffer(bytes), zmq::send_flags::dontwait);
            static_cast<void>(sent);
        }
    } catch (const zmq::error_t& error) {
        if (error.num() != EHOSTUNREACH) throw;
    }
}

void Router::close() {
    if (socket_) ::unlink(ipc_path(endpoint_).c_str());
    socket_.close();
}

}  // namespace lpc::sockets
