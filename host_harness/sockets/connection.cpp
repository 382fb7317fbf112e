#include "sockets/connection.hpp"

#include <algorithm>
#include <cstring>
#include <utility>
#include <vector>

namespace lpc::sockets {
namespace {

constexpr const char* kMonitor = "inproc://line";

}  // namespace

Status judge(const Address& address) {
    if (!address.endpoint.starts_with("ipc://") && !address.endpoint.starts_with("tcp://"))
        return fail("found the endpoint '" + address.endpoint +
                    "', expected ipc://PATH or tcp://ADDRESS:PORT");
    if (address.keys && address.keys->server_key.empty())
        return fail("the keys file has no line 'server KEY', expected the host's public key");
    if (!address.keys && address.endpoint.starts_with("tcp://"))
        return fail(
            "found no keys, expected a keys file for tcp://: a host speaks plaintext on "
            "ipc:// only");
    return {};
}

void prepare(zmq::socket_t& socket, const Address& address, std::int64_t bytes_max) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::maxmsgsize, bytes_max);
    socket.set(zmq::sockopt::reconnect_ivl, 50);
    socket.set(zmq::sockopt::reconnect_ivl_max, 1'000);
    socket.set(zmq::sockopt::heartbeat_ivl, 5'000);
    socket.set(zmq::sockopt::heartbeat_timeout, 10'000);
    if (!address.keys) return;
    socket.set(zmq::sockopt::curve_serverkey, address.keys->server_key);
    socket.set(zmq::sockopt::curve_publickey, address.keys->public_key);
    socket.set(zmq::sockopt::curve_secretkey, address.keys->secret_key);
}

Connection::Connection(Address address, std::int64_t bytes_max)
    : address_(std::move(address)),
      socket_(context_, zmq::socket_type::dealer),
      monitor_(context_, zmq::socket_type::pair) {
    prepare(socket_, address_, bytes_max);
    if (zmq_socket_monitor(socket_.handle(), kMonitor, ZMQ_EVENT_ALL) != 0) throw zmq::error_t();
    monitor_.set(zmq::sockopt::linger, 0);
    monitor_.connect(kMonitor);
    socket_.connect(address_.endpoint);
}

bool Connection::send(const std::string& bytes) {
    return socket_.send(zmq::buffer(bytes), zmq::send_flags::dontwait).has_value();
}

void Connection::wait(std::chrono::milliseconds most) {
    std::vector<zmq::pollitem_t> items{{socket_.handle(), 0, ZMQ_POLLIN, 0},
                                       {monitor_.handle(), 0, ZMQ_POLLIN, 0}};
    zmq::poll(items, most);
    follow_monitor();
}

std::optional<Connection::Message> Connection::receive() {
    zmq::message_t frame;
    if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return std::nullopt;
    Message message{frame.to_string(), 1};
    while (frame.more() && socket_.recv(frame, zmq::recv_flags::dontwait)) ++message.frames;
    return message;
}

void Connection::follow_monitor() {
    zmq::message_t what;
    zmq::message_t where;
    while (monitor_.recv(what, zmq::recv_flags::dontwait)) {
        if (what.more() && !monitor_.recv(where, zmq::recv_flags::dontwait)) return;
        std::uint16_t event = 0;
        std::memcpy(&event, what.data(), std::min(sizeof event, what.size()));
        if (event == ZMQ_EVENT_CONNECTED) reached_ = true;
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) let_in_ = was_let_in_ = true;
        if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) key_refused_ = true;
        if (event == ZMQ_EVENT_DISCONNECTED) let_in_ = false;
    }
}

std::string Connection::refused_entry() const {
    const std::string where = address_.endpoint + ": ";
    if (key_refused_)
        return where + "the host refuses the key " + address_.keys->public_key +
               ": it is not on its list of clients";
    if (!reached_) return where + "cannot connect: nobody listens there, or not for this user";
    if (address_.keys)
        return where +
               "connected, but not let in: the keys file's line 'server' is not this "
               "host's key, or the host expects no keys";
    return where + "connected, but not let in: the host expects keys";
}

}  // namespace lpc::sockets
