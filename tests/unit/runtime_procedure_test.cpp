// The life of a close-out: from ACCEPTED to DETACH, the moves between stages and their causes, the
// end of the line.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using runtime::Move;
using runtime::Phase;

std::vector<int> closeout_states(const Script& who) {
    std::vector<int> states;
    for (const lpc_fact& f : who.heard_of(LPC_FACT_CLOSEOUT)) states.push_back(f.code);
    return states;
}

void expect_move(const Move& move, std::uint32_t from, std::uint32_t to, MoveCause cause,
                 std::uint32_t detail = 0) {
    BOOST_TEST(move.from == from);
    BOOST_TEST(move.to == to);
    BOOST_TEST(static_cast<int>(move.cause) == static_cast<int>(cause));
    BOOST_TEST(move.detail == detail);
}

// Account 7 is sick and has a resting sell of 30 lots in the way.
void accept_with_resting(Rig& rig) {
    rig.buyer(7);
    rig.position(7, 100, 100'000, 0, 30);
    rig.price(kCoin, 985);
    rig.volume(kCoin, 10'000);
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    rig.turn();
    rig.release();
}

RigOptions with_stage(runtime::Stage first) {
    RigOptions options;
    first.name = "first";
    first.permits = options.config.stages[0].permits;
    options.config.stages[0] = first;
    return options;
}

// The first stage has nothing for a bankrupt account.
RigOptions trading_only(RigOptions options = {}) {
    options.config.stages[0].permits &= ~permit({LPC_CMD_GRANT});
    return options;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_procedure)

BOOST_AUTO_TEST_CASE(a_closeout_runs_only_after_the_accounts_resting_orders_are_gone) {
    Rig rig;
    accept_with_resting(rig);
    BOOST_TEST((rig.held(7)->phase == Phase::accepted));
    BOOST_TEST(rig.ports.resting == std::vector<std::uint64_t>{7},
               boost::test_tools::per_element());
    rig.turn();
    rig.release();
    BOOST_TEST(rig.ports.resting.size() == 1u);  // asked once
    BOOST_TEST(rig.first.heard_of(LPC_FACT_CLOSEOUT).empty());
    rig.position(7, 95, 95'000);  // 5 were sold before the cancel arrived
    rig.balance(7, 5'900);
    rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::running));
    BOOST_TEST(closeout_states(rig.first) == std::vector<int>{LPC_CLOSEOUT_RUNNING},
               boost::test_tools::per_element());
    BOOST_TEST(rig.first.heard_of(LPC_FACT_POSITION).at(0).u.position.lots == 95);
    BOOST_REQUIRE(rig.seen.moves.size() == 1u);
    expect_move(rig.seen.moves[0], 0, 1, MoveCause::entered);
}

BOOST_AUTO_TEST_CASE(an_account_that_recovers_while_its_orders_are_cancelled_never_runs) {
    Rig rig;
    accept_with_resting(rig);
    rig.position(7, 100, 100'000);
    rig.price(kCoin, 1'000);
    for (int i = 0; i < 5; ++i) rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::accepted));
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_CLOSEOUT).empty());
    BOOST_TEST(rig.first.heard_of(LPC_FACT_DETACH).empty());
    rig.turn();
    const std::vector<int> heard{LPC_CLOSEOUT_ACCEPTED, LPC_CLOSEOUT_ENDING, LPC_CLOSEOUT_ENDED};
    BOOST_TEST(closeout_states(rig.risk) == heard, boost::test_tools::per_element());
    expect_move(rig.seen.moves.back(), 0, 0, MoveCause::ended);
}

BOOST_AUTO_TEST_CASE(an_account_that_is_still_sick_after_a_recovery_in_between_runs) {
    Rig rig;
    accept_with_resting(rig);
    rig.position(7, 100, 100'000);
    rig.price(kCoin, 1'000);
    rig.turn();
    rig.price(kCoin, 980);
    rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::running));
}

BOOST_AUTO_TEST_CASE(a_release_cancels_what_works_and_detaches_when_nothing_does) {
    Rig rig;
    rig.run_closeout();
    rig.fund(500);
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 100)) == 0u);
    rig.first.say({order(7, kCoin, -10, 981, 1), order(7, kCoin, -20, 981, 2)});
    rig.turn();
    rig.release();
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    rig.release();
    BOOST_TEST((rig.held(7)->phase == Phase::ending));
    BOOST_TEST(rig.ports.cancelled.size() == 2u);
    BOOST_TEST(closeout_states(rig.first).back() == LPC_CLOSEOUT_ENDING);
    BOOST_TEST(int{rig.first.heard_of(LPC_FACT_ORDER).back().code} == LPC_ORDER_CANCELLING);
    rig.tell(rig.order_fact(7, rig.ports.placed[0].order, LPC_ORDER_CANCELLED, 0));
    rig.turn();
    BOOST_TEST(rig.held(7) != nullptr);
    rig.tell(rig.order_fact(7, rig.ports.placed[1].order, LPC_ORDER_DONE, -20));
    rig.position(7, 80, 80'000);
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(closeout_states(rig.first).back() == LPC_CLOSEOUT_ENDED);
    const lpc_fact last = rig.first.heard.back();
    BOOST_TEST(last.kind == LPC_FACT_DETACH);
    BOOST_TEST(int{last.code} == LPC_DETACH_ENDED);
    BOOST_TEST(last.account == 7u);
    expect_move(rig.seen.moves.back(), 1, 0, MoveCause::ended);
    const runtime::AccountFacts& account = *rig.state().accounts.find(7);
    for (const std::uint16_t kind : {LPC_FACT_CLOSEOUT, LPC_FACT_BUDGET, LPC_FACT_GRANT})
        BOOST_TEST(account.of_kind(kind).empty());
    rig.release();
    BOOST_TEST(rig.ports.cancelled.size() == 2u);  // each once
}

BOOST_AUTO_TEST_CASE(an_account_can_be_closed_out_again_after_its_detach) {
    Rig rig;
    rig.run_closeout();
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    rig.run_closeout();
    rig.turn();
    BOOST_TEST(closeout_states(rig.first).back() == LPC_CLOSEOUT_RUNNING);
}

BOOST_AUTO_TEST_CASE(what_a_flat_account_owes_is_asked_of_the_fund_once_for_each_asset) {
    Rig rig;
    rig.run_closeout();
    rig.position(7, 0, 0);
    rig.balance(7, -250);
    rig.balance(7, -40, 2);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    for (int i = 0; i < 3; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.covers.size() == 1u);
    BOOST_TEST(rig.ports.covers[0].account == 7u);
    BOOST_TEST(rig.ports.covers[0].asset == kMoney);
    BOOST_TEST(rig.ports.covers[0].amount_max == 250);
    rig.balance(7, 0);
    for (int i = 0; i < 3; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.covers.size() == 2u);
    BOOST_TEST(rig.ports.covers[1].asset == 2u);
    BOOST_TEST(rig.ports.covers[1].amount_max == 40);
    BOOST_TEST((rig.held(7)->phase == Phase::ending));
    rig.balance(7, 0, 2);
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
}

BOOST_AUTO_TEST_CASE(what_the_fund_left_uncovered_is_asked_for_again) {
    Rig rig;
    rig.run_closeout();
    rig.position(7, 0, 0);
    rig.balance(7, -250);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    rig.turn();
    rig.balance(7, -90);
    for (int i = 0; i < 3; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.covers.size() == 2u);
    BOOST_TEST(rig.ports.covers[1].amount_max == 90);
}

BOOST_AUTO_TEST_CASE(without_a_risk_plugin_that_works_the_host_lets_go_at_the_target) {
    Rig rig;
    rig.run_closeout();
    rig.risk.turn_answer = LPC_FAILED;
    rig.turn();
    BOOST_REQUIRE(rig.seen.failures.size() == 1u);
    rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::running));
    rig.price(kCoin, 1'000);
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(closeout_states(rig.first).back() == LPC_CLOSEOUT_ENDED);
}

BOOST_AUTO_TEST_CASE(a_debt_of_an_account_with_positions_is_not_the_funds) {
    Rig rig;
    rig.run_closeout();
    rig.balance(7, -1);
    rig.position(7, 100, 90'000);  // healthy by its unrealised profit
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    rig.release();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(rig.ports.covers.empty());
}

BOOST_AUTO_TEST_CASE(a_plugin_that_asks_for_the_next_stage_gets_it_before_its_next_turn) {
    for (std::uint8_t why = LPC_ESCALATE_DEADLINE; why <= LPC_ESCALATE_BANKRUPT; ++why) {
        Rig rig;
        rig.run_closeout();
        rig.first.say(escalate(7, why));
        rig.turn();
        BOOST_TEST(rig.held(7)->stage == 1u);
        rig.turn();
        expect_move(rig.seen.moves.back(), 1, 2, MoveCause::escalated, why);
        BOOST_TEST(int{rig.first.heard_of(LPC_FACT_DETACH).at(0).code} == LPC_DETACH_STAGE);
        BOOST_TEST(closeout_states(rig.last).size() == 1u);
        BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 981, 1)) ==
                   LPC_REASON_NOT_YOUR_ACCOUNT);
    }
}

BOOST_AUTO_TEST_CASE(an_account_moves_on_when_its_time_in_the_stage_is_over) {
    runtime::Stage stage;
    stage.leave_after_ns = 5 * kSecond;
    Rig rig(with_stage(stage));
    rig.run_closeout();
    const std::int64_t entered = rig.now_ns;
    rig.turn(entered + 5 * kSecond - 1);
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.turn(entered + 5 * kSecond);
    BOOST_TEST(rig.held(7)->stage == 2u);
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::time);
    rig.turn(entered + 500 * kSecond);
    BOOST_TEST(rig.held(7)->stage == 2u);  // the last stage keeps it
}

BOOST_AUTO_TEST_CASE(a_case_rests_while_its_price_is_unfit_and_its_time_in_the_stage_stands_still) {
    runtime::Stage stage;
    stage.leave_after_ns = 5 * kSecond;
    Rig rig(with_stage(stage));
    rig.run_closeout();
    const std::int64_t entered = rig.now_ns;
    rig.first.say(order(7, kCoin, -4, 981, 1));
    rig.turn(entered + kSecond);
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    rig.turn(entered + 3 * kSecond);
    rig.release();
    BOOST_TEST(rig.ports.cancelled.size() == 1u);  // nothing of it stays in the book
    rig.turn(entered + 100 * kSecond);
    rig.price(kCoin, 985);
    rig.turn(entered + 103 * kSecond);
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.turn(entered + 105 * kSecond - 1);
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.turn(entered + 105 * kSecond);
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::time);
}

BOOST_AUTO_TEST_CASE(a_bankrupt_account_moves_on_at_once) {
    Rig rig(trading_only());
    rig.run_closeout();
    rig.price(kCoin, 939);
    rig.risk.say(rig.margin_of(7));
    rig.turn();
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::health);
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 2u);  // the last stage keeps it
}

BOOST_AUTO_TEST_CASE(an_account_moves_on_below_the_ratio_of_its_stage) {
    runtime::Stage stage;
    stage.leave_below_ppb = 500'000'000;
    Rig rig(with_stage(stage));
    rig.run_closeout();
    rig.price(kCoin, 964);  // equity 2,400 of 4,820: 497,925,311 ppb
    const lpc_command margin = rig.margin_of(7);
    BOOST_TEST(margin.u.margin.equity * 2 < margin.u.margin.maintenance);
    rig.price(kCoin, 965);  // 2,500 of 4,825: still above
    rig.risk.say(rig.margin_of(7));
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.price(kCoin, 964);
    rig.risk.say(margin);
    rig.turn();
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::health);
}

BOOST_AUTO_TEST_CASE(an_account_moves_on_after_too_many_refusals) {
    runtime::Stage stage;
    stage.leave_after_refusals = 2;
    Rig rig(with_stage(stage));
    rig.run_closeout();
    rig.first.say(order(7, kCoin, -1, 1, 1));
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.first.say(order(7, kCoin, -1, 1, 2));
    rig.turn();
    rig.turn();
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::refusals);
    BOOST_TEST(rig.held(7)->refusals == 0);
}

BOOST_AUTO_TEST_CASE(of_several_causes_health_comes_first_then_the_plugins_wish_then_time) {
    runtime::Stage stage;
    stage.leave_after_ns = 1;
    stage.leave_after_refusals = 1;
    {
        Rig rig(with_stage(stage));
        rig.run_closeout();
        rig.first.say(escalate(7, LPC_ESCALATE_TOXIC));
        rig.turn(rig.now_ns);
        rig.turn();
        expect_move(rig.seen.moves.back(), 1, 2, MoveCause::escalated, LPC_ESCALATE_TOXIC);
    }
    Rig rig(trading_only(with_stage(stage)));
    rig.run_closeout();
    rig.price(kCoin, 939);
    rig.risk.say(rig.margin_of(7));
    rig.turn();
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::health);
}

BOOST_AUTO_TEST_CASE(
    orders_of_the_stage_before_are_cancelled_and_work_until_the_venue_says_otherwise) {
    Rig rig;
    rig.run_closeout();
    rig.first.say({order(7, kCoin, -60, 981, 5), escalate(7, LPC_ESCALATE_DEADLINE)});
    rig.turn();
    rig.release();
    rig.fund(1);
    rig.turn();
    rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.cancelled.size() == 1u);
    BOOST_TEST(rig.ports.cancelled[0].order == rig.last_order_id());
    const lpc_fact told = rig.last.heard_of(LPC_FACT_ORDER).at(0);
    BOOST_TEST(told.code == LPC_ORDER_CANCELLING);
    BOOST_TEST(told.u.order.id == rig.last_order_id());
    BOOST_TEST(told.u.order.tag == 0u);
    BOOST_TEST(told.u.order.open_lots == -60);
    rig.tell(rig.fill_fact(7, rig.last_order_id(), -1, 1));
    rig.turn();
    BOOST_TEST(rig.last.heard_of(LPC_FACT_FILL).at(0).u.fill.tag == 0u);  // nor are their fills
    BOOST_TEST(rig.verdict_on(rig.last, takeover(7, kCoin, -41, 940, 1)) ==
               LPC_REASON_WRONG_DIRECTION);  // 60 may still fill
    BOOST_TEST(rig.verdict_on(rig.last, takeover(7, kCoin, -40, 940, 1)) == 0u);
    BOOST_TEST(rig.verdict_on(rig.last, cancel(7, kCoin, rig.last_order_id())) ==
               LPC_REASON_LATE);  // the host has asked already
}

BOOST_AUTO_TEST_CASE(the_built_in_takeover_hands_the_rest_to_the_fund_at_the_bankruptcy_price) {
    RigOptions options;
    options.with_last = false;
    Rig rig(options);
    rig.must(runtime::encode_attach({"last", "builtin:takeover", "", {}}));
    rig.fund(0);
    rig.run_closeout();
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    for (int i = 0; i < 4; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.takeovers.size() == 1u);
    const runtime::TakeoverRequest taken = rig.ports.takeovers[0];
    BOOST_TEST(taken.lots == -100);
    BOOST_TEST(taken.price == 940);
    const std::size_t said = rig.seen.verdicts.size();
    rig.position(7, 99, 99'000);
    rig.turn();
    BOOST_TEST(rig.seen.verdicts.size() == said);  // it waits for its answer
    rig.position(7, 100, 100'000);
    rig.tell(rig.fill_fact(7, taken.order, -100, 100, 940));
    rig.position(7, 0, 0);
    rig.balance(7, 0);
    rig.tell(rig.order_fact(7, taken.order, LPC_ORDER_DONE, -100));
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    rig.release();
    BOOST_TEST(rig.ports.takeovers.size() == 1u);
    BOOST_TEST(rig.ports.covers.empty());
}

BOOST_AUTO_TEST_CASE(the_built_in_takeover_takes_all_of_a_position_that_was_to_be_closed_in_part) {
    RigOptions options;
    options.with_last = false;
    options.config.rulebook.close.full_close_below = {};
    Rig rig(options);
    rig.must(runtime::encode_attach({"last", "builtin:takeover", "", {}}));
    rig.fund(0);
    rig.run_closeout();
    BOOST_TEST(rig.state().closeout(7, kCoin)->u.closeout.end_lots > 0);
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    for (int i = 0; i < 3; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.takeovers.size() == 1u);
    BOOST_TEST(rig.ports.takeovers[0].lots == -100);
}

BOOST_AUTO_TEST_CASE(the_built_in_takeover_asks_again_after_a_refusal) {
    RigOptions options;
    options.with_last = false;
    Rig rig(options);
    rig.must(runtime::encode_attach({"last", "builtin:takeover", "", {}}));
    rig.fund(0);
    rig.run_closeout();
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    for (int i = 0; i < 2; ++i) rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.takeovers.size() == 1u);
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    rig.tell(rig.order_fact(7, rig.ports.takeovers[0].order, LPC_ORDER_REJECTED, 0));
    for (int i = 0; i < 3; ++i) rig.turn();
    BOOST_TEST(rig.seen.verdicts.back().reason == LPC_REASON_UNFIT_PRICE);
    BOOST_TEST(rig.state().orders.all().empty());
    rig.price(kCoin, 985);
    rig.turn();
    BOOST_TEST(rig.seen.verdicts.back().reason == 0u);
    BOOST_TEST(rig.state().orders.all().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_engine_without_a_risk_stage_tells_margin_and_closeouts_itself) {
    RigOptions options = trading_only();
    options.with_risk = false;
    Rig rig(options);
    rig.buyer(7);
    rig.price(kCoin, 985);
    rig.volume(kCoin, 10'000);
    const auto margin = [&](std::uint8_t code, std::int64_t equity) {
        rig.tell(fact({.account = 7, .instrument = kMoney, .code = code},
                      lpc_fact_margin{equity, 4'925, 9'850, 4'925, 0}));
    };
    const auto closeout = [](std::uint8_t code, std::int64_t end_lots) {
        return fact({.account = 7, .instrument = kCoin, .code = code},
                    lpc_fact_closeout{end_lots, 940, 981, 0});
    };
    margin(LPC_MARGIN_LIQUIDATING, 4'500);
    for (const std::int64_t end : std::initializer_list<std::int64_t>{-1, 101})
        BOOST_TEST(rig.refusal(closeout(LPC_CLOSEOUT_ACCEPTED, end)) ==
                   "CLOSEOUT of account 7, instrument 1: end_lots is " + std::to_string(end) +
                       ", expected between 0 and the position's 100");
    rig.tell(closeout(LPC_CLOSEOUT_ACCEPTED, 0));
    rig.turn();
    BOOST_TEST(closeout_states(rig.first).back() == LPC_CLOSEOUT_RUNNING);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -100, 981, 1)) == 0u);
    rig.release();
    rig.tell(closeout(LPC_CLOSEOUT_ENDING, 0));
    rig.turn();
    rig.release();
    BOOST_TEST(rig.ports.cancelled.size() == 1u);
    BOOST_TEST(
        rig.refusal(closeout(LPC_CLOSEOUT_ACCEPTED, 0)) ==
        "CLOSEOUT of account 7, instrument 1: the account's close-out is ending, expected after "
        "ENDED");
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_CANCELLED, 0));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    rig.tell(closeout(LPC_CLOSEOUT_ACCEPTED, 0));
    margin(LPC_MARGIN_BANKRUPT, -1);
    rig.turn();
    rig.turn();
    expect_move(rig.seen.moves.back(), 1, 2, MoveCause::health);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
