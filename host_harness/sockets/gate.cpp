#include "sockets/gate.hpp"

#include <utility>

#include "sockets/curve_keys.hpp"

namespace lpc::sockets {
namespace {

constexpr const char* kDomain = "lpc";

// The places of a ZAP request's frames.
enum : std::size_t { kVersion, kRequest, kDomainAt, kAddress, kIdentity, kMechanism, kCredentials };

std::string key_text(const zmq::message_t& credentials) {
    if (credentials.size() != 32) return {};
    std::string text(kCurveKeyCharacters + 1, '\0');
    zmq_z85_encode(text.data(), credentials.data<std::uint8_t>(), credentials.size());
    text.resize(kCurveKeyCharacters);
    return text;
}

}  // namespace

void Gate::open(zmq::context_t& context) {
    if (!guarded()) return;
    socket_ = zmq::socket_t(context, zmq::socket_type::rep);
    socket_.set(zmq::sockopt::linger, 0);
    socket_.bind("inproc://zeromq.zap.01");
}

void Gate::guard(zmq::socket_t& socket, const std::string& server_secret_key) {
    socket.set(zmq::sockopt::curve_server, true);
    socket.set(zmq::sockopt::curve_secretkey, server_secret_key);
    socket.set(zmq::sockopt::zap_domain, kDomain);
}

bool Gate::receive() {
    question_.clear();
    for (;;) {
        zmq::message_t frame;
        if (!socket_.recv(frame, zmq::recv_flags::dontwait)) return false;
        const bool more = frame.more();
        question_.push_back(std::move(frame));
        if (!more) return true;
    }
}

void Gate::answer(std::int64_t now_ns, const Refused& refused) {
    const bool curve = question_.size() == kCredentials + 1 &&
                       question_[kMechanism].to_string_view() == "CURVE" &&
                       question_[kDomainAt].to_string_view() == kDomain;
    const std::string key = curve ? key_text(question_[kCredentials]) : std::string();
    const bool known = admits_(key);
    const std::string address = question_.size() > kAddress ? question_[kAddress].to_string() : "";
    if (!known && notes_.take(now_ns)) {
        refused(key, address, std::exchange(unrecorded_, 0));
    } else if (!known) {
        ++unrecorded_;
    }
    const std::string request = question_.size() > kRequest ? question_[kRequest].to_string() : "";
    const std::vector<std::string> reply{"1.0",
                                         request,
                                         known ? "200" : "400",
                                         known ? "OK" : "not on the list of clients",
                                         known ? key : "",
                                         ""};
    for (std::size_t at = 0; at < reply.size(); ++at)
        socket_.send(zmq::buffer(reply[at]),
                     at + 1 < reply.size() ? zmq::send_flags::sndmore : zmq::send_flags::none);
}

}  // namespace lpc::sockets
