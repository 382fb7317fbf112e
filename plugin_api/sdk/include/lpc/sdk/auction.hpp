// The rules of a descending lot (lpc/auction.h): the word that holds them, and the price that they
// give at any moment. Plugin and host compute it with this same function, so a price that is told
// can be checked to the tick. Pure, constexpr, integers only, any thread.
//
// A factor has 27 decimals, carried as three digits of base 10^9, so a product needs no integer
// wider than 64 bits. Powers are by squaring, rounded half up at each multiplication.
#pragma once

#include <lpc/auction.h>
#include <lpc/limits.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include "rounding.hpp"
#include "value.hpp"

namespace lpc {

struct LotRules {
    std::uint8_t curve = LPC_CURVE_LINEAR;  // LPC_CURVE_*
    std::int64_t step_ms = 1;               // 1 to 2^20 - 1
    std::int64_t pace = 1;  // LINEAR [ms]: 1 to 2^32 - 1; STAIRSTEP [ppb]: 1 to 10^9 - 1
    friend constexpr bool operator==(const LotRules&, const LotRules&) = default;
};

constexpr bool well_formed(const LotRules& rules) {
    const bool linear = rules.curve == LPC_CURVE_LINEAR;
    if (!linear && rules.curve != LPC_CURVE_STAIRSTEP) return false;
    const std::int64_t pace_max = linear ? UINT32_MAX : LPC_RATE_ONE_PPB - 1;
    return rules.step_ms >= 1 && rules.step_ms < 1 << 20 && rules.pace >= 1 &&
           rules.pace <= pace_max;
}

// The word that a first OFFER carries as its tag. For well-formed rules only.
constexpr std::uint64_t pack(const LotRules& rules) {
    return rules.curve | static_cast<std::uint64_t>(rules.step_ms) << 2 |
           static_cast<std::uint64_t>(rules.pace) << 22;
}

// Nothing unless the word is one that pack() makes.
constexpr std::optional<LotRules> unpack_lot_rules(std::uint64_t word) {
    const LotRules rules{static_cast<std::uint8_t>(word & 3),
                         static_cast<std::int64_t>(word >> 2 & 0xfffff),
                         static_cast<std::int64_t>(word >> 22 & 0xffffffff)};
    if (word >> 54 != 0 || !well_formed(rules)) return std::nullopt;
    return rules;
}

constexpr std::int64_t step_ns(const LotRules& rules) {
    return rules.step_ms * 1'000'000;
}

// Whole steps that lie behind; none before the beginning.
constexpr std::int64_t steps_behind(const LotRules& rules, std::int64_t elapsed_ns) {
    return static_cast<std::int64_t>(
        div_floor(std::max<std::int64_t>(elapsed_ns, 0), step_ns(rules)));
}

// A number of 27 decimals from 0 to 1.
class Factor {
  public:
    static constexpr Int128 kOne = Int128{LPC_RATE_ONE_PPB} * LPC_RATE_ONE_PPB * LPC_RATE_ONE_PPB;

    // [10^-27], 0 to kOne.
    explicit constexpr Factor(Int128 units)
        : digits_{static_cast<std::uint64_t>(units % kBase),
                  static_cast<std::uint64_t>(units / kBase % kBase),
                  static_cast<std::uint64_t>(units / kBase / kBase)} {}
    static constexpr Factor of_ppb(std::int64_t ppb) { return Factor(Int128{ppb} * kBase * kBase); }
    [[nodiscard]] constexpr Int128 units() const {
        return (Int128{digits_[2]} * kBase + digits_[1]) * kBase + digits_[0];
    }

    // Rounded half up at the 27th decimal.
    friend constexpr Factor operator*(const Factor& a, const Factor& b) {
        // Invariant: a column holds at most three products below 10^18 and a carry, so it fits.
        std::array<std::uint64_t, 6> columns{};
        for (std::size_t i = 0; i < 3; ++i) {
            for (std::size_t j = 0; j < 3; ++j) columns[i + j] += a.digits_[i] * b.digits_[j];
        }
        for (std::size_t i = 0; i + 1 < columns.size(); ++i) {
            if (i == 2) columns[i] += kBase / 2;  // half of the last decimal that stays
            columns[i + 1] += columns[i] / kBase;
            columns[i] %= kBase;
        }
        return Factor({columns[3], columns[4], columns[5]});
    }

  private:
    static constexpr std::uint64_t kBase = 1'000'000'000;

    explicit constexpr Factor(const std::array<std::uint64_t, 3>& digits) : digits_(digits) {}

    std::array<std::uint64_t, 3> digits_;  // lowest first; the highest is 10^9 for one
};

// By squaring, lowest bit first, as the published curves are computed.
constexpr Factor power(Factor base, std::int64_t exponent) {
    Factor result = (exponent & 1) != 0 ? base : Factor(Factor::kOne);
    for (exponent >>= 1; exponent != 0; exponent >>= 1) {
        base = base * base;
        if ((exponent & 1) != 0) result = result * base;
    }
    return result;
}

namespace detail {

// floor(price * numerator / denominator), or a number beyond LPC_PRICE_MAX where it is one. In two
// steps of 20 bits, since the whole product may need 131 bits. price <= 2^40, 0 <= numerator <=
// 10^27, 0 < denominator <= 10^27. `left` becomes true where the quotient is not exact.
constexpr Int128 scaled(std::int64_t price, Int128 numerator, Int128 denominator, bool& left) {
    constexpr Int128 kHalf = 1 << 20;
    const Int128 upper = price / kHalf * numerator;
    const Int128 whole = div_floor(upper, denominator);
    if (whole > LPC_PRICE_MAX) return whole;
    const Int128 lower = upper % denominator * kHalf + price % kHalf * numerator;
    left = lower % denominator != 0;
    return whole * kHalf + div_floor(lower, denominator);
}

}  // namespace detail

// The lot's price when `elapsed_ns` of its clock have passed. `lots` as in OFFER: a lot that is
// sold (-) starts at `start` and falls, one that is bought (+) rises. [ticks]
// Rounded for the account whose position it is: up for a sale, down for a purchase, so that no lot
// goes for less than its curve says. Never below one tick or above LPC_PRICE_MAX.
// start: 1 to LPC_PRICE_MAX; the rules well-formed.
constexpr Price price_at(Quantity lots, Price start, const LotRules& rules,
                         std::int64_t elapsed_ns) {
    const std::int64_t steps = steps_behind(rules, elapsed_ns);
    const bool sold = lots.lots < 0;
    bool left = false;
    Int128 price = 0;
    if (rules.curve == LPC_CURVE_LINEAR) {
        const Int128 passed = Int128{steps} * rules.step_ms;
        const Int128 share = sold ? std::max<Int128>(0, rules.pace - passed) : rules.pace + passed;
        price = sold ? div_ceil(start.ticks * share, rules.pace)
                     : div_floor(start.ticks * share, rules.pace);
    } else {
        const Int128 factor = power(Factor::of_ppb(rules.pace), steps).units();
        if (sold) {
            price = detail::scaled(start.ticks, factor, Factor::kOne, left);
            if (left) ++price;
        } else if (factor == 0) {
            price = LPC_PRICE_MAX;
        } else {
            price = detail::scaled(start.ticks, Factor::kOne, factor, left);
        }
    }
    return {clamp_to(price, 1, LPC_PRICE_MAX)};
}

}  // namespace lpc
