// Take-overs and deleveraging: nobody pays before somebody earlier in the waterfall can, no tranche
// loses more than its caps let it, however the loss is cut.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

constexpr std::uint64_t kBackstop = 3, kOfCoin = 4, kGlobal = 5;

lpc_command deleverage(std::int64_t lots, std::int64_t price, std::uint64_t tag,
                       std::uint64_t account = 7) {
    lpc_command made = command(LPC_CMD_DELEVERAGE, account, kCoin, tag);
    made.u.deleverage = {lots, price};
    return made;
}
lpc_command taken_by(std::uint64_t tranche, std::int64_t lots, std::int64_t price,
                     std::uint64_t tag, std::uint64_t account = 7) {
    lpc_command made = takeover(account, kCoin, lots, price, tag);
    made.u.takeover.tranche = tranche;
    return made;
}

RigOptions with_waterfall(bool socialises) {
    RigOptions options;
    options.config.stages[0].permits |= permit({LPC_CMD_TAKEOVER, LPC_CMD_DELEVERAGE});
    if (socialises) options.config.stages[0].permits |= runtime::kSocialises;
    return options;
}

// A long of 100 lots, bankrupt at 940; the mark then falls to 930: taking it costs 10 a lot.
struct Bankrupt : Rig {
    explicit Bankrupt(bool socialises = false) : Rig(with_waterfall(socialises)) {
        run_closeout(7);
        price(kCoin, 930);
        risk.say({margin_of(7), closeout_of(7)});
        tranche(kBackstop, LPC_FUND_BACKSTOP, 0, 0);
        tranche(kOfCoin, LPC_FUND_INSTRUMENT, kCoin, 0);
        tranche(kGlobal, LPC_FUND_GLOBAL, 0, 0);
        turn();
        at = state().closeout(7, kCoin)->u.closeout.bankruptcy_price;
        BOOST_REQUIRE(at == 940);
    }
    void tranche(std::uint64_t id, std::uint8_t kind, std::uint32_t instrument,
                 std::int64_t grantable) {
        tell(fact({.instrument = instrument, .code = kind},
                  lpc_fact_fund{id, grantable, grantable, kMoney}));
    }
    std::uint32_t say(const lpc_command& said) { return verdict_on(attached(), said); }
    // Who can take it over keeps it though it is bankrupt.
    Script& attached() {
        BOOST_TEST(held(7)->stage == 1u);
        return first;
    }
    std::int64_t at = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_waterfall)

BOOST_AUTO_TEST_CASE(a_tranche_takes_no_more_than_it_may_lose_however_it_is_cut) {
    RigOptions options = with_waterfall(false);
    options.config.stages.pop_back();  // nobody moves on
    options.with_last = false;
    Rig rig(options);
    rig.run_closeout(7);
    rig.price(kCoin, 930);
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    rig.tell(fact({.code = LPC_FUND_BACKSTOP}, lpc_fact_fund{kBackstop, 5'000, 500, kMoney}));
    rig.turn();
    const auto say = [&](const lpc_command& said) { return rig.verdict_on(rig.first, said); };
    BOOST_TEST(say(taken_by(9, -10, 940, 1)) == LPC_REASON_NO_GRANT);          // no such tranche
    BOOST_TEST(say(taken_by(kBackstop, -51, 940, 1)) == LPC_REASON_NO_GRANT);  // 510 of 500
    BOOST_TEST(say(taken_by(kBackstop, -10, 939, 1)) == LPC_REASON_BEYOND_PERMITTED_PRICE);
    BOOST_TEST(say(taken_by(kBackstop, -30, 940, 1)) == 0u);
    BOOST_TEST(say(taken_by(kBackstop, -21, 940, 2)) == LPC_REASON_NO_GRANT);  // 200 are left
    BOOST_TEST(say(taken_by(kBackstop, -20, 940, 2)) == 0u);
    BOOST_TEST(say(taken_by(kBackstop, -1, 940, 3)) == LPC_REASON_NO_GRANT);
    rig.release();
    // What is over is no longer reserved; what it lost is the next FUND fact's to say.
    rig.tell(rig.order_fact(7, rig.ports.takeovers[0].order, LPC_ORDER_REJECTED, 0));
    BOOST_TEST(say(taken_by(kBackstop, -30, 940, 3)) == 0u);
}

BOOST_AUTO_TEST_CASE(a_tranche_takes_nothing_that_an_earlier_one_could_bear) {
    RigOptions options = with_waterfall(false);
    options.config.stages.pop_back();
    options.with_last = false;
    Rig rig(options);
    rig.run_closeout(7);
    rig.price(kCoin, 930);
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    const auto fund = [&](std::uint64_t id, std::uint8_t kind, std::uint32_t where,
                          std::int64_t grantable) {
        rig.tell(
            fact({.instrument = where, .code = kind}, lpc_fact_fund{id, 5'000, grantable, kMoney}));
    };
    fund(kGlobal, LPC_FUND_GLOBAL, 0, 5'000);
    fund(kOfCoin, LPC_FUND_INSTRUMENT, kCoin, 300);
    fund(kBackstop, LPC_FUND_BACKSTOP, 0, 200);
    rig.turn();
    const auto say = [&](const lpc_command& said) { return rig.verdict_on(rig.first, said); };
    BOOST_TEST(say(taken_by(kGlobal, -30, 940, 1)) == LPC_REASON_WATERFALL);  // 300: kOfCoin
    BOOST_TEST(say(taken_by(kOfCoin, -20, 940, 1)) == LPC_REASON_WATERFALL);  // 200: kBackstop
    BOOST_TEST(rig.state().slots[1].routes[0].active.instance->counters.strikes == 0u);
    BOOST_TEST(say(taken_by(kGlobal, -31, 940, 1)) == 0u);
    BOOST_TEST(say(taken_by(kOfCoin, -21, 940, 2)) == 0u);
    BOOST_TEST(say(taken_by(kBackstop, -20, 940, 3)) == 0u);
}

// Its caps on one liquidation are told as FUND facts of the account.
BOOST_AUTO_TEST_CASE(a_tranche_pays_one_account_no_more_than_it_may_and_then_opponents_give) {
    RigOptions options = with_waterfall(false);
    options.config.stages.pop_back();
    options.with_last = false;
    Rig rig(options);
    rig.run_closeout(7);
    rig.price(kCoin, 930);
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    const auto room = [&](std::uint64_t account, std::int64_t grantable) {
        rig.tell(fact({.account = account, .code = LPC_FUND_GLOBAL},
                      lpc_fact_fund{kGlobal, 5'000, grantable, kMoney}));
    };
    room(0, 5'000);
    rig.turn();
    const auto say = [&](const lpc_command& said) { return rig.verdict_on(rig.first, said); };
    BOOST_TEST(say(deleverage(-50, 940, 1)) == LPC_REASON_WATERFALL);
    room(7, 499);
    BOOST_TEST(say(taken_by(kGlobal, -50, 940, 1)) == LPC_REASON_NO_GRANT);
    BOOST_TEST(say(taken_by(kGlobal, -30, 940, 1)) == 0u);
    BOOST_TEST(say(taken_by(kGlobal, -20, 940, 2)) == LPC_REASON_NO_GRANT);  // 199 are left
    BOOST_TEST(say(deleverage(-19, 940, 2)) == LPC_REASON_WATERFALL);
    BOOST_TEST(say(deleverage(-20, 940, 2)) == 0u);
}

BOOST_AUTO_TEST_CASE(only_the_end_of_the_line_takes_what_its_tranche_cannot_lose) {
    Bankrupt rig(true);
    lpc_command said = taken_by(kGlobal, -100, rig.at, 1);
    BOOST_TEST(rig.say(said) == 0u);  // its stage socialises
}

BOOST_AUTO_TEST_CASE(nobody_is_deleveraged_while_the_fund_can_pay) {
    RigOptions options = with_waterfall(false);
    options.config.stages.pop_back();
    options.with_last = false;
    Rig rig(options);
    const auto fund = [&](std::uint64_t id, std::uint8_t kind, std::uint32_t where,
                          std::int64_t grantable) {
        rig.tell(fact({.instrument = where, .code = kind},
                      lpc_fact_fund{id, grantable, grantable, kMoney}));
    };
    const auto say = [&](const lpc_command& said) { return rig.verdict_on(rig.first, said); };
    fund(kGlobal, LPC_FUND_GLOBAL, 0, 0);
    rig.run_closeout(7);
    BOOST_TEST(say(deleverage(-100, 940, 1)) == LPC_REASON_NOT_CONFIRMED);  // it can still pay
    rig.price(kCoin, 930);
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    rig.turn();
    fund(kBackstop, LPC_FUND_BACKSTOP, 0, 1'000'000);  // a provider need not take it
    fund(kGlobal, LPC_FUND_GLOBAL, 0, 600);
    fund(kOfCoin, LPC_FUND_INSTRUMENT, kCoin, 400);
    BOOST_TEST(say(deleverage(-100, 940, 1)) == LPC_REASON_WATERFALL);
    fund(kOfCoin, LPC_FUND_INSTRUMENT, kCoin, 399);
    BOOST_TEST(say(deleverage(-99, 940, 1)) == LPC_REASON_WATERFALL);
    BOOST_TEST(say(deleverage(-100, 941, 1)) == LPC_REASON_BEYOND_PERMITTED_PRICE);
    BOOST_TEST(say(deleverage(100, 940, 1)) == LPC_REASON_WRONG_DIRECTION);
    BOOST_TEST(say(deleverage(-100, 940, 1)) == 0u);
    rig.release();
    BOOST_REQUIRE(rig.ports.deleveragings.size() == 1u);
    BOOST_TEST(rig.ports.deleveragings[0].lots == -100);
    BOOST_TEST(rig.held(7)->leg(kCoin)->working_lots == -100);
    // Perhaps there were not enough opponents.
    const std::uint64_t id = rig.ports.deleveragings[0].order;
    rig.tell(rig.fill_fact(7, id, -60, 60, 940));
    rig.tell(rig.order_fact(7, id, LPC_ORDER_DONE, -60));
    rig.position(7, 40, 40'000);
    rig.turn();
    BOOST_TEST(rig.held(7)->leg(kCoin)->working_lots == 0);
}

BOOST_AUTO_TEST_CASE(a_bankrupt_account_stays_where_something_can_be_done_for_it) {
    const auto stage_when_bankrupt = [](const RigOptions& options) {
        Rig rig(options);
        rig.run_closeout();
        rig.price(kCoin, 939);
        rig.risk.say(rig.margin_of(7));
        rig.turn();
        rig.turn();
        return rig.held(7)->stage;
    };
    BOOST_TEST(stage_when_bankrupt({}) == 1u);  // the fund may grant
    RigOptions nothing_granted;
    nothing_granted.config.rulebook.grant_per_account_max = {};
    BOOST_TEST(stage_when_bankrupt(nothing_granted) == 2u);
    for (const std::uint16_t command : {LPC_CMD_TAKEOVER, LPC_CMD_DELEVERAGE}) {
        RigOptions helping = nothing_granted;
        helping.config.stages[0].permits |= permit({command});
        BOOST_TEST(stage_when_bankrupt(helping) == 1u);
    }
    // Not where the plugin that could do it has failed.
    RigOptions strict;
    strict.config.rulebook.strikes_max = 1;
    Rig rig(strict);
    rig.run_closeout();
    rig.first.say(order(7, kCoin, 5, 981, 1));
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.price(kCoin, 939);
    rig.risk.say(rig.margin_of(7));
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 2u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
