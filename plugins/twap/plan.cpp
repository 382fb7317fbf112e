#include "plan.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>

namespace lpc::twap {
namespace {

std::int64_t share_of(std::int64_t lots, std::int64_t ppb) {
    return static_cast<std::int64_t>(div_ceil(Int128{lots} * ppb, LPC_RATE_ONE_PPB));
}

}  // namespace

Plan lay(std::int64_t lots, const PlanTerms& terms) {
    const std::int64_t left =
        terms.deadline_ns == 0
            ? terms.horizon_ns
            : std::clamp<std::int64_t>(terms.deadline_ns - terms.now_ns, 0, terms.horizon_ns);
    Shape shape = terms.shape;
    if (left <= terms.interval_ns + shape.pause_ns) shape.first_share_ppb = 0;
    if (shape.first_share_ppb == 0) shape.pause_ns = 0;
    const std::int64_t count =
        clamp_to(div_ceil(left - shape.pause_ns, terms.interval_ns), 1, INT64_MAX);
    const std::int64_t whole = terms.now_ns + shape.pause_ns + count * terms.interval_ns;
    const std::int64_t end =
        terms.deadline_ns == 0 ? whole : std::min(whole, std::max(terms.now_ns, terms.deadline_ns));
    return {terms.now_ns, terms.interval_ns, end, count, lots, shape};
}

Plan lay_anew(const Plan& old, std::int64_t lots, std::int64_t next_slice_ns,
              std::int64_t deadline_ns) {
    Plan plan = old;
    plan.lots = lots;
    if (deadline_ns != 0) plan.end_ns = std::min(old.end_ns, deadline_ns);
    const std::int64_t past =
        next_slice_ns >= old.end_ns ? old.count : slice_at(old, next_slice_ns);
    if (past == 0) return plan;
    plan.start_ns = past < old.count ? time_of(old, past) : next_slice_ns;
    plan.count = std::max<std::int64_t>(1, old.count - past);
    plan.shape.first_share_ppb = plan.shape.pause_ns = 0;
    return plan;
}

Plan later_by(Plan plan, std::int64_t ns, std::int64_t deadline_ns) {
    plan.start_ns = std::min(plan.start_ns + ns, kStartMax);
    plan.end_ns = std::min(plan.end_ns + ns, deadline_ns == 0 ? kEndMax : deadline_ns);
    return plan;
}

std::int64_t slice_at(const Plan& plan, std::int64_t now_ns) {
    const Int128 since = Int128{now_ns} - plan.start_ns - plan.shape.pause_ns;
    return clamp_to(div_floor(since, plan.interval_ns), 0, plan.count - 1);
}

std::int64_t time_of(const Plan& plan, std::int64_t slice) {
    return plan.start_ns + slice * plan.interval_ns + (slice > 0 ? plan.shape.pause_ns : 0);
}

std::int64_t span_of(const Plan& plan, std::int64_t slice) {
    const std::int64_t next = slice + 1 < plan.count ? time_of(plan, slice + 1) : plan.end_ns;
    return std::max<std::int64_t>(0, std::min(next, plan.end_ns) - time_of(plan, slice));
}

std::int64_t scheduled(const Plan& plan, std::int64_t slice) {
    if (slice <= 0) return 0;
    if (slice >= plan.count) return plan.lots;
    const std::int64_t first = share_of(plan.lots, plan.shape.first_share_ppb);
    const std::int64_t ahead = plan.shape.first_share_ppb == 0 ? 0 : 1;
    const std::int64_t rest = plan.lots - first;
    const std::int64_t passed = slice - ahead, count = plan.count - ahead;
    // Why apart: a straight line is exact in lots, not only within a fraction's rounding.
    if (plan.shape.decay == kOne)
        return first + static_cast<std::int64_t>(div_floor(Int128{passed} * rest, count));
    const Int128 left = Int128{rest} * left_after(plan.shape.decay, passed, count);
    return first + rest - static_cast<std::int64_t>(div_ceil(left, kOne));
}

std::int64_t wanted(const Plan& plan, std::int64_t slice, std::int64_t done) {
    if (plan.shape.fraction_ppb > 0) return share_of(plan.lots - done, plan.shape.fraction_ppb);
    return scheduled(plan, slice + 1) - done;
}

}  // namespace lpc::twap
