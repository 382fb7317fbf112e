#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <scenario/synthetic_path.hpp>
#include <set>
#include <support/price_paths.hpp>
#include <vector>

using namespace lpc::scenario;
using lpc::market_data::PriceStep;
using namespace lpc::test;

namespace {

SyntheticOptions flash_crash() {
    SyntheticOptions options;
    options.start_ns = 5 * kSecond;
    options.step_ns = kSecond;
    options.waypoints = {{0, 100'000}, {600 * kSecond, 70'000}, {1200 * kSecond, 90'000}};
    options.noise_max_ppb = 5'000'000;
    options.noise_step_ppb = 1'000'000;
    options.reversion_ppb = 50'000'000;
    options.volume_lots = 1000;
    options.volume_spread_ppb = 300'000'000;
    options.seed = 7;
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(price_path_from_waypoints)

BOOST_AUTO_TEST_CASE(without_noise_the_path_is_the_line_rounded_down) {
    SyntheticOptions options;
    options.step_ns = kSecond;
    options.waypoints = {{0, 100}, {3 * kSecond, 90}, {5 * kSecond, 101}};
    options.volume_lots = 7;
    const auto path = synthetic_path(options);
    const List expected = {100, 96, 93, 90, 95, 101};
    const List expected_volumes(6, 7);
    BOOST_TEST(prices(path) == expected);
    BOOST_TEST(volumes(path) == expected_volumes);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_path_and_another_seed_another) {
    SyntheticOptions options = flash_crash();
    const List first = prices(synthetic_path(options));
    BOOST_TEST((prices(synthetic_path(options)) == first));
    options.seed = 8;
    BOOST_TEST((prices(synthetic_path(options)) != first));
}

// Known answers of this generator: they hold on every machine, or saved runs could not be told
// apart from changed ones.
BOOST_AUTO_TEST_CASE(a_seeded_path_is_the_same_on_every_machine) {
    const auto path = synthetic_path(flash_crash());
    BOOST_REQUIRE(path);
    std::uint64_t hash = 14'695'981'039'346'656'037ULL;
    for (const PriceStep& step : *path) {
        for (const std::int64_t word : {step.time_ns, step.price_ticks, step.volume_lots}) {
            hash = (hash ^ static_cast<std::uint64_t>(word)) * 1'099'511'628'211ULL;
        }
    }
    BOOST_TEST(hash == 3'672'095'704'060'315'556ULL);
}

BOOST_AUTO_TEST_CASE(noise_and_volume_stay_within_their_bounds_and_use_them) {
    const SyntheticOptions options = flash_crash();
    SyntheticOptions quiet = options;
    quiet.noise_max_ppb = 0;
    quiet.volume_spread_ppb = 0;
    const auto path = synthetic_path(options);
    const auto line = synthetic_path(quiet);
    BOOST_REQUIRE((path && line));
    BOOST_REQUIRE(path->size() == 1201u);
    BOOST_TEST(path->front().price_ticks == 100'000);
    BOOST_TEST(path->front().time_ns == 5 * kSecond);
    BOOST_TEST(path->back().time_ns == 1205 * kSecond);
    std::set<std::int64_t> seen;
    for (std::size_t i = 0; i < path->size(); ++i) {
        const std::int64_t base = (*line)[i].price_ticks;
        const std::int64_t away = (*path)[i].price_ticks - base;
        seen.insert(away);
        BOOST_REQUIRE(distance(away, 0) * 200 <= base + 100);  // 0.5 %, rounded to the nearest tick
        BOOST_REQUIRE((*path)[i].volume_lots >= 700);
        BOOST_REQUIRE((*path)[i].volume_lots <= 1300);
    }
    BOOST_TEST(*seen.begin() < -100);
    BOOST_TEST(*seen.rbegin() > 100);
}

BOOST_AUTO_TEST_CASE(noise_returns_to_the_line) {
    SyntheticOptions options;
    options.step_ns = kSecond;
    options.waypoints = {{0, 1'000'000}, {100'000 * kSecond, 1'000'000}};
    options.noise_max_ppb = 500'000'000;
    options.noise_step_ppb = 1'000'000;
    options.reversion_ppb = 100'000'000;
    std::int64_t furthest = 0;
    std::int64_t sum = 0;
    for (const std::int64_t price : prices(synthetic_path(options))) {
        furthest = std::max(furthest, distance(price, 1'000'000));
        sum += price - 1'000'000;
    }
    // A tenth is forgotten each step, so draws of at most 1,000 ticks can never add up to more than
    // 10,000.
    BOOST_TEST(furthest <= 10'001);
    BOOST_TEST(furthest > 2'000);
    BOOST_TEST(distance(sum, 0) < 100'000 * 100);
}

BOOST_AUTO_TEST_CASE(noise_never_takes_a_price_below_one_tick) {
    SyntheticOptions options = flash_crash();
    options.waypoints = {{0, 1}, {1000 * kSecond, 2}};
    options.noise_max_ppb = 999'999'999;
    options.noise_step_ppb = 999'999'999;
    const List list = prices(synthetic_path(options));
    BOOST_TEST(*std::min_element(list.begin(), list.end()) == 1);
}

BOOST_AUTO_TEST_CASE(bad_waypoints_and_numbers_are_named) {
    SyntheticOptions options = flash_crash();
    options.waypoints.resize(1);
    fails_with(synthetic_path(options), "synthetic path: waypoints: found 1, expected at least 2");
    options = flash_crash();
    options.waypoints[0].at_ns = 1;
    fails_with(synthetic_path(options),
               "synthetic path: waypoints[0].at_ns: found 1, expected an integer from 0 to 0");
    options = flash_crash();
    options.waypoints[2].at_ns = 600 * kSecond;
    fails_with(synthetic_path(options),
               "synthetic path: waypoints[2].at_ns: found 600000000000, expected an integer from "
               "600000000001 to 4611686013427387904");
    options = flash_crash();
    options.waypoints[1].price_ticks = 0;
    fails_with(synthetic_path(options),
               "synthetic path: waypoints[1].price_ticks: found 0, expected an integer from 1 to "
               "1099511627776");
    options = flash_crash();
    options.step_ns = 1;
    fails_with(synthetic_path(options),
               "synthetic path: step_ns: found 1, expected at most 100000000 steps");
    options = flash_crash();
    options.noise_max_ppb = 1'000'000'000;
    fails_with(synthetic_path(options),
               "synthetic path: noise_max_ppb: found 1000000000, expected an integer from 0 to "
               "999999999");
}

BOOST_AUTO_TEST_SUITE_END()
