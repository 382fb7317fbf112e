// A ratio of sums and its 95 % interval by the percentile bootstrap over blocks: neighbours in time
// share a price path, so blocks of neighbours are drawn, not single close-outs. Integers only;
// pure; the same blocks, seed and count give the same interval everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include <lpc/sdk/rounding.hpp>

#include "../compare/bootstrap.hpp"

namespace lpc::scenario {

// Of one close-out, or of a block of them: sums are taken of both before there is a quotient.
struct Quotient {
    Int128 part = 0, whole = 0;
};

struct RatioEstimate {
    std::int64_t ppb = 0, low_ppb = 0, high_ppb = 0;  // rounded down
    std::int64_t count = 0;                           // parts; 0, or a whole of 0: says nothing
};

// `parts` in the order of time; neighbours make `blocks` blocks of as near the same count as can
// be.
[[nodiscard]] RatioEstimate bootstrap_ratio(const std::vector<Quotient>& parts, std::size_t blocks,
                                            const BootstrapOptions& options);

}  // namespace lpc::scenario
