// How many lots one slice may order: the plan's wish within limits. Pure, exact integers, any
// thread.
#pragma once

#include <cstdint>

#include "plan.hpp"

namespace lpc::twap {

struct SliceRule {
    std::int64_t catch_up_ppb = 0;           // most, of the nominal slice
    std::int64_t min_lots = 1;               // no slice below, and none leaves less behind
    std::int64_t whole_lots = 0;             // a rest of at most this goes as one
    std::int64_t most_lots = 0;              // budget, depth and the largest order that is allowed
    std::int64_t scale_ppb = 1'000'000'000;  // by which the wish is multiplied (jitter.hpp)
};

// Lots to order at a slice when `done` lots are closed: the plan's wish, scaled except in the last
// slice, at most catch_up of the nominal slice (rounded down), then at most most_lots. The nominal
// slice is the larger of this one by the plan and the mean one (rounded up). A rest below twice
// min_lots or up to whole_lots is wanted as one. 0: nothing now.
std::int64_t slice_lots(const Plan& plan, std::int64_t slice, std::int64_t done,
                        const SliceRule& rule);

}  // namespace lpc::twap
