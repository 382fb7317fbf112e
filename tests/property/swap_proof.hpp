// The proof of swaps: a scenario is run once, then its inputs are applied again with random
// troubles in between, and what leaves the runtime must be byte for byte the same. With the
// scenarios that are used for it. One thread, besides the workers' and the processes.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "property/swap_trouble.hpp"
#include "scenario/workshop.hpp"
#include "support/effort.hpp"

namespace lpc::tests {

// What has been seen to happen in all the schedules of a proof.
struct Seen {
    std::map<TransitionKind, std::uint64_t> transitions;
    std::map<std::pair<TransitionKind, std::uint32_t>, std::uint64_t> in_arms;
    std::uint64_t schedules = 0, restarts = 0, kills = 0;

    Seen& operator+=(const Seen& other) {
        for (const auto& [kind, count] : other.transitions) transitions[kind] += count;
        for (const auto& [where, count] : other.in_arms) in_arms[where] += count;
        schedules += other.schedules;
        restarts += other.restarts;
        kills += other.kills;
        return *this;
    }
    void expect(std::uint64_t least, const std::vector<TransitionKind>& kinds) const {
        for (const TransitionKind kind : kinds) {
            const auto it = transitions.find(kind);
            const std::uint64_t count = it == transitions.end() ? 0 : it->second;
            BOOST_TEST(count > least, "transition " << static_cast<int>(kind) << " was seen "
                                                    << count << " times");
        }
    }
};

inline constexpr bool kNoProcesses = false, kSomeProcesses = true;
inline const std::vector<TransitionKind> kChanges{
    TransitionKind::flipped, TransitionKind::rolled_back, TransitionKind::failed_over,
    TransitionKind::dismissed};

struct Schedules {
    std::uint64_t count = 0;
    bool processes = kNoProcesses;
    std::uint64_t first_seed = 1;
    std::string data{};  // of market prices; empty: the scenario needs none
};

// Runs the scenario, then its inputs again with troubles of each seed in between.
inline Seen prove(const Workshop& shop, const ScenarioText& scenario, const std::string& name,
                  const Schedules& schedules) {
    shop.run(scenario, name, schedules.data);
    Replayed replayed(shop, inputs_of(shop.path(name + "/journal")));
    const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
    BOOST_TEST(undisturbed.commands > 1'000u);
    BOOST_TEST(undisturbed.acting.wrong() == "");
    Seen seen;
    for (std::uint64_t i = 0; i < schedules.count; ++i) {
        const std::uint64_t seed = schedules.first_seed + i;
        BOOST_TEST_CONTEXT(name << ", seed " << seed) {
            Trouble trouble(replayed, seed, schedules.processes);
            const Stream disturbed = replayed.run(std::ref(trouble));
            BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                  first_difference(undisturbed, disturbed));
            BOOST_REQUIRE_MESSAGE(disturbed.acting.wrong().empty(), disturbed.acting.wrong());
            seen +=
                Seen{disturbed.transitions, disturbed.in_arms, 1, replayed.restarts, trouble.kills};
        }
    }
    return seen;
}

inline ScenarioText late_answers(ScenarioText scenario = small_crash()) {
    return scenario.faults(8'000'000'000, 0, 0);
}

// Commands of the liquidator are taken so many turns after it was asked.
inline ScenarioText answered_later(ScenarioText scenario, std::uint32_t turns) {
    return scenario.put_before("permits =", "answer_after_turns = " + std::to_string(turns));
}

// Both plugins hear every kind of fact, and what they say depends on each. Orders are under way for
// seconds or rest in the book, the fund grants, and the guard refuses whoever orders too often or
// lets go too early.
inline ScenarioText everything_heard(const Workshop& shop, ScenarioText scenario) {
    const std::string plugins = LPC_BINARY_DIR "/tests/plugins/hears_everything_";
    const std::string rules = rulebook_with({{"grant_per_account_max_quote", "5_000_000"},
                                             {"orders_per_account_max", "2"},
                                             {"strikes_max", "1_000_000"}});
    const auto quoted = [](const std::string& text) { return std::string(1, '"') + text + '"'; };
    scenario.set("rulebook", quoted(shop.write("generous.toml", rules)))
        .put_before("[[stages]]",
                    "[faults]\norder_latency_ns = 3_000_000_000\ndoubled_ppb = 200_000_000");
    const std::string wait = shop.write("wait.toml", "wait_ns = 2_000_000_000\n");
    for (const auto& [role, shipped] : {std::pair{"risk", "margin"}, {"liquidator", "twap"}}) {
        const std::string name = shipped;
        scenario.replace("plugin = " + quoted(name + ".so"),
                         "plugin = " + quoted(plugins + role + ".so"));
        scenario.replace("params = " + quoted(LPC_SOURCE_DIR "/config/plugins/" + name + ".toml"),
                         "params = " + quoted(wait));
    }
    // Why: where an order rests, the venue's word on its arrival may come after word of its fill,
    // and its account's position is for a moment what it was.
    scenario.replace("[[checks]]\nname = \"no_liquidation_above_maintenance\"\n", "");
    return scenario.replace("permits = [\"order\",", "permits = [\"order\", \"grant\",");
}

}  // namespace lpc::tests
