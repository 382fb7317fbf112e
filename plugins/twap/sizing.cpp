#include "sizing.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>

namespace lpc::twap {
namespace {

// Rounded down.
std::int64_t scaled(std::int64_t lots, std::int64_t ppb) {
    return clamp_to(div_floor(Int128{lots} * ppb, LPC_RATE_ONE_PPB), 0, LPC_LOTS_MAX);
}

// What the plan wants now, as far as it may be caught up at once. A fraction of the rest has no
// deficit and no last slice; it is never below min_lots.
std::int64_t wish(const Plan& plan, std::int64_t slice, std::int64_t done, const SliceRule& rule) {
    const std::int64_t lots = std::max<std::int64_t>(0, wanted(plan, slice, done));
    if (plan.shape.fraction_ppb > 0) return std::max(rule.min_lots, scaled(lots, rule.scale_ppb));
    const bool last = slice + 1 == plan.count;
    const std::int64_t nominal =
        std::max(scheduled(plan, slice + 1) - scheduled(plan, slice),
                 static_cast<std::int64_t>(div_ceil(plan.lots, plan.count)));
    const std::int64_t most = scaled(nominal, rule.catch_up_ppb);
    return std::min(last ? lots : scaled(lots, rule.scale_ppb),
                    std::max({std::int64_t{1}, rule.min_lots, most}));
}

}  // namespace

std::int64_t slice_lots(const Plan& plan, std::int64_t slice, std::int64_t done,
                        const SliceRule& rule) {
    const std::int64_t rest = plan.lots - done;
    if (rest <= 0) return 0;
    const std::int64_t min = rule.min_lots;
    std::int64_t lots = rest;
    if (rest >= 2 * min && rest > rule.whole_lots) {
        lots = std::min(rest, wish(plan, slice, done, rule));
        // Why: what is left behind must not be too small for a slice of its own.
        if (lots < rest && rest - lots < min) lots = rest - min;
    }
    lots = std::min(lots, rule.most_lots);
    const bool too_small = lots < min && lots < rest;
    return too_small || lots < 0 ? 0 : lots;
}

}  // namespace lpc::twap
