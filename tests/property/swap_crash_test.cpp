// The proof of swaps on a recorded crash: the half hour around 02:08 UTC of 3 February 2025 on
// NEAR-PERP, a fifth of the price lost in it. And the full count: a thousand schedules over this
// half hour and the synthetic crash.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

#include "property/swap_proof.hpp"
#include "scenario/real_prices.hpp"

using namespace lpc::tests;

namespace {

constexpr char kTwapAlone[] =
    "plugin = \"twap.so\"\nparams = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\npermits";
constexpr char kTwoArms[] =
    "permits = [\"order\", \"cancel\", \"escalate\", \"timer\"]\nleave_after_ns = 600_000_000_000\n"
    "split = \"switchback\"\nswitchback_block_ns = 30_000_000_000\n"
    "[[stages.arms]]\nname = \"brisk\"\nplugin = \"twap.so\"\nshare_ppb = 500_000_000\n"
    "params = \"" LPC_SOURCE_DIR
    "/config/plugins/twap.toml\"\n"
    "[[stages.arms]]\nname = \"patient\"\nplugin = \"twap.so\"\nshare_ppb = 500_000_000\n"
    "params = \"" LPC_SOURCE_DIR "/config/plugins/twap_patient.toml\"\n";

// From quiet minutes through the worst one to the calm after it.
ScenarioText half_hour(std::uint32_t accounts) {
    ScenarioText scenario("near_2025_02_03");
    return scenario.set("from", "\"2025-02-03T01:54:00Z\"")
        .set("to", "\"2025-02-03T02:24:00Z\"")
        .set("count", std::to_string(accounts))
        .replace("value = 1_000", "value = 10");
}
ScenarioText half_hour_in_arms(std::uint32_t accounts) {
    ScenarioText scenario = half_hour(accounts);
    scenario.replace(kTwapAlone, "permits");
    return scenario.replace(
        "permits = [\"order\", \"cancel\", \"escalate\", \"timer\"]\nleave_after_ns = "
        "600_000_000_000\n",
        kTwoArms);
}

constexpr std::uint32_t kAccounts = 400, kAccountsHeard = 120;

struct Crash : Workshop {
    Seen prove(const ScenarioText& scenario, const std::string& name, Schedules schedules) const {
        schedules.data = path_of_prices(kCrash);
        return lpc::tests::prove(*this, scenario, name, schedules);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_swap_in_a_recorded_crash, Crash)

BOOST_AUTO_TEST_CASE(is_invisible_while_answers_are_late) {
    if (!has_prices(kCrash)) return;
    const Seen seen = prove(late_answers(half_hour(kAccounts)), "late", {.count = fewer(50)});
    seen.expect(fewer(40), kChanges);
    BOOST_TEST(seen.restarts > fewer(20u));
}

BOOST_AUTO_TEST_CASE(is_invisible_to_plugins_that_depend_on_every_fact) {
    if (!has_prices(kCrash)) return;
    const Seen seen = prove(everything_heard(*this, half_hour(kAccountsHeard)), "everything",
                            {.count = fewer(30)});
    seen.expect(fewer(20), kChanges);
}

BOOST_AUTO_TEST_CASE(is_invisible_between_processes_whose_answers_are_taken_later) {
    if (!has_prices(kCrash)) return;
    const Seen seen = prove(answered_later(late_answers(half_hour(kAccounts)), 2), "processes",
                            {.count = fewer(30), .processes = kSomeProcesses});
    seen.expect(fewer(5), kChanges);
}

BOOST_AUTO_TEST_CASE(is_invisible_in_each_of_two_arms) {
    if (!has_prices(kCrash)) return;
    Seen seen = prove(late_answers(half_hour_in_arms(kAccounts)), "arms", {.count = fewer(40)});
    for (const TransitionKind kind : kChanges) {
        for (const std::uint32_t arm : {0u, 1u})
            BOOST_TEST(seen.in_arms[std::pair(kind, arm)] > 0u);
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_thousand_schedules, Crash)

// Seeds that no other test takes.
constexpr std::uint64_t kFirst = 10'000;

BOOST_AUTO_TEST_CASE(of_a_recorded_crash_are_invisible) {
    if (!has_prices(kCrash)) return;
    const auto many = [](std::uint64_t count, bool processes = kNoProcesses) {
        return Schedules{.count = count, .processes = processes, .first_seed = kFirst};
    };
    Seen seen;
    seen += prove(half_hour(kAccounts), "at_once", many(80));
    for (const std::int64_t delay_s : {2, 8, 120}) {
        const std::string name = "late_" + std::to_string(delay_s);
        seen += prove(half_hour(kAccounts).faults(delay_s * 1'000'000'000, 0, 0), name, many(50));
    }
    seen += prove(everything_heard(*this, half_hour(kAccountsHeard)), "everything", many(100));
    seen += prove(late_answers(half_hour_in_arms(kAccounts)), "arms", many(100));
    for (const std::uint32_t turns : {1u, 2u, 4u}) {
        const ScenarioText later = answered_later(late_answers(half_hour(kAccounts)), turns);
        seen += prove(later, "later_" + std::to_string(turns), many(30));
        seen += prove(later, "processes_" + std::to_string(turns), many(20, kSomeProcesses));
    }
    seen.expect(500, kChanges);
    BOOST_TEST(seen.schedules == 580u);
    BOOST_TEST(seen.restarts > 500u);
    BOOST_TEST(seen.kills > 10u);
}

BOOST_AUTO_TEST_CASE(of_a_synthetic_crash_are_invisible) {
    const auto proven = [this](const ScenarioText& scenario, const std::string& name,
                               std::uint64_t count, bool processes = kNoProcesses) {
        return lpc::tests::prove(*this, scenario, name,
                                 {.count = count, .processes = processes, .first_seed = kFirst});
    };
    Seen seen;
    seen += proven(small_crash(), "at_once", 60);
    seen += proven(late_answers(), "late", 100);
    seen += proven(everything_heard(*this, small_crash().set("count", "120")), "everything", 100);
    seen += proven(late_answers(small_crash("flash_crash_arms")), "arms", 60);
    seen += proven(answered_later(late_answers(), 3), "later", 50);
    seen += proven(answered_later(late_answers(), 2), "processes", 50, kSomeProcesses);
    seen.expect(100, kChanges);
    BOOST_TEST(seen.schedules == 420u);
}

BOOST_AUTO_TEST_SUITE_END()
