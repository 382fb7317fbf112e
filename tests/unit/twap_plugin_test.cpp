// The TWAP policy through the table of the plugin file.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

#include "support/twap_world.hpp"

using namespace lpc::test;

namespace {

std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands, std::uint16_t kind) {
    return TwapWorld::of_kind(commands, kind);
}

// Runs second by second, each order filled in full, until `until_s`; the lots of each second.
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

}  // namespace

BOOST_AUTO_TEST_SUITE(twap_plugin)

BOOST_AUTO_TEST_CASE(a_position_is_closed_in_even_slices_that_sum_exactly) {
    TwapWorld w;
    w.start(7, 104, 1);
    const std::vector<std::int64_t> lots = fill_all(w, 7, 1, 12);
    const std::vector<std::int64_t> expected{10, 10, 10, 11, 10, 10, 11, 10, 10, 11, 0, 0};
    BOOST_TEST(lots == expected, boost::test_tools::per_element());
    BOOST_TEST(w.positions[7] == 1);
}

BOOST_AUTO_TEST_CASE(a_short_is_bought_back) {
    TwapWorld w;
    w.start(7, -50, -20);
    (void)fill_all(w, 7, 1, 12);
    BOOST_TEST(w.positions[7] == -20);
}

BOOST_AUTO_TEST_CASE(an_order_carries_the_permitted_price_and_the_close_outs_number_as_its_cause) {
    TwapWorld w;
    w.start(7, 100);
    w.closeout(7, 0, 0, LPC_CLOSEOUT_RUNNING, 93);
    const std::uint64_t cause = w.host.last_seq();
    const auto orders = of_kind(w.turn(kSecond), LPC_CMD_ORDER);
    BOOST_REQUIRE(orders.size() == 1u);
    BOOST_TEST(orders[0].u.order.price == 93);
    BOOST_TEST(orders[0].cause_seq == cause);
    BOOST_TEST(orders[0].u.order.expire_ns == 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_ordered_before_the_close_out_runs_or_once_it_ends) {
    for (const std::uint8_t code :
         {LPC_CLOSEOUT_ACCEPTED, LPC_CLOSEOUT_ENDING, LPC_CLOSEOUT_ENDED}) {
        TwapWorld w;
        w.start(7, 100);
        w.closeout(7, 0, 0, code);
        BOOST_TEST(w.turn(kSecond).empty());
        w.closeout(7, 0);
        BOOST_TEST(!w.turn(2 * kSecond).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_slice_comes_only_when_its_time_has_come) {
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    for (std::int64_t ms = 1'001; ms < 2'000; ms += 111) BOOST_TEST(w.turn(ms * 1'000'000).empty());
    BOOST_TEST(of_kind(w.turn(2 * kSecond), LPC_CMD_ORDER).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_did_not_fill_is_caught_up_at_most_threefold) {
    TwapWorld w({.no_liquidity_max = 100});
    w.start(7, 100);
    for (std::int64_t s = 1; s <= 4; ++s) {
        (void)w.turn(s * kSecond);
        BOOST_TEST(w.ordered(7) == std::min<std::int64_t>(10 * s, 30));
        w.execute(7, 0);
    }
    (void)w.turn(5 * kSecond);
    w.execute(7, 25);
    (void)w.turn(6 * kSecond);
    BOOST_TEST(w.ordered(7) == 30);  // 60 are due, 25 done
}

BOOST_AUTO_TEST_CASE(a_late_turn_orders_what_the_missed_slices_owe) {
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    (void)w.turn(3 * kSecond + kSecond / 2);
    BOOST_TEST(w.ordered(7) == 20);
    w.execute(7, 20);
    (void)w.turn(4 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);
}

BOOST_AUTO_TEST_CASE(an_order_that_is_pending_for_ten_thousand_turns_is_followed_by_none) {
    for (const std::uint8_t state : {LPC_ORDER_PENDING, LPC_ORDER_UNKNOWN, LPC_ORDER_CANCELLING}) {
        TwapWorld w({.horizon_ns = 20'000 * kSecond});
        w.start(7, 1'000'000);
        (void)w.turn(kSecond);
        const std::uint64_t order = w.working(7);
        BOOST_REQUIRE(w.host.set_order(order, state) == LPC_OK);
        for (std::int64_t s = 2; s <= 10'000; ++s) {
            const auto commands = w.turn(s * kSecond);
            BOOST_REQUIRE(of_kind(commands, LPC_CMD_ORDER).empty());
        }
        w.execute(7, 50);
        BOOST_TEST(of_kind(w.turn(10'001 * kSecond), LPC_CMD_ORDER).size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(nothing_is_ordered_above_the_budget_or_after_it_has_lapsed_or_without_one) {
    TwapWorld w;
    w.position(7, 100);
    w.closeout(7, 0);
    BOOST_TEST(of_kind(w.turn(kSecond), LPC_CMD_ORDER).empty());
    w.budget(7, 4);
    (void)w.turn(2 * kSecond);
    BOOST_TEST(w.ordered(7) == 4);
    w.execute(7, 4);
    w.budget(7, 50, 3 * kSecond);
    BOOST_TEST(of_kind(w.turn(3 * kSecond), LPC_CMD_ORDER).empty());
    w.budget(7, 50, 0);
    (void)w.turn(4 * kSecond);
    BOOST_TEST(w.ordered(7) == 30);  // 40 are due, 4 done, the cap is 30
}

BOOST_AUTO_TEST_CASE(a_plan_stands_still_while_the_price_is_unfit) {
    TwapWorld w;
    w.start(7, 100);
    w.price(LPC_PRICE_STALE);
    BOOST_TEST(w.turn(kSecond).empty());
    BOOST_TEST(w.turn(500 * kSecond).empty());  // past the end that the plan had: nobody escalates
    w.price(LPC_PRICE_FIT);
    (void)w.turn(501 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);  // the slice that was due, and nothing to catch up
    w.execute(7, 10);
    (void)w.turn(502 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);
}

BOOST_AUTO_TEST_CASE(a_refused_order_is_a_deficit_and_its_tag_is_not_used_again) {
    TwapWorld w;
    w.start(7, 100);
    const auto first = w.host.turn(kSecond).commands;
    const lpc_command order = of_kind(first, LPC_CMD_ORDER).at(0);
    BOOST_REQUIRE(w.host.refuse(order, LPC_REASON_OVER_BUDGET) == LPC_OK);
    BOOST_REQUIRE(w.host.answer(of_kind(first, LPC_CMD_TIMER)) == LPC_OK);
    const auto second = of_kind(w.turn(2 * kSecond), LPC_CMD_ORDER);
    BOOST_REQUIRE(second.size() == 1u);
    BOOST_TEST(second[0].u.order.lots == -20);
    BOOST_TEST(second[0].tag != order.tag);
}

BOOST_AUTO_TEST_CASE(a_new_end_lays_the_plan_anew_over_the_slices_that_remain) {
    TwapWorld w;
    w.start(7, 100, 50);
    (void)w.turn(kSecond);
    BOOST_TEST(w.ordered(7) == 5);
    w.execute(7, 5);
    (void)w.turn(2 * kSecond);
    w.execute(7, 5);
    w.closeout(7, 10);  // 80 left over 8 slices
    (void)w.turn(3 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);
    w.execute(7, 10);
    w.closeout(7, 66);  // 14 left over 7
    (void)w.turn(4 * kSecond);
    BOOST_TEST(w.ordered(7) == 2);
    w.execute(7, 2);
    (void)fill_all(w, 7, 5, 12);
    BOOST_TEST(w.positions[7] == 66);
}

BOOST_AUTO_TEST_CASE(a_position_that_others_move_lays_the_plan_anew) {
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    w.position(7, 45);  // 45 over 9 slices
    (void)w.turn(2 * kSecond);
    BOOST_TEST(w.ordered(7) == 5);
    w.execute(7, 5);
    w.position(7, 80);  // over 8, once it has lasted a slice
    (void)w.turn(3 * kSecond);
    w.execute(7, w.ordered(7));
    (void)fill_all(w, 7, 4, 12);
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(a_position_told_after_its_fill_is_not_closed_twice) {
    TwapWorld w;
    w.start(7, 30, 0);
    (void)w.turn(kSecond);
    const std::uint64_t order = w.working(7);
    // ORDER says that all 3 are done; POSITION is late by a slice.
    w.positions[7] = 27;
    BOOST_REQUIRE(w.host.tell(lpc::testing::fact(
                      {.account = 7, .instrument = kInstrument, .code = LPC_ORDER_DONE},
                      lpc_fact_order{order, 1, 95, 0, -3})) == LPC_OK);
    (void)w.turn(2 * kSecond);
    BOOST_TEST(w.ordered(7) == 3);
    w.position(7, 27);
    w.execute(7, 3);
    (void)fill_all(w, 7, 3, 11);
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(a_new_end_told_between_a_fill_and_its_position_is_not_passed) {
    TwapWorld w;
    w.start(7, 30, 0);
    (void)w.turn(kSecond);
    // All 3 are done and the account needs no more, but POSITION still says 30.
    w.positions[7] = 27;
    BOOST_REQUIRE(w.host.tell(lpc::testing::fact(
                      {.account = 7, .instrument = kInstrument, .code = LPC_ORDER_DONE},
                      lpc_fact_order{w.working(7), 1, 95, 0, -3})) == LPC_OK);
    w.closeout(7, 27);
    for (std::int64_t s = 2; s <= 8; ++s) {
        BOOST_TEST(of_kind(w.turn(s * kSecond), LPC_CMD_ORDER).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_position_told_before_its_order_is_ours_and_leaves_the_plan_as_it_is) {
    TwapWorld w;
    w.start(7, 30, 0);
    for (std::int64_t s = 1; s <= 10; ++s) {
        (void)w.turn(s * kSecond);
        BOOST_TEST(w.ordered(7) == 3);
        const std::uint64_t order = w.working(7);
        w.position(7, 30 - 3 * s);
        BOOST_TEST(w.turn(s * kSecond + 1).empty());
        BOOST_REQUIRE(w.host.tell(lpc::testing::fact(
                          {.account = 7, .instrument = kInstrument, .code = LPC_ORDER_DONE},
                          lpc_fact_order{order, static_cast<std::uint64_t>(s), 95, 0, -3})) ==
                      LPC_OK);
        (void)w.turn(s * kSecond + 2);
    }
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(accounts_of_one_turn_are_ordered_by_a_key_and_not_by_their_numbers) {
    const auto order_with = [](std::int64_t key) {
        TwapWorld w;
        BOOST_REQUIRE(w.host.set_param("tie_key", key));
        for (std::uint64_t account = 1; account <= 20; ++account) w.start(account, 100);
        std::vector<std::uint64_t> order;
        for (const lpc_command& c : of_kind(w.turn(kSecond), LPC_CMD_ORDER))
            order.push_back(c.account);
        return order;
    };
    const auto one = order_with(1);
    BOOST_TEST(one.size() == 20u);
    BOOST_TEST(!std::is_sorted(one.begin(), one.end()));
    BOOST_TEST((one != order_with(2)));
    BOOST_TEST((one == order_with(1)));
}

BOOST_AUTO_TEST_CASE(an_end_beyond_the_position_is_no_order_to_open_one) {
    TwapWorld w;
    w.start(7, 65, 70);
    BOOST_TEST(w.turn(kSecond).empty());
    w.closeout(7, -5);
    (void)fill_all(w, 7, 2, 13);
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(at_the_deadline_the_remainder_asks_for_the_next_stage) {
    TwapWorld w({.no_liquidity_max = 100});
    w.start(7, 100, 0, 5 * kSecond);
    for (std::int64_t s = 1; s <= 4; ++s) {
        BOOST_TEST(of_kind(w.turn(s * kSecond), LPC_CMD_ESCALATE).empty());
        w.execute(7, 1);
    }
    const auto asked = of_kind(w.turn(5 * kSecond), LPC_CMD_ESCALATE);
    BOOST_REQUIRE(asked.size() == 1u);
    BOOST_TEST(asked[0].code == LPC_ESCALATE_DEADLINE);
    BOOST_TEST(asked[0].instrument == kInstrument);
}

BOOST_AUTO_TEST_CASE(without_a_deadline_the_end_of_the_horizon_is_one) {
    TwapWorld w({.no_liquidity_max = 100});
    w.start(7, 100);
    for (std::int64_t s = 1; s <= 10; ++s) {
        (void)w.turn(s * kSecond);
        w.execute(7, 1);
    }
    BOOST_TEST(of_kind(w.turn(11 * kSecond), LPC_CMD_ESCALATE).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_horizon_that_ends_before_the_deadline_is_followed_by_another) {
    TwapWorld w({.no_liquidity_max = 12});
    w.start(7, 100, 0, 500 * kSecond);
    for (std::int64_t s = 1; s <= 10; ++s) {
        (void)w.turn(s * kSecond);
        w.execute(7, s == 1 ? 10 : 0);
    }
    const auto anew = w.turn(11 * kSecond);
    BOOST_TEST(of_kind(anew, LPC_CMD_ESCALATE).empty());
    BOOST_TEST(w.ordered(7) == 9);  // 90 over ten slices
    w.execute(7, 0);
    // The slices without any fill are still counted in a row.
    (void)w.turn(12 * kSecond);
    w.execute(7, 0);
    (void)w.turn(13 * kSecond);
    w.execute(7, 0);
    BOOST_TEST(of_kind(w.turn(14 * kSecond), LPC_CMD_ESCALATE).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_order_that_works_across_the_end_of_a_horizon_still_counts) {
    TwapWorld w;
    w.start(7, 30, 0, 500 * kSecond);
    (void)w.turn(kSecond);  // 3 lots, pending until the horizon is over
    for (std::int64_t s = 2; s <= 15; ++s)
        BOOST_TEST(of_kind(w.turn(s * kSecond), LPC_CMD_ORDER).empty());
    w.execute(7, 3);
    (void)fill_all(w, 7, 16, 27);
    BOOST_TEST(w.positions[7] == 0);
}

BOOST_AUTO_TEST_CASE(it_does_not_ask_for_the_next_stage_while_an_order_works) {
    TwapWorld w;
    w.start(7, 100, 0, 3 * kSecond);
    (void)w.turn(kSecond);
    for (std::int64_t s = 2; s <= 20; ++s)
        BOOST_TEST(of_kind(w.turn(s * kSecond), LPC_CMD_ESCALATE).empty());
    w.execute(7, 10);
    BOOST_TEST(of_kind(w.turn(20 * kSecond + 5), LPC_CMD_ESCALATE).size() == 1u);
}

BOOST_AUTO_TEST_CASE(slices_without_any_fill_ask_for_the_next_stage) {
    TwapWorld w;
    w.start(7, 100);
    for (std::int64_t s = 1; s <= 2; ++s) {
        (void)w.turn(s * kSecond);
        w.execute(7, 0);
    }
    (void)w.turn(3 * kSecond);
    w.execute(7, 1);  // in a row, so this begins anew
    for (std::int64_t s = 4; s <= 6; ++s) {
        BOOST_TEST(of_kind(w.turn(s * kSecond), LPC_CMD_ESCALATE).empty());
        w.execute(7, 0);
    }
    const auto asked = of_kind(w.turn(6 * kSecond + 1), LPC_CMD_ESCALATE);
    BOOST_REQUIRE(asked.size() == 1u);
    BOOST_TEST(asked[0].code == LPC_ESCALATE_NO_LIQUIDITY);
}

BOOST_AUTO_TEST_CASE(a_refused_escalation_is_asked_again_an_interval_later_and_not_every_turn) {
    TwapWorld w;
    w.start(7, 100, 0, 2 * kSecond);
    (void)w.turn(kSecond);
    w.execute(7, 0);
    int asked = 0;
    for (std::int64_t tenth = 20; tenth <= 70; ++tenth) {
        const auto commands = w.host.turn(tenth * kSecond / 10).commands;
        for (const lpc_command& c : commands) {
            if (c.kind == LPC_CMD_TIMER) BOOST_REQUIRE(w.host.answer({c}) == LPC_OK);
            if (c.kind != LPC_CMD_ESCALATE) continue;
            BOOST_TEST(tenth % 10 == 0);
            BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_WRONG_STAGE) == LPC_OK);
            ++asked;
        }
        // Facts in between do not hurry it.
        w.closeout(7, 0, 2 * kSecond, LPC_CLOSEOUT_RUNNING, 95 - tenth % 3);
    }
    BOOST_TEST(asked == 6);
}

BOOST_AUTO_TEST_CASE(a_resting_order_of_another_instance_is_withdrawn_and_waited_for) {
    TwapWorld w;
    const auto foreign = [&](std::uint8_t code) {
        BOOST_REQUIRE(
            w.host.tell(lpc::testing::fact({.account = 7, .instrument = kInstrument, .code = code},
                                           lpc_fact_order{555, 0, 99, -40, 0})) == LPC_OK);
    };
    foreign(LPC_ORDER_OPEN);
    w.start(7, 100);
    const auto commands = w.turn(kSecond);
    BOOST_TEST(of_kind(commands, LPC_CMD_ORDER).empty());
    BOOST_REQUIRE(of_kind(commands, LPC_CMD_CANCEL).size() == 1u);
    BOOST_TEST(of_kind(commands, LPC_CMD_CANCEL)[0].u.cancel.order_id == 555u);
    BOOST_TEST(of_kind(w.turn(2 * kSecond), LPC_CMD_CANCEL).empty());
    foreign(LPC_ORDER_CANCELLED);
    BOOST_TEST(of_kind(w.turn(3 * kSecond), LPC_CMD_ORDER).size() == 1u);
}

BOOST_AUTO_TEST_CASE(two_positions_of_an_account_have_orders_of_their_own_with_tags_of_their_own) {
    TwapWorld w;
    w.start(7, 100);
    const lpc::testing::Head other{.account = 7, .instrument = 2};
    BOOST_REQUIRE(w.host.tell({lpc::testing::fact({.instrument = 2, .code = LPC_PRICE_FIT},
                                                  lpc_fact_price{10, 10, 0, 0}),
                               lpc::testing::fact(other, lpc_fact_position{-20, 0, 0, 0, 0}),
                               lpc::testing::fact(other, lpc_fact_budget{1'000, 0}),
                               lpc::testing::fact(
                                   {.account = 7, .instrument = 2, .code = LPC_CLOSEOUT_RUNNING},
                                   lpc_fact_closeout{0, 11, 11, 0})}) == LPC_OK);
    const auto result = w.host.turn(kSecond);
    const auto orders = of_kind(result.commands, LPC_CMD_ORDER);
    BOOST_REQUIRE(orders.size() == 2u);
    BOOST_TEST(orders[0].tag != orders[1].tag);
    BOOST_TEST(orders[0].u.order.lots == -10);
    BOOST_TEST(orders[1].u.order.lots == 2);
}

BOOST_AUTO_TEST_SUITE_END()
