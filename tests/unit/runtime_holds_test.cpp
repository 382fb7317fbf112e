// What an operator holds by hand, and what it means for close-outs that run.
#include <boost/test/unit_test.hpp>

#include "support/runtime_rig.hpp"

namespace lpc::test {

using runtime::Hold;
using runtime::HoldScope;
using runtime::Phase;

namespace {

struct Held : Rig {
    explicit Held(const RigOptions& options = {}) : Rig(options) { run_closeout(); }
    void hold(HoldScope scope, std::uint64_t id, bool on = true) {
        must(runtime::encode_hold({scope, on ? 1u : 0u, id}));
    }
    std::uint32_t verdict_on_an_order(std::uint64_t tag) {
        return verdict_on(first, order(7, kCoin, -1, 981, tag));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_holds)

BOOST_AUTO_TEST_CASE(a_held_account_instrument_or_everything_gives_no_new_orders) {
    struct Kind {
        HoldScope scope;
        std::uint64_t id;
    };
    for (const Kind& kind : {Kind{HoldScope::account, 7}, Kind{HoldScope::instrument, kCoin},
                             Kind{HoldScope::everything, 0}}) {
        Held rig;
        rig.hold(kind.scope, kind.id);
        BOOST_TEST(rig.verdict_on_an_order(1) == std::uint32_t{LPC_REASON_HELD});
        BOOST_TEST(rig.state().slots[1].counters().strikes == 0u);
        BOOST_TEST(rig.held(7)->refusals == 0);
        rig.hold(kind.scope, kind.id, false);
        BOOST_TEST(rig.verdict_on_an_order(2) == 0u);
    }
}

BOOST_AUTO_TEST_CASE(what_is_not_held_goes_on) {
    Held rig;
    rig.hold(HoldScope::account, 8);
    rig.hold(HoldScope::instrument, 2);
    BOOST_TEST(rig.verdict_on_an_order(1) == 0u);
}

BOOST_AUTO_TEST_CASE(a_hold_stops_no_cancel_and_no_fill) {
    Held rig;
    BOOST_TEST(rig.verdict_on_an_order(1) == 0u);
    rig.release();
    rig.hold(HoldScope::everything, 0);
    lpc_command cancel = command(LPC_CMD_CANCEL, 7, kCoin);
    cancel.u.cancel.order_id = rig.last_order_id();
    BOOST_TEST(rig.verdict_on(rig.first, cancel) == 0u);
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_DONE, -1));
    rig.turn();
    BOOST_TEST(int{rig.first.heard_of(LPC_FACT_ORDER).back().code} == LPC_ORDER_DONE);
}

BOOST_AUTO_TEST_CASE(a_held_account_keeps_its_stage_however_long_it_takes) {
    RigOptions options;
    options.config.stages[0].leave_after_ns = 5 * kSecond;
    Held rig(options);
    rig.hold(HoldScope::account, 7);
    for (int i = 0; i < 10; ++i) rig.turn();
    BOOST_TEST(rig.held(7)->stage == 1u);
    rig.hold(HoldScope::account, 7, false);
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 2u);
}

BOOST_AUTO_TEST_CASE(a_close_out_of_a_held_account_is_accepted_and_waits) {
    Rig rig;
    rig.must(runtime::encode_hold({HoldScope::account, 1, 7}));
    rig.buyer(7);
    rig.price(kCoin, 985);
    rig.risk.say(rig.closeout_of(7));
    rig.turn();
    rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::accepted));
    rig.must(runtime::encode_hold({HoldScope::account, 0, 7}));
    rig.turn();
    BOOST_TEST((rig.held(7)->phase == Phase::running));
}

BOOST_AUTO_TEST_CASE(who_is_healthy_again_is_released_though_held) {
    Held rig;
    rig.hold(HoldScope::everything, 0);
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_hold_that_makes_no_sense_is_refused_and_changes_nothing) {
    Held rig;
    const std::uint64_t before = rig.runtime.state_hash();
    BOOST_TEST(!rig.apply(runtime::encode_hold({HoldScope::account, 2, 7})));
    BOOST_TEST(!rig.apply(runtime::encode_hold({static_cast<HoldScope>(4), 1, 7})));
    BOOST_TEST(!rig.apply({runtime::InputKind::hold, {}}));
    BOOST_TEST(rig.runtime.state_hash() == before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
