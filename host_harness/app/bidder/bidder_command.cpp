#include <fmt/format.h>

#include <lpc/auction.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <optional>
#include <utility>

#include <venue/random.hpp>

#include "../clock.hpp"
#include "../commands.hpp"
#include "../stop_signals.hpp"
#include "config.hpp"

namespace lpc::app {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;
constexpr std::int64_t kTickMs = 50;
constexpr std::int64_t kFarewellMs = 1'000;  // for the answer to its goodbye

template <class... Args>
void event(fmt::format_string<Args...> text, Args&&... args) {
    fmt::print("{}\n", fmt::format(text, std::forward<Args>(args)...));
    std::fflush(stdout);
}

const char* state_of(const bidding::Call& call) {
    if (call.state == LPC_LOT_SOLD) return "sold";
    if (call.state == LPC_LOT_WITHDRAWN) return "withdrawn";
    if (call.state == LPC_LOT_EXPIRED) return "expired";
    return call.type == LPC_AUCTION_SEALED ? "sealed" : "descending";
}

class Bidder {
  public:
    Bidder(bidding::Client client, const BidderConfig& config)
        : client_(std::move(client)),
          config_(config),
          strategy_(config.strategy),
          latency_(venue::Random(config.strategy.seed).split(1)),
          heard_ns_(monotonic_ns()) {}

    // Until it ends by itself: an error if that is not as it should be.
    Status run() {
        while (!over_) {
            const auto notice = client_.hear(std::chrono::milliseconds(patience_ms()));
            if (!notice) return tl::unexpected(notice.error());
            if (*notice) {
                heard_ns_ = monotonic_ns();
                if (Status taken = std::visit(*this, **notice); !taken) return taken;
            }
            if (Status said = speak(); !said) return said;
        }
        return {};
    }

    Status operator()(const bidding::Registered& host) {
        registered_ = true;
        alive_ms_ = std::max<std::int64_t>(
            1, std::min(host.silence_ms_max, config_.host_silence_ms_max) / 4);
        event("registered as {}: capacity {} lots, bond {}, pace {}", config_.client.account,
              host.capacity_lots, host.bond, host.pace);
        const bidding::Schedule standing = strategy_.standing();
        if (!standing.empty())
            said(client_.say(bidding::SetSchedule{standing}), "standing schedule");
        return {};
    }
    Status operator()(const bidding::Accepted& accepted) {
        event("accepted: {}", what_was(accepted.number));
        if (leaving_ns_) over_ = true;
        return {};
    }
    Status operator()(const bidding::Refused& refused) {
        if (!registered_) return fail(config_.client.endpoint + ": refused: " + refused.why);
        event("refused: {}: {}", what_was(refused.number), refused.why);
        return {};
    }
    Status operator()(const bidding::Call& call) {
        if (call.state != LPC_LOT_OPEN) {
            strategy_.answer(call);
            event("call: lot {} is {}", call.lot, state_of(call));
            return {};
        }
        event("call: lot {}, instrument {}, {} {} lots at {}, {}", call.lot, call.instrument,
              call.lots < 0 ? "buy" : "sell", call.lots < 0 ? -call.lots : call.lots, call.price,
              state_of(call));
        if (auto reply = strategy_.answer(call)) {
            const std::int64_t wait_ms =
                config_.latency_ms + latency_.between(0, config_.latency_jitter_ms);
            planned_.emplace(monotonic_ns() + wait_ms * kNsPerMs, std::move(*reply));
        }
        return {};
    }
    Status operator()(const bidding::Award& award) {
        event("award: lot {}, {} {} lots at {}", award.lot, award.lots < 0 ? "sold" : "bought",
              award.lots < 0 ? -award.lots : award.lots, award.price);
        return {};
    }
    Status operator()(const bidding::Alive&) { return {}; }
    Status operator()(const bidding::Goodbye& goodbye) {
        event("goodbye: {}", goodbye.why);
        over_ = true;
        return {};
    }

  private:
    std::int64_t patience_ms() const {
        if (planned_.empty()) return kTickMs;
        return std::clamp<std::int64_t>((planned_.begin()->first - monotonic_ns()) / kNsPerMs, 0,
                                        kTickMs);
    }

    Status speak() {
        const std::int64_t now = monotonic_ns();
        if (registered_ && now - heard_ns_ > config_.host_silence_ms_max * kNsPerMs)
            return fail(fmt::format("{}: the host has been silent for more than {} ms",
                                    config_.client.endpoint, config_.host_silence_ms_max));
        while (!planned_.empty() && planned_.begin()->first <= now) {
            auto planned = planned_.extract(planned_.begin());
            std::visit([this](auto& reply) { bid(std::move(reply)); }, planned.mapped());
        }
        if (registered_ && now - said_ns_ >= alive_ms_ * kNsPerMs) {
            client_.say(bidding::Alive{});
            said_ns_ = now;
        }
        leave_if_asked(now);
        return {};
    }
    void bid(bidding::SealedBid bid) {
        const std::string what = fmt::format("sealed bid for lot {}", bid.lot);
        said(client_.say(std::move(bid)), what);
    }
    void bid(bidding::Take take) {
        const std::string what = fmt::format("take of {} lots of lot {}", take.lots, take.lot);
        said(client_.say(take), what);
    }
    void said(std::uint64_t number, const std::string& what) {
        if (number == 0) return event("not sent: {}: the host takes nothing", what);
        said_ns_ = monotonic_ns();
        unanswered_[number] = what;
        event("sent: {}", what);
    }
    std::string what_was(std::uint64_t number) {
        auto known = unanswered_.extract(number);
        return known.empty() ? fmt::format("message {}", number) : known.mapped();
    }
    void leave_if_asked(std::int64_t now) {
        const int signal = StopSignals::received();
        if (signal == 0) return;
        if (!leaving_ns_) {
            event("stopped by signal {} ({})", signal, ::strsignal(signal));
            leaving_ns_ = now;
            planned_.clear();
            over_ = !registered_ || client_.say(bidding::Goodbye{}) == 0;
        } else if (now - *leaving_ns_ > kFarewellMs * kNsPerMs) {
            over_ = true;
        }
    }

    bidding::Client client_;
    const BidderConfig& config_;
    Strategy strategy_;
    venue::Random latency_;
    std::multimap<std::int64_t, Strategy::Reply> planned_;  // by when it is to be said
    std::map<std::uint64_t, std::string> unanswered_;
    std::int64_t heard_ns_ = 0, said_ns_ = 0, alive_ms_ = 1'000;
    std::optional<std::int64_t> leaving_ns_;
    bool registered_ = false, over_ = false;
};

}  // namespace

int bidder_command(const BidderArgs& args) {
    const auto config = load_bidder_config(args.config);
    if (!config) return wrong(config.error());
    const StopSignals signals;
    auto client = bidding::Client::open(config->client);
    if (!client) return wrong(client.error());
    Bidder bidder(std::move(*client), *config);
    if (const Status ended = bidder.run(); !ended) return wrong(ended.error());
    return 0;
}

}  // namespace lpc::app
