// A noise trader: every step it sends IOC orders of random side and size that together want a given
// volume, so that the market's volume follows the data's. What finds no other side is carried over,
// up to a limit. Integers only; deterministic; not thread-safe; borrows Matching for the call.
#pragma once

#include <cstdint>
#include <vector>

#include "venue/matching.hpp"
#include "venue/random.hpp"

namespace lpc::venue {

struct NoiseTraderConfig {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t orders_per_step = 2;        // at most; at least 1
    std::int64_t slippage_max_ppm = 20'000;  // worst price, from the fair price
    std::int64_t carry_max_lots = 0;         // of volume that found no other side
    std::int64_t buy_share_ppb = 500'000'000;
};

class NoiseTrader {
  public:
    NoiseTrader(const NoiseTraderConfig& config, Random random)
        : config_(config), random_(random) {}

    // One step around a fair price [ticks, 1 to LPC_PRICE_MAX]; volume_lots is what the market
    // should trade in it (0 to LPC_LOTS_MAX). Returns what was traded.
    std::int64_t step(std::int64_t fair_price, std::int64_t volume_lots, Matching& matching,
                      std::vector<Event>& events);

    [[nodiscard]] std::int64_t carried_lots() const { return carried_lots_; }

  private:
    NoiseTraderConfig config_;
    Random random_;
    std::int64_t carried_lots_ = 0;
};

}  // namespace lpc::venue
