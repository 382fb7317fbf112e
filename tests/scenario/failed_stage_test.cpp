// A plugin that fails in the middle of a crash: the run goes on without it, and says whom it left.
#include <boost/test/unit_test.hpp>
#include <set>
#include <string>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

ScenarioText crash_of_a_stage(const std::string& plugin = "gives_up") {
    ScenarioText scenario = small_crash();
    return scenario
        .replace("plugin = \"twap.so\"",
                 "plugin = \"" LPC_BINARY_DIR "/tests/plugins/" + plugin + ".so\"")
        .replace("params = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n", "");
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_failed_stage, Workshop)

BOOST_AUTO_TEST_CASE(is_on_hold_and_the_report_names_its_accounts) {
    const std::string file = write("s.toml", crash_of_a_stage().text());
    const Outcome said = lpc({"run", file, "--out", path("failed"), "--json"});
    BOOST_TEST(said.code == 1, said.err);  // the scenario checks that no plugin failed
    const nlohmann::json report = nlohmann::json::parse(said.out);
    const nlohmann::json& stage = report.at("stages").at(1);
    BOOST_TEST(stage.at("plugin") == "org.lpc.hold");
    BOOST_TEST(stage.at("commands") == 0);
    BOOST_TEST(report.at("swaps").at(0).at("kind") == "failover");
    BOOST_TEST(report.at("swaps").at(0).at("stage") == stage.at("name"));
    const auto held = stage.at("on_hold").get<std::set<std::uint64_t>>();
    BOOST_TEST(held.size() >= 5u);
    // All that came into the stage came or was there when it had failed.
    BOOST_TEST(held.size() == report.at("accounts").at("liquidated").get<std::size_t>());
    BOOST_TEST(report.at("stages").at(0).at("on_hold").empty());
    BOOST_TEST(lpc({"replay", path("failed/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(is_named_in_the_table_with_the_first_of_its_accounts) {
    const std::string file = write("s.toml", crash_of_a_stage().text());
    const Outcome said = lpc({"run", file, "--out", path("failed")});
    BOOST_TEST(said.code == 1, said.err);
    BOOST_TEST(said.out.find("FAILED in stage") != std::string::npos, said.out);
    BOOST_TEST(said.out.find("accounts on hold: ") != std::string::npos, said.out);
    const std::string told = lpc({"explain", path("failed")}).out;
    BOOST_TEST(told.find(" the built-in hold acts in its place: plugin org.test.misbehaves: ") !=
                   std::string::npos,
               told);
}

BOOST_AUTO_TEST_CASE(that_never_comes_to_rest_ends_the_run_in_a_sentence) {
    const std::string file = write("s.toml", crash_of_a_stage("never_rests").text());
    const Outcome said = lpc({"run", file, "--out", path("stuck")});
    BOOST_TEST(said.code == 2);
    BOOST_TEST(said.err.find("engine time stands still at") != std::string::npos, said.err);
    BOOST_TEST(said.err.find("the last of which carried 1 accounts over") != std::string::npos);
    BOOST_TEST(!has("stuck/report.json"));
}

BOOST_AUTO_TEST_SUITE_END()
