// The guard: each reason in the order of lpc/reason.h, what a refusal does and does not do, strikes
// and the fallback.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/runtime_picture.hpp"
#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

// The command is refused for this reason, its author hears so before its next turn, and nothing
// else has changed.
void expect_refused(Rig& rig, Script& who, lpc_command said, std::uint8_t reason, bool is_strike) {
    BOOST_TEST_CONTEXT("command of kind " << said.kind << ", expected reason " << int{reason}) {
        said.tag = said.tag == 0 ? 4242 : said.tag;
        const std::size_t slot = &who == &rig.risk ? 0 : &who == &rig.first ? 1 : 2;
        const std::uint64_t before = strikes(rig, slot);
        rig.turn(rig.now_ns);
        rig.turn(rig.now_ns);  // until the last order's budget has been told
        const std::string picture_before = picture(rig);
        BOOST_TEST(rig.verdict_on(who, said) == reason);
        BOOST_TEST((picture(rig) == picture_before));
        BOOST_TEST(strikes(rig, slot) - before == (is_strike ? 1u : 0u));
        const std::size_t known = who.heard_of(LPC_FACT_REFUSED).size();
        rig.turn(rig.now_ns);
        const std::vector<lpc_fact> told = who.heard_of(LPC_FACT_REFUSED);
        BOOST_REQUIRE(told.size() == known + 1);
        BOOST_TEST(told.back().account == said.account);
        BOOST_TEST(told.back().instrument == said.instrument);
        BOOST_TEST(told.back().u.refused.tag == said.tag);
        BOOST_TEST(told.back().u.refused.kind == said.kind);
        BOOST_TEST(int{told.back().reason} == int{reason});
    }
}

void expect_breach(Rig& rig, Script& who, const lpc_command& said, std::uint8_t reason) {
    expect_refused(rig, who, said, reason, true);
}
void expect_weather(Rig& rig, Script& who, const lpc_command& said, std::uint8_t reason) {
    expect_refused(rig, who, said, reason, false);
}

struct Running : Rig {
    explicit Running(const RigOptions& options = {}) : Rig(options) { run_closeout(); }
};

template <class Change>
lpc_command changed(lpc_command command, Change&& change) {
    change(command);
    return command;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_guard)

BOOST_AUTO_TEST_CASE(a_command_within_the_rules_is_carried_out) {
    Running rig;
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -40, 981, 1)) == 0u);
    rig.release();
    BOOST_REQUIRE(rig.ports.placed.size() == 1u);
    BOOST_TEST(rig.ports.placed[0].lots == -40);
    BOOST_TEST(rig.ports.placed[0].price == 981);
    BOOST_TEST(strikes(rig, 1) == 0u);
}

BOOST_AUTO_TEST_CASE(an_unknown_kind_is_refused) {
    Running rig;
    for (const std::uint16_t kind : std::initializer_list<std::uint16_t>{0, 14, 65535})
        expect_breach(rig, rig.first, command(kind, 7), LPC_REASON_UNKNOWN_KIND);
}

BOOST_AUTO_TEST_CASE(a_command_of_the_other_role_is_refused) {
    Running rig;
    for (const std::uint16_t kind :
         {LPC_CMD_MARGIN, LPC_CMD_LEVELS, LPC_CMD_CLOSEOUT, LPC_CMD_RELEASE})
        expect_breach(rig, rig.first, command(kind, 7), LPC_REASON_NOT_YOUR_ROLE);
    for (std::uint16_t kind = LPC_CMD_ORDER; kind <= LPC_CMD_ESCALATE; ++kind)
        expect_breach(rig, rig.risk, command(kind, 7), LPC_REASON_NOT_YOUR_ROLE);
}

BOOST_AUTO_TEST_CASE(a_command_for_an_account_that_is_not_attached_is_refused) {
    Running rig;
    rig.buyer(8);
    for (const std::uint64_t account : std::initializer_list<std::uint64_t>{0, 8, 9'999})
        expect_breach(rig, rig.first, order(account, kCoin, -1, 981, 1),
                      LPC_REASON_NOT_YOUR_ACCOUNT);
    expect_breach(rig, rig.last, takeover(7, kCoin, -1, 940, 1), LPC_REASON_NOT_YOUR_ACCOUNT);
    expect_breach(rig, rig.risk, command(LPC_CMD_MARGIN, 9'999, kMoney),
                  LPC_REASON_NOT_YOUR_ACCOUNT);
}

BOOST_AUTO_TEST_CASE(a_command_that_the_stage_does_not_permit_is_refused) {
    Running rig;
    expect_breach(rig, rig.first, takeover(7, kCoin, -1, 940, 1), LPC_REASON_WRONG_STAGE);
    for (const std::uint16_t kind : {LPC_CMD_OFFER, LPC_CMD_AWARD, LPC_CMD_DELEVERAGE})
        expect_breach(rig, rig.first, command(kind, 7, kCoin), LPC_REASON_WRONG_STAGE);
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    rig.turn();
    expect_breach(rig, rig.last, order(7, kCoin, -1, 981, 1), LPC_REASON_WRONG_STAGE);
    // Nobody tells it that no stage comes after its own.
    expect_weather(rig, rig.last, escalate(7, LPC_ESCALATE_DEADLINE), LPC_REASON_WRONG_STAGE);
}

BOOST_AUTO_TEST_CASE(a_value_beyond_its_limit_or_an_unknown_code_is_refused) {
    Running rig;
    rig.fund(500);
    const lpc_command good = order(7, kCoin, -1, 981, 1);
    const std::vector<std::function<void(lpc_command&)>> spoils{
        [](lpc_command& c) { c.code = 0; },
        [](lpc_command& c) { c.code = 4; },
        [](lpc_command& c) { c.flags = 1; },
        [](lpc_command& c) { c.u.word[3] = 1; },
        [](lpc_command& c) { c.u.order.lots = 0; },
        [](lpc_command& c) { c.u.order.lots = -LPC_LOTS_MAX - 1; },
        [](lpc_command& c) { c.u.order.lots = LPC_LOTS_MAX + 1; },
        [](lpc_command& c) { c.u.order.lots = INT64_MIN; },  // has no magnitude
        [](lpc_command& c) { c.u.order.price = 0; },
        [](lpc_command& c) { c.u.order.price = LPC_PRICE_MAX + 1; },
        [](lpc_command& c) { c.u.order.expire_ns = -1; },
        [](lpc_command& c) { c.u.order.expire_ns = LPC_TIME_MAX_NS + 1; }};
    for (const auto& spoil : spoils)
        expect_breach(rig, rig.first, changed(good, spoil), LPC_REASON_BAD_VALUE);
    for (const std::int64_t amount : {std::int64_t{0}, std::int64_t{-1}, LPC_MONEY_MAX + 1})
        expect_breach(rig, rig.first, grant(7, kCoin, amount), LPC_REASON_BAD_VALUE);
    for (const std::uint64_t id :
         std::initializer_list<std::uint64_t>{0, 1, 77})  // none was given out
        expect_breach(rig, rig.first, cancel(7, kCoin, id), LPC_REASON_BAD_VALUE);
    for (const std::uint8_t why : std::initializer_list<std::uint8_t>{0, 5})
        expect_breach(rig, rig.first, escalate(7, why), LPC_REASON_BAD_VALUE);
    expect_breach(rig, rig.first, timer(7, -1, 1), LPC_REASON_BAD_VALUE);
    expect_breach(rig, rig.first, timer(7, rig.now_ns, 1),
                  LPC_REASON_BAD_VALUE);  // not in the future
    expect_breach(rig, rig.first, timer(7, LPC_TIME_MAX_NS + 1, 1), LPC_REASON_BAD_VALUE);
}

BOOST_AUTO_TEST_CASE(a_bad_value_of_the_risk_stage_is_refused) {
    Running rig;
    const auto bad = [&](const lpc_command& c) {
        expect_breach(rig, rig.risk, c, LPC_REASON_BAD_VALUE);
    };
    const lpc_command margin = rig.margin_of(7);
    for (const std::uint8_t code : std::initializer_list<std::uint8_t>{0, 5})
        bad(changed(margin, [&](lpc_command& c) { c.code = code; }));
    for (std::size_t i = 0; i < 4; ++i)
        bad(changed(margin, [&](lpc_command& c) { c.u.word[i] = LPC_MONEY_MAX + 1; }));
    const lpc_command closeout = rig.closeout_of(7);
    bad(changed(closeout, [](lpc_command& c) { c.code = 1; }));
    bad(changed(closeout, [](lpc_command& c) { c.instrument = 0; }));
    bad(changed(closeout, [](lpc_command& c) { c.u.closeout.end_lots = INT64_MIN; }));
    for (std::size_t i = 1; i < 4; ++i)
        bad(changed(closeout, [&](lpc_command& c) { c.u.word[i] = -1; }));
    for (std::size_t i = 0; i < 3; ++i)
        bad(changed(command(LPC_CMD_LEVELS, 7, kCoin), [&](lpc_command& c) { c.u.word[i] = -1; }));
    bad(command(LPC_CMD_RELEASE, 7, kCoin));
}

BOOST_AUTO_TEST_CASE(the_tag_of_a_working_order_is_refused) {
    Running rig;
    rig.first.say(order(7, kCoin, -10, 981, 5));
    expect_breach(rig, rig.first, order(7, kCoin, -10, 981, 5), LPC_REASON_DUPLICATE_TAG);
    rig.release();
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_CANCELLED, 0));
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -10, 981, 5)) == 0u);
}

BOOST_AUTO_TEST_CASE(more_orders_than_the_window_allows_are_refused_without_a_strike) {
    RigOptions options;
    options.config.rulebook.orders_per_account_max = 2;
    Running rig(options);
    rig.first.say({order(7, kCoin, -1, 981, 1), order(7, kCoin, -1, 981, 2)});
    expect_weather(rig, rig.first, order(7, kCoin, -1, 981, 3), LPC_REASON_RATE);
    rig.turn(rig.now_ns + 10 * kSecond);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 981, 3)) == 0u);
}

BOOST_AUTO_TEST_CASE(an_order_without_a_running_closeout_is_refused) {
    Running rig;
    rig.open_market(2, 500);
    expect_breach(rig, rig.first, order(7, 2, -1, 500, 1), LPC_REASON_NOT_IN_LIQUIDATION);
    expect_breach(rig, rig.first, grant(7, 2, 5), LPC_REASON_NOT_IN_LIQUIDATION);
    rig.buyer(8);
    expect_breach(rig, rig.risk, command(LPC_CMD_RELEASE, 8), LPC_REASON_NOT_IN_LIQUIDATION);
    rig.first.say(order(7, kCoin, -10, 981, 1));
    rig.turn();
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();  // it is ending, and waits for the order
    expect_breach(rig, rig.first, order(7, kCoin, -10, 1'000, 2), LPC_REASON_NOT_IN_LIQUIDATION);
    expect_breach(rig, rig.first, escalate(7, LPC_ESCALATE_TOXIC), LPC_REASON_NOT_IN_LIQUIDATION);
}

BOOST_AUTO_TEST_CASE(nothing_is_done_on_an_unfit_price) {
    Running rig;
    const lpc_command closeout = rig.closeout_of(7);
    const auto unfit = [&] {
        expect_weather(rig, rig.first, order(7, kCoin, -1, 981, 1), LPC_REASON_UNFIT_PRICE);
        expect_weather(rig, rig.risk, closeout, LPC_REASON_UNFIT_PRICE);
    };
    for (const std::uint8_t code : {LPC_PRICE_STALE, LPC_PRICE_UNCERTAIN, LPC_PRICE_UNSOUND}) {
        rig.price(kCoin, 985, code);
        unfit();
    }
    rig.price(kCoin, 985);
    for (const std::uint8_t trading : {LPC_TRADING_POST_ONLY, LPC_TRADING_CANCEL_ONLY,
                                       LPC_TRADING_HALTED, LPC_TRADING_SETTLED}) {
        rig.terms(kCoin, trading);
        unfit();
    }
    rig.terms(kCoin);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 981, 1)) == 0u);
}

BOOST_AUTO_TEST_CASE(margin_that_the_facts_do_not_confirm_is_refused) {
    Running rig;
    const lpc_command margin = rig.margin_of(7);
    for (std::size_t i = 0; i < 4; ++i)
        expect_breach(rig, rig.risk, changed(margin, [&](lpc_command& c) { ++c.u.word[i]; }),
                      LPC_REASON_NOT_CONFIRMED);
    expect_breach(rig, rig.risk, changed(margin, [](lpc_command& c) { c.instrument = 2; }),
                  LPC_REASON_NOT_CONFIRMED);
    expect_breach(rig, rig.risk,
                  changed(margin, [](lpc_command& c) { c.code = LPC_MARGIN_BANKRUPT; }),
                  LPC_REASON_NOT_CONFIRMED);
    expect_breach(rig, rig.risk, command(LPC_CMD_LEVELS, 7, 55), LPC_REASON_NOT_CONFIRMED);
    expect_breach(rig, rig.risk, command(LPC_CMD_RELEASE, 7), LPC_REASON_NOT_CONFIRMED);
}

BOOST_AUTO_TEST_CASE(a_closeout_that_the_facts_do_not_confirm_is_refused) {
    RigOptions options;
    options.config.rulebook.close.full_close_below = {};
    Running rig(options);
    rig.buyer(8);
    rig.balance(8, 20'000);  // healthy at 985
    const auto refused = [&](const lpc_command& c) {
        expect_breach(rig, rig.risk, c, LPC_REASON_NOT_CONFIRMED);
    };
    lpc_command healthy = rig.closeout_of(7);
    healthy.account = 8;
    refused(healthy);
    const lpc_command good = rig.closeout_of(7);
    BOOST_TEST(good.u.closeout.end_lots > 0);                                 // a part is enough
    refused(changed(good, [](lpc_command& c) { --c.u.closeout.end_lots; }));  // more than is needed
    refused(changed(good, [](lpc_command& c) { c.u.closeout.end_lots = -1; }));
    refused(changed(good, [](lpc_command& c) { ++c.u.closeout.bankruptcy_price; }));
    refused(changed(good, [](lpc_command& c) { c.instrument = 2; }));
    rig.tell(fact({.account = 7}, lpc_fact_account{LPC_MODE_CROSS, 0, 0, LPC_HOLD_CLOSEOUT}));
    refused(good);
    rig.tell(fact({.account = 7}, lpc_fact_account{LPC_MODE_CROSS, 0, 0, 0}));
    BOOST_TEST(rig.verdict_on(rig.risk, good) == 0u);
}

BOOST_AUTO_TEST_CASE(an_account_is_touched_only_below_maintenance_and_closed_until_its_target) {
    RigOptions options;
    options.config.rulebook.close.target_buffer = {LPC_RATE_ONE_PPB / 10};
    Rig rig(options);
    rig.buyer(7);
    rig.price(kCoin, 991);  // equity 5,100, maintenance 4,955, target 5,451
    expect_breach(rig, rig.risk, rig.closeout_of(7), LPC_REASON_NOT_CONFIRMED);
    rig.price(kCoin, 985);
    BOOST_TEST(rig.verdict_on(rig.risk, rig.closeout_of(7)) == 0u);
    rig.price(kCoin, 991);
    BOOST_TEST(rig.verdict_on(rig.risk, rig.closeout_of(7)) == 0u);
    expect_breach(rig, rig.risk, command(LPC_CMD_RELEASE, 7), LPC_REASON_NOT_CONFIRMED);
    rig.price(kCoin, 995);  // 5,500, 4,975, 5,473
    expect_breach(rig, rig.risk, rig.closeout_of(7), LPC_REASON_NOT_CONFIRMED);
    BOOST_TEST(rig.verdict_on(rig.risk, command(LPC_CMD_RELEASE, 7)) == 0u);
}

BOOST_AUTO_TEST_CASE(an_order_away_from_the_end_position_or_past_it_is_refused) {
    Running rig;
    const auto refused = [&](std::int64_t lots) {
        expect_breach(rig, rig.first, order(7, kCoin, lots, lots > 0 ? 1 : 981, 9),
                      LPC_REASON_WRONG_DIRECTION);
    };
    refused(1);
    refused(-101);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -60, 981, 1)) == 0u);
    refused(-41);  // 60 work already
    expect_breach(rig, rig.risk,
                  changed(rig.closeout_of(7), [](lpc_command& c) { c.u.closeout.end_lots = 101; }),
                  LPC_REASON_WRONG_DIRECTION);
    rig.position(7, 30, 30'000);
    refused(-1);  // whatever of the 60 fills
}

BOOST_AUTO_TEST_CASE(no_order_makes_a_position_larger_even_if_its_owner_passed_the_end) {
    RigOptions options;
    options.config.rulebook.close.full_close_below = {};
    Running rig(options);
    const std::int64_t end = rig.state().closeout(7, kCoin)->u.closeout.end_lots;
    BOOST_REQUIRE(end > 1);
    rig.position(7, end - 1, (end - 1) * 1'000);
    expect_breach(rig, rig.first, order(7, kCoin, 1, 940, 1), LPC_REASON_WRONG_DIRECTION);
}

BOOST_AUTO_TEST_CASE(a_price_beyond_the_permitted_one_is_refused) {
    Running rig;
    expect_breach(rig, rig.first, order(7, kCoin, -1, 980, 1), LPC_REASON_BEYOND_PERMITTED_PRICE);
    expect_breach(
        rig, rig.risk,
        changed(rig.closeout_of(7), [](lpc_command& c) { --c.u.closeout.permitted_price; }),
        LPC_REASON_BEYOND_PERMITTED_PRICE);
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    rig.turn();
    rig.fund(1);
    for (const std::int64_t price : {939, 941})
        expect_breach(rig, rig.last, takeover(7, kCoin, -100, price, 1),
                      LPC_REASON_BEYOND_PERMITTED_PRICE);
}

BOOST_AUTO_TEST_CASE(a_short_may_not_pay_more_than_the_permitted_price) {
    Rig rig;
    rig.balance(7, 6'000);
    rig.position(7, -100, -100'000);
    rig.price(kCoin, 1'015);
    rig.volume(kCoin, 10'000);
    rig.risk.say(rig.closeout_of(7));
    rig.turn();
    const std::int64_t bound = rig.state().closeout(7, kCoin)->u.closeout.permitted_price;
    expect_breach(rig, rig.first, order(7, kCoin, 1, bound + 1, 1),
                  LPC_REASON_BEYOND_PERMITTED_PRICE);
    expect_breach(rig, rig.first, order(7, kCoin, -1, bound, 1), LPC_REASON_WRONG_DIRECTION);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, 100, bound, 1)) == 0u);
}

BOOST_AUTO_TEST_CASE(an_empty_fund_grants_nothing) {
    Running rig;
    expect_weather(rig, rig.first, grant(7, kCoin, 5), LPC_REASON_NO_GRANT);  // no fund is told
    rig.fund(0);
    expect_weather(rig, rig.first, grant(7, kCoin, 5), LPC_REASON_NO_GRANT);
    rig.fund(500);
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 900)) == 0u);
    const lpc_fact granted = rig.seen.facts_of(LPC_FACT_GRANT).back();
    BOOST_TEST(granted.u.grant.amount == 500);           // all there is
    BOOST_TEST(granted.u.grant.permitted_price == 935);  // 940 less 500 shared by 100 lots
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 935, 1)) == 0u);
    expect_breach(rig, rig.first, order(7, kCoin, -1, 934, 2), LPC_REASON_BEYOND_PERMITTED_PRICE);
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    rig.turn();
    lpc_command other_tranche = takeover(7, kCoin, -1, 940, 3);
    other_tranche.u.takeover.tranche = 8;
    expect_weather(rig, rig.last, other_tranche, LPC_REASON_NO_GRANT);
}

BOOST_AUTO_TEST_CASE(more_lots_than_the_budget_are_refused_without_a_strike) {
    Running rig;
    rig.buyer(8);
    rig.turn(rig.now_ns + 120 * kSecond);  // the volume has left the window
    rig.volume(kCoin, 10'300);
    rig.turn();
    BOOST_TEST(rig.seen.facts_of(LPC_FACT_BUDGET).back().u.budget.lots == 30);
    expect_weather(rig, rig.first, order(7, kCoin, -31, 981, 1), LPC_REASON_OVER_BUDGET);
    rig.first.say({order(7, kCoin, -20, 981, 2), order(7, kCoin, -11, 981, 3)});
    rig.turn();
    BOOST_TEST(rig.seen.verdicts.back().reason == LPC_REASON_OVER_BUDGET);
}

BOOST_AUTO_TEST_CASE(what_the_facts_have_overtaken_is_late_without_a_strike) {
    Running rig;
    rig.first.say({order(7, kCoin, -10, 981, 1), order(7, kCoin, -10, 981, 2)});
    rig.turn();
    rig.release();
    const std::uint64_t gone = rig.ports.placed[0].order;
    const std::uint64_t working = rig.ports.placed[1].order;
    rig.tell(rig.order_fact(7, gone, LPC_ORDER_CANCELLED, 0));
    expect_weather(rig, rig.first, cancel(7, kCoin, gone), LPC_REASON_LATE);
    BOOST_TEST(rig.verdict_on(rig.first, cancel(7, kCoin, working)) == 0u);
    expect_weather(rig, rig.first, cancel(7, kCoin, working), LPC_REASON_LATE);
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();  // ending: it waits for the order
    rig.price(kCoin, 985);
    expect_weather(rig, rig.risk, rig.closeout_of(7), LPC_REASON_LATE);
}

BOOST_AUTO_TEST_CASE(what_the_venue_rejects_is_refused_without_a_strike) {
    Running rig;
    rig.first.say(order(7, kCoin, -10, 981, 66));
    rig.turn();
    rig.release();
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_REJECTED, 0));
    rig.turn();
    const std::vector<lpc_fact> refused = rig.first.heard_of(LPC_FACT_REFUSED);
    BOOST_REQUIRE(refused.size() == 1u);
    BOOST_TEST(int{refused[0].reason} == LPC_REASON_VENUE);
    BOOST_TEST(refused[0].u.refused.tag == 66u);
    BOOST_TEST(refused[0].u.refused.kind == LPC_CMD_ORDER);
    BOOST_TEST(int{rig.first.heard_of(LPC_FACT_ORDER).back().code} == LPC_ORDER_REJECTED);
    BOOST_TEST(strikes(rig, 1) == 0u);
    BOOST_TEST(rig.held(7)->refusals == 1);
}

BOOST_AUTO_TEST_CASE(of_several_reasons_the_first_in_the_published_order_is_told) {
    RigOptions options;
    options.config.rulebook.orders_per_account_max = 1;
    Running rig(options);
    rig.open_market(2, 500);
    const auto reason = [&](Script& who, lpc_command c) { return rig.verdict_on(who, c); };
    BOOST_TEST(reason(rig.first, order(7, kCoin, -100, 981, 1)) == 0u);  // no budget, no rate left
    BOOST_TEST(reason(rig.first, command(99, 8)) == LPC_REASON_UNKNOWN_KIND);
    BOOST_TEST(reason(rig.first, command(LPC_CMD_MARGIN, 8)) == LPC_REASON_NOT_YOUR_ROLE);
    BOOST_TEST(reason(rig.first, command(LPC_CMD_TAKEOVER, 8)) == LPC_REASON_NOT_YOUR_ACCOUNT);
    lpc_command c = takeover(7, kCoin, 0, 0, 1);
    c.flags = 1;
    BOOST_TEST(reason(rig.first, c) == LPC_REASON_WRONG_STAGE);
    BOOST_TEST(reason(rig.first, order(7, kCoin, 0, 0, 1)) == LPC_REASON_BAD_VALUE);
    BOOST_TEST(reason(rig.first, order(7, kCoin, 1, 1, 1)) == LPC_REASON_DUPLICATE_TAG);
    BOOST_TEST(reason(rig.first, order(7, 2, 1, 1, 2)) == LPC_REASON_RATE);
    rig.turn(rig.now_ns + 10 * kSecond);
    rig.price(2, 500, LPC_PRICE_STALE);
    BOOST_TEST(reason(rig.first, order(7, 2, 1, 1, 2)) == LPC_REASON_NOT_IN_LIQUIDATION);
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    BOOST_TEST(reason(rig.first, order(7, kCoin, 1, 999, 2)) == LPC_REASON_UNFIT_PRICE);
    rig.price(kCoin, 985);
    BOOST_TEST(reason(rig.first, order(7, kCoin, -1, 1, 2)) == LPC_REASON_WRONG_DIRECTION);
    rig.release();
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_CANCELLED, 0));
    rig.turn(rig.now_ns + 120 * kSecond);  // no volume in the window: no budget
    BOOST_TEST(reason(rig.first, order(7, kCoin, -1, 1, 2)) == LPC_REASON_BEYOND_PERMITTED_PRICE);
    BOOST_TEST(reason(rig.first, order(7, kCoin, -1, 981, 2)) == LPC_REASON_OVER_BUDGET);
}

BOOST_AUTO_TEST_CASE(too_many_breaches_put_the_fallback_in_the_plugins_place) {
    RigOptions options;
    options.config.rulebook.strikes_max = 3;
    Running rig(options);
    rig.first.say({order(7, kCoin, -500, 981, 1), order(7, kCoin, -100, 100, 2)});
    rig.turn();
    BOOST_TEST(rig.seen.failures.empty());
    rig.first.say({order(7, kCoin, -10, 981, 3), order(7, kCoin, 5, 981, 4)});
    rig.turn();
    BOOST_REQUIRE(rig.seen.failures.size() == 1u);
    BOOST_TEST(rig.seen.failures[0] == "1: plugin org.test.first: 3 breaches of the rulebook");
    BOOST_TEST(rig.first.alive == 0);
    BOOST_TEST(rig.state().slots[1].routes[0].fallback);
    BOOST_TEST(rig.state().orders.all().size() == 1u);  // what was permitted stands
    BOOST_TEST(rig.state().acts_for(rig.state().slots[1].routes[0], *rig.held(7)));
    const std::uint32_t calls = rig.first.calls;
    rig.turn();
    BOOST_TEST(rig.first.calls == calls);
    BOOST_TEST(rig.seen.failures.size() == 1u);
    // The record is the stage's, whoever acts in it.
    BOOST_TEST(rig.state().slots[1].counters().strikes == 3u);
}

BOOST_AUTO_TEST_CASE(refusals_that_are_no_breach_never_cost_the_place) {
    RigOptions options;
    options.config.rulebook.strikes_max = 1;
    Running rig(options);
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    for (std::uint64_t tag = 1; tag <= 20; ++tag) rig.first.say(order(7, kCoin, -1, 981, tag));
    rig.turn();
    BOOST_TEST(rig.seen.failures.empty());
    BOOST_TEST(rig.held(7)->refusals == 20);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
