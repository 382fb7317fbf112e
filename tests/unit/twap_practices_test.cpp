// What the TWAP plugin does with the market's and the account's state, through the table of the
// plugin file: horizon from the buffer, depth, price limit, toxicity line, jitter, and the
// practices of venues as parameters.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "support/twap_world.hpp"

using namespace lpc::test;

namespace {

std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands, std::uint16_t kind) {
    return TwapWorld::of_kind(commands, kind);
}

// The lots of each second, each order filled in full.
std::vector<std::int64_t> fill_all(TwapWorld& w, std::uint64_t account, std::int64_t from_s,
                                   std::int64_t until_s) {
    std::vector<std::int64_t> lots;
    for (std::int64_t s = from_s; s <= until_s; ++s) {
        (void)w.turn(s * kSecond);
        lots.push_back(w.ordered(account));
        if (w.working(account) != 0) w.execute(account, w.ordered(account));
    }
    return lots;
}

std::int64_t at_once(TwapWorld& w, std::uint64_t account, std::int64_t second) {
    (void)w.turn(second * kSecond);
    return w.ordered(account);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twap_practices)

BOOST_AUTO_TEST_CASE(a_half_life_closes_most_at_first) {
    TwapWorld w({.more = {{"half_life_ns", 2 * kSecond}}});
    w.start(7, 1'000);
    const std::vector<std::int64_t> lots = fill_all(w, 7, 1, 10);
    BOOST_TEST(lots[0] == 293);  // 1 - sinh(9 k) / sinh(10 k), k = ln 2 / 2
    BOOST_TEST(std::is_sorted(lots.rbegin(), lots.rend()));
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(a_fifth_goes_first_and_after_the_pause_the_rest) {
    TwapWorld w({.horizon_ns = 31 * kSecond,
                 .more = {{"first_share_ppb", 200'000'000}, {"pause_ns", 30 * kSecond}}});
    w.start(7, 1'000);
    const std::vector<std::int64_t> lots = fill_all(w, 7, 1, 31);
    BOOST_TEST(lots[0] == 200);
    for (std::size_t s = 1; s < 30; ++s) BOOST_TEST(lots[s] == 0);
    BOOST_TEST(lots[30] == 800);
}

BOOST_AUTO_TEST_CASE(a_position_that_is_worth_little_goes_whole) {
    for (const std::int64_t lots : {100, 101}) {
        TwapWorld w({.horizon_ns = 60 * kSecond,
                     .more = {{"whole_below_quote", 100 * 100 * 5},
                              {"first_share_ppb", 200'000'000},
                              {"pause_ns", 30 * kSecond}}});
        w.terms(5);
        w.start(7, lots);
        BOOST_TEST(at_once(w, 7, 1) == (lots == 100 ? 100 : 21));
        w.execute(7, 20);
        BOOST_TEST(at_once(w, 7, 2) == (lots == 100 ? 80 : 0));  // nor does it know a pause
    }
}

BOOST_AUTO_TEST_CASE(the_first_share_goes_once_even_if_a_horizon_is_followed_by_another) {
    TwapWorld w({.horizon_ns = 4 * kSecond,
                 .no_liquidity_max = 100,
                 .more = {{"first_share_ppb", 500'000'000}, {"pause_ns", 2 * kSecond}}});
    w.start(7, 100, 0, 100 * kSecond);
    BOOST_TEST(at_once(w, 7, 1) == 50);
    w.execute(7, 20);
    for (std::int64_t s = 2; s <= 4; ++s) {
        (void)w.turn(s * kSecond);
        if (w.working(7) != 0) w.execute(7, 0);
    }
    BOOST_TEST(at_once(w, 7, 5) == 20);  // 80 over four even slices
}

BOOST_AUTO_TEST_CASE(a_fraction_of_the_rest_goes_each_interval_until_the_rest_is_small) {
    TwapWorld w({.horizon_ns = 3'600 * kSecond,
                 .more = {{"fraction_ppb", 100'000'000}, {"whole_below_lots", 20}}});
    w.start(7, 100);
    const std::vector<std::int64_t> lots = fill_all(w, 7, 1, 17);
    const std::vector<std::int64_t> expected{10, 9, 9, 8, 7, 6, 6, 5, 4, 4, 4, 3, 3, 3, 19, 0, 0};
    BOOST_TEST(lots == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_slice_is_worth_as_much_as_the_venue_says_and_no_more) {
    TwapWorld w({.more = {{"min_slice_quote", 6'000}, {"slice_max_quote", 20'000}}});
    w.terms(5);  // a lot is worth 500
    w.start(7, 1'000);
    BOOST_TEST(at_once(w, 7, 1) == 40);
    w.execute(7, 40);
    w.start(8, 50);  // five a slice, but none below twelve: it waits
    BOOST_TEST(at_once(w, 8, 2) == 0);
    BOOST_TEST(at_once(w, 8, 3) == 0);
    BOOST_TEST(at_once(w, 8, 4) == 15);
    TwapWorld f({.more = {{"min_slice_quote", 6'000}, {"fraction_ppb", 100'000'000}}});
    f.terms(5);
    f.start(8, 50);  // a fraction has nothing to wait for
    BOOST_TEST(at_once(f, 8, 1) == 12);
}

BOOST_AUTO_TEST_CASE(a_wilder_market_or_a_smaller_buffer_leaves_less_time) {
    const std::vector<std::pair<const char*, std::int64_t>> by_buffer{
        {"buffer_sigmas_ppb", 1'500'000'000}, {"volatility_span_ns", kSecond}};
    const auto first_slice = [&](std::int64_t equity, std::int64_t sigma_ppb) {
        TwapWorld w({.more = by_buffer});
        w.terms(1);
        w.price(LPC_PRICE_FIT, 100, sigma_ppb);
        w.margin(7, equity);  // of a notional of 100,000
        w.start(7, 1'000);
        return at_once(w, 7, 1);
    };
    BOOST_TEST(first_slice(900, 1'000'000) == 27);   // 0.9 % at 0.1 % a second: 36 s
    BOOST_TEST(first_slice(450, 1'000'000) == 111);  // 9 s
    BOOST_TEST(first_slice(900, 2'000'000) == 111);
    BOOST_TEST(first_slice(0, 1'000'000) == 1'000);  // no time at all
    BOOST_TEST(first_slice(900, 0) == 100);          // the volatility is not told: horizon_ns
}

BOOST_AUTO_TEST_CASE(a_plan_is_shortened_when_the_buffer_shrinks_and_not_before_its_slice) {
    TwapWorld w({.more = {{"buffer_sigmas_ppb", 1'500'000'000}, {"volatility_span_ns", kSecond}}});
    w.terms(1);
    w.price(LPC_PRICE_FIT, 100, 1'000'000);
    w.margin(7, 900);
    w.start(7, 1'000);
    BOOST_TEST(at_once(w, 7, 1) == 27);
    w.execute(7, 27);
    w.margin(7, 100);
    BOOST_TEST(of_kind(w.turn(kSecond + 5), LPC_CMD_ORDER).empty());
    BOOST_TEST(at_once(w, 7, 2) == 973);  // less than an interval is left
}

BOOST_AUTO_TEST_CASE(a_horizon_is_long_enough_for_the_market_without_our_own_trades) {
    const auto first_slice = [](std::int64_t own_lots) {
        TwapWorld w({.more = {{"participation_ppb", 100'000'000}}});
        w.volume(5'000, 0);
        (void)w.turn(kSecond);
        w.volume(5'000 + 1'000, own_lots);
        w.start(7, 1'000);
        return at_once(w, 7, 11);
    };
    BOOST_TEST(first_slice(0) == 10);   // 100 lots a second: 100 s
    BOOST_TEST(first_slice(800) == 2);  // 20 a second: 500 s
    BOOST_TEST(first_slice(999) == 1);  // nearly nothing: 900 s at most
}

BOOST_AUTO_TEST_CASE(no_slice_takes_more_than_its_share_of_the_depth_within_its_limit) {
    TwapWorld w({.horizon_ns = kSecond, .more = {{"depth_share_ppb", 500'000'000}}});
    w.book({99, 101, 30, 900});
    w.book({95, 102, 10, 900}, 2);
    w.book({94, 103, 500, 900}, 3);  // beyond the permitted 95
    w.start(7, 1'000);
    BOOST_TEST(at_once(w, 7, 1) == 20);
}

BOOST_AUTO_TEST_CASE(slices_that_meet_an_empty_book_are_not_sent_and_ask_for_the_next_stage) {
    TwapWorld w({.more = {{"depth_share_ppb", 500'000'000}}});
    w.book({0, 101, 0, 900});
    w.start(7, 1'000);
    for (std::int64_t s = 1; s <= 2; ++s) {
        const auto commands = w.turn(s * kSecond);
        BOOST_TEST(of_kind(commands, LPC_CMD_ORDER).empty());
        BOOST_TEST(of_kind(commands, LPC_CMD_ESCALATE).empty());
    }
    const auto asked = of_kind(w.turn(3 * kSecond), LPC_CMD_ESCALATE);
    BOOST_REQUIRE(asked.size() == 1u);
    BOOST_TEST(asked[0].code == LPC_ESCALATE_NO_LIQUIDITY);
}

BOOST_AUTO_TEST_CASE(an_order_goes_no_further_through_the_book_than_the_slippage) {
    TwapWorld w({.more = {{"slippage_max_ppb", 20'000'000}}, .limits_prices = true});
    w.book({99, 101, 30, 900});
    w.start(7, 1'000);
    const auto sale = of_kind(w.turn(kSecond), LPC_CMD_ORDER);
    BOOST_REQUIRE(sale.size() == 1u);
    BOOST_TEST(sale[0].u.order.price == 98);  // 99 less 1.98, towards 99
    w.execute(7, 10);
    w.book({96, 101, 30, 900});
    const auto lower = of_kind(w.turn(2 * kSecond), LPC_CMD_ORDER);
    BOOST_TEST(lower.at(0).u.order.price == 95);
}

BOOST_AUTO_TEST_CASE(a_slice_that_would_make_the_account_sicker_is_not_sent) {
    const auto what = [](std::int64_t equity, std::int64_t bid, std::uint8_t code) {
        TwapWorld w({.more = {{"toxic_cost_ppb", 1'000'000}}});
        w.terms(1'000);
        w.price(LPC_PRICE_FIT, 10'000);
        w.book({bid, bid + 2, 1'000, 1'000});
        w.start(7, 1'000);
        w.margin(7, equity, code);  // of a notional of 10,000,000,000
        const auto commands = w.turn(kSecond);
        const auto asked = of_kind(commands, LPC_CMD_ESCALATE);
        BOOST_TEST(asked.size() + of_kind(commands, LPC_CMD_ORDER).size() == 1u);
        return asked.empty() ? 0 : static_cast<int>(asked[0].code);
    };
    // The bid is 0.02 % below the mark, fee and impact take 0.1 %: the line is at 0.12 %.
    BOOST_TEST(what(12'000'001, 9'998, LPC_MARGIN_LIQUIDATING) == LPC_ESCALATE_TOXIC);  // rounded
    BOOST_TEST(what(12'000'010, 9'998, LPC_MARGIN_LIQUIDATING) == 0);
    BOOST_TEST(what(12'000'000, 9'998, LPC_MARGIN_LIQUIDATING) == LPC_ESCALATE_TOXIC);
    BOOST_TEST(what(10'000'010, 10'001, LPC_MARGIN_LIQUIDATING) == 0);  // better than the mark
    BOOST_TEST(what(-5, 9'998, LPC_MARGIN_BANKRUPT) == LPC_ESCALATE_BANKRUPT);
}

BOOST_AUTO_TEST_CASE(a_refused_wish_to_leave_is_looked_at_again_at_each_slice) {
    TwapWorld w({.more = {{"toxic_cost_ppb", 1'000'000}}});
    w.terms(1'000);
    w.price(LPC_PRICE_FIT, 10'000);
    w.start(7, 1'000);
    w.margin(7, 1'000'000);
    for (std::int64_t tenth = 10; tenth < 30; ++tenth) {
        const auto commands = w.host.turn(tenth * kSecond / 10).commands;
        for (const lpc_command& c : commands) {
            BOOST_TEST(c.kind != LPC_CMD_ORDER);
            if (c.kind == LPC_CMD_TIMER) BOOST_REQUIRE(w.host.answer({c}) == LPC_OK);
            if (c.kind != LPC_CMD_ESCALATE) continue;
            BOOST_TEST(tenth % 10 == 0);
            BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_WRONG_STAGE) == LPC_OK);
        }
        w.closeout(7, 0, 0, LPC_CLOSEOUT_RUNNING, 95 - tenth % 3);  // facts do not hurry it
    }
    w.margin(7, 900'000'000);
    BOOST_TEST(at_once(w, 7, 3) == 300);  // three of ten slices are due
}

BOOST_AUTO_TEST_CASE(slices_with_a_key_come_at_times_and_sizes_that_only_the_key_tells) {
    const auto course = [](std::int64_t key) {
        TwapWorld w({.horizon_ns = 30 * kSecond,
                     .more = {{"time_jitter_ppb", 1'000'000'000},
                              {"size_jitter_ppb", 500'000'000},
                              {"jitter_key_low", key}}});
        w.start(7, 3'000);
        std::vector<std::pair<std::int64_t, std::int64_t>> slices;
        for (std::int64_t next_ns = kSecond; next_ns != 0;) {
            const std::int64_t now_ns = next_ns;
            next_ns = 0;
            for (const lpc_command& c : w.turn(now_ns)) {
                if (c.kind == LPC_CMD_TIMER) next_ns = c.u.timer.at_ns;
            }
            if (w.working(7) == 0) continue;
            slices.emplace_back(now_ns, w.ordered(7));
            w.execute(7, w.ordered(7));
        }
        BOOST_TEST(w.positions[7] == 0);
        return slices;
    };
    const auto one = course(1);
    BOOST_TEST((one == course(1)));
    BOOST_TEST((one != course(2)));
    BOOST_TEST(one.size() == 30u);
    std::set<std::int64_t> places, sizes;
    for (std::size_t i = 0; i < one.size(); ++i) {
        BOOST_TEST(one[i].first / kSecond == 1 + static_cast<std::int64_t>(i));  // in its interval
        places.insert(one[i].first % kSecond / (kSecond / 10));
        sizes.insert(one[i].second);
    }
    BOOST_TEST(places.size() > 5u);
    BOOST_TEST(sizes.size() > 15u);
}

BOOST_AUTO_TEST_SUITE_END()
