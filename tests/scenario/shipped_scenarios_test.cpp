// Every scenario that is shipped and needs no data passes its checks, of which there are at least
// three, replays, and explains one account of each way that its accounts went.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <map>
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

// One account of each ending: every step has its reason, and the last one is the way out.
void expect_explained(const Workshop& shop, const std::string& journal) {
    const Json list = Json::parse(shop.lpc({"explain", journal, "--json"}).out);
    std::map<std::string, std::string> one_of;
    for (const Json& one : list.at("accounts"))
        one_of.try_emplace(one.at("ending"),
                           std::to_string(one.at("account").get<std::uint64_t>()));
    BOOST_TEST(!one_of.empty());
    for (const auto& [ending, account] : one_of) {
        BOOST_TEST_CONTEXT("account " << account << ", " << ending) {
            const Outcome told = shop.lpc({"explain", journal, account, "--json"});
            BOOST_TEST_REQUIRE(told.code == 0, told.err);
            std::string last_move;
            const Json explained = Json::parse(told.out);
            for (const Json& line : explained.at("story")) {
                const std::string kind = line.at("kind"), text = line.at("text");
                if (kind == "decision" || kind == "refusal") {
                    BOOST_TEST(text.find("because of ") != std::string::npos, text);
                    BOOST_TEST(text.find("because of fact") == std::string::npos, text);
                }
                if (kind != "move") continue;
                BOOST_TEST(text.find(": ") != std::string::npos, text);  // WHERE: WHY
                last_move = text;
            }
            BOOST_TEST(last_move == "leaves the procedure: its close-out is over");
        }
    }
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
            expect_explained(*this, path(name + "/journal"));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
