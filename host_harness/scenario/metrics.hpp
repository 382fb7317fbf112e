// The figures of a report that are computed from the cases of a run. Sums first, then one division:
// never a mean of ratios.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "tally.hpp"

namespace lpc::scenario {

struct LiquidationFigures {
    std::int64_t restored = 0, closed = 0, bankrupt = 0,
                 running = 0;  // accounts, by their last liquidation
    Int128 notional = 0, book_notional = 0, auction_notional = 0, takeover_notional = 0,
           deleveraged_notional = 0, settled_notional = 0;
    Int128 equity_lost = 0;  // by accounts whose close-outs are over: of what they had, never more
    Int128 discount = 0;     // of what bidders paid, against the mark
    std::optional<std::int64_t>
        recovery_rate_ppb;                        // sum equity at the end / sum equity when opened
    std::optional<double> shortfall_arrival_bps;  // + is good for the account is -; paid, with fees
    std::optional<double> shortfall_bankruptcy_bps;  // how much better than the bankruptcy price
    std::optional<std::int64_t> time_to_safe_ms_p50, time_to_safe_ms_p99;
    std::optional<std::int64_t>
        unnecessary_share_ppb;  // notional of cases whose mark returned within a minute
    std::optional<std::int64_t> priority_inversion_ppb;  // of pairs, the healthier acted on first
    std::optional<std::int64_t>
        price_reversion_ppb;  // of the move while closing, come back a minute later
};

LiquidationFigures figures_of(const std::vector<CaseRecord>& cases);

// The value at a share of the sorted values; nothing if there are none.
template <class Value>
std::optional<std::int64_t> percentile(std::vector<Value> values, int per_cent);

}  // namespace lpc::scenario
