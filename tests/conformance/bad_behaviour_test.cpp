// Plugins that break the protocol while they run: the whole turn's output is discarded, the
// fallback stands in this very turn, and nobody else notices.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using Spoil = std::function<void(Script&)>;

// Each way to break the protocol, and the sentence that the observer is told.
std::vector<std::pair<Spoil, std::string>> ways() {
    const std::string who = "plugin org.test.first: ";
    const auto distort = [](std::function<void(lpc_output&)> change) {
        return [change](Script& s) { s.distort = change; };
    };
    return {
        {[](Script& s) { s.turn_answer = LPC_FAILED; }, who + "on_turn answered -2"},
        {[](Script& s) { s.turn_answer = LPC_REFUSED; }, who + "on_turn answered -1"},
        {[](Script& s) { s.turn_answer = 1; }, who + "on_turn answered 1"},
        {[](Script& s) { s.throws_in_turn = true; }, who + "on_turn answered -2"},
        {[](Script& s) { s.hook_answer = LPC_FAILED; }, who + "hook of fact kind 9 answered -2"},
        {[](Script& s) { s.throws_in_hook = true; }, who + "hook of fact kind 9 answered -2"},
        {distort([](lpc_output& out) { out.count = out.capacity + 1; }),
         who + "on_turn wrote 1025 commands into 1024, or a malformed output"},
        {distort([](lpc_output& out) { out.count = UINT32_MAX; }),
         who + "on_turn wrote 4294967295 commands into 1024, or a malformed output"},
        {distort([](lpc_output& out) { out.more = 2; }),
         who + "on_turn wrote 2 commands into 1024, or a malformed output"},
        {distort([](lpc_output& out) {
             static lpc_command elsewhere[2];
             out.commands = elsewhere;
         }),
         who + "on_turn wrote 2 commands into 1024, or a malformed output"},
        {distort([](lpc_output& out) { out.more = 1; }),  // for ever
         who + "on_turn says it has more but wrote nothing"},
        {[](Script& s) {
             for (int i = 0; i < 999; ++i) s.say(order(7, kCoin, -1, 981, 1));
         },
         who + "on_turn gave more than 1000 commands in one turn"},
    };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bad_behaviour)

BOOST_AUTO_TEST_CASE(a_plugin_that_breaks_the_protocol_loses_its_turn_and_its_place) {
    for (const auto& [spoil, sentence] : ways()) {
        BOOST_TEST_CONTEXT(sentence) {
            Rig rig;
            rig.run_closeout();
            rig.fund(500);
            rig.buyer(8);
            rig.risk.say(rig.closeout_of(8));
            rig.first.say(escalate(8, LPC_ESCALATE_DEADLINE));
            rig.turn();
            rig.first.say(escalate(8, LPC_ESCALATE_DEADLINE));
            rig.turn();
            rig.turn();
            BOOST_REQUIRE(rig.held(8)->stage == 2u);
            rig.release();

            rig.balance(7, 6'001);  // something to hear
            rig.first.say({order(7, kCoin, -10, 981, 1), grant(7, kCoin, 5)});
            rig.risk.say(rig.margin_of(7));
            rig.last.say(takeover(8, kCoin, -100, 940, 1));
            spoil(rig.first);
            const std::size_t verdicts = rig.seen.verdicts.size();
            rig.turn();

            BOOST_REQUIRE(rig.seen.failures.size() == 1u);
            BOOST_TEST(rig.seen.failures[0] == "1: " + sentence);
            // Nothing of its output counts; the others' does.
            BOOST_REQUIRE(rig.seen.verdicts.size() == verdicts + 2);
            BOOST_TEST(rig.seen.verdicts[verdicts].stage == 0u);
            BOOST_TEST(rig.seen.verdicts[verdicts + 1].stage == 2u);
            BOOST_TEST(rig.seen.verdicts[verdicts + 1].reason == 0u);
            rig.release();
            BOOST_TEST(rig.ports.placed.empty());
            BOOST_TEST(rig.ports.takeovers.size() == 1u);
            BOOST_TEST(rig.seen.facts_of(LPC_FACT_GRANT).empty());
            // The fallback holds its account from this very turn on; the plugin is gone.
            BOOST_TEST(rig.first.alive == 0);
            BOOST_TEST(rig.state().slots[1].routes[0].fallback);
            BOOST_TEST(rig.state().acts_for(rig.state().slots[1].routes[0], *rig.held(7)));
            const std::uint32_t calls = rig.first.calls;
            for (int i = 0; i < 3; ++i) rig.turn();
            BOOST_TEST(rig.first.calls == calls);
            BOOST_TEST(rig.seen.failures.size() == 1u);
            BOOST_TEST(rig.runtime.poisoned() == "");
        }
    }
}

BOOST_AUTO_TEST_CASE(an_account_under_the_fallback_still_moves_on_and_ends) {
    RigOptions options;
    options.config.stages[0].leave_after_ns = 10 * kSecond;
    Rig rig(options);
    rig.run_closeout();
    rig.first.say(order(7, kCoin, -10, 981, 1));
    rig.turn();
    rig.release();
    rig.first.turn_answer = LPC_FAILED;
    rig.turn();
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_REJECTED, 0));  // its owner is gone
    rig.turn(rig.now_ns + 10 * kSecond);
    rig.turn();
    BOOST_TEST(rig.held(7)->stage == 2u);
    BOOST_TEST(rig.last.heard_of(LPC_FACT_CLOSEOUT).size() == 1u);
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_risk_plugin_that_fails_leaves_the_closeouts_to_the_liquidators) {
    Rig rig;
    rig.run_closeout();
    rig.risk.turn_answer = LPC_FAILED;
    rig.turn();
    BOOST_TEST(rig.seen.failures.at(0) == "0: plugin org.test.risk: on_turn answered -2");
    BOOST_TEST(rig.risk.alive == 0);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -10, 981, 1)) == 0u);
}

BOOST_AUTO_TEST_CASE(a_small_output_array_changes_no_verdict) {
    std::string streams[2];
    std::uint64_t hashes[2];
    for (const std::uint32_t capacity : {1u, 1'000u}) {
        RigOptions options;
        options.config.output_capacity = capacity;
        options.config.rulebook.strikes_max = 1'000;
        Rig rig(options);
        rig.run_closeout();
        Random random(3);
        for (int turn = 0; turn < 20; ++turn) {
            for (std::uint64_t i = 0; i < 15; ++i)
                rig.first.say(order(7, kCoin, -random.between(0, 9), random.between(975, 990), i));
            rig.risk.say(
                {rig.margin_of(7), rig.closeout_of(7), timer(7, rig.now_ns + 9 * kSecond, 1)});
            rig.turn();
        }
        BOOST_TEST(rig.first.calls == (capacity == 1 ? 1 + 20 * 15 : 1 + 20));
        BOOST_TEST(rig.first.output_was_zeroed);
        streams[capacity == 1] = rig.seen.stream;
        hashes[capacity == 1] = rig.runtime.state_hash();
    }
    BOOST_TEST((streams[0] == streams[1]));
    BOOST_TEST(hashes[0] == hashes[1]);
}

BOOST_AUTO_TEST_CASE(the_output_array_is_handed_out_zeroed_even_after_scribbles) {
    Rig rig;
    rig.first.distort = [](lpc_output& out) {
        for (std::uint32_t i = out.count; i < out.capacity; ++i) {
            out.commands[i].tag = 9;
            out.commands[i].kind = LPC_CMD_ORDER;
        }
    };
    for (int i = 0; i < 3; ++i) rig.turn();
    BOOST_TEST(rig.first.output_was_zeroed);
    BOOST_TEST(rig.seen.verdicts.empty());
}

BOOST_AUTO_TEST_CASE(the_last_command_that_the_limit_allows_is_taken) {
    RigOptions options;
    options.config.rulebook.commands_per_turn_max = 10;
    options.config.output_capacity = 4;
    Rig rig(options);
    rig.run_closeout();
    for (std::uint64_t tag = 1; tag <= 10; ++tag) rig.first.say(order(7, kCoin, -1, 981, tag));
    rig.turn();
    BOOST_TEST(rig.seen.failures.empty());
    BOOST_TEST(rig.state().orders.all().size() == 10u);
    for (std::uint64_t tag = 11; tag <= 21; ++tag) rig.first.say(order(7, kCoin, -1, 981, tag));
    rig.turn();
    BOOST_TEST(rig.seen.failures.size() == 1u);
    BOOST_TEST(rig.state().orders.all().size() == 10u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
