// Runs on real prices; skipped by name where the data is absent.
#include <boost/test/unit_test.hpp>
#include <string>

#include "scenario/real_prices.hpp"
#include "scenario/workshop.hpp"

using lpc::tests::has_prices;
using lpc::tests::kCalm;
using lpc::tests::kCrash;
using lpc::tests::Outcome;
using lpc::tests::path_of_prices;
using lpc::tests::ScenarioText;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

struct Real : Workshop {
    Json run_on(const ScenarioText& scenario, const std::string& data) const {
        const Outcome run = lpc({"run", write("s.toml", scenario.text()), "--data",
                                 path_of_prices(data), "--out", path("out"), "--json"});
        BOOST_TEST_REQUIRE(run.code == 0, run.out << run.err);
        Json report = Json::parse(run.out);
        BOOST_TEST(report.at("data").at("sha256").get<std::string>().size() == 64u);
        const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
        BOOST_TEST(replay.code == 0, replay.out << replay.err);
        const Json replayed = Json::parse(replay.out);
        BOOST_TEST(replayed.at("identical") == true);
        BOOST_TEST(replayed.at("command_hash") == report.at("command_hash"));
        BOOST_TEST(replayed.at("state_hash") == report.at("state_hash"));
        return report;
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(real_prices, Real)

BOOST_AUTO_TEST_CASE(the_half_hour_of_the_crash_passes_all_checks_and_replays) {
    if (!has_prices(kCrash)) return;
    ScenarioText scenario("near_2025_02_03");
    scenario.set("from", "\"2025-02-03T01:50:00Z\"").set("to", "\"2025-02-03T02:20:00Z\"");
    const Json report =
        run_on(scenario.set("count", "2_000").replace("value = 1_000", "value = 100"), kCrash);
    BOOST_TEST(report.at("accounts").at("total") == 2000);
    BOOST_TEST(report.at("accounts").at("bankrupt").get<int>() > 0);
}

BOOST_AUTO_TEST_CASE(the_calm_day_liquidates_nobody) {
    if (!has_prices(kCalm)) return;
    const Json report = run_on(ScenarioText("calm_day"), kCalm);
    BOOST_TEST(report.at("accounts").at("liquidated") == 0);
    BOOST_TEST(report.at("liquidation").at("count") == 0);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(whole_crash, Real)

BOOST_AUTO_TEST_CASE(twenty_thousand_accounts_pass_all_checks_and_replay) {
    if (!has_prices(kCrash)) return;
    const Json report = run_on(ScenarioText("near_2025_02_03"), kCrash);
    BOOST_TEST(report.at("accounts").at("total") == 20'000);
    BOOST_TEST(report.at("checks").size() == 9u);
}

BOOST_AUTO_TEST_SUITE_END()
