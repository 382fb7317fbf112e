#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <market_data/price_path.hpp>
#include <support/price_paths.hpp>
#include <vector>
#include <venue/random.hpp>

using namespace lpc::market_data;
using namespace lpc::test;

namespace {

// Klines of one minute each from time 0 on.
Klines minutes(std::vector<Kline> rows) {
    Klines klines;
    klines.interval_ns = kMinuteNs;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].open_time_ns = static_cast<std::int64_t>(i) * kMinuteNs;
    }
    klines.source = {"near.csv", "", static_cast<std::int64_t>(rows.size()), 0,
                     rows.back().open_time_ns};
    klines.rows = std::move(rows);
    return klines;
}

Kline kline(std::int64_t open, std::int64_t high, std::int64_t low, std::int64_t close,
            std::int64_t volume = 0) {
    return {0, open, high, low, close, volume};
}

AggTrades trades(std::vector<AggTrade> rows) {
    return {{"trades.csv", "", static_cast<std::int64_t>(rows.size()), rows.front().time_ns,
             rows.back().time_ns},
            std::move(rows)};
}

lpc::Result<PricePath> whole_path(const Klines& klines, std::int64_t steps_per_minute) {
    return price_path(klines, {covered(klines), steps_per_minute});
}

}  // namespace

BOOST_AUTO_TEST_SUITE(price_path_of_klines)

BOOST_AUTO_TEST_CASE(the_extreme_nearer_to_the_open_comes_first) {
    const List high_first = {100, 103, 90, 95};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 103, 90, 95)}), 4)) == high_first);
    const List low_first = {100, 97, 110, 105};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 110, 97, 105)}), 4)) == low_first);
}

BOOST_AUTO_TEST_CASE(the_low_comes_first_where_both_extremes_are_as_near) {
    const List expected = {100, 95, 105, 102};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 105, 95, 102)}), 4)) == expected);
}

BOOST_AUTO_TEST_CASE(steps_are_shared_in_proportion_to_the_distance_travelled) {
    // 10 down, 30 up, 20 down: 60 ticks over 12 moves of 5.
    const List expected = {100, 95, 90, 95, 100, 105, 110, 115, 120, 115, 110, 105, 100};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 120, 90, 100)}), 13)) ==
               expected);  // 13 steps a minute do not divide it evenly: times are rounded down
}

BOOST_AUTO_TEST_CASE(an_extreme_falls_on_the_nearest_step) {
    // 3 down and 6 up over 5 moves: the low is due after 1.67 of them, so it falls on step 2.
    const List expected = {100, 98, 97, 99, 101, 103};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 103, 97, 103)}), 6)) == expected);
}

BOOST_AUTO_TEST_CASE(an_extreme_at_the_open_or_the_close_takes_no_steps) {
    const List falling = {100, 98, 96, 94, 92};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 100, 92, 92)}), 5)) == falling);
    const List flat = {100, 100, 100, 100};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 100, 100, 100)}), 4)) == flat);
}

BOOST_AUTO_TEST_CASE(prices_between_are_rounded_down) {
    const List falling = {100, 97, 95, 93};
    BOOST_TEST(prices(whole_path(minutes({kline(100, 100, 93, 93)}), 4)) == falling);
}

BOOST_AUTO_TEST_CASE(steps_begin_at_the_open_and_are_equal_in_time) {
    const auto path = whole_path(minutes({kline(1, 1, 1, 1), kline(2, 2, 2, 2)}), 4);
    BOOST_REQUIRE(path);
    BOOST_REQUIRE(path->size() == 8u);
    for (std::size_t i = 0; i < path->size(); ++i) {
        BOOST_TEST((*path)[i].time_ns == static_cast<std::int64_t>(i) * 15 * kSecond);
    }
}

BOOST_AUTO_TEST_CASE(volume_is_shared_without_a_rest) {
    const List expected = {2, 3, 2, 3};
    BOOST_TEST(volumes(whole_path(minutes({kline(1, 1, 1, 1, 10)}), 4)) == expected);
}

BOOST_AUTO_TEST_CASE(any_kline_keeps_open_high_low_close_volume_and_bounds) {
    const std::uint64_t seed = 20250203;
    BOOST_TEST_MESSAGE("seed " << seed);
    lpc::venue::Random random(seed);
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t width = random.chance(500'000'000) ? 8 : 1'099'511'627'000;
        const std::int64_t low = random.between(1, 700);
        const std::int64_t high = random.between(low, low + width);
        const Kline row = kline(random.between(low, high), high, low, random.between(low, high),
                                random.between(0, 1'099'511'627'776));
        const std::int64_t count = random.between(4, 90);
        const auto path = whole_path(minutes({row}), count);
        BOOST_TEST_CONTEXT("seed " << seed << " round " << round << " steps " << count) {
            BOOST_REQUIRE(path);
            BOOST_REQUIRE(path->size() == static_cast<std::size_t>(count));
            const List list = prices(path);
            BOOST_REQUIRE(list.front() == row.open_ticks);
            BOOST_REQUIRE(list.back() == row.close_ticks);
            BOOST_REQUIRE(*std::max_element(list.begin(), list.end()) == high);
            BOOST_REQUIRE(*std::min_element(list.begin(), list.end()) == low);
            std::int64_t sum = 0;
            for (std::size_t i = 0; i < path->size(); ++i) {
                sum += (*path)[i].volume_lots;
                BOOST_REQUIRE((*path)[i].volume_lots >= 0);
                BOOST_REQUIRE((i == 0 || (*path)[i].time_ns > (*path)[i - 1].time_ns));
            }
            BOOST_REQUIRE(sum == row.volume_lots);
            const auto at = [&](std::int64_t price) {
                return std::find(list.begin(), list.end(), price);
            };
            const bool low_nearer = distance(row.open_ticks, low) <= distance(row.open_ticks, high);
            BOOST_REQUIRE((low == high || (at(low) < at(high)) == low_nearer));
        }
    }
}

BOOST_AUTO_TEST_CASE(the_window_cuts_inside_klines) {
    const Klines klines =
        minutes({kline(10, 10, 10, 10, 4), kline(20, 20, 20, 20, 4), kline(30, 30, 30, 30, 4)});
    const auto path = price_path(klines, {{45 * kSecond, 135 * kSecond}, 4});
    const List expected = {10, 20, 20, 20, 20, 30};
    BOOST_TEST(prices(path) == expected);
    BOOST_TEST(path->front().time_ns == 45 * kSecond);
    BOOST_TEST(path->back().time_ns == 120 * kSecond);
}

BOOST_AUTO_TEST_CASE(a_window_that_the_klines_do_not_cover_is_refused) {
    const Klines klines = minutes({kline(10, 10, 10, 10)});
    fails_with(price_path(klines, {{kMinuteNs, 2 * kMinuteNs}, 4}),
               "price path from near.csv: from: found 1970-01-01T00:01:00Z, expected a time from "
               "1970-01-01T00:00:00Z to before 1970-01-01T00:01:00Z, which the data cover");
    fails_with(price_path(klines, {{0, kMinuteNs + 1}, 4}),
               "price path from near.csv: to: found 1970-01-01T00:01:00.000000001Z, expected a "
               "time after 1970-01-01T00:00:00Z up to 1970-01-01T00:01:00Z, where the data end");
    fails_with(price_path(klines, {{kSecond, kSecond}, 4}),
               "price path from near.csv: to: found 1970-01-01T00:00:01Z, expected a time after "
               "1970-01-01T00:00:01Z up to 1970-01-01T00:01:00Z, where the data end");
}

BOOST_AUTO_TEST_CASE(too_few_or_broken_steps_are_refused) {
    const Klines klines = minutes({kline(10, 10, 10, 10)});
    fails_with(whole_path(klines, 3),
               "price path from near.csv: steps_per_minute: found 3, expected an integer from 4 to "
               "60000");
    Klines short_ones = klines;
    short_ones.interval_ns = 20 * kSecond;
    fails_with(whole_path(short_ones, 10),
               "price path from near.csv: steps_per_minute: found 10, expected a number that makes "
               "at least 4 whole steps of a kline of 20000000000 ns");
    BOOST_TEST(prices(whole_path(short_ones, 12)).size() == 4u);
    Klines long_ones = klines;
    long_ones.interval_ns = 1667 * kMinuteNs;
    fails_with(whole_path(long_ones, 60'000),
               "price path from near.csv: steps_per_minute: found 60000, expected fewer than make "
               "100000000 steps of the data");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(price_path_of_trades)

BOOST_AUTO_TEST_CASE(a_step_has_the_last_price_and_the_sum_of_its_trades) {
    const AggTrades rows = trades({{1 * kSecond, 10, 1, false},
                                   {2 * kSecond, 11, 2, false},
                                   {2 * kSecond + 999'999'999, 12, 4, true},
                                   {3 * kSecond, 13, 8, false},
                                   {5 * kSecond, 14, 16, false}});
    const auto path = price_path(rows, {{2 * kSecond, 6 * kSecond}, kSecond});
    const List expected_prices = {12, 13, 13, 14};
    const List expected_volumes = {6, 8, 0, 16};
    BOOST_TEST(prices(path) == expected_prices);
    BOOST_TEST(volumes(path) == expected_volumes);
    BOOST_TEST(path->front().time_ns == 2 * kSecond);
    BOOST_TEST(path->back().time_ns == 5 * kSecond);
}

BOOST_AUTO_TEST_CASE(a_first_step_without_trades_takes_the_price_before_it) {
    const AggTrades rows = trades({{1 * kSecond, 10, 1, false}, {9 * kSecond, 11, 2, false}});
    const List expected = {10, 10, 11};
    BOOST_TEST(prices(price_path(rows, {{7 * kSecond, 10 * kSecond}, kSecond})) == expected);
}

BOOST_AUTO_TEST_CASE(a_window_that_the_trades_do_not_cover_is_refused) {
    const AggTrades rows = trades({{2 * kSecond, 10, 1, false}, {9 * kSecond, 11, 2, false}});
    fails_with(price_path(rows, {{kSecond, 5 * kSecond}, kSecond}),
               "price path from trades.csv: from: found 1970-01-01T00:00:01Z, expected a time with "
               "a trade in the first step or before it; the first is at 1970-01-01T00:00:02Z");
    BOOST_TEST(bool(price_path(rows, {{kSecond + 1, 5 * kSecond}, kSecond})));
    fails_with(price_path(rows, {{3 * kSecond, 10 * kSecond + 1}, kSecond}),
               "price path from trades.csv: to: found 1970-01-01T00:00:10.000000001Z, expected a "
               "time after 1970-01-01T00:00:03Z up to a step after the last trade, "
               "1970-01-01T00:00:09Z");
    fails_with(price_path(rows, {{3 * kSecond, 5 * kSecond}, 0}),
               "price path from trades.csv: step_ns: found 0, expected an integer from 1 to "
               "60000000000");
    fails_with(price_path(rows, {{3 * kSecond, 5 * kSecond}, 1}),
               "price path from trades.csv: step_ns: found 1, expected at most 100000000 steps in "
               "the window");
}

BOOST_AUTO_TEST_SUITE_END()
