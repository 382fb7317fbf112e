// The value types of money code: a price, a quantity, an amount of money and a rate do not mix, so
// swapped arguments do not compile. Trivial, constexpr, any thread. Money is 128 bits wide: sums
// and products of numbers within lpc/limits.h never wrap.
#pragma once

#include <lpc/limits.h>

#include <compare>
#include <cstdint>
#include "rounding.hpp"

namespace lpc {

struct Price {  // [ticks]
    std::int64_t ticks = 0;
    friend constexpr auto operator<=>(Price, Price) = default;
};

struct Quantity {  // [lots], + long or buy, - short or sell
    std::int64_t lots = 0;
    friend constexpr auto operator<=>(Quantity, Quantity) = default;
    friend constexpr Quantity operator-(Quantity q) { return {-q.lots}; }
    friend constexpr Quantity operator+(Quantity a, Quantity b) { return {a.lots + b.lots}; }
    friend constexpr Quantity operator-(Quantity a, Quantity b) { return {a.lots - b.lots}; }
};

struct Money {  // [smallest unit of its asset]
    Int128 units = 0;
    friend constexpr bool operator==(Money a, Money b) { return a.units == b.units; }
    friend constexpr std::strong_ordering operator<=>(Money a, Money b) {
        return a.units < b.units   ? std::strong_ordering::less
               : a.units > b.units ? std::strong_ordering::greater
                                   : std::strong_ordering::equal;
    }
    friend constexpr Money operator-(Money m) { return {-m.units}; }
    friend constexpr Money operator+(Money a, Money b) { return {a.units + b.units}; }
    friend constexpr Money operator-(Money a, Money b) { return {a.units - b.units}; }
    constexpr Money& operator+=(Money m) { return *this = *this + m; }
    constexpr Money& operator-=(Money m) { return *this = *this - m; }
};

struct Rate {  // [ppb]
    std::int64_t ppb = 0;
    friend constexpr auto operator<=>(Rate, Rate) = default;
};

struct Multiplier {  // money a tick and lot
    std::int64_t units = 0;
    friend constexpr auto operator<=>(Multiplier, Multiplier) = default;
};

constexpr std::int64_t sign(Quantity q) {
    return q.lots > 0 ? 1 : q.lots < 0 ? -1 : 0;
}
constexpr Quantity magnitude(Quantity q) {
    return {q.lots < 0 ? -q.lots : q.lots};
}

// Signed value of a position at a price: exact.
constexpr Money value_at(Quantity q, Price p, Multiplier m) {
    return {Int128{q.lots} * p.ticks * m.units};
}

// Unsigned value: exact.
constexpr Money notional(Quantity q, Price p, Multiplier m) {
    return value_at(magnitude(q), p, m);
}

// Share of an amount that somebody owes: rounded up, in favour of whoever receives it. amount >= 0,
// rate >= 0.
constexpr Money share_ceil(Money amount, Rate rate) {
    return {div_ceil(amount.units * rate.ppb, LPC_RATE_ONE_PPB)};
}

// Share of an amount that somebody is given: rounded down, in favour of whoever gives it.
constexpr Money share_floor(Money amount, Rate rate) {
    return {div_floor(amount.units * rate.ppb, LPC_RATE_ONE_PPB)};
}

// For a 64-bit field of a fact or command: clamped to the published limit, never wrapped, never
// used to decide.
constexpr std::int64_t published(Money m) {
    return clamp_to(m.units, -LPC_MONEY_MAX, LPC_MONEY_MAX);
}

}  // namespace lpc
