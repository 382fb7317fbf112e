// The market as a run sees it: one price and one volume at each step of time, made from klines or
// trades (synthetic_path.hpp makes it from waypoints). Pure functions of their arguments; integers
// only; a path is a plain vector, the caller's.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/agg_trades.hpp>
#include <market_data/kline.hpp>
#include <vector>

namespace lpc::market_data {

struct PriceStep {
    std::int64_t time_ns = 0;  // engine time at which the step begins; rises strictly along a path
    std::int64_t price_ticks = 0;  // at least 1
    std::int64_t volume_lots = 0;  // traded from this step to the next
};
using PricePath = std::vector<PriceStep>;

// Steps with from_ns <= time_ns < to_ns.
struct TimeWindow {
    std::int64_t from_ns = 0;
    std::int64_t to_ns = 0;
};

inline constexpr std::int64_t kPathStepsMax = 100'000'000;
inline constexpr std::int64_t kStepsPerMinuteMax = 60'000;

struct KlinePathOptions {
    TimeWindow window;
    std::int64_t steps_per_minute = 60;  // 4 to kStepsPerMinuteMax
};

// What the klines cover: from the first open to the end of the last.
[[nodiscard]] TimeWindow covered(const Klines& klines);

// Each kline becomes n equal steps of time: open, the extreme nearer to the open (the low if both
// are as near), the other extreme, close. The first step is the open, the last the close; the steps
// between are shared among the three legs in proportion to the distance travelled (at least one for
// a leg with any), so that the largest jump is small and no leg is a burst. Within a leg the price
// is linear, rounded down. Step j has floor((j+1)V/n) - floor(jV/n) of the volume V: the sum is V.
// The window must lie within the klines; where they have a gap, the path has none either.
[[nodiscard]] Result<PricePath> price_path(const Klines& klines, const KlinePathOptions& options);

struct TradePathOptions {
    TimeWindow window;
    std::int64_t step_ns = 1'000'000'000;
};

// A step each step_ns from from_ns on: the last price and the sum of the volume of the trades in
// [time, time + step_ns). A step without trades keeps the price before it. The first step must have
// a trade in it or before it, and the last step must not begin after the last trade.
[[nodiscard]] Result<PricePath> price_path(const AggTrades& trades,
                                           const TradePathOptions& options);

}  // namespace lpc::market_data
