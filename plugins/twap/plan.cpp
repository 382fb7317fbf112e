#include "plan.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>

namespace lpc::twap {

Plan lay(std::int64_t lots, const PlanTerms& terms) {
    const std::int64_t left = terms.deadline_ns == 0
                                  ? terms.horizon_ns
                                  : std::max<std::int64_t>(0, terms.deadline_ns - terms.now_ns);
    const std::int64_t count =
        clamp_to(div_ceil(std::min(terms.horizon_ns, left), terms.interval_ns), 1, INT64_MAX);
    const std::int64_t whole = terms.now_ns + count * terms.interval_ns;
    const std::int64_t end = terms.deadline_ns == 0 ? whole : std::min(whole, terms.now_ns + left);
    return {terms.now_ns, terms.interval_ns, end, count, lots};
}

Plan lay_anew(const Plan& old, std::int64_t lots, std::int64_t next_slice_ns,
              std::int64_t deadline_ns) {
    const Int128 past = div_floor(next_slice_ns - old.start_ns, old.interval_ns);
    const std::int64_t end = deadline_ns == 0 ? old.end_ns : std::min(old.end_ns, deadline_ns);
    return {next_slice_ns, old.interval_ns, end, clamp_to(old.count - past, 1, INT64_MAX), lots};
}

std::int64_t slice_at(const Plan& plan, std::int64_t now_ns) {
    return clamp_to(div_floor(now_ns - plan.start_ns, plan.interval_ns), 0, plan.count - 1);
}

std::int64_t time_after(const Plan& plan, std::int64_t slice) {
    return slice + 1 < plan.count ? plan.start_ns + (slice + 1) * plan.interval_ns : plan.end_ns;
}

std::int64_t scheduled(const Plan& plan, std::int64_t slice) {
    return static_cast<std::int64_t>(div_floor(Int128{slice} * plan.lots, plan.count));
}

std::int64_t slice_lots(const Plan& plan, std::int64_t slice, std::int64_t done,
                        const SliceRule& rule) {
    const std::int64_t rest = plan.lots - done;
    if (rest <= 0) return 0;
    const std::int64_t min = rule.min_slice_lots;
    std::int64_t wanted = rest;
    if (rest >= 2 * min) {
        const Int128 nominal = div_ceil(plan.lots, plan.count);
        const Int128 most = div_floor(nominal * rule.catch_up_ppb, LPC_RATE_ONE_PPB);
        const std::int64_t cap = std::max(min, clamp_to(most, 1, LPC_LOTS_MAX));
        wanted = std::min(scheduled(plan, slice + 1) - done, cap);
        // Why: what is left behind must not be too small for a slice of its own.
        if (wanted < rest && rest - wanted < min) wanted = rest - min;
    }
    wanted = std::min(wanted, rule.budget_lots);
    const bool too_small = wanted < min && wanted < rest;
    return too_small || wanted < 0 ? 0 : wanted;
}

}  // namespace lpc::twap
