// Finds, among many numbers with weights, the least at which their weights add up to a wanted sum:
// in two passes instead of a sort. Pure; exact; any thread.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace lpc::settlement {

struct Rank {
    std::uint64_t number = 0;
    Int128 below = 0;  // the weight of all lesser numbers
};

// The least number for which the weight of those up to it reaches `wanted`, 0 < wanted <= the
// weight of all. weight_of(i): of numbers[i], at least 0.
template <class WeightOf>
Rank weighted_rank(std::span<const std::uint64_t> numbers, Int128 wanted, WeightOf&& weight_of) {
    // A drawer for each length in bits and next six bits: drawers stand in the numbers' order.
    constexpr int kBits = 6;
    const auto drawer_of = [](std::uint64_t number) {
        const int length = static_cast<int>(std::bit_width(number));
        const std::uint64_t head =
            length > kBits ? number >> (length - kBits - 1) : number << (kBits + 1 - length);
        return (static_cast<std::size_t>(length) << kBits) + (head & ((1u << kBits) - 1));
    };
    std::vector<Int128> drawers(std::size_t{65} << kBits);
    for (std::size_t i = 0; i < numbers.size(); ++i) drawers[drawer_of(numbers[i])] += weight_of(i);
    Rank rank;
    std::size_t drawer = 0;
    while (rank.below + drawers[drawer] < wanted) rank.below += drawers[drawer++];
    std::vector<std::pair<std::uint64_t, Int128>> inside;
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        if (drawer_of(numbers[i]) == drawer) inside.emplace_back(numbers[i], weight_of(i));
    }
    std::sort(inside.begin(), inside.end());
    Int128 up_to = rank.below;
    for (const auto& [number, weight] : inside) {
        if (number != rank.number) rank = {number, up_to};
        up_to += weight;
        if (up_to >= wanted) break;
    }
    return rank;
}

}  // namespace lpc::settlement
