// A stage that is split among arms, from the scenario file to the report, the journal and the story
// of an account; and the files that are refused.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kBlockNs = 5'000'000'000;

ScenarioText in_arms() {
    return small_crash("flash_crash_arms");
}
ScenarioText switched() {
    ScenarioText scenario = in_arms();
    return scenario.replace("split = \"hash\"",
                            "split = \"switchback\"\nswitchback_block_ns = 5_000_000_000");
}

bool has_words(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

struct Arms : Workshop {
    // One sentence that names all of these, and nothing written.
    void expect_refused(const ScenarioText& scenario, const std::vector<std::string>& words) const {
        const std::string file = write("bad.toml", scenario.text());
        const Outcome said = lpc({"run", file, "--out", path("none")});
        BOOST_TEST(said.code == 2, said.out << said.err);
        for (const std::string& word : words)
            BOOST_TEST(has_words(said.err, word), said.err << " expected: " << word);
        BOOST_TEST(!has("none"));
    }
    void expect_replay(const std::string& name) const {
        const Outcome replay = lpc({"replay", path(name), "--json"});
        BOOST_TEST(replay.code == 0, replay.out << replay.err);
        BOOST_TEST(Json::parse(replay.out).at("identical") == true);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_run_with_arms, Arms)

BOOST_AUTO_TEST_CASE(reports_each_arm_and_their_sum_and_warns_of_interference) {
    const Json report = run(in_arms(), "arms");
    const Json& stage = report.at("stages").at(1);
    const Json& arms = stage.at("arms");
    BOOST_REQUIRE(arms.size() == 2u);
    BOOST_TEST(arms[0].at("arm") == "brisk");
    BOOST_TEST(arms[1].at("arm") == "patient");
    for (const char* key : {"accounts", "commands", "refused", "strikes"}) {
        const auto value = [key](const Json& of) { return of.at(key).get<std::int64_t>(); };
        BOOST_TEST(value(stage) == value(arms[0]) + value(arms[1]), key);
    }
    const auto figure = [&](std::size_t arm, const char* key) {
        return arms[arm].at("liquidation").at(key).get<std::int64_t>();
    };
    for (const char* key : {"count", "notional_quote"})
        BOOST_TEST(report.at("liquidation").at(key) == figure(0, key) + figure(1, key), key);
    BOOST_TEST(report.at("accounts").at("liquidated") ==
               figure(0, "accounts") + figure(1, "accounts"));
    for (const char* key : {"book_quote", "backstop_quote"})
        BOOST_TEST(report.at("waterfall").at(key) == figure(0, key) + figure(1, key), key);
    BOOST_TEST(figure(0, "count") > 20);
    BOOST_TEST(figure(1, "count") > 20);
    // The same file with other parameters.
    BOOST_TEST(stage.at("plugin") == "org.lpc.twap");
    BOOST_TEST(arms[0].at("sha256") == arms[1].at("sha256"));
    BOOST_TEST(arms[0].at("share_ppb") == 500'000'000);
    BOOST_TEST(stage.at("split") == "hash");
    BOOST_TEST(has_words(stage.at("interference"), "`lpc ab`"));
    BOOST_TEST(!report.at("stages").at(2).contains("arms"));
    BOOST_TEST(!report.at("stages").at(2).contains("interference"));
    expect_replay("arms");
    const Outcome table = lpc({"run", write("t.toml", in_arms().text()), "--out", path("table")});
    for (const char* words :
         {"2 arms", "arm brisk: twap.so, twap.toml, 50.00 % of the accounts",
          "arm patient: twap.so, twap_patient.toml", "interference: the arms trade in one market"})
        BOOST_TEST(has_words(table.out, words), table.out << " expected: " << words);
}

BOOST_AUTO_TEST_CASE(keeps_an_account_in_the_same_arm_in_all_its_closeouts) {
    run(in_arms(), "arms");
    const Json list = Json::parse(lpc({"explain", path("arms"), "--json"}).out);
    std::map<std::string, std::set<std::uint64_t>> in;
    std::size_t again = 0;
    for (const Json& account : list.at("accounts")) {
        again += account.at("closeouts").get<std::uint64_t>() > 1 ? 1u : 0u;
        for (const Json& stage : account.at("stages"))
            in[stage].insert(account.at("account").get<std::uint64_t>());
    }
    BOOST_TEST(again > 0u);
    BOOST_TEST(in["twap/brisk"].size() > 10u);
    BOOST_TEST(in["twap/patient"].size() > 10u);
    for (const std::uint64_t account : in["twap/brisk"])
        BOOST_TEST(in["twap/patient"].count(account) == 0u);
    const std::string one = std::to_string(*in["twap/brisk"].begin());
    const Outcome story = lpc({"explain", path("arms"), one});
    BOOST_TEST(has_words(story.out, "goes to stage twap/brisk: its close-out runs"), story.out);
    BOOST_TEST(has_words(story.out, " twap/brisk: ORDER"), story.out);
    // A replay may put another file into one arm, and must be told which.
    const std::string file = "=" LPC_BINARY_DIR "/plugins/twap.so";
    BOOST_TEST(lpc({"replay", path("arms"), "--stage", "twap/brisk" + file}).code == 0);
    const Outcome which = lpc({"replay", path("arms"), "--stage", "twap" + file});
    BOOST_TEST(which.code == 2);
    BOOST_TEST(has_words(which.err, "expected one of: risk, twap/brisk, twap/patient, fund"));
}

BOOST_AUTO_TEST_CASE(by_switchback_has_one_arm_in_each_block_of_time) {
    const Json report = run(switched(), "switched");
    const Json& stage = report.at("stages").at(1);
    BOOST_TEST(stage.at("split") == "switchback");
    BOOST_TEST(stage.at("switchback_block_ns") == kBlockNs);
    BOOST_TEST(has_words(stage.at("interference"), "take turns"));
    expect_replay("switched");
    const Json list = Json::parse(lpc({"explain", path("switched"), "--json"}).out);
    std::map<std::int64_t, std::set<std::string>> arms_of;  // by block
    std::set<std::string> all;
    for (const Json& account : list.at("accounts")) {
        // Who was closed out once: its first stage is that of the only close-out.
        if (account.at("closeouts") != 1 || account.at("first_stage").is_null()) continue;
        const std::string arm = account.at("first_stage");
        arms_of[account.at("opened_ns").get<std::int64_t>() / kBlockNs].insert(arm);
        all.insert(arm);
    }
    BOOST_TEST(all.size() == 2u);
    BOOST_TEST(arms_of.size() > 5u);
    for (const auto& [block, arms] : arms_of) BOOST_TEST(arms.size() == 1u, "block " << block);
}

BOOST_AUTO_TEST_CASE(goes_on_in_one_arm_when_the_other_has_failed) {
    ScenarioText scenario = in_arms();
    scenario
        .replace("plugin = \"twap.so\"\nparams = \"" LPC_SOURCE_DIR
                 "/config/plugins/twap_patient.toml\"",
                 "plugin = \"" LPC_BINARY_DIR "/tests/plugins/gives_up.so\"")
        .replace("name = \"no_plugin_failed\"", "name = \"zero_residual\"");
    const Json report = run(scenario, "failed");
    const Json& stage = report.at("stages").at(1);
    BOOST_TEST(stage.at("plugin").is_null());  // they differ
    const Json& arms = stage.at("arms");
    BOOST_TEST(arms[0].at("plugin") == "org.lpc.twap");
    BOOST_TEST(arms[0].at("on_hold").empty());
    BOOST_TEST(arms[0].at("liquidation").at("book_quote").get<std::int64_t>() > 0);
    BOOST_TEST(arms[1].at("plugin") == "org.lpc.hold");
    BOOST_TEST(arms[1].at("on_hold").size() ==
               arms[1].at("liquidation").at("accounts").get<std::size_t>());
    BOOST_TEST(stage.at("on_hold") == arms[1].at("on_hold"));
    const Json& swap = report.at("swaps").at(0);
    BOOST_TEST(swap.at("kind") == "failover");
    BOOST_TEST(swap.at("arm") == "patient");
    BOOST_TEST(has_words(swap.at("outcome"), "arm patient: "));
    expect_replay("failed");
}

BOOST_AUTO_TEST_CASE(is_refused_where_the_file_makes_no_sense) {
    const auto with = [](const std::string& from, const std::string& to) {
        ScenarioText scenario = in_arms();
        return scenario.replace(from, to);
    };
    const std::string share = "share_ppb = 500_000_000                 #";
    expect_refused(with(share, "share_ppb = 400_000_000 #"),
                   {"bad.toml: procedure: stage 'twap': the shares of the arms add up to 900000000 "
                    "ppb, expected 1000000000"});
    expect_refused(with(share, "share_ppb = 0 #"),
                   {"key stages[1].arms[0].share_ppb: found 0, expected an integer from 3906250 to "
                    "1000000000"});
    expect_refused(with(share, "# "), {"key stages[1].arms[0].share_ppb", "expected an integer"});
    expect_refused(with("name = \"patient\"", "name = \"brisk\""),
                   {"stage 'twap': arm name 'brisk', expected a unique name"});
    expect_refused(
        with("name = \"patient\"", "name = \"pa/tient\""),
        {"stage 'twap': arm name 'pa/tient', expected a unique name of 1 to 32 letters"});
    expect_refused(with("name = \"patient\"", "name = \"shadow\""), {"arm name 'shadow'"});
    expect_refused(
        with("name = \"twap\"", "name = \"twap\"\nplugin = \"twap.so\""),
        {"key stages[1].plugin: found \"twap.so\", expected none beside [[stages.arms]]"});
    expect_refused(
        with("split = \"hash\"", "split = \"coin\""),
        {"key stages[1].split: found \"coin\", expected one of \"hash\", \"switchback\""});
    expect_refused(with("split = \"hash\"", "split = \"switchback\""),
                   {"key stages[1].switchback_block_ns"});
    expect_refused(with("split = \"hash\"", "switchback_block_ns = 5"),
                   {"key stages[1].switchback_block_ns: found 5, expected it only with split"});
    expect_refused(with("[[stages.arms]]\nname = \"brisk\"\nplugin = \"twap.so\"\nparams = "
                        "\"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n",
                        "[[stages.other]]\n"),
                   {"key stages[1].arms: found", "expected 2 or more of tables"});
    ScenarioText risk = small_crash();
    const std::string arm = "[[stages.arms]]\nplugin = \"margin.so\"\nshare_ppb = 500_000_000\n";
    risk.replace("plugin = \"margin.so\"\nparams = \"" LPC_SOURCE_DIR
                 "/config/plugins/margin.toml\"\n",
                 arm + "name = \"a\"\n" + arm + "name = \"b\"\n");
    expect_refused(risk, {"key stages[0].arms: found",
                          "expected one plugin without arms, as risk "
                          "looks at every account"});
    // The arm's own place is told.
    expect_refused(with("plugin = \"twap.so\"", "plugin = \"nowhere.so\""),
                   {"key stages[1].arms[0].plugin: stage twap/brisk: plugin nowhere.so"});
    const Outcome ab = lpc({"ab", write("s.toml", in_arms().text()), "--a", "twap.so", "--b",
                            "twap.so", "--runs", "2"});
    BOOST_TEST(ab.code == 2);
    BOOST_TEST(has_words(ab.err, "stage twap of "), ab.err);
    BOOST_TEST(
        has_words(ab.err, "is split among arms of its own, expected a stage with one plugin"),
        ab.err);
}

BOOST_AUTO_TEST_SUITE_END()
