#include "bootstrap.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <venue/random.hpp>

namespace lpc::scenario {
namespace {

constexpr double kZ975 = 1.959963984540054;  // the normal quantile of 97.5 %

double normal_share_below(double z) {
    return 0.5 * std::erfc(-z / std::sqrt(2.0));
}

// Of a share of at most a half, by bisection: the share is exact to the last bits, and nothing is
// tabulated.
double normal_quantile_of_tail(double share) {
    double low = -40, high = 0;
    for (int i = 0; i < 100; ++i) {
        const double middle = (low + high) / 2;
        (normal_share_below(middle) < share ? low : high) = middle;
    }
    return (low + high) / 2;
}

// z0 + w / (1 - skew w). A skew so large that the denominator is gone means the outermost resample.
double corrected(double bias, double w, double skew) {
    const double room = 1 - skew * w;
    if (room <= 0) return std::copysign(std::numeric_limits<double>::infinity(), w);
    return bias + w / room;
}

std::size_t rank_of(double tail, std::size_t resamples) {
    const double rank = std::floor(static_cast<double>(resamples + 1) * tail);
    return static_cast<std::size_t>(std::clamp(rank, 1.0, static_cast<double>(resamples)));
}

std::vector<Int128> resampled_sums(const std::vector<std::int64_t>& values,
                                   const BootstrapOptions& options) {
    venue::Random random(options.seed);
    std::vector<Int128> sums(options.resamples);
    for (Int128& sum : sums) {
        for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.below(values.size())];
    }
    std::sort(sums.begin(), sums.end());
    return sums;
}

Int128 sum_of(const std::vector<std::int64_t>& values) {
    Int128 sum = 0;
    for (const std::int64_t value : values) sum += value;
    return sum;
}

}  // namespace

double bias_correction(std::size_t below, std::size_t equal, std::size_t resamples) {
    // In half resamples, so that mirrored counts give mirrored answers to the last bit.
    const std::size_t all = 2 * resamples, under = 2 * below + equal;
    const std::size_t tail = std::max<std::size_t>(1, std::min(under, all - under));
    if (2 * tail == all) return 0;
    const double z = normal_quantile_of_tail(static_cast<double>(tail) / static_cast<double>(all));
    return under < all - under ? z : -z;
}

double acceleration(const std::vector<std::int64_t>& values) {
    const Int128 sum = sum_of(values);
    double squares = 0, cubes = 0;
    for (const std::int64_t value : values) {
        const auto u =
            static_cast<double>(Int128{value} * static_cast<std::int64_t>(values.size()) - sum);
        squares += u * u;
        cubes += u * u * u;
    }
    return squares > 0 ? cubes / (6 * squares * std::sqrt(squares)) : 0;
}

BoundRanks bca_ranks(double bias, double skew, std::size_t resamples) {
    const double low = corrected(bias, bias - kZ975, skew);
    const double high = corrected(bias, bias + kZ975, skew);
    return {rank_of(normal_share_below(low), resamples),
            rank_of(normal_share_below(-high), resamples)};
}

MeanEstimate bootstrap_mean(const std::vector<std::int64_t>& values,
                            const BootstrapOptions& options) {
    MeanEstimate mean;
    mean.count = static_cast<std::int64_t>(values.size());
    mean.sum = mean.low = mean.high = sum_of(values);
    const bool all_same = std::all_of(values.begin(), values.end(),
                                      [&](std::int64_t value) { return value == values.front(); });
    if (all_same) return mean;
    const std::vector<Int128> sums = resampled_sums(values, options);
    const auto [first, last] = std::equal_range(sums.begin(), sums.end(), mean.sum);
    const double bias = bias_correction(static_cast<std::size_t>(first - sums.begin()),
                                        static_cast<std::size_t>(last - first), sums.size());
    const BoundRanks ranks = bca_ranks(bias, acceleration(values), sums.size());
    mean.low = sums[ranks.low - 1];
    mean.high = sums[sums.size() - ranks.high];
    return mean;
}

}  // namespace lpc::scenario
