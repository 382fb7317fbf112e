// The BCa interval of a mean: what it covers, what it may not depend on, and small cases by hand.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <scenario/compare/bootstrap.hpp>
#include <vector>
#include <venue/random.hpp>

using lpc::Int128;
using lpc::scenario::acceleration;
using lpc::scenario::bca_ranks;
using lpc::scenario::bias_correction;
using lpc::scenario::bootstrap_mean;
using lpc::scenario::BootstrapOptions;
using lpc::scenario::BoundRanks;
using lpc::scenario::MeanEstimate;
using lpc::venue::Random;

namespace {

using Values = std::vector<std::int64_t>;

constexpr std::int64_t kMean = 250'000;

// Nearly normal: the sum of twelve uniform draws. The standard deviation is a million.
std::int64_t normal(Random& random) {
    std::int64_t sum = kMean;
    for (int i = 0; i < 12; ++i) sum += random.between(-1'000'000, 1'000'000) / 2;
    return sum;
}

Values normals(Random& random, std::size_t count) {
    Values values;
    for (std::size_t i = 0; i < count; ++i) values.push_back(normal(random));
    return values;
}

// A few large ones among many small ones.
Values skewed(Random& random, std::size_t count) {
    Values values;
    for (std::size_t i = 0; i < count; ++i) {
        const std::int64_t root = random.between(0, 1000);
        values.push_back(root * root * root / 1000);
    }
    return values;
}

double covered_share(std::uint64_t seed, std::size_t trials, std::size_t count) {
    Random random(seed);
    std::size_t covered = 0;
    for (std::size_t i = 0; i < trials; ++i) {
        const MeanEstimate mean = bootstrap_mean(normals(random, count), {random.next(), 1000});
        const Int128 truth = Int128{kMean} * mean.count;
        if (mean.low <= truth && truth <= mean.high) ++covered;
    }
    return static_cast<double>(covered) / static_cast<double>(trials);
}

template <class Change>
Values changed(Values values, Change change) {
    for (std::int64_t& value : values) value = change(value);
    return values;
}

bool same(const MeanEstimate& x, const MeanEstimate& y) {
    return x.sum == y.sum && x.low == y.low && x.high == y.high && x.count == y.count;
}

std::int64_t low_of(const MeanEstimate& mean) {
    return static_cast<std::int64_t>(mean.low);
}
std::int64_t high_of(const MeanEstimate& mean) {
    return static_cast<std::int64_t>(mean.high);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bootstrap)

BOOST_AUTO_TEST_CASE(the_interval_covers_the_true_mean_about_95_times_of_100) {
    constexpr std::uint64_t kSeed = 5;
    const double share = covered_share(kSeed, 1000, 50);
    BOOST_TEST_MESSAGE("covered " << share);
    // Three standard errors of 1,000 trials either way, and what a bootstrap of 50 values lacks.
    BOOST_TEST(share > 0.92, "seed " << kSeed << ": covered " << share);
    BOOST_TEST(share < 0.975, "seed " << kSeed << ": covered " << share);
}

BOOST_AUTO_TEST_CASE(a_shift_of_all_values_shifts_the_interval_by_exactly_as_much) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const Values values = skewed(random, 25);
        const MeanEstimate before = bootstrap_mean(values, {seed, 2000});
        constexpr std::int64_t kShift = -123'456'789;
        const MeanEstimate after = bootstrap_mean(
            changed(values, [](std::int64_t v) { return v + kShift; }), {seed, 2000});
        const Int128 moved = Int128{kShift} * 25;
        BOOST_TEST(same(after, {before.sum + moved, before.low + moved, before.high + moved, 25}),
                   "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(a_scale_of_all_values_scales_the_interval_by_exactly_as_much) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const Values values = skewed(random, 25);
        const MeanEstimate before = bootstrap_mean(values, {seed, 2000});
        const MeanEstimate after =
            bootstrap_mean(changed(values, [](std::int64_t v) { return 1024 * v; }), {seed, 2000});
        BOOST_TEST(same(after, {1024 * before.sum, 1024 * before.low, 1024 * before.high, 25}),
                   "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(the_opposite_values_have_exactly_the_mirrored_interval) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Random random(seed);
        const Values values = skewed(random, 12);
        const MeanEstimate mean = bootstrap_mean(values, {seed, 2000});
        const MeanEstimate opposite =
            bootstrap_mean(changed(values, [](std::int64_t v) { return -v; }), {seed, 2000});
        BOOST_TEST(same(opposite, {-mean.sum, -mean.high, -mean.low, 12}), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(values_that_are_all_the_same_have_an_interval_of_no_width) {
    for (const std::int64_t value : {std::int64_t{0}, std::int64_t{-7}, INT64_MAX}) {
        const MeanEstimate mean = bootstrap_mean(Values(30, value), {});
        BOOST_TEST(same(mean, {30 * Int128{value}, 30 * Int128{value}, 30 * Int128{value}, 30}));
    }
    BOOST_TEST(same(bootstrap_mean({42}, {}), {42, 42, 42, 1}));
    BOOST_TEST(bootstrap_mean({}, {}).count == 0);
}

BOOST_AUTO_TEST_CASE(the_interval_is_the_same_for_the_same_seed_and_holds_the_mean) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        Random random(seed);
        const Values values = skewed(random, 20);
        const MeanEstimate mean = bootstrap_mean(values, {seed, 1000});
        BOOST_TEST(same(mean, bootstrap_mean(values, {seed, 1000})), "seed " << seed);
        BOOST_TEST(!same(mean, bootstrap_mean(values, {seed + 1, 1000})), "seed " << seed);
        BOOST_TEST((mean.low < mean.sum && mean.sum < mean.high), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(the_parts_of_bca_are_as_computed_by_hand) {
    // 1, 2, 6: from the mean -2, -1, 3; cubes 18, squares 14: 18 / (6 * 14^1.5).
    BOOST_TEST(std::abs(acceleration({1, 2, 6}) - 0.05727026612409094) < 1e-15);
    BOOST_TEST(acceleration({-1, -2, -6}) == -acceleration({1, 2, 6}));
    BOOST_TEST(acceleration({1, 2, 3}) == 0);
    // Half below: no bias. 5,500 of 10,000 below, or 5,000 and 1,000 equal: the quantile of 0.55.
    BOOST_TEST(bias_correction(5000, 0, 10'000) == 0);
    BOOST_TEST(std::abs(bias_correction(5500, 0, 10'000) - 0.12566134685507416) < 1e-9);
    BOOST_TEST(bias_correction(5000, 1000, 10'000) == bias_correction(5500, 0, 10'000));
    BOOST_TEST(bias_correction(4500, 0, 10'000) == -bias_correction(5500, 0, 10'000));
    BOOST_TEST(std::isfinite(bias_correction(0, 0, 10'000)));
}

BOOST_AUTO_TEST_CASE(the_bounds_are_the_resamples_that_the_formula_names) {
    const auto expect = [](double bias, double skew, std::size_t low, std::size_t high) {
        const BoundRanks ranks = bca_ranks(bias, skew, 10'000);
        BOOST_TEST(ranks.low == low, bias << ", " << skew);
        BOOST_TEST(ranks.high == high, bias << ", " << skew);
    };
    // Without bias and skew: 2.5 % at either end, 10,001 * 0.025 = 250.025.
    expect(0, 0, 250, 250);
    // low: w = 0.1257 - 1.9600; 0.1257 + w / (1 - 0.05 w) = -1.5545, of which 6.00 % lie below.
    expect(0.12566134685507416, 0.05, 600, 70);
    expect(-0.12566134685507416, -0.05, 70, 600);
    expect(-0.3, -0.1, 6, 1305);
    // A skew beyond the formula: the outermost resample, not one from the other end.
    expect(0, 0.6, 1838, 1);
}

// 0 and 3, each with half a chance: a sum of two is 0, 3 or 6 with a quarter, a half, a quarter.
BOOST_AUTO_TEST_CASE(two_values_give_the_interval_from_one_to_the_other) {
    const MeanEstimate mean = bootstrap_mean({0, 3}, {9, 1000});
    BOOST_TEST(low_of(mean) == 0);
    BOOST_TEST(high_of(mean) == 6);
    BOOST_TEST(mean.count == 2);
}

// Nine times 0 and once 10: a resample holds the 10 a binomial number of times, at least 5 times in
// 0.163 % of them, 4 times in 1.28 %. Bias: 0.3487 + 0.3874 / 2 lie below, z0 = 0.1065; skew 720 /
// (6 * 90^1.5) = 0.1405. At the upper end 0.127 % lie beyond: 5 times; without the skew 1.5 %: 3.
BOOST_AUTO_TEST_CASE(a_skewed_sample_has_its_longer_arm_on_the_long_side) {
    const MeanEstimate mean = bootstrap_mean({0, 0, 0, 0, 10, 0, 0, 0, 0, 0}, {2, 100'000});
    BOOST_TEST(low_of(mean) == 0);
    BOOST_TEST(high_of(mean) == 50);
}

BOOST_AUTO_TEST_SUITE_END()
