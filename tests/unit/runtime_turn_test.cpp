// One turn: its order, the ports that wait for release, timers, batches, and what a broken
// invariant leaves behind.
#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

std::vector<std::uint64_t> tags_of(const std::vector<lpc_fact>& timers) {
    std::vector<std::uint64_t> tags;
    for (const lpc_fact& f : timers) tags.push_back(f.u.timer.tag);
    return tags;
}

std::string error_of(const Status& status) {
    return status ? "" : status.error().message;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_turn)

BOOST_AUTO_TEST_CASE(a_turn_goes_from_facts_over_the_risk_stage_to_the_liquidators) {
    Rig rig;
    rig.buyer(7);
    rig.price(kCoin, 985);
    rig.volume(kCoin, 10'000);
    rig.risk.decide = [&](const lpc_turn&) {
        rig.risk.say(rig.closeout_of(7));
        rig.risk.decide = nullptr;
    };
    rig.first.decide = [&](const lpc_turn&) {
        if (rig.first.heard_of(LPC_FACT_CLOSEOUT).empty()) return;
        rig.first.say(order(7, kCoin, -100, 981, 1));
        rig.first.decide = nullptr;
    };
    rig.turn();  // all of it within this one
    rig.release();
    BOOST_REQUIRE(rig.ports.placed.size() == 1u);
    BOOST_TEST(rig.ports.placed[0].account == 7u);
    BOOST_TEST(rig.ports.placed[0].lots == -100);
    BOOST_TEST(rig.ports.placed[0].price == 981);
    BOOST_TEST(int{rig.ports.placed[0].type} == LPC_ORDER_IOC);
    rig.turn();
    const lpc_fact pending = rig.first.heard_of(LPC_FACT_ORDER).at(0);
    BOOST_TEST(int{pending.code} == LPC_ORDER_PENDING);
    BOOST_TEST(pending.u.order.id == rig.last_order_id());
    BOOST_TEST(pending.u.order.tag == 1u);
    BOOST_TEST(pending.u.order.open_lots == -100);
}

BOOST_AUTO_TEST_CASE(only_the_first_turn_of_an_instance_is_marked_active) {
    Rig rig;
    for (int i = 0; i < 3; ++i) rig.turn();
    for (const Script* script : {&rig.risk, &rig.first, &rig.last}) {
        BOOST_REQUIRE(script->turns.size() == 3u);
        BOOST_TEST(script->turns[0].flags == LPC_TURN_ACTIVE);
        BOOST_TEST(script->turns[1].flags == 0u);
        BOOST_TEST(script->turns[2].flags == 0u);
        BOOST_TEST(script->turns[2].now_ns == 3 * kSecond);
    }
}

BOOST_AUTO_TEST_CASE(time_never_goes_back) {
    Rig rig;
    rig.turn(5 * kSecond);
    rig.turn(5 * kSecond);
    const std::uint64_t before = rig.runtime.state_hash();
    const std::uint32_t calls = rig.first.calls;
    BOOST_TEST(error_of(rig.apply(runtime::encode_turn(5 * kSecond - 1))) ==
               "turn at 4999999999 ns, expected 5000000000 or later");
    for (const std::int64_t at : {std::int64_t{-1}, LPC_TIME_MAX_NS + 1})
        BOOST_TEST(!rig.apply(runtime::encode_turn(at)).has_value());
    BOOST_TEST(rig.runtime.state_hash() == before);
    BOOST_TEST(rig.first.calls == calls);
}

BOOST_AUTO_TEST_CASE(accounts_that_were_put_off_ask_for_another_turn) {
    Rig rig;
    rig.first.distort = [](lpc_output& out) { out.carried = 3; };
    rig.risk.distort = [](lpc_output& out) { out.carried = 4; };
    rig.turn();
    BOOST_TEST(rig.runtime.carried() == 7u);
    rig.first.distort = rig.risk.distort = nullptr;
    rig.turn();
    BOOST_TEST(rig.runtime.carried() == 0u);
}

BOOST_AUTO_TEST_CASE(nothing_leaves_a_port_before_release_and_each_call_leaves_once) {
    Rig rig;
    rig.fund(500);
    rig.run_closeout();
    rig.first.say({order(7, kCoin, -10, 981, 1), order(7, kCoin, -20, 981, 2)});
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.ports.calls() == 0u);
    rig.release();
    BOOST_REQUIRE(rig.ports.placed.size() == 2u);
    BOOST_TEST(rig.ports.placed[0].lots == -10);
    BOOST_TEST(rig.ports.placed[1].lots == -20);
    BOOST_TEST(rig.ports.placed[0].order < rig.ports.placed[1].order);
    rig.release();
    BOOST_TEST(rig.ports.calls() == 2u);
    rig.first.say(cancel(7, kCoin, rig.last_order_id()));
    rig.turn();
    rig.runtime.discard();
    rig.release();
    BOOST_TEST(rig.ports.calls() == 2u);  // a replay lets nothing out
}

BOOST_AUTO_TEST_CASE(timers_come_once_in_the_order_of_time_account_and_tag) {
    Rig rig;
    rig.run_closeout();
    rig.buyer(8);
    const std::int64_t t = rig.now_ns + 10 * kSecond;
    rig.risk.say({timer(8, t, 5), timer(8, t, 4), timer(7, t, 9), timer(0, t, 7),
                  timer(8, t - 1, 6), timer(7, t + 1, 1), timer(8, t, 5)});
    rig.turn();
    BOOST_TEST(*rig.runtime.next_timer_ns() == t - 1);
    rig.turn(t - 2);
    BOOST_TEST(rig.risk.heard_of(LPC_FACT_TIMER).empty());
    rig.turn(t);
    const std::vector<lpc_fact> due = rig.risk.heard_of(LPC_FACT_TIMER);
    const std::vector<std::uint64_t> tags{6, 7, 9, 4, 5};
    BOOST_TEST(tags_of(due) == tags, boost::test_tools::per_element());
    BOOST_TEST(due[1].account == 0u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER).empty());  // its own only
    BOOST_TEST(*rig.runtime.next_timer_ns() == t + 1);
    rig.turn(t + 1);
    rig.turn(t + 100);
    BOOST_TEST(rig.risk.heard_of(LPC_FACT_TIMER).size() == 6u);
    BOOST_TEST(!rig.runtime.next_timer_ns().has_value());
}

BOOST_AUTO_TEST_CASE(the_timers_of_an_account_are_void_once_it_has_been_detached) {
    Rig rig;
    rig.run_closeout();
    const std::int64_t t = rig.now_ns + 10 * kSecond;
    rig.first.say({timer(7, t, 1), timer(0, t, 2)});
    rig.turn();
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    rig.run_closeout();  // attached to the same instance anew
    rig.first.say(timer(7, t, 3));
    rig.turn();
    BOOST_REQUIRE(rig.now_ns < t);
    rig.turn(t);
    const std::vector<std::uint64_t> tags{2, 3};
    BOOST_TEST(tags_of(rig.first.heard_of(LPC_FACT_TIMER)) == tags,
               boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_run_of_one_kind_is_one_call_of_its_hook) {
    RigOptions options;
    options.with_first = options.with_last = false;
    Rig rig(options);
    rig.turn();
    rig.risk.runs.clear();
    for (std::uint64_t account = 1; account <= 5; ++account) rig.balance(account, 10);
    rig.price(kCoin, 1'001);
    rig.balance(1, 11);
    rig.turn();
    const std::vector<std::uint32_t> runs{5, 1, 1};
    BOOST_TEST(rig.risk.runs == runs, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_broken_invariant_poisons_the_runtime_and_nothing_leaves_it_any_more) {
    Rig rig;
    rig.run_closeout();
    rig.first.say(order(7, kCoin, -10, 981, 1));
    rig.turn();  // a port call waits
    rig.seen.throw_at_fact = 0;
    rig.first.say(order(7, kCoin, -10, 981, 2));
    const Status broken = rig.apply(runtime::encode_turn(rig.now_ns + kSecond));
    BOOST_REQUIRE(!broken.has_value());
    const std::string sentence = "the runtime is poisoned: the observer broke, after sequence " +
                                 std::to_string(rig.runtime.last_seq());
    BOOST_TEST(broken.error().message == sentence);
    BOOST_TEST("the runtime is poisoned: " + rig.runtime.poisoned() == sentence);
    const std::uint64_t after = rig.runtime.state_hash();
    const std::uint32_t calls = rig.first.calls;
    for (const Input& input :
         {runtime::encode_turn(rig.now_ns + 2 * kSecond),
          runtime::encode_fact(fact({.account = 7, .instrument = 1}, lpc_fact_balance{1})),
          runtime::encode_attach({"first", "first", "", {}}),
          runtime::encode_configure(plain_config())})
        BOOST_TEST(error_of(rig.apply(input)) == sentence);
    BOOST_TEST(error_of(rig.runtime.release(lpc::runtime::ports_of(rig.ports))) == sentence);
    BOOST_TEST(rig.ports.calls() == 0u);
    BOOST_TEST(rig.runtime.state_hash() == after);
    BOOST_TEST(rig.first.calls == calls);
}

BOOST_AUTO_TEST_CASE(a_port_that_throws_poisons_the_runtime_and_the_calls_behind_it_stay) {
    Rig rig;
    rig.run_closeout();
    rig.first.say({order(7, kCoin, -10, 981, 1), order(7, kCoin, -20, 981, 2)});
    rig.turn();
    rig.ports.breaks = true;
    const std::string sentence = error_of(rig.runtime.release(lpc::runtime::ports_of(rig.ports)));
    BOOST_TEST(sentence == "the runtime is poisoned: the port broke, after sequence " +
                               std::to_string(rig.runtime.last_seq()));
    rig.ports.breaks = false;
    BOOST_TEST(error_of(rig.runtime.release(lpc::runtime::ports_of(rig.ports))) == sentence);
    BOOST_TEST(rig.ports.calls() == 0u);
    BOOST_TEST(error_of(rig.apply(runtime::encode_turn(rig.now_ns + kSecond))) == sentence);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
