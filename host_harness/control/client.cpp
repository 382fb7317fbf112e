#include "control/client.hpp"

#include <sodium.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "control/wire.hpp"
#include "sockets/connection.hpp"

namespace lpc::control {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds kTick{100};
constexpr milliseconds kAskAgain{1'000};
constexpr std::int64_t kAnswerBytesMax = 8 * 1024 * 1024;

sockets::Address address_of(const ClientConfig& config) {
    return {config.endpoint, config.keys};
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
        : config_(std::move(config)), connection_(address_of(config_), kAnswerBytesMax) {}

    Result<Answer> ask(const Order& order) {
        const std::string request = encode(order);
        const auto begun = Clock::now();
        auto sent = begun - kAskAgain;
        for (;;) {
            const auto now = Clock::now();
            if (now - sent >= kAskAgain && connection_.send(request)) sent = now;
            connection_.wait(kTick);
            if (auto answer = answer_to(order.request_id)) return std::move(*answer);
            const auto waited = Clock::now() - begun;
            if (!connection_.was_let_in() &&
                (connection_.key_refused() || waited >= config_.connect_timeout))
                return fail(connection_.refused_entry());
            if (waited >= config_.timeout)
                return fail(config_.endpoint + ": no answer within " +
                            std::to_string(config_.timeout.count()) + " ms to request " +
                            text_of(order.request_id) +
                            (connection_.let_in() ? ": the host has not decided yet"
                                                  : ": the connection was lost"));
        }
    }

  private:
    // Answers to what was asked before are passed over. One without an id is of a request whose id
    // the host could not read: ours, for there is no other.
    std::optional<Result<Answer>> answer_to(const RequestId& id) {
        while (const auto message = connection_.receive()) {
            auto answer = decode_answer(message->first);
            if (message->frames != 1 || !answer)
                return fail(config_.endpoint + ": found an answer that is none of lpc.control.v1");
            if (answer->id == id || answer->id == RequestId{})
                return Result<Answer>(std::move(answer->answer));
        }
        return std::nullopt;
    }

    ClientConfig config_;
    sockets::Connection connection_;
};

Client::Client(std::unique_ptr<Line> line) : line_(std::move(line)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(ClientConfig config) {
    if (const Status fit = judge(address_of(config)); !fit) return tl::unexpected(fit.error());
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
        prepare(socket_, address_of(config), kAnswerBytesMax);
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
    if (const Status fit = judge(address_of(config)); !fit) return tl::unexpected(fit.error());
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
