// The margin plugin through its table: states, levels, sizes, prices, releases, and in which order
// accounts speak.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <utility>
#include <vector>

#include "support/margin_world.hpp"

using namespace lpc::test::margin;

BOOST_AUTO_TEST_SUITE(margin_plugin)

BOOST_AUTO_TEST_CASE(a_healthy_account_is_not_spoken_of) {
    MarginWorld w;
    open_long(w);
    BOOST_TEST(w.step().empty());
    BOOST_TEST(w.step_at(95).empty());
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(each_state_is_published_once_as_the_mark_falls) {
    MarginWorld w;
    open_long(w);
    (void)w.step();
    // equity = 300 - 10 * fall; maintenance = mark. Warned below 1.2 * maintenance, liquidating
    // below maintenance.
    const auto state_at = [&](std::int64_t mark) {
        const auto margins = of_kind(w.step_at(mark), LPC_CMD_MARGIN);
        BOOST_TEST(margins.size() <= 1u);
        return margins.empty() ? 0 : int{margins[0].code};
    };
    BOOST_TEST(state_at(80) == 0);                       // 100 of 80: 1.25
    BOOST_TEST(state_at(79) == LPC_MARGIN_WARNED);       // 90 of 79: 1.14
    BOOST_TEST(state_at(78) == 0);                       // 80 of 78
    BOOST_TEST(state_at(77) == LPC_MARGIN_LIQUIDATING);  // 70 of 77
    BOOST_TEST(state_at(70) ==
               LPC_MARGIN_LIQUIDATING);               // 0 of 70: equity moved, so it is told again
    BOOST_TEST(state_at(69) == LPC_MARGIN_BANKRUPT);  // -10
}

BOOST_AUTO_TEST_CASE(an_account_exactly_at_maintenance_is_not_touched) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 100), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_REQUIRE(of_kind(commands, LPC_CMD_MARGIN).size() == 1u);
    BOOST_TEST(commands[0].code == LPC_MARGIN_WARNED);
}

BOOST_AUTO_TEST_CASE(margin_carries_equity_requirements_and_target) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    const lpc_command m = of_kind(commands, LPC_CMD_MARGIN).at(0);
    BOOST_TEST(m.instrument == kUsd);
    BOOST_TEST(m.u.margin.equity == 90);
    BOOST_TEST(m.u.margin.maintenance == 100);
    BOOST_TEST(m.u.margin.initial == 200);
    BOOST_TEST(m.u.margin.target == 115);
}

BOOST_AUTO_TEST_CASE(a_state_change_comes_with_the_levels_of_each_position) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 115), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    const lpc_command l = of_kind(commands, LPC_CMD_LEVELS).at(0);
    // 115 - 10 x >= (100 - x) at x = 15 / 9: the mark 98.33, told early; bankrupt 11.5 ticks down.
    BOOST_TEST(l.u.levels.liquidation_price == 99);
    BOOST_TEST(l.u.levels.bankruptcy_price == 89);
    BOOST_TEST(l.u.levels.next_state_price == 99);
    const auto again = w.step();
    BOOST_TEST(again.empty());
}

BOOST_AUTO_TEST_CASE(the_next_state_of_a_liquidating_account_is_bankruptcy) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const lpc_command l = of_kind(w.step(), LPC_CMD_LEVELS).at(0);
    BOOST_TEST(l.u.levels.next_state_price == 91);  // equity 0; at 90 below it
    BOOST_TEST(l.u.levels.bankruptcy_price == 91);
}

BOOST_AUTO_TEST_CASE(a_close_out_stops_at_the_target) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    // 90 >= 1.15 * 10 * left: 7 lots may stay.
    BOOST_TEST(c.u.closeout.end_lots == 7);
    BOOST_TEST(c.u.closeout.bankruptcy_price == 91);
    BOOST_TEST(c.u.closeout.permitted_price ==
               99);  // fillable: 100 - 0.1 * 1.5 * 10 = 98.5, rounded up
    BOOST_TEST(c.u.closeout.deadline_ns == kSecond + 600 * kSecond);
}

BOOST_AUTO_TEST_CASE(a_short_is_the_mirror_image_of_a_long) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, -10, 100)}) == LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(c.u.closeout.end_lots == -7);
    BOOST_TEST(c.u.closeout.bankruptcy_price == 109);
    BOOST_TEST(c.u.closeout.permitted_price == 101);
}

BOOST_AUTO_TEST_CASE(a_bankrupt_account_is_closed_whole) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell(listed(2, 10)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell({balance(7, -1), position(7, 1, 10, 100), position(7, 2, -1, 10)}) ==
                  LPC_OK);
    const auto commands = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(commands.size() == 2u);
    BOOST_TEST(commands[0].u.closeout.end_lots == 0);
    BOOST_TEST(commands[1].u.closeout.end_lots == 0);
}

BOOST_AUTO_TEST_CASE(
    the_position_with_the_largest_requirement_is_closed_first_and_no_more_than_needed) {
    MarginWorld w;
    BOOST_REQUIRE(w.host.tell(listed(2, 50)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(listed(3, 50)) == LPC_OK);
    // Requirements 100, 20, 20.
    BOOST_REQUIRE(w.host.tell({balance(7, 100), position(7, 1, 10, 100), position(7, 2, 4, 50),
                               position(7, 3, 4, 50)}) == LPC_OK);
    const auto one = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(one.size() == 1u);
    BOOST_TEST(one[0].instrument == 1u);
    BOOST_TEST(one[0].u.closeout.end_lots == 4);  // 100 >= 1.15 * (40 + 46.9...)
    // With 22 left even without the first: 22 >= 1.15 * (20 - 5 d + 20) needs d = 5 of 8 lots more:
    // all of 2, one of 3.
    BOOST_REQUIRE(w.host.tell({balance(8, 22), position(8, 1, 10, 100), position(8, 2, 4, 50),
                               position(8, 3, 4, 50)}) == LPC_OK);
    const auto more = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(more.size() == 3u);
    BOOST_TEST(more[0].u.closeout.end_lots == 0);
    BOOST_TEST(more[1].u.closeout.end_lots == 0);
    BOOST_TEST(more[2].instrument == 3u);
    BOOST_TEST(more[2].u.closeout.end_lots == 3);
}

BOOST_AUTO_TEST_CASE(a_close_out_is_told_again_when_its_prices_change_and_keeps_its_deadline) {
    MarginWorld w;
    open_long(w);
    const auto first = of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(w.step().empty());
    const auto second = of_kind(w.step_at(76), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(second.u.closeout.deadline_ns == first.u.closeout.deadline_ns);
    BOOST_TEST(second.u.closeout.permitted_price != first.u.closeout.permitted_price);
    BOOST_TEST(second.u.closeout.end_lots <= first.u.closeout.end_lots);
}

BOOST_AUTO_TEST_CASE(an_account_that_recovers_is_closed_less) {
    MarginWorld w;
    open_long(w);
    BOOST_TEST(of_kind(w.step_at(72), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots == 2);
    BOOST_TEST(of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots == 7);
}

BOOST_AUTO_TEST_CASE(an_account_that_stays_short_of_its_target_is_closed_further) {
    MarginWorld w;
    open_long(w);
    const std::int64_t end = of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots;
    w.set_closeout(7, 1, LPC_CLOSEOUT_RUNNING);
    // All of it sold, but so badly that the balance is short still.
    BOOST_REQUIRE(w.host.tell({balance(7, 280 - 23 * (10 - end)), position(7, 1, end, 100)}) ==
                  LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(c.u.closeout.end_lots < end);
}

BOOST_AUTO_TEST_CASE(an_account_in_a_close_out_is_liquidating_until_its_target_and_then_released) {
    MarginWorld w;
    open_long(w);
    (void)w.step_at(77);  // 70 of 77
    // 80 of 78: above maintenance, short of 1.15 times it.
    const auto between = w.step_at(78);
    BOOST_TEST(of_kind(between, LPC_CMD_RELEASE).empty());
    BOOST_TEST(of_kind(between, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_LIQUIDATING);
    const auto well = w.step_at(80);  // 100 of 80
    BOOST_TEST(of_kind(well, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_HEALTHY);
    BOOST_REQUIRE(of_kind(well, LPC_CMD_RELEASE).size() == 1u);
    BOOST_TEST(of_kind(well, LPC_CMD_RELEASE)[0].instrument == 0u);
    BOOST_TEST(of_kind(w.step_at(81), LPC_CMD_RELEASE).empty());
}

BOOST_AUTO_TEST_CASE(a_flat_account_is_released_whatever_its_equity) {
    MarginWorld w;
    open_long(w);
    (void)w.step_at(69);
    BOOST_REQUIRE(w.host.tell({balance(7, -15), position(7, 1, 0, 0)}) == LPC_OK);
    const auto commands = w.step();
    BOOST_TEST(of_kind(commands, LPC_CMD_RELEASE).size() == 1u);
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_TEST(of_kind(commands, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_BANKRUPT);
    w.set_closeout(7, 1, LPC_CLOSEOUT_ENDED);
    BOOST_REQUIRE(w.host.tell(balance(7, 0)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_HEALTHY);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_closed_out_while_a_close_out_ends_and_again_once_it_has_ended) {
    MarginWorld w;
    open_long(w);
    (void)w.step_at(77);
    (void)w.step_at(80);  // released: ENDING
    BOOST_TEST(of_kind(w.step_at(75), LPC_CMD_CLOSEOUT).empty());
    w.set_closeout(7, 1, LPC_CLOSEOUT_ENDED);
    const auto anew = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(anew.size() == 1u);
    BOOST_TEST(anew[0].u.closeout.deadline_ns == w.now_ns - kSecond + 600 * kSecond);
}

BOOST_AUTO_TEST_CASE(an_account_with_an_unfit_price_is_left_alone_until_it_is_fit) {
    for (const lpc_fact& unfit : {price(1, 77, LPC_PRICE_STALE), price(1, 77, LPC_PRICE_UNSOUND),
                                  price(1, 77, LPC_PRICE_UNCERTAIN)}) {
        MarginWorld w;
        open_long(w);
        (void)w.step();
        BOOST_REQUIRE(w.host.tell(unfit) == LPC_OK);
        BOOST_TEST(w.step().empty());
        BOOST_TEST(of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(an_account_in_a_halted_instrument_is_left_alone_until_it_trades) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(instrument(1, LPC_TRADING_HALTED)) == LPC_OK);
    BOOST_TEST(w.step_at(77).empty());
    BOOST_REQUIRE(w.host.tell(instrument(1)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_account_whose_liquidation_is_forbidden_is_published_but_not_closed_out) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, LPC_HOLD_CLOSEOUT)) == LPC_OK);
    const auto commands = w.step_at(77);
    BOOST_TEST(of_kind(commands, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_LIQUIDATING);
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).size() == 1u);
}

BOOST_AUTO_TEST_CASE(only_cross_margin_is_judged) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0, LPC_MODE_ISOLATED)) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
}

BOOST_AUTO_TEST_CASE(an_accounts_own_tier_set_goes_before_the_instruments) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell({tier(44, 1, 0, 20'000'000, 0), account_terms(7, 44, 0)}) == LPC_OK);
    BOOST_TEST(w.step_at(77).empty());  // 70 of 15.4
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0)) == LPC_OK);
    BOOST_TEST(!of_kind(w.step(), LPC_CMD_CLOSEOUT).empty());
}

BOOST_AUTO_TEST_CASE(an_unfinished_tier_set_is_not_acted_on) {
    MarginWorld w;
    open_long(w);
    // The rate steps without the deduction that would make the requirement continuous.
    BOOST_REQUIRE(w.host.tell(tier(1, 2, 500, 500'000'000, 0)) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
    BOOST_REQUIRE(w.host.tell(tier(1, 2, 500, 500'000'000, 200)) == LPC_OK);
    BOOST_TEST(!w.step().empty());
}

BOOST_AUTO_TEST_CASE(other_collateral_counts_with_its_price_scale_and_haircut) {
    MarginWorld w;
    // A whole is 100 units and 50 in the numeraire; 160 units are 80, less 10 %: 72.
    BOOST_REQUIRE(w.host.tell({fact({.instrument = kBtc, .code = LPC_PRICE_FIT},
                                    lpc_fact_asset{100, 100'000'000, 50}),
                               balance(7, 20), balance(7, 160, kBtc), position(7, 1, 10, 100)}) ==
                  LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).u.margin.equity == 92);
    BOOST_REQUIRE(w.host.tell(fact({.instrument = kBtc, .code = LPC_PRICE_FIT},
                                   lpc_fact_asset{100, 100'000'000, 52})) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).u.margin.equity == 20 + 74);
    BOOST_REQUIRE(w.host.tell(fact({.instrument = kBtc, .code = LPC_PRICE_STALE},
                                   lpc_fact_asset{100, 100'000'000, 10})) == LPC_OK);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(the_worst_margin_ratio_goes_first_whatever_the_account_numbers) {
    MarginWorld w;
    const std::vector<std::pair<std::uint64_t, std::int64_t>> equities{
        {1, 60}, {2, 20}, {3, 90}, {4, -5}, {5, 40}};
    for (const auto& [account, equity] : equities) {
        BOOST_REQUIRE(w.host.tell({balance(account, equity), position(account, 1, 10, 100)}) ==
                      LPC_OK);
    }
    std::vector<std::uint64_t> order;
    for (const lpc_command& c : of_kind(w.step(), LPC_CMD_MARGIN)) order.push_back(c.account);
    const std::vector<std::uint64_t> expected{4, 2, 5, 1, 3};
    BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equally_sick_accounts_are_ordered_by_a_key_and_not_by_their_numbers) {
    const auto order_with = [](std::int64_t key) {
        MarginWorld w;
        BOOST_REQUIRE(w.host.set_param("tie_key", key));
        for (std::uint64_t account = 1; account <= 20; ++account) {
            BOOST_REQUIRE(w.host.tell({balance(account, 50), position(account, 1, 10, 100)}) ==
                          LPC_OK);
        }
        std::vector<std::uint64_t> order;
        for (const lpc_command& c : of_kind(w.step(), LPC_CMD_MARGIN)) order.push_back(c.account);
        return order;
    };
    const auto one = order_with(1), two = order_with(2);
    BOOST_TEST(one.size() == 20u);
    BOOST_TEST(!std::is_sorted(one.begin(), one.end()));
    BOOST_TEST((one != two));
    BOOST_TEST((one == order_with(1)));
}

BOOST_AUTO_TEST_SUITE_END()
