// The proof: whatever is swapped, shadowed, rolled back, failed over or restarted from a snapshot
// while a crash runs, and however the warming is cut into slices, the commands and their verdicts
// are byte-identical to those of the undisturbed run. The inputs of a recorded run are applied
// again, with random steps in between.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>

#include "property/swap_trouble.hpp"
#include "scenario/workshop.hpp"

using lpc::runtime::TransitionKind;
using lpc::tests::first_difference;
using lpc::tests::inputs_of;
using lpc::tests::Replayed;
using lpc::tests::small_crash;
using lpc::tests::Stream;
using lpc::tests::Trouble;
using lpc::tests::Workshop;

BOOST_FIXTURE_TEST_SUITE(a_swap_of_a_plugin_for_itself, Workshop)

// Answers at once; and answers so late that orders work through many turns.
BOOST_AUTO_TEST_CASE(is_invisible_whatever_the_schedule) {
    for (const std::int64_t delay_max_ns : {std::int64_t{0}, std::int64_t{8'000'000'000}}) {
        const std::string name = "crash_" + std::to_string(delay_max_ns);
        run(small_crash().faults(delay_max_ns, 0, 0), name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        std::map<TransitionKind, std::uint64_t> seen;
        std::uint64_t restarts = 0;
        for (std::uint64_t seed = 1; seed <= 150; ++seed) {
            BOOST_TEST_CONTEXT("answers within " << delay_max_ns << " ns, seed " << seed) {
                Trouble trouble(replayed, seed);
                const Stream disturbed = replayed.run(std::ref(trouble));
                BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                      first_difference(undisturbed, disturbed));
                for (const auto& [kind, count] : disturbed.transitions) seen[kind] += count;
                restarts += replayed.restarts;
            }
        }
        for (const TransitionKind kind :
             {TransitionKind::follows, TransitionKind::warm, TransitionKind::flipped,
              TransitionKind::rolled_back, TransitionKind::failed_over, TransitionKind::dismissed})
            BOOST_TEST(seen[kind] > 50u, "transition " << static_cast<int>(kind) << " was seen "
                                                       << seen[kind] << " times");
        BOOST_TEST(seen[TransitionKind::fell_back] == 0u);
        BOOST_TEST(restarts > 50u);
    }
}

// Commands are taken some turns after the plugin was asked: a question is open at every swap.
BOOST_AUTO_TEST_CASE(is_invisible_where_answers_are_taken_turns_later) {
    for (const std::uint32_t turns : {1u, 2u, 3u, 5u}) {
        const std::string name = "later_" + std::to_string(turns);
        run(small_crash()
                .put_before("permits =", "answer_after_turns = " + std::to_string(turns))
                .faults(8'000'000'000, 0, 0),
            name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        std::map<TransitionKind, std::uint64_t> seen;
        std::uint64_t restarts = 0;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            BOOST_TEST_CONTEXT("answers " << turns << " turns later, seed " << seed) {
                Trouble trouble(replayed, seed);
                const Stream disturbed = replayed.run(std::ref(trouble));
                BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                      first_difference(undisturbed, disturbed));
                for (const auto& [kind, count] : disturbed.transitions) seen[kind] += count;
                restarts += replayed.restarts;
            }
        }
        for (const TransitionKind kind : {TransitionKind::flipped, TransitionKind::rolled_back,
                                          TransitionKind::failed_over, TransitionKind::dismissed})
            BOOST_TEST(seen[kind] > 20u, "transition " << static_cast<int>(kind) << " was seen "
                                                       << seen[kind] << " times");
        BOOST_TEST(restarts > 20u);
    }
}

// Half of those that begin to follow the liquidator do so in processes of their own, where they
// stay when they act; some are killed there.
BOOST_AUTO_TEST_CASE(is_invisible_between_places_of_which_some_are_processes) {
    for (const std::uint32_t turns : {1u, 3u}) {
        const std::string name = "processes_" + std::to_string(turns);
        run(small_crash()
                .put_before("permits =", "answer_after_turns = " + std::to_string(turns))
                .faults(8'000'000'000, 0, 0),
            name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        std::map<TransitionKind, std::uint64_t> seen;
        std::uint64_t restarts = 0, kills = 0;
        for (std::uint64_t seed = 1; seed <= 70; ++seed) {
            BOOST_TEST_CONTEXT("answers " << turns << " turns later, seed " << seed) {
                Trouble trouble(replayed, seed, true);
                const Stream disturbed = replayed.run(std::ref(trouble));
                BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                      first_difference(undisturbed, disturbed));
                for (const auto& [kind, count] : disturbed.transitions) seen[kind] += count;
                restarts += replayed.restarts;
                kills += trouble.kills;
            }
        }
        for (const TransitionKind kind : {TransitionKind::flipped, TransitionKind::rolled_back,
                                          TransitionKind::failed_over, TransitionKind::dismissed})
            BOOST_TEST(seen[kind] > 10u, "transition " << static_cast<int>(kind) << " was seen "
                                                       << seen[kind] << " times");
        BOOST_TEST(seen[TransitionKind::fell_back] == 0u);
        BOOST_TEST(restarts > 5u);
        BOOST_TEST(kills >= 3u);
    }
}

// Each arm is troubled by itself, and neither its own accounts nor the other's ever notice.
BOOST_AUTO_TEST_CASE(is_invisible_in_each_of_two_arms_too) {
    run(small_crash("flash_crash_arms").faults(8'000'000'000, 0, 0), "arms");
    Replayed replayed(*this, inputs_of(path("arms/journal")));
    const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
    BOOST_TEST(undisturbed.commands > 1'000u);
    std::map<TransitionKind, std::map<std::uint32_t, std::uint64_t>> seen;
    for (std::uint64_t seed = 1; seed <= 130; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Trouble trouble(replayed, seed);
            const Stream disturbed = replayed.run(std::ref(trouble));
            BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                  first_difference(undisturbed, disturbed));
            for (const auto& [where, count] : disturbed.in_arms)
                seen[where.first][where.second] += count;
        }
    }
    for (const TransitionKind kind : {TransitionKind::flipped, TransitionKind::rolled_back,
                                      TransitionKind::failed_over, TransitionKind::dismissed}) {
        for (const std::uint32_t arm : {0u, 1u})
            BOOST_TEST(seen[kind][arm] > 10u, "transition " << static_cast<int>(kind) << " in arm "
                                                            << arm << " was seen "
                                                            << seen[kind][arm] << " times");
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
