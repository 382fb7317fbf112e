// Division of money with its rounding in its name. No bare `/` in money code: each formula says
// which way it rounds and for whom. Pure, constexpr, any thread. Divisors are positive; a zero or
// negative divisor is a programmer's error (asserted).
#pragma once

#include <cassert>
#include <cstdint>

namespace lpc {

__extension__ typedef __int128 Int128;

// Towards minus infinity.
constexpr Int128 div_floor(Int128 dividend, Int128 divisor) {
    assert(divisor > 0);
    const Int128 quotient = dividend / divisor;
    return dividend % divisor < 0 ? quotient - 1 : quotient;
}

// Towards plus infinity.
constexpr Int128 div_ceil(Int128 dividend, Int128 divisor) {
    assert(divisor > 0);
    const Int128 quotient = dividend / divisor;
    return dividend % divisor > 0 ? quotient + 1 : quotient;
}

// Where the caller knows that nothing is left over.
constexpr Int128 div_exact(Int128 dividend, Int128 divisor) {
    assert(divisor > 0 && dividend % divisor == 0);
    return dividend / divisor;
}

// Into [low, high]; for publishing a wide number in a 64-bit field, never for deciding.
constexpr std::int64_t clamp_to(Int128 value, std::int64_t low, std::int64_t high) {
    return value < low ? low : value > high ? high : static_cast<std::int64_t>(value);
}

}  // namespace lpc
