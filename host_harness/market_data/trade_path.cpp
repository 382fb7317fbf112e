#include <algorithm>
#include <lpc/sdk/rounding.hpp>
#include <market_data/price_path.hpp>
#include <market_data/utc_time.hpp>
#include <string>

namespace lpc::market_data {

namespace {

Status judge(const AggTrades& trades, const TradePathOptions& options) {
    const std::string where = "price path from " + trades.source.path + ": ";
    const auto [from_ns, to_ns] = options.window;
    if (options.step_ns < 1 || options.step_ns > kMinuteNs) {
        return fail(where + "step_ns: found " + std::to_string(options.step_ns) +
                    ", expected an integer from 1 to " + std::to_string(kMinuteNs));
    }
    if (trades.source.first_time_ns - options.step_ns >= from_ns) {
        return fail(
            where + "from: found " + utc_text(from_ns) +
            ", expected a time with a trade in the first step or before it; the first is at " +
            utc_text(trades.source.first_time_ns));
    }
    if (to_ns <= from_ns || to_ns - options.step_ns > trades.source.last_time_ns) {
        return fail(where + "to: found " + utc_text(to_ns) + ", expected a time after " +
                    utc_text(from_ns) + " up to a step after the last trade, " +
                    utc_text(trades.source.last_time_ns));
    }
    if (div_ceil(to_ns - from_ns, options.step_ns) > kPathStepsMax) {
        return fail(where + "step_ns: found " + std::to_string(options.step_ns) +
                    ", expected at most " + std::to_string(kPathStepsMax) + " steps in the window");
    }
    return {};
}

}  // namespace

Result<PricePath> price_path(const AggTrades& trades, const TradePathOptions& options) {
    if (const Status status = judge(trades, options); !status) {
        return tl::make_unexpected(status.error());
    }
    const auto [from_ns, to_ns] = options.window;
    auto trade = std::partition_point(trades.rows.begin(), trades.rows.end(),
                                      [start_ns = options.window.from_ns](const AggTrade& row) {
                                          return row.time_ns < start_ns;
                                      });
    std::int64_t price = trade == trades.rows.begin() ? 0 : (trade - 1)->price_ticks;
    PricePath path;
    path.reserve(static_cast<std::size_t>(div_ceil(to_ns - from_ns, options.step_ns)));
    for (std::int64_t time_ns = from_ns; time_ns < to_ns; time_ns += options.step_ns) {
        std::int64_t volume = 0;
        for (; trade != trades.rows.end() && trade->time_ns < time_ns + options.step_ns; ++trade) {
            price = trade->price_ticks;
            volume += trade->volume_lots;
        }
        path.push_back({time_ns, price, volume});
    }
    return path;
}

}  // namespace lpc::market_data
