// The proof: whatever is swapped, shadowed, rolled back, failed over or restarted from a snapshot
// while a crash runs, and however the warming is cut into slices, the commands and their verdicts
// are byte-identical to those of the undisturbed run. The inputs of a recorded run are applied
// again, with random steps in between.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "property/swap_trouble.hpp"
#include "scenario/workshop.hpp"

using lpc::runtime::TransitionKind;
using lpc::tests::first_difference;
using lpc::tests::inputs_of;
using lpc::tests::Replayed;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Stream;
using lpc::tests::Trouble;
using lpc::tests::Workshop;

namespace {

// What has been seen to happen in all the schedules of a proof.
struct Seen {
    std::map<TransitionKind, std::uint64_t> transitions;
    std::map<std::pair<TransitionKind, std::uint32_t>, std::uint64_t> in_arms;
    std::uint64_t restarts = 0, kills = 0;

    void expect(std::uint64_t least, const std::vector<TransitionKind>& kinds) const {
        for (const TransitionKind kind : kinds) {
            const auto it = transitions.find(kind);
            const std::uint64_t count = it == transitions.end() ? 0 : it->second;
            BOOST_TEST(count > least, "transition " << static_cast<int>(kind) << " was seen "
                                                    << count << " times");
        }
    }
};

constexpr bool kNoProcesses = false, kSomeProcesses = true;

// Runs the scenario, then its inputs again with troubles of each seed in between.
Seen prove(const Workshop& shop, const ScenarioText& scenario, const std::string& name,
           std::uint64_t seeds, bool processes) {
    shop.run(scenario, name);
    Replayed replayed(shop, inputs_of(shop.path(name + "/journal")));
    const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
    BOOST_TEST(undisturbed.commands > 1'000u);
    Seen seen;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        BOOST_TEST_CONTEXT(name << ", seed " << seed) {
            Trouble trouble(replayed, seed, processes);
            const Stream disturbed = replayed.run(std::ref(trouble));
            BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                  first_difference(undisturbed, disturbed));
            for (const auto& [kind, count] : disturbed.transitions) seen.transitions[kind] += count;
            for (const auto& [where, count] : disturbed.in_arms) seen.in_arms[where] += count;
            seen.restarts += replayed.restarts;
            seen.kills += trouble.kills;
        }
    }
    return seen;
}

const std::vector<TransitionKind> kChanges{TransitionKind::flipped, TransitionKind::rolled_back,
                                           TransitionKind::failed_over, TransitionKind::dismissed};

ScenarioText late_answers(const std::string& name = "flash_crash") {
    return small_crash(name).faults(8'000'000'000, 0, 0);
}

ScenarioText later_by(std::uint32_t turns) {
    return late_answers().put_before("permits =", "answer_after_turns = " + std::to_string(turns));
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_swap_of_a_plugin_for_itself, Workshop)

// The venue answers at once; and so late that orders work through many turns.
BOOST_AUTO_TEST_CASE(is_invisible_whatever_the_schedule) {
    for (const bool late : {false, true}) {
        const Seen seen = prove(*this, late ? late_answers() : small_crash(),
                                late ? "late" : "at_once", 150, kNoProcesses);
        seen.expect(50, kChanges);
        seen.expect(50, {TransitionKind::follows, TransitionKind::warm});
        BOOST_TEST(seen.transitions.count(TransitionKind::fell_back) == 0u);
        BOOST_TEST(seen.restarts > 50u);
    }
}

// Commands are taken some turns after the plugin was asked: a question is open at every swap.
BOOST_AUTO_TEST_CASE(is_invisible_where_answers_are_taken_turns_later) {
    for (const std::uint32_t turns : {1u, 2u, 3u, 5u}) {
        const Seen seen =
            prove(*this, later_by(turns), "later_" + std::to_string(turns), 60, kNoProcesses);
        seen.expect(20, kChanges);
        BOOST_TEST(seen.restarts > 20u);
    }
}

// Half of those that begin to follow the liquidator do so in processes of their own, where they
// stay when they act; some are killed there.
BOOST_AUTO_TEST_CASE(is_invisible_between_places_of_which_some_are_processes) {
    for (const std::uint32_t turns : {1u, 3u}) {
        const Seen seen =
            prove(*this, later_by(turns), "processes_" + std::to_string(turns), 70, kSomeProcesses);
        seen.expect(10, kChanges);
        BOOST_TEST(seen.transitions.count(TransitionKind::fell_back) == 0u);
        BOOST_TEST(seen.restarts > 5u);
        BOOST_TEST(seen.kills >= 3u);
    }
}

// Each arm is troubled by itself, and neither its own accounts nor the other's ever notice.
BOOST_AUTO_TEST_CASE(is_invisible_in_each_of_two_arms_too) {
    Seen seen = prove(*this, late_answers("flash_crash_arms"), "arms", 130, kNoProcesses);
    for (const TransitionKind kind : kChanges) {
        for (const std::uint32_t arm : {0u, 1u}) {
            const std::uint64_t count = seen.in_arms[std::pair(kind, arm)];
            BOOST_TEST(count > 10u, "transition " << static_cast<int>(kind) << " in arm " << arm
                                                  << " was seen " << count << " times");
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
