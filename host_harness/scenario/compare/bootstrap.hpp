// The confidence interval of a mean by the BCa bootstrap (Efron 1987): resampled with our integer
// generator, summed exactly in integers; floating point only says which of the sorted resamples
// bounds the interval. Pure; the same values, seed and count give the same interval everywhere.
#pragma once

#include <cstdint>
#include <vector>

#include <lpc/sdk/rounding.hpp>

namespace lpc::scenario {

// The mean is sum / count, and its 95 % interval goes from low / count to high / count: numerators,
// so that nothing is rounded before it is shown.
struct MeanEstimate {
    Int128 sum = 0, low = 0, high = 0;
    std::int64_t count = 0;
};

struct BootstrapOptions {
    std::uint64_t seed = 1;
    std::size_t resamples = 10'000;
};

// Values that are all the same (a single one too) have an interval of no width; none: count 0.
// Adding c to every value adds exactly c to the interval, and negating every value mirrors it.
[[nodiscard]] MeanEstimate bootstrap_mean(const std::vector<std::int64_t>& values,
                                          const BootstrapOptions& options);

// Parts of it.

// z0: the normal quantile of the share of resamples below the mean, those equal to it by half.
[[nodiscard]] double bias_correction(std::size_t below, std::size_t equal, std::size_t resamples);

// The jackknife's skewness of the mean: sum u^3 / (6 (sum u^2)^(3/2)), u = value - mean.
[[nodiscard]] double acceleration(const std::vector<std::int64_t>& values);

// Which of the sorted resamples are the bounds, counted from 1: `low` from the least one up, `high`
// from the greatest one down.
struct BoundRanks {
    std::size_t low = 1, high = 1;
};
[[nodiscard]] BoundRanks bca_ranks(double bias, double skew, std::size_t resamples);

}  // namespace lpc::scenario
