// The schedule of one position: equal slices by time, in whole lots that sum exactly. Pure
// functions of their arguments, exact integers, any thread.
#pragma once

#include <cstdint>

namespace lpc::twap {

// Slices at start, start + interval, ... `count` of them; at `end` what is left is asked to be
// escalated.
struct Plan {
    std::int64_t start_ns = 0, interval_ns = 1, end_ns = 0;
    std::int64_t count = 1;
    std::int64_t lots = 0;  // to be closed by all slices together, unsigned
    friend bool operator==(const Plan&, const Plan&) = default;
};

// A new plan for `lots` from now on: one slice an interval, the first at once, for the horizon in
// whole intervals (rounded up: the next plan's first slice keeps its distance) or until the
// deadline (0: none).
struct PlanTerms {
    std::int64_t now_ns, horizon_ns, interval_ns, deadline_ns;
};
Plan lay(std::int64_t lots, const PlanTerms& terms);

// The same grid from the slice at `next_slice_ns` on, for `lots` over the slices that remain.
Plan lay_anew(const Plan& old, std::int64_t lots, std::int64_t next_slice_ns,
              std::int64_t deadline_ns);

// The slice whose time has come at `now_ns` (not before the start): 0 to count - 1.
std::int64_t slice_at(const Plan& plan, std::int64_t now_ns);
// When the one after it is due; after the last, the plan's end.
std::int64_t time_after(const Plan& plan, std::int64_t slice);

// Lots that the slices before `slice` close: floor(slice * lots / count). So slice j is scheduled(j
// + 1) - scheduled(j), and all sum to `lots` exactly.
std::int64_t scheduled(const Plan& plan, std::int64_t slice);

// Lots to order at a slice when `done` lots are closed: what the schedule is behind, at most
// catch_up of the nominal slice and at most the budget, at least min_slice; a rest below twice
// min_slice goes as one. 0: nothing now.
struct SliceRule {
    std::int64_t catch_up_ppb, min_slice_lots, budget_lots;
};
std::int64_t slice_lots(const Plan& plan, std::int64_t slice, std::int64_t done,
                        const SliceRule& rule);

}  // namespace lpc::twap
