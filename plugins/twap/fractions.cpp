#include "fractions.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace lpc::twap {
namespace {

// Rounded down.
constexpr Fraction times(Fraction a, Fraction b) {
    return static_cast<Fraction>((Int128{a} * b) >> 62);
}

// The largest r with r * r <= value; value below 2^126.
constexpr std::int64_t root_floor(Int128 value) {
    Int128 root = 0;
    for (int bit = 62; bit >= 0; --bit) {
        const Int128 with = root | (Int128{1} << bit);
        if (with * with <= value) root = with;
    }
    return static_cast<std::int64_t>(root);
}

// kHalvings[i] = 2^(-2^-(i + 1)): each is the root of the one before.
constexpr std::array<Fraction, 62> kHalvings = [] {
    std::array<Fraction, 62> halvings{};
    Fraction last = kOne / 2;
    for (Fraction& halving : halvings) {
        last = root_floor(Int128{last} << 62);
        halving = last;
    }
    return halvings;
}();

Fraction power(Fraction base, std::int64_t exponent) {
    Fraction result = kOne;
    for (; exponent > 0; exponent >>= 1) {
        if ((exponent & 1) != 0) result = times(result, base);
        base = times(base, base);
    }
    return result;
}

}  // namespace

Fraction decay_of(std::int64_t interval_ns, std::int64_t half_life_ns) {
    const Int128 halvings = div_floor(Int128{interval_ns} << 62, half_life_ns);
    const Int128 whole = halvings >> 62;
    if (whole >= 62) return 0;
    const auto part = static_cast<Fraction>(halvings - (whole << 62));
    Fraction decay = kOne >> static_cast<int>(whole);
    for (std::size_t i = 0; i < kHalvings.size(); ++i) {
        if (((part >> (61 - i)) & 1) != 0) decay = times(decay, kHalvings[i]);
    }
    return decay;
}

Fraction left_after(Fraction decay, std::int64_t slice, std::int64_t count) {
    if (slice <= 0) return kOne;
    if (slice >= count) return 0;
    const Fraction whole = kOne - power(decay, 2 * count);
    // Why: 0 / 0 at the limit; there the curve is a line to within what a lot can show.
    if (whole < kOne >> 9)
        return static_cast<Fraction>(div_floor(Int128{kOne} * (count - slice), count));
    const Fraction left = power(decay, slice) - power(decay, 2 * count - slice);
    return static_cast<Fraction>(div_floor(Int128{std::max<Fraction>(0, left)} << 62, whole));
}

}  // namespace lpc::twap
