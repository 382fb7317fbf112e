#include "control/client.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "control/wire.hpp"

namespace lpc::control {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kAskAgain{1'000};
constexpr std::int64_t kAnswerBytesMax = 8 * 1024 * 1024;
constexpr const char* kMonitor = "inproc://line";

Status judge(const ClientConfig& config) {
    if (!config.endpoint.starts_with("ipc://") && !config.endpoint.starts_with("tcp://"))
        return fail("found the endpoint '" + config.endpoint +
                    "', expected ipc://PATH or tcp://ADDRESS:PORT");
    if (config.keys && config.keys->server_key.empty())
        return fail("the keys file has no line 'server KEY', expected the host's public key");
    if (!config.keys && config.endpoint.starts_with("tcp://"))
        return fail(
            "found no keys, expected a keys file for tcp://: a host speaks plaintext on "
            "ipc:// only");
    return {};
}

void prepare(zmq::socket_t& socket, const ClientConfig& config) {
    socket.set(zmq::sockopt::linger, 0);
    socket.set(zmq::sockopt::maxmsgsize, kAnswerBytesMax);
    socket.set(zmq::sockopt::reconnect_ivl, 50);
    socket.set(zmq::sockopt::reconnect_ivl_max, 1'000);
    socket.set(zmq::sockopt::heartbeat_ivl, 5'000);
    socket.set(zmq::sockopt::heartbeat_timeout, 10'000);
    if (!config.keys) return;
    socket.set(zmq::sockopt::curve_serverkey, config.keys->server_key);
    socket.set(zmq::sockopt::curve_publickey, config.keys->public_key);
    socket.set(zmq::sockopt::curve_secretkey, config.keys->secret_key);
}

// What has become of the connection, as the socket's monitor tells it.
struct Fate {
    bool reached = false;     // somebody listens
    bool let_in = false;      // now
    bool was_let_in = false;  // ever
    bool key_refused = false;
};

void follow(zmq::socket_t& monitor, Fate& fate) {
    zmq::message_t what;
    zmq::message_t where;
    while (monitor.recv(what, zmq::recv_flags::dontwait)) {
        if (what.more() && !monitor.recv(where, zmq::recv_flags::dontwait)) return;
        std::uint16_t event = 0;
        std::memcpy(&event, what.data(), std::min(sizeof event, what.size()));
        if (event == ZMQ_EVENT_CONNECTED) fate.reached = true;
        if (event == ZMQ_EVENT_HANDSHAKE_SUCCEEDED) fate.let_in = fate.was_let_in = true;
        if (event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH) fate.key_refused = true;
        if (event == ZMQ_EVENT_DISCONNECTED) fate.let_in = false;
    }
}

std::string refused_entry(const ClientConfig& config, const Fate& fate) {
    const std::string where = config.endpoint + ": ";
    if (fate.key_refused)
        return where + "the host refuses the key " + config.keys->public_key +
               ": it is not on its list of clients";
    if (!fate.reached) return where + "cannot connect: nobody listens there, or not for this user";
    if (config.keys)
        return where +
               "connected, but not let in: the keys file's line 'server' is not this "
               "host's key, or the host expects no keys";
    return where + "connected, but not let in: the host expects keys";
}

}  // namespace

RequestId new_request_id() {
    RequestId id;
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    id.time_ns = static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
    randombytes_buf(&id.random, sizeof id.random);
    return id;
}

class Client::Line {
  public:
    explicit Line(ClientConfig config)
        : config_(std::move(config)),
          socket_(context_, zmq::socket_type::dealer),
          monitor_(context_, zmq::socket_type::pair) {
        prepare(socket_, config_);
        if (zmq_socket_monitor(socket_.handle(), kMonitor, ZMQ_EVENT_ALL) != 0)
            throw zmq::error_t();
        monitor_.set(zmq::sockopt::linger, 0);
        monitor_.connect(kMonitor);
        socket_.connect(config_.endpoint);
    }

    Result<Answer> ask(const Order& order) {
        const std::string request = encode(order);
        const auto begun = Clock::now();
        auto sent = begun - kAskAgain;
        for (;;) {
            const auto now = Clock::now();
            if (now - sent >= kAskAgain) {
                const auto queued = socket_.send(zmq::buffer(request), zmq::send_flags::dontwait);
                if (queued) sent = now;
            }
            wait();
            if (auto answer = answer_to(order.request_id)) return std::move(*answer);
            const auto waited = Clock::now() - begun;
            if (!fate_.was_let_in && (fate_.key_refused || waited >= config_.connect_timeout))
                return fail(refused_entry(config_, fate_));
            if (waited >= config_.timeout)
                return fail(config_.endpoint + ": no answer within " +
                            std::to_string(config_.timeout.count()) + " ms to request " +
                            text_of(order.request_id) +
                            (fate_.let_in ? ": the host has not decided yet"
                                          : ": the connection was lost"));
        }
    }

  private:
    void wait() {
        std::vector<zmq::pollitem_t> items{{socket_.handle(), 0, ZMQ_POLLIN, 0},
                                           {monitor_.handle(), 0, ZMQ_POLLIN, 0}};
        zmq::poll(items, kTick);
        follow(monitor_, fate_);
    }

    // Answers to what was asked before are passed over. One without an id is of a request whose id
    // the host could not read: ours, for there is no other.
    std::optional<Result<Answer>> answer_to(const RequestId& id) {
        zmq::message_t frame;
        while (socket_.recv(frame, zmq::recv_flags::dontwait)) {
            const bool whole = !frame.more();
            auto answer = decode_answer(frame.to_string_view());
            while (frame.more()) {
                if (!socket_.recv(frame, zmq::recv_flags::dontwait)) break;
            }
            if (!whole || !answer)
                return fail(config_.endpoint + ": found an answer that is none of lpc.control.v1");
            if (answer->id == id || answer->id == RequestId{})
                return Result<Answer>(std::move(answer->answer));
        }
        return std::nullopt;
    }

    ClientConfig config_;
    zmq::context_t context_;
    zmq::socket_t socket_;
    zmq::socket_t monitor_;
    Fate fate_;
};

Client::Client(std::unique_ptr<Line> line) : line_(std::move(line)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(ClientConfig config) {
    if (const Status fit = judge(config); !fit) return tl::unexpected(fit.error());
    const std::string endpoint = config.endpoint;
    try {
        return Client(std::make_unique<Line>(std::move(config)));
    } catch (const zmq::error_t& error) {
        return fail(endpoint + ": cannot connect: " + error.what());
    }
}

Result<Answer> Client::ask(const Order& order) {
    try {
        return line_->ask(order);
    } catch (const zmq::error_t& error) {
        return fail(std::string("the connection to the host failed: ") + error.what());
    }
}

class Subscriber::Ear {
  public:
    explicit Ear(const ClientConfig& config) : socket_(context_, zmq::socket_type::sub) {
        prepare(socket_, config);
        socket_.set(zmq::sockopt::subscribe, "");
        socket_.connect(config.endpoint);
    }

    Result<std::optional<Event>> next(milliseconds wait) {
        std::vector<zmq::pollitem_t> items{{socket_.handle(), 0, ZMQ_POLLIN, 0}};
        zmq::poll(items, wait);
        zmq::message_t topic;
        zmq::message_t body;
        if (!socket_.recv(topic, zmq::recv_flags::dontwait)) return std::optional<Event>();
        if (!topic.more() || !socket_.recv(body, zmq::recv_flags::dontwait) || body.more())
            return fail("event: found other than two frames");
        auto event = decode_event(body.to_string_view());
        if (!event) return tl::unexpected(event.error());
        return std::optional<Event>(std::move(*event));
    }

  private:
    zmq::context_t context_;
    zmq::socket_t socket_;
};

Subscriber::Subscriber(std::unique_ptr<Ear> ear) : ear_(std::move(ear)) {}
Subscriber::Subscriber(Subscriber&&) noexcept = default;
Subscriber& Subscriber::operator=(Subscriber&&) noexcept = default;
Subscriber::~Subscriber() = default;

Result<Subscriber> Subscriber::open(ClientConfig config) {
    if (const Status fit = judge(config); !fit) return tl::unexpected(fit.error());
    try {
        return Subscriber(std::make_unique<Ear>(config));
    } catch (const zmq::error_t& error) {
        return fail(config.endpoint + ": cannot connect: " + error.what());
    }
}

Result<std::optional<Event>> Subscriber::next(milliseconds wait) {
    try {
        return ear_->next(wait);
    } catch (const zmq::error_t& error) {
        return fail(std::string("the connection to the host failed: ") + error.what());
    }
}

}  // namespace lpc::control
