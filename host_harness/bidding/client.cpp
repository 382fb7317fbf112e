#include "bidding/client.hpp"

#include <utility>

#include <zmq.hpp>

#include "bidding/wire.hpp"
#include "sockets/connection.hpp"

namespace lpc::bidding {
namespace {

constexpr std::int64_t kNoticeBytesMax = 64 * 1'024;

}  // namespace

class Client::Line {
  public:
    explicit Line(ClientConfig config)
        : config_(std::move(config)),
          connection_({config_.endpoint, config_.keys}, kNoticeBytesMax),
          begun_(std::chrono::steady_clock::now()) {
        say(Hello{config_.account});
    }

    template <class What>
    std::uint64_t say(What what) {
        Message message{session_, number_ + 1, std::move(what)};
        return connection_.send(encode(message)) ? ++number_ : 0;
    }

    Result<std::optional<Notice>> hear(std::chrono::milliseconds wait) {
        auto message = connection_.receive();
        if (!message) {
            connection_.wait(wait);
            message = connection_.receive();
        }
        if (!message) return silence();
        auto notice = message->frames == 1
                          ? decode_notice(message->first)
                          : Result<Notice>(fail("found " + std::to_string(message->frames) +
                                                " frames, expected one"));
        if (!notice) return fail_in(config_.endpoint, notice.error());
        if (const auto* registered = std::get_if<Registered>(&*notice))
            session_ = registered->session;
        return std::optional<Notice>(std::move(*notice));
    }

  private:
    Result<std::optional<Notice>> silence() const {
        const bool late = std::chrono::steady_clock::now() - begun_ >= config_.connect_timeout;
        if (!connection_.was_let_in() && (connection_.key_refused() || late))
            return fail(connection_.refused_entry());
        if (session_ == 0 && late)
            return fail(config_.endpoint + ": no answer to hello within " +
                        std::to_string(config_.connect_timeout.count()) + " ms");
        return std::optional<Notice>();
    }

    ClientConfig config_;
    sockets::Connection connection_;
    std::chrono::steady_clock::time_point begun_;
    std::uint64_t session_ = 0, number_ = 0;
};

Client::Client(std::unique_ptr<Line> line) : line_(std::move(line)) {}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

Result<Client> Client::open(ClientConfig config) {
    const std::string endpoint = config.endpoint;
    if (const Status fit = sockets::judge({endpoint, config.keys}); !fit)
        return tl::unexpected(fit.error());
    try {
        return Client(std::make_unique<Line>(std::move(config)));
    } catch (const zmq::error_t& error) {
        return fail(endpoint + ": cannot connect: " + error.what());
    }
}

std::uint64_t Client::say(SetSchedule set) {
    return line_->say(std::move(set));
}
std::uint64_t Client::say(SealedBid bid) {
    return line_->say(std::move(bid));
}
std::uint64_t Client::say(Take take) {
    return line_->say(take);
}
std::uint64_t Client::say(Alive alive) {
    return line_->say(alive);
}
std::uint64_t Client::say(Goodbye goodbye) {
    return line_->say(std::move(goodbye));
}

Result<std::optional<Notice>> Client::hear(std::chrono::milliseconds wait) {
    try {
        return line_->hear(wait);
    } catch (const zmq::error_t& error) {
        return fail(std::string("the connection to the host failed: ") + error.what());
    }
}

}  // namespace lpc::bidding
