// Finds, among many numbers with weights, the least at which their weights add up to a wanted sum:
// in two passes instead of a sort. Pure; exact; any thread.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace lpc::settlement {

struct Weighted {
    std::uint64_t number = 0;
    Int128 weight = 0;  // at least 0
};

struct Rank {
    std::uint64_t number = 0;
    Int128 below = 0;  // the weight of all lesser numbers
};

// The least number for which the weight of those up to it reaches `wanted`, 0 < wanted <= the
// weight of all. `each(take)` calls take(Weighted) for every one of them; it is called twice.
template <class Each>
Rank weighted_rank(Int128 wanted, Each&& each) {
    // A drawer for each length in bits and next six bits: drawers stand in the numbers' order.
    constexpr int kBits = 6;
    const auto drawer_of = [](std::uint64_t number) {
        const int length = static_cast<int>(std::bit_width(number));
        const std::uint64_t head =
            length > kBits ? number >> (length - kBits - 1) : number << (kBits + 1 - length);
        return (static_cast<std::size_t>(length) << kBits) + (head & ((1u << kBits) - 1));
    };
    std::vector<Int128> drawers(std::size_t{65} << kBits);
    each([&](const Weighted& one) { drawers[drawer_of(one.number)] += one.weight; });
    Rank rank;
    std::size_t drawer = 0;
    while (rank.below + drawers[drawer] < wanted) rank.below += drawers[drawer++];
    std::vector<Weighted> inside;
    each([&](const Weighted& one) {
        if (drawer_of(one.number) == drawer) inside.push_back(one);
    });
    std::sort(inside.begin(), inside.end(),
              [](const Weighted& a, const Weighted& b) { return a.number < b.number; });
    Int128 up_to = rank.below;
    for (const Weighted& one : inside) {
        if (one.number != rank.number) rank = {one.number, up_to};
        up_to += one.weight;
        if (up_to >= wanted) break;
    }
    return rank;
}

}  // namespace lpc::settlement
