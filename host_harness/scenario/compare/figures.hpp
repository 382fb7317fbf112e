// Means of a comparison as decimals for people and as numbers for JSON; a mean is numerator /
// count. Pure.
#pragma once

#include <cstdint>
#include <string>

#include <lpc/sdk/rounding.hpp>

#include "measures.hpp"

namespace lpc::scenario {

// Towards minus infinity, plus infinity, or to the nearest, halves away from zero: an interval that
// is rounded outwards never says more than was shown.
enum class Round : std::uint8_t { down, nearest, up };
[[nodiscard]] Int128 divided(Int128 numerator, Int128 divisor, Round round);

// "12.3400 %", "-5.20 bps", "1234.50 ms", "17.20"; money in whole units of `asset_scale` smallest
// ones.
[[nodiscard]] std::string shown(Unit unit, Int128 numerator, std::int64_t count,
                                std::int64_t asset_scale);

// In the unit of the metric's name. Money, shares and times are whole; basis points and counts have
// two decimals: then the answer counts hundredths.
[[nodiscard]] bool in_hundredths(Unit unit);
[[nodiscard]] std::int64_t for_json(Unit unit, Int128 numerator, std::int64_t count, Round round);

}  // namespace lpc::scenario
