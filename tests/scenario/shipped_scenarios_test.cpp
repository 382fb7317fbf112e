// Every scenario that is shipped and needs no data passes its checks, of which there are at least
// three, replays, and explains one account of each way that its accounts went.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

const std::string kScenarios = LPC_SOURCE_DIR "/config/scenarios/";

std::vector<std::string> shipped_scenarios() {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(kScenarios)) {
        if (text_of_file(entry.path().string()).find("source = \"synthetic\"") == std::string::npos)
            continue;
        names.push_back(entry.path().stem().string());
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(each_shipped_scenario, Workshop)

BOOST_AUTO_TEST_CASE(passes_its_checks_and_replays) {
    const std::vector<std::string> names = shipped_scenarios();
    BOOST_TEST(names.size() >= 8u);
    for (const std::string& name : names) {
        BOOST_TEST_CONTEXT(name) {
            const Outcome run =
                lpc({"run", kScenarios + name + ".toml", "--out", path(name), "--json"});
            BOOST_REQUIRE_MESSAGE(run.code == 0, run.out << run.err);
            const Json report = Json::parse(run.out);
            BOOST_TEST(report.at("checks").size() >= 3u);
            for (const Json& check : report.at("checks"))
                BOOST_TEST(check.at("pass") == true, check);
            const Outcome replay = lpc({"replay", path(name + "/journal")});
            BOOST_TEST(replay.code == 0, replay.out << replay.err);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
