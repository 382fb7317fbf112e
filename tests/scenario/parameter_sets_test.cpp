// Every parameter set of the twap plugin that is shipped: it loads, its run passes the scenario's
// checks and replays, and each does something of its own.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

std::vector<std::string> shipped_sets() {
    std::vector<std::string> names;
    for (const auto& entry :
         std::filesystem::directory_iterator(LPC_SOURCE_DIR "/config/plugins")) {
        const std::string name = entry.path().stem().string();
        if (name.starts_with("twap")) names.push_back(name);
    }
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(parameter_sets, Workshop)

BOOST_AUTO_TEST_CASE(each_shipped_set_of_the_twap_runs_replays_and_is_its_own) {
    const std::vector<std::string> names = shipped_sets();
    std::set<std::string> hashes;
    for (const std::string& name : names) {
        BOOST_TEST_CONTEXT(name) {
            ScenarioText scenario = small_crash();
            // Some of which more than 100,000 USD must be closed: below, not all practices differ.
            scenario.set("notional_max_quote", "1_000_000_000_000");
            scenario.replace("/config/plugins/twap.toml", "/config/plugins/" + name + ".toml");
            const Json report = run(scenario, name);
            for (const Json& check : report.at("checks"))
                BOOST_TEST(check.at("pass") == true, check);
            hashes.insert(report.at("command_hash").get<std::string>());
            BOOST_TEST(lpc({"replay", path(name + "/journal")}).code == 0);
        }
    }
    BOOST_TEST(names.size() >= 8u);
    BOOST_TEST(hashes.size() == names.size());
}

BOOST_AUTO_TEST_SUITE_END()
