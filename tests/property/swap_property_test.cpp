// The proof: whatever is swapped, shadowed, rolled back, failed over or restarted from a snapshot
// while a crash runs, and however the warming is cut into slices, the commands and their verdicts
// are byte-identical to those of the undisturbed run. The inputs of a recorded run are applied
// again, with random steps in between.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "property/swap_proof.hpp"
#include "scenario/workshop.hpp"

using namespace lpc::tests;

BOOST_FIXTURE_TEST_SUITE(a_swap_of_a_plugin_for_itself, Workshop)

// A record, or one kind of fact, that is lost on the way changes what these plugins say next.
BOOST_AUTO_TEST_CASE(is_invisible_to_plugins_that_depend_on_every_fact) {
    const Seen seen = prove(*this, everything_heard(*this, small_crash().set("count", "120")),
                            "everything", {.count = fewer(100)});
    seen.expect(fewer(30), kChanges);
    BOOST_TEST(seen.restarts > fewer(50u));
    // What the runtime does not tell: auctions and scenario values are none of its business yet,
    // and what a RESYNC finds gone it tells as facts. An account never leaves the risk stage.
    const std::set<std::uint16_t> to_nobody{LPC_FACT_RISK, LPC_FACT_LOT, LPC_FACT_LOT_TERMS,
                                            LPC_FACT_BID, LPC_FACT_RESYNC};
    for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
        const bool told = to_nobody.count(kind) == 0;
        BOOST_TEST(DoomedLiquidator::has_heard(kind) == told, "liquidator, kind " << kind);
        BOOST_TEST(DoomedRisk::has_heard(kind) == (told && kind != LPC_FACT_DETACH),
                   "risk, kind " << kind);
    }
}

// The venue answers at once; and so late that orders work through many turns.
BOOST_AUTO_TEST_CASE(is_invisible_whatever_the_schedule) {
    for (const bool late : {false, true}) {
        const Seen seen = prove(*this, late ? late_answers() : small_crash(),
                                late ? "late" : "at_once", {.count = fewer(150)});
        seen.expect(fewer(50), kChanges);
        seen.expect(fewer(50), {TransitionKind::follows, TransitionKind::warm});
        BOOST_TEST(seen.transitions.count(TransitionKind::fell_back) == 0u);
        BOOST_TEST(seen.restarts > fewer(50u));
    }
}

// Commands are taken some turns after the plugin was asked: a question is open at every swap.
BOOST_AUTO_TEST_CASE(is_invisible_where_answers_are_taken_turns_later) {
    for (const std::uint32_t turns : {1u, 2u, 3u, 5u}) {
        const Seen seen = prove(*this, answered_later(late_answers(), turns),
                                "later_" + std::to_string(turns), {.count = fewer(60)});
        seen.expect(fewer(20), kChanges);
        BOOST_TEST(seen.restarts > fewer(20u));
    }
}

// Half of those that begin to follow the liquidator do so in processes of their own, where they
// stay when they act; some are killed there.
BOOST_AUTO_TEST_CASE(is_invisible_between_places_of_which_some_are_processes) {
    for (const std::uint32_t turns : {1u, 3u}) {
        const Seen seen = prove(*this, answered_later(late_answers(), turns),
                                "processes_" + std::to_string(turns),
                                {.count = fewer(70), .processes = kSomeProcesses});
        seen.expect(fewer(10), kChanges);
        BOOST_TEST(seen.transitions.count(TransitionKind::fell_back) == 0u);
        BOOST_TEST(seen.restarts > fewer(5u));
        BOOST_TEST(seen.kills >= fewer(3u));
    }
}

// Each arm is troubled by itself, and neither its own accounts nor the other's ever notice.
BOOST_AUTO_TEST_CASE(is_invisible_in_each_of_two_arms_too) {
    Seen seen =
        prove(*this, late_answers(small_crash("flash_crash_arms")), "arms", {.count = fewer(130)});
    for (const TransitionKind kind : kChanges) {
        for (const std::uint32_t arm : {0u, 1u}) {
            const std::uint64_t count = seen.in_arms[std::pair(kind, arm)];
            BOOST_TEST(count > fewer(10u), "transition " << static_cast<int>(kind) << " in arm "
                                                         << arm << " was seen " << count
                                                         << " times");
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_close_out_to_which_nothing_has_happened, Workshop)

// A hold that covers nobody has every close-out looked at in the next turn, as if each had news.
BOOST_AUTO_TEST_CASE(has_nothing_to_do_in_a_turn) {
    for (const std::int64_t delay_max_ns : {std::int64_t{0}, std::int64_t{8'000'000'000}}) {
        const std::string name = "crash_" + std::to_string(delay_max_ns);
        run(small_crash().faults(delay_max_ns, 0, 0), name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        const Stream all_awake = replayed.run([](lpc::runtime::Runtime& runtime) {
            using lpc::runtime::HoldScope;
            for (const std::uint32_t on : {1u, 0u})
                BOOST_REQUIRE(runtime.apply(
                    lpc::runtime::encode_hold({HoldScope::instrument, on, 4'000'000'000u})));
            return false;
        });
        BOOST_TEST(all_awake.bytes == undisturbed.bytes, first_difference(undisturbed, all_awake));
    }
}

BOOST_AUTO_TEST_SUITE_END()
