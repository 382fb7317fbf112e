// The reference bidder's strategy: equal steps of its capacity at rising discounts, drawn a little
// better in sealed bids. Deterministic by its seed and the calls; knows no clock. One owner.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <variant>

#include <bidding/message.hpp>
#include <venue/random.hpp>

namespace lpc::app {

struct StrategyConfig {
    std::uint64_t seed = 1;
    std::int64_t capacity_lots = 0;  // that it bids for in one lot
    std::int64_t discount_ppb = 0;   // of its first step
    std::int64_t step_ppb = 0;       // more from step to step
    std::int64_t steps_count = 1;
    bool standing = true;  // sets them as its standing schedule
    bool bids = true;      // seals a bid for each lot; takes of descending ones unless standing
    std::int64_t edge_ppb = 0;  // a sealed bid's discounts are up to so much lower
};

class Strategy {
  public:
    explicit Strategy(const StrategyConfig& config) : config_(config), random_(config.seed) {}

    // Empty: none.
    bidding::Schedule standing() const;
    // What it says to a call; none: nothing.
    using Reply = std::variant<bidding::SealedBid, bidding::Take>;
    std::optional<Reply> answer(const bidding::Call& call);

  private:
    struct Lot {
        std::int64_t reference = 0;  // the price of its first call
        std::int64_t taken = 0;
        bool bid = false;
    };

    bidding::Schedule schedule(std::int64_t edge_ppb) const;
    std::optional<Reply> seal(const bidding::Call& call, Lot& lot);
    std::optional<Reply> take(const bidding::Call& call, Lot& lot) const;

    StrategyConfig config_;
    venue::Random random_;
    std::map<std::uint64_t, Lot> lots_;  // open
};

}  // namespace lpc::app
