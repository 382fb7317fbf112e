// What share of a position is left after so many slices, in integers: a plan keeps one number, the
// decay of a slice, from which every share follows by multiplications. Pure, any thread; the same
// bytes from any compiler, since no floating point is involved.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <cstdint>

namespace lpc::twap {

// A number of [0, 1] in units of 2^-62.
using Fraction = std::int64_t;
inline constexpr Fraction kOne = std::int64_t{1} << 62;

// 2^(-interval / half_life): what is left of a quantity that halves every half_life after an
// interval. Both positive. Rounded down, within 2^-53.
Fraction decay_of(std::int64_t interval_ns, std::int64_t half_life_ns);

// The optimal trajectory of Almgren and Chriss (2000), sampled at slice j of `count`:
//     x_j / X = sinh(kappa (T - t_j)) / sinh(kappa T) = (d^j - d^(2n - j)) / (1 - d^(2n))
// with d = exp(-kappa * interval) the decay of one slice. Where kappa T < 2^-10 it is the straight
// line 1 - j / n. Exact at both ends; between them within count * 2^-52 / min(1, kappa T).
Fraction left_after(Fraction decay, std::int64_t slice, std::int64_t count);

}  // namespace lpc::twap
