// Shares a number of lots out among claims, each with a weight and a cap: everybody at the same
// level, lots a weight, or at its cap; whole lots by largest remainder, ties by keyed hash. Pure:
// the same claims in any order get the same. Any thread; integers only.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace lpc::settlement {

struct Claim {
    std::uint64_t weight = 0;  // at least 1; all weights together below 2^63
    std::int64_t cap = 0;      // [lots], at most 2^40
    std::uint64_t account = 0;
    std::uint32_t at = 0;  // its place in `lots_of`
};

// Lots a weight of those who are not at their cap, as a fraction; 0 / 1 when all are.
struct Level {
    std::int64_t lots = 0;
    std::uint64_t weight = 1;
};

// lots: at most the sum of the caps, and 2^40. Adds each claim's share to its place. `claims` is
// used up. In proportion, so the work grows with the claims and not faster: a pass takes out those
// whose cap the level has reached, which raises it, until nobody is left to take out.
Level share_in_proportion(std::vector<Claim>& claims, std::int64_t lots, std::uint64_t tie_key,
                          std::span<std::int64_t> lots_of);

// The same, but so that the greatest share for its weight is as small as whole lots allow.
Level share_least_worst(std::vector<Claim>& claims, std::int64_t lots, std::uint64_t tie_key,
                        std::span<std::int64_t> lots_of);

}  // namespace lpc::settlement
