// A provider's schedule: how many lots it takes off the desk at which discount. Pure functions, any
// thread.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include <foundation/status.hpp>

namespace lpc::bidding {

inline constexpr std::size_t kStepsMax = 16;
inline constexpr std::int64_t kDiscountMaxPpb = 500'000'000;  // half of the price

// So many lots more, from this discount on. A discount is what the provider wants off the price of
// what it buys, or on the price of what it sells; below 0 it pays a premium.
struct Step {
    std::int64_t lots = 0;  // at least 1
    std::int64_t discount_ppb = 0;
    friend bool operator==(const Step&, const Step&) = default;
};
using Schedule = std::vector<Step>;  // discounts rise

// 1 to kStepsMax steps, lots from 1 to LPC_LOTS_MAX in all, discounts within +-kDiscountMaxPpb and
// rising.
Status validate(std::span<const Step> schedule);

// The provider's worst price at this discount. [ticks] lots: of the lot, - sold to providers, +
// bought of them. Rounded for the provider: down where it buys, up where it sells. At least 1.
std::int64_t price_of(std::int64_t reference, std::int64_t lots, std::int64_t discount_ppb);

// Lots (unsigned) that it takes at this price, of a lot whose reference price is `reference`.
std::int64_t lots_at(std::span<const Step> schedule, std::int64_t reference, std::int64_t lots,
                     std::int64_t price);

}  // namespace lpc::bidding
