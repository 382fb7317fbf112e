// The curves of the TWAP plugin against independent computations: closed forms in long double, the
// published example of Almgren and Chriss, and the optimality of the trajectory itself.
#include <lpc/limits.h>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <numeric>
#include <vector>

#include <venue/random.hpp>
#include "twap/fractions.hpp"
#include "twap/plan.hpp"

BOOST_AUTO_TEST_SUITE(twap_schedule)

using namespace lpc::twap;
using lpc::venue::Random;

namespace {

long double as_real(Fraction fraction) {
    return static_cast<long double>(fraction) / static_cast<long double>(kOne);
}

// Lots left after each slice.
std::vector<std::int64_t> left_of(const Plan& plan) {
    std::vector<std::int64_t> left;
    for (std::int64_t j = 1; j <= plan.count; ++j) left.push_back(plan.lots - scheduled(plan, j));
    return left;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_decay_is_the_power_of_two_that_it_says) {
    BOOST_TEST(decay_of(5, 5) == kOne / 2);
    BOOST_TEST(decay_of(10, 5) == kOne / 4);
    BOOST_TEST(decay_of(62, 1) == 0);
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        Random random(seed);
        const std::int64_t interval = random.between(1'000'000, 3'600'000'000'000);
        const std::int64_t half_life = random.between(interval / 20, 86'400'000'000'000);
        const long double expected =
            std::exp2(-static_cast<long double>(interval) / static_cast<long double>(half_life));
        BOOST_TEST_INFO("seed " << seed);
        BOOST_TEST(std::abs(as_real(decay_of(interval, half_life)) - expected) <
                   std::ldexp(1.0L, -52));
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_is_the_ratio_of_hyperbolic_sines) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Random random(seed);
        const std::int64_t count = random.between(2, 2'000);
        const std::int64_t interval = 1'000'000'000;
        const std::int64_t half_life = random.between(interval / 4, 4 * count * interval);
        const Fraction decay = decay_of(interval, half_life);
        const long double kappa = std::log(2.0L) * static_cast<long double>(interval) /
                                  static_cast<long double>(half_life);
        const auto n = static_cast<long double>(count);
        for (std::int64_t j = 0; j <= count; j += 1 + count / 50) {
            const auto left = static_cast<long double>(count - j);
            const long double expected = std::sinh(kappa * left) / std::sinh(kappa * n);
            BOOST_TEST_INFO("seed " << seed << " slice " << j << " of " << count);
            BOOST_TEST(std::abs(as_real(left_after(decay, j, count)) - expected) < 1e-11L);
        }
        BOOST_TEST(left_after(decay, 0, count) == kOne);
        BOOST_TEST(left_after(decay, count, count) == 0);
    }
}

// "Optimal execution of portfolio transactions": 10^6 shares in five days, lambda 1e-6, sigma 0.95,
// eta 2.5e-6, gamma 2.5e-7: kappa from cosh(kappa) = 1 + lambda sigma^2 / (2 (eta - gamma / 2)).
BOOST_AUTO_TEST_CASE(the_published_example_of_almgren_and_chriss_comes_out) {
    const long double kappa = std::acosh(1.0L + 1e-6L * 0.95L * 0.95L / (2 * (2.5e-6L - 1.25e-7L)));
    const std::int64_t day = 86'400'000'000'000 / 24;
    const auto half_life = static_cast<std::int64_t>(
        std::llround(std::log(2.0L) / kappa * static_cast<long double>(day)));
    // A thousand lots a share, to tell the nearest share.
    const Plan plan{0, day, 5 * day, 5, 1'000'000'000, {decay_of(day, half_life), 0, 0, 0}};
    std::vector<std::int64_t> shares;
    for (const std::int64_t lots : left_of(plan)) shares.push_back((lots + 500) / 1'000);
    const std::vector<std::int64_t> expected{541'956, 289'854, 147'897, 62'142, 0};
    BOOST_TEST(shares == expected, boost::test_tools::per_element());
}

// The trajectory minimises sum n_j^2 + w sum x_j^2 with w = 2 (cosh(kappa) - 1): no way of moving
// lots between two slices is cheaper. Independent of any closed form.
BOOST_AUTO_TEST_CASE(no_neighbour_of_the_trajectory_is_cheaper) {
    for (std::uint64_t seed = 1; seed <= 30; ++seed) {
        Random random(seed);
        const std::int64_t count = random.between(2, 12);
        const std::int64_t half_life = random.between(700'000'000, 6'000'000'000);
        const Plan plan{0,     1'000'000'000,     0,
                        count, 1'000'000'000'000, {decay_of(1'000'000'000, half_life), 0, 0, 0}};
        const long double w =
            2 * (std::cosh(std::log(2.0L) * 1e9L / static_cast<long double>(half_life)) - 1);
        const auto cost = [&](const std::vector<std::int64_t>& left) {
            long double sum = 0;
            long double before = static_cast<long double>(plan.lots);
            for (const std::int64_t lots : left) {
                const auto x = static_cast<long double>(lots);
                sum += (before - x) * (before - x) + w * x * x;
                before = x;
            }
            return sum;
        };
        const std::vector<std::int64_t> best = left_of(plan);
        const long double least = cost(best);
        for (std::size_t j = 0; j + 1 < best.size(); ++j) {
            for (const std::int64_t step : {-10'000'000, -100'000, 100'000, 10'000'000}) {
                std::vector<std::int64_t> other = best;
                other[j] += step;
                BOOST_TEST_INFO("seed " << seed << " slice " << j << " by " << step);
                BOOST_TEST(cost(other) > least);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(every_shape_sums_to_the_whole_exactly_and_never_goes_back) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        Random random(seed);
        Plan plan{0, 1'000'000'000, 0, random.between(1, 300), random.between(0, LPC_LOTS_MAX), {}};
        if (random.chance(700'000'000))
            plan.shape.decay =
                decay_of(1'000'000'000, random.between(100'000'000, 900'000'000'000));
        if (random.chance(300'000'000))
            plan.shape.first_share_ppb = random.between(1, 1'000'000'000);
        std::int64_t sum = 0;
        for (std::int64_t j = 0; j < plan.count; ++j) {
            const std::int64_t slice = scheduled(plan, j + 1) - scheduled(plan, j);
            BOOST_TEST_INFO("seed " << seed << " slice " << j << " of " << plan.count);
            BOOST_TEST(slice >= 0);
            sum += slice;
        }
        BOOST_TEST(sum == plan.lots);
    }
}

BOOST_AUTO_TEST_CASE(a_curve_laid_anew_goes_on_as_it_was) {
    const Fraction decay = decay_of(1'000'000'000, 3'000'000'000);
    const Plan plan{0, 1'000'000'000, 20'000'000'000, 20, 1'000'000'000, {decay, 0, 0, 0}};
    for (std::int64_t j = 1; j < 20; ++j) {
        const std::int64_t left = plan.lots - scheduled(plan, j);
        const Plan anew = lay_anew(plan, left, j * 1'000'000'000, 0);
        BOOST_TEST(anew.count == 20 - j);
        for (std::int64_t k = 0; k <= anew.count; ++k) {
            const std::int64_t apart =
                scheduled(plan, j) + scheduled(anew, k) - scheduled(plan, j + k);
            BOOST_TEST(std::abs(apart) <= 1);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_first_share_a_pause_and_the_rest) {
    const Shape fifth{kOne, 200'000'000, 29, 0};
    const Plan plan = lay(101, {1'000, 60, 1, 0, fifth});
    BOOST_TEST(plan.count == 31);  // 30 after the pause
    BOOST_TEST(plan.end_ns == 1'060);
    BOOST_TEST(scheduled(plan, 1) == 21);  // rounded up
    BOOST_TEST(time_of(plan, 0) == 1'000);
    BOOST_TEST(time_of(plan, 1) == 1'030);
    BOOST_TEST(time_of(plan, 30) == 1'059);
    BOOST_TEST(span_of(plan, 0) == 30);
    BOOST_TEST(span_of(plan, 30) == 1);
    for (std::int64_t at = 1'000; at < 1'030; ++at) BOOST_TEST(slice_at(plan, at) == 0);
    for (std::int64_t j = 1; j < 31; ++j) BOOST_TEST(slice_at(plan, 1'029 + j) == j);
    BOOST_TEST(scheduled(plan, 31) == 101);
    // Laid anew after the pause, the rest knows of none.
    const Plan anew = lay_anew(plan, 80, 1'030, 0);
    BOOST_TEST((anew == Plan{1'030, 1, 1'060, 30, 80, {}}));
    // And before it, nothing but the lots has changed.
    BOOST_TEST((lay_anew(plan, 50, 1'000, 0) == Plan{1'000, 1, 1'060, 31, 50, fifth}));
}

BOOST_AUTO_TEST_CASE(a_deadline_before_the_pause_is_over_leaves_no_first_share) {
    const Shape fifth{kOne, 200'000'000, 29, 0};
    BOOST_TEST((lay(100, {1'000, 60, 1, 1'030, fifth}) == Plan{1'000, 1, 1'030, 30, 100, {}}));
    BOOST_TEST(lay(100, {1'000, 60, 1, 1'031, fifth}).count == 2);
}

BOOST_AUTO_TEST_CASE(a_fraction_is_of_what_is_left) {
    Plan plan{0, 1, 10, 10, 100, {}};
    plan.shape.fraction_ppb = 100'000'000;
    BOOST_TEST(wanted(plan, 0, 0) == 10);
    BOOST_TEST(wanted(plan, 7, 0) == 10);  // what was missed is not caught up
    BOOST_TEST(wanted(plan, 1, 10) == 9);
    BOOST_TEST(wanted(plan, 9, 99) == 1);  // rounded up: it comes to an end
}

BOOST_AUTO_TEST_SUITE_END()
