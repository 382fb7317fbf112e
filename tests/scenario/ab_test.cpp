// `lpc ab` as a user starts it: paired runs of the small crash, what they must agree on, and wrong
// commands.
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::small_crash;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

using Words = std::vector<std::string>;

const std::string kSlow = "interval_ns=5000000000";  // a slice each five seconds, not each second

struct Arms : Workshop {
    Arms() : file(write("crash.toml", small_crash().text())) {}

    Outcome ab(const std::string& a, const std::string& b, const Words& more) const {
        Words words{"ab", file, "--a", a, "--b", b};
        words.insert(words.end(), more.begin(), more.end());
        return lpc(words);
    }
    Json compared(const std::string& a, const std::string& b, Words more) const {
        more.emplace_back("--json");
        const Outcome outcome = ab(a, b, more);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, outcome.out << outcome.err);
        return Json::parse(outcome.out);
    }
    void expect_refused(const Outcome& outcome, const Words& parts) const {
        BOOST_TEST(outcome.code == 2, outcome.err);
        BOOST_TEST(outcome.out == "");
        BOOST_TEST(outcome.err.find('\n') + 1 == outcome.err.size(), outcome.err);
        for (const std::string& part : parts)
            BOOST_TEST(outcome.err.find(part) != std::string::npos,
                       outcome.err << "without: " << part);
    }

    std::string file;
};

const Json& metric(const Json& json, const std::string& name) {
    for (const Json& row : json["metrics"]) {
        if (row["name"] == name) return row;
    }
    BOOST_FAIL("no metric " << name);
    return json;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ab, Arms)

BOOST_AUTO_TEST_CASE(the_same_file_with_the_same_parameters_differs_by_exactly_0) {
    const Json json = compared("twap.so", LPC_BINARY_DIR "/plugins/twap.so", {"--runs", "2"});
    BOOST_TEST(json["runs"] == 2);
    BOOST_TEST(json["stage"] == "twap");
    BOOST_TEST(json["a"] == "twap.so");
    BOOST_REQUIRE(json["metrics"].size() > 15);
    for (const Json& row : json["metrics"]) {
        BOOST_TEST(row["diff_mean"] == 0, row.dump());
        BOOST_TEST(row["ci_low"] == 0, row.dump());
        BOOST_TEST(row["ci_high"] == 0, row.dump());
        BOOST_TEST(row["better"] == "none", row.dump());
    }
    BOOST_TEST(json["verdict"].get<std::string>().starts_with("no difference: "));
}

BOOST_AUTO_TEST_CASE(parameters_are_applied_and_swapped_arms_mirror_the_table) {
    const Json one = compared("twap.so", "twap.so", {"--runs", "3", "--b-param", kSlow});
    const Json other = compared("twap.so", "twap.so", {"--runs", "3", "--a-param", kSlow});
    const Json& other_prices = metric(one, "notional_quote");
    BOOST_TEST(other_prices["diff_mean"].get<std::int64_t>() != 0);
    BOOST_TEST(one["arms"]["b"]["params"]["interval_ns"] == 5'000'000'000);
    BOOST_TEST(one["arms"]["a"]["params"]["interval_ns"] == 1'000'000'000);
    BOOST_TEST(one["arms"]["b"]["params"]["no_liquidity_max"] == 30);
    for (const Json& x : one["metrics"]) {
        const Json& y = metric(other, x["name"]);
        BOOST_TEST(x["pairs"] == y["pairs"], x.dump());
        if (x["pairs"] == 0) continue;
        BOOST_TEST(x["a_mean"] == y["b_mean"], x.dump());
        BOOST_TEST(x["b_mean"] == y["a_mean"], x.dump());
        BOOST_TEST(x["diff_mean"].get<double>() == -y["diff_mean"].get<double>(), x.dump());
        BOOST_TEST(x["ci_low"].get<double>() == -y["ci_high"].get<double>(), x.dump());
        BOOST_TEST(x["ci_high"].get<double>() == -y["ci_low"].get<double>(), x.dump());
    }
    BOOST_TEST(one["verdict"].get<std::string>().find("3 pairs are too few") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_same_command_says_the_same) {
    const Words words{"--runs", "3", "--b-param", kSlow};
    const Outcome first = ab("twap.so", "twap.so", words);
    BOOST_TEST(first.code == 0);
    BOOST_TEST(first.out == ab("twap.so", "twap.so", words).out);
    BOOST_TEST(first.out.find("recovery_rate_ppb *") != std::string::npos, first.out);
    Words seeded = words;
    seeded.insert(seeded.end(), {"--seed", "77"});
    BOOST_TEST(first.out != ab("twap.so", "twap.so", seeded).out);
}

BOOST_AUTO_TEST_CASE(runs_are_kept_where_out_says_and_are_those_of_lpc_run) {
    compared("twap.so", "twap.so",
             {"--runs", "2", "--seed", "5", "--b-param", kSlow, "--out", path("kept")});
    for (const char* run : {"kept/a/5", "kept/a/6", "kept/b/5", "kept/b/6"}) {
        BOOST_TEST(has(std::string(run) + "/report.json"), run);
        BOOST_TEST(has(std::string(run) + "/journal/000001.lpcj"), run);
    }
    const auto hash = [&](const std::string& run) {
        return Json::parse(text_of_file(path(run + "/report.json")))["command_hash"];
    };
    BOOST_TEST(hash("kept/a/5") != hash("kept/b/5"));
    BOOST_TEST(hash("kept/a/5") != hash("kept/a/6"));
    BOOST_TEST(lpc({"run", file, "--seed", "6", "--out", path("alone"), "--json"}).code == 0);
    BOOST_TEST(hash("alone") == hash("kept/a/6"));
    BOOST_TEST(lpc({"replay", path("kept/b/6/journal")}).code == 0);
    expect_refused(ab("twap.so", "twap.so", {"--runs", "1", "--seed", "6", "--out", path("kept")}),
                   {path("kept/a/6"), "already holds"});
}

BOOST_AUTO_TEST_CASE(without_out_nothing_is_written) {
    const auto names = [&] {
        std::size_t count = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(path("."))) {
            if (entry.path().string().find("/cache") == std::string::npos) ++count;
        }
        return count;
    };
    const Outcome first = ab("twap.so", "twap.so", {"--runs", "1"});
    BOOST_TEST(first.code == 0, first.err);
    const std::size_t before = names();
    BOOST_TEST(ab("twap.so", "twap.so", {"--runs", "1"}).code == 0);
    BOOST_TEST(names() == before);
}

BOOST_AUTO_TEST_CASE(another_algorithm_does_not_take_the_parameters_of_the_first) {
    const Json json = compared("twap.so", "builtin:hold", {"--runs", "1"});
    BOOST_TEST(json["arms"]["a"]["params"].size() == 3);
    BOOST_TEST(json["arms"]["b"]["params"].empty());
    const Outcome people = ab("twap.so", "builtin:hold", {"--runs", "1"});
    BOOST_TEST(people.out.find("the plugin's own defaults hold") != std::string::npos, people.out);
}

BOOST_AUTO_TEST_CASE(a_failed_check_is_named_with_its_seed_and_arm) {
    write("crash.toml", small_crash().replace("value = 10", "value = 100_000").text());
    const Outcome outcome = ab("twap.so", "twap.so", {"--runs", "2", "--seed", "3", "--json"});
    BOOST_TEST(outcome.code == 1, outcome.err);
    const Json json = Json::parse(outcome.out);
    BOOST_REQUIRE(json["failed_checks"].size() == 4);
    BOOST_TEST(json["failed_checks"][0]["seed"] == 3);
    BOOST_TEST(json["failed_checks"][0]["arm"] == "a");
    BOOST_TEST(json["failed_checks"][1]["arm"] == "b");
    BOOST_TEST(json["failed_checks"][3]["seed"] == 4);
    BOOST_TEST(json["failed_checks"][0]["check"] == "liquidated_at_least");
    BOOST_TEST(json["verdict"].get<std::string>().starts_with(
        "no verdict: check liquidated_at_least failed in arm a with seed 3"));
}

BOOST_AUTO_TEST_CASE(wrong_commands_are_told_in_one_sentence) {
    const auto refused = [&](const Words& more, const Words& parts) {
        Words words{"--runs", "1"};
        words.insert(words.end(), more.begin(), more.end());
        expect_refused(ab("twap.so", "twap.so", words), parts);
    };
    refused({"--a-param", "interval_ns"},
            {"--a-param interval_ns: found no NAME=VALUE, expected one"});
    refused({"--b-param", "interval_ns=fast"},
            {"--b-param interval_ns=fast: found 'fast'", "expected a whole number"});
    refused({"--b-param", "interval_ns=1"},
            {"--b-param interval_ns=1: found 1, expected an integer from 1000000", "org.lpc.twap"});
    refused({"--a-param", "intervall_ns=2000000"},
            {"--a-param intervall_ns=2000000: found an unknown key", "nearest is interval_ns"});
    refused({"--a-param", "horizon_ns=2000000", "--a-param", "horizon_ns=3000000"},
            {"found horizon_ns twice, expected it once"});
    refused({"--stage", "twop"},
            {"--stage twop: found no such stage", "risk, twap, fund", "the nearest is twap"});
    refused({"--stage", "risk"}, {"stage risk", "liquidator, expected a risk plugin"});
    refused({"--data", file}, {"prices are synthetic", "expected no data file"});
    refused({"--out", file}, {"crash.toml", "expected a folder"});
    expect_refused(ab("nowhere.so", "twap.so", {"--runs", "1"}), {"--a nowhere.so", "not found"});
    expect_refused(ab("twap.so", "./nowhere.so", {"--runs", "1"}),
                   {"--b ./nowhere.so", "no such file"});
    expect_refused(ab("twap.so", file, {"--runs", "1"}), {"--b " + file});
    expect_refused(ab("twap.so", "twap.so", {"--runs", "0"}),
                   {"found '0', expected a whole number from 1"});
    expect_refused(ab("twap.so", "twap.so", {}), {"--runs"});
    expect_refused(lpc({"ab", file, "--a", "twap.so", "--runs", "2"}), {"--b"});
}

BOOST_AUTO_TEST_SUITE_END()
