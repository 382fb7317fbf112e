// The schedule of one position: when its slices are due and how many lots they close, in whole lots
// that sum exactly. Pure functions of their arguments, exact integers, any thread.
#pragma once

#include <lpc/limits.h>

#include <cstdint>

#include "fractions.hpp"

namespace lpc::twap {

// How the lots are spread over the slices.
struct Shape {
    Fraction decay = kOne;             // of one slice (fractions.hpp); kOne: equal slices
    std::int64_t first_share_ppb = 0;  // of the whole in the first slice, before the others
    std::int64_t pause_ns = 0;         // by which the second slice comes later than its interval
    std::int64_t fraction_ppb = 0;     // not 0: each slice is this share of what is left then
    friend bool operator==(const Shape&, const Shape&) = default;
};

// Slices at start, start + pause + interval, ... `count` of them; at `end` what is left is asked to
// be escalated.
struct Plan {
    std::int64_t start_ns = 0, interval_ns = 1, end_ns = 0;
    std::int64_t count = 1;
    std::int64_t lots = 0;  // to be closed by all slices together, unsigned
    Shape shape{};
    friend bool operator==(const Plan&, const Plan&) = default;
};

// A new plan for `lots` from now on: one slice an interval, the first at once, for the horizon in
// whole intervals (rounded up: the next plan's first slice keeps its distance) or until the
// deadline (0: none). A first share whose pause would not be over by then is none.
struct PlanTerms {
    std::int64_t now_ns, horizon_ns, interval_ns, deadline_ns;
    Shape shape{};
};
Plan lay(std::int64_t lots, const PlanTerms& terms);

// The same grid from the slice that is due at `next_slice_ns` on, for `lots` over the slices that
// remain. Almgren's and Chriss's trajectory is the same whenever it is laid anew.
Plan lay_anew(const Plan& old, std::int64_t lots, std::int64_t next_slice_ns,
              std::int64_t deadline_ns);

// The latest moments at which a plan may start and end. Why a margin: slices come after its start,
// and their times must fit.
inline constexpr std::int64_t kStartMax = LPC_TIME_MAX_NS - 1'000'000'000'000'000;
inline constexpr std::int64_t kEndMax = LPC_TIME_MAX_NS - 1;

// The same plan, so much later, until the deadline (0: none).
Plan later_by(Plan plan, std::int64_t ns, std::int64_t deadline_ns);

// The slice whose time has come at `now_ns`: 0 to count - 1.
std::int64_t slice_at(const Plan& plan, std::int64_t now_ns);
// When a slice may go: from here on, for span_of.
std::int64_t time_of(const Plan& plan, std::int64_t slice);
// Until the next slice's time or the plan's end.
std::int64_t span_of(const Plan& plan, std::int64_t slice);

// Lots that the slices before `slice` close; slice j is scheduled(j + 1) - scheduled(j), and all
// sum to `lots` exactly. Rounded down: what a slice owes goes with a later one. Not for a shape
// with a fraction, which has no such sum.
std::int64_t scheduled(const Plan& plan, std::int64_t slice);

// Lots that the plan wants closed by the end of a slice when `done` are: what it is behind, or the
// fraction of the rest, rounded up. May be negative: it is ahead.
std::int64_t wanted(const Plan& plan, std::int64_t slice, std::int64_t done);

}  // namespace lpc::twap
