// A market maker: quotes some levels either side of a fair price that it is given every step; its
// spread widens and its size shrinks as recent volatility rises, down to nothing at a limit.
// Integers only; deterministic: it draws one number a quote, and only when its size varies. Not
// thread-safe; borrows Matching for the call.
#pragma once

#include <cstdint>
#include <vector>

#include "venue/matching.hpp"
#include "venue/mean_move.hpp"
#include "venue/random.hpp"

namespace lpc::venue {

struct MarketMakerConfig {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint32_t levels_count = 10;  // each side
    std::int64_t level_lots = 0;      // size of one quote in calm
    std::int64_t level_variation_ppm =
        0;  // each quote's size varies uniformly by this, either way; below 1,000,000
    std::int64_t half_spread_ppm = 500;     // of the fair price, from it to the first level
    std::int64_t level_step_ppm = 250;      // of the fair price, between levels; at least one tick
    std::int64_t widening_ppm = 1'000'000;  // what of the volatility is added to the half spread
    std::int64_t withdraw_volatility_ppb =
        0;  // size shrinks linearly to nothing at this; 0: it never shrinks
    std::int32_t volatility_shift = 6;  // memory of the volatility: 2^shift steps; 0 to 30
};

class MarketMaker {
  public:
    MarketMaker(const MarketMakerConfig& config, Random random)
        : config_(config), random_(random), moves_(config.volatility_shift) {}

    // One step: takes the old quotes out and places those that belong around the fair price [ticks,
    // 1 to LPC_PRICE_MAX]. A quote that would be placed again as it stands is left, and keeps its
    // priority.
    void step(std::int64_t fair_price, Matching& matching, std::vector<Event>& events);

    // Takes all its quotes out.
    void withdraw(Matching& matching, std::vector<Event>& events);

    // Mean of |move| a step, exponentially weighted. [ppb]
    [[nodiscard]] std::int64_t volatility_ppb() const { return moves_.ppb(); }
    [[nodiscard]] const MarketMakerConfig& config() const { return config_; }

  private:
    struct Quote {
        Side side = Side::buy;
        std::int64_t price = 0;
        std::int64_t lots = 0;
        OrderId order = 0;  // 0: not in the book
    };

    void wish(std::int64_t fair_price);
    void renew(Matching& matching, std::vector<Event>& events);
    void wish_side(Side side, std::int64_t fair_price, std::int64_t half_spread_ticks,
                   std::int64_t lots);
    [[nodiscard]] std::int64_t varied(std::int64_t lots);

    MarketMakerConfig config_;
    Random random_;
    MeanMove moves_;             // of the fair price
    std::vector<Quote> quotes_;  // in the book, as far as known
    std::vector<Quote> wishes_;  // what this step wants
};

}  // namespace lpc::venue
