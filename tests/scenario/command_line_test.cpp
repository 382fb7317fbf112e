// The lpc binary as a user meets it when all is well: exit codes, report.json, the story of an
// account.
#include <boost/test/unit_test.hpp>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

// i: a whole number, f: any number, s: text, a: a list, o: an object; ?: or null where there is
// nothing to measure.
using Shape = std::map<std::string, std::string>;
const Shape kReport{
    {"scenario", "s"},       {"seed", "i"},       {"data", "o?"},        {"events", "i"},
    {"engine_time_ns", "i"}, {"wall_s", "f"},     {"events_per_s", "i"}, {"accounts", "o"},
    {"liquidation", "o"},    {"waterfall", "o"},  {"conservation", "o"}, {"stages", "a"},
    {"swaps", "a"},          {"state_hash", "s"}, {"command_hash", "s"}, {"checks", "a"}};
const Shape kAccounts{{"total", "i"},    {"warned", "i"}, {"liquidated", "i"},
                      {"restored", "i"}, {"closed", "i"}, {"bankrupt", "i"}};
const Shape kLiquidation{{"count", "i"},
                         {"notional_quote", "i"},
                         {"recovery_rate_ppb", "i?"},
                         {"shortfall_arrival_bps", "f?"},
                         {"shortfall_bankruptcy_bps", "f?"},
                         {"time_to_safe_ms_p50", "i?"},
                         {"time_to_safe_ms_p99", "i?"},
                         {"unnecessary_share_ppb", "i?"},
                         {"priority_inversion_ppb", "i?"},
                         {"price_reversion_ppb", "i?"},
                         {"externality_count", "i?"}};
const Shape kWaterfall{{"book_quote", "i"},        {"auction_quote", "i"},
                       {"backstop_quote", "i"},    {"fund_draw_quote", "i"},
                       {"deleveraged_quote", "i"}, {"socialized_quote", "i"},
                       {"bad_debt_quote", "i"},    {"fund_balance_quote", "i"}};
const Shape kStage{{"name", "s"},         {"plugin", "s"},       {"version", "s"},
                   {"sha256", "s"},       {"generation", "i"},   {"accounts", "i"},
                   {"commands", "i"},     {"refused", "i"},      {"strikes", "i"},
                   {"turn_ns_p50", "i?"}, {"turn_ns_p99", "i?"}, {"turn_ns_max", "i?"}};
const Shape kCheck{{"name", "s"}, {"pass", "b"}, {"detail", "s"}};
const Shape kVersion{{"version", "s"},  {"abi_major", "i"},  {"abi_minor", "i"},
                     {"compiler", "s"}, {"build_type", "s"}, {"revision", "s"}};

bool is_a(const Json& value, const std::string& type) {
    if (type.ends_with('?') && value.is_null()) return true;
    switch (type.front()) {
        case 'i':
            return value.is_number_integer();
        case 'f':
            return value.is_number();
        case 's':
            return value.is_string();
        case 'b':
            return value.is_boolean();
        case 'a':
            return value.is_array();
        default:
            return value.is_object();
    }
}

void expect_shape(const std::string& what, const Json& object, const Shape& shape) {
    for (const auto& [key, type] : shape) {
        BOOST_TEST_REQUIRE(object.contains(key), what << " has no key " << key);
        BOOST_TEST(is_a(object.at(key), type),
                   what << "." << key << " is " << object.at(key).dump() << ", not " << type);
    }
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_user_of_lpc, Workshop)

BOOST_AUTO_TEST_CASE(runs_the_default_scenario_to_exit_code_0_with_every_check_passed) {
    const Outcome run =
        lpc({"run", LPC_SOURCE_DIR "/config/scenarios/flash_crash.toml", "--out", path("out")});
    BOOST_TEST(run.code == 0, run.err);
    BOOST_TEST(run.err == "");
    BOOST_TEST(run.out.find("command hash") != std::string::npos, run.out);
    const Json report = Json::parse(text_of_file(path("out/report.json")));
    BOOST_TEST(report.at("accounts").at("total") == 3000);
    BOOST_TEST(report.at("checks").size() == 9u);
    for (const Json& check : report.at("checks")) BOOST_TEST(check.at("pass") == true, check);
}

BOOST_AUTO_TEST_CASE(finds_every_promised_key_in_the_report) {
    const Json report = run(small_crash(), "run");
    expect_shape("report", report, kReport);
    expect_shape("accounts", report.at("accounts"), kAccounts);
    expect_shape("liquidation", report.at("liquidation"), kLiquidation);
    expect_shape("waterfall", report.at("waterfall"), kWaterfall);
    BOOST_TEST(report.at("stages").size() == 3u);
    for (const Json& stage : report.at("stages")) expect_shape("stage", stage, kStage);
    for (const Json& check : report.at("checks")) expect_shape("check", check, kCheck);
    BOOST_TEST(report.at("conservation").at("assets").size() == 1u);
    for (const Json& asset : report.at("conservation").at("assets"))
        BOOST_TEST(asset.at("residual") == 0, asset);
    BOOST_TEST(report.at("command_hash").get<std::string>().size() == 16u);
    const Json& accounts = report.at("accounts");
    BOOST_TEST(accounts.at("restored").get<int>() + accounts.at("closed").get<int>() +
                   accounts.at("bankrupt").get<int>() + accounts.at("running").get<int>() ==
               accounts.at("liquidated").get<int>());
    BOOST_TEST(report.at("waterfall").at("book_quote").get<std::int64_t>() > 0);
}

BOOST_AUTO_TEST_CASE(gets_the_report_and_nothing_else_on_standard_output_with_json) {
    const std::string file = write("s.toml", small_crash().text());
    const Outcome run = lpc({"run", file, "--out", path("out"), "--json"});
    BOOST_TEST(run.code == 0, run.err);
    BOOST_TEST(Json::parse(run.out) == Json::parse(text_of_file(path("out/report.json"))));
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(Json::parse(replay.out).at("identical") == true, replay.out);
}

BOOST_AUTO_TEST_CASE(gets_exit_code_1_when_a_check_of_the_scenario_fails) {
    ScenarioText scenario = small_crash();
    scenario.replace("value = 10", "value = 300000");
    const Outcome run =
        lpc({"run", write("s.toml", scenario.text()), "--out", path("out"), "--json"});
    BOOST_TEST(run.code == 1, run.err);
    const Json report = Json::parse(run.out);
    for (const Json& check : report.at("checks"))
        BOOST_TEST(check.at("pass") == (check.at("name") != "liquidated_at_least"), check);
    BOOST_TEST(report.at("checks").back().at("detail").get<std::string>().find(
                   " accounts were liquidated, expected at least 300000") != std::string::npos);
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(is_told_version_abi_and_compiler) {
    const Outcome version = lpc({"version", "--json"});
    BOOST_TEST(version.code == 0);
    expect_shape("version", Json::parse(version.out), kVersion);
    BOOST_TEST(lpc({"--help"}).code == 0);
    BOOST_TEST(lpc({"run", "--help"}).code == 0);
}

namespace {

bool in_order(const Json& story, const std::vector<std::string>& parts) {
    std::size_t next = 0;
    for (const Json& line : story) {
        if (next < parts.size() &&
            line.at("text").get<std::string>().find(parts[next]) != std::string::npos)
            ++next;
    }
    BOOST_TEST(next == parts.size(),
               "the story has no '" << parts[next < parts.size() ? next : 0] << "' in its place");
    return next == parts.size();
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_told_the_whole_story_of_each_liquidated_account) {
    const Json report = run(small_crash(), "run");
    int liquidated = 0, taken_over = 0, restored = 0;
    for (int account = 1; account <= 300 && (taken_over == 0 || restored == 0); ++account) {
        const Outcome told =
            lpc({"explain", path("run/journal"), std::to_string(account), "--json"});
        BOOST_TEST_REQUIRE(told.code == 0, told.err);
        const Json story = Json::parse(told.out).at("story");
        if (told.out.find("close-out accepted") == std::string::npos) continue;
        ++liquidated;
        in_order(story, {"account opened", "position", "LEVELS", "levels: liquidation",
                         "CLOSEOUT to end at", "close-out accepted", "close-out running",
                         "goes to stage twap: its close-out runs", "RELEASE", "close-out ending",
                         "close-out ended"});
        in_order(story, {"MARGIN liquidating", "margin: liquidating", "CLOSEOUT"});
        if (told.out.find("fund: TAKEOVER") != std::string::npos) {
            ++taken_over;
            in_order(story, {"goes to stage fund", "fund: TAKEOVER", "pending", "fill of order",
                             "done", "position 0 lots", "risk: RELEASE", "leaves the procedure"});
        } else {
            ++restored;
            in_order(story, {"budget", "twap: ORDER", "pending", "fill of order", "done",
                             "risk: RELEASE", "leaves the procedure"});
        }
        std::int64_t now_ns = 0;
        for (const Json& line : story) {
            BOOST_TEST(line.at("now_ns").get<std::int64_t>() >= now_ns, line);
            now_ns = line.at("now_ns");
            const std::string text = line.at("text");
            if (line.at("kind") != "decision" && line.at("kind") != "refusal") continue;
            BOOST_TEST(text.find("because of ") != std::string::npos, line);
            // A bare number is the cause of nothing that this journal told.
            BOOST_TEST(text.find("because of fact") == std::string::npos, line);
        }
    }
    BOOST_TEST(liquidated > 0);
    BOOST_TEST(taken_over > 0);
    BOOST_TEST(restored > 0);
}

namespace {

std::size_t lines_with(const std::string& text, const std::string& part) {
    std::istringstream lines(text);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line);)
        if (line.find(part) != std::string::npos) ++count;
    return count;
}

}  // namespace

BOOST_AUTO_TEST_CASE(is_told_who_was_liquidated_first_first_and_how_it_ended) {
    const Json report = run(small_crash(), "run");
    const Outcome listed = lpc({"explain", path("run/journal"), "--json"});
    BOOST_TEST_REQUIRE(listed.code == 0, listed.err);
    const Json list = Json::parse(listed.out);
    const Json& accounts = list.at("accounts");
    BOOST_TEST(accounts.size() == report.at("accounts").at("liquidated"));
    BOOST_TEST(list.at("closeouts") == report.at("liquidation").at("count"));
    std::map<std::string, int> endings;
    std::int64_t opened_ns = 0;
    for (const Json& one : accounts) {
        BOOST_TEST(one.at("opened_ns").get<std::int64_t>() >= opened_ns, one);
        opened_ns = one.at("opened_ns");
        BOOST_TEST(one.at("ratio_ppb").get<std::int64_t>() < 1'000'000'000, one);
        BOOST_TEST(one.at("first_stage") == "twap", one);
        const std::string ending = one.at("ending");
        ++endings[ending];
        BOOST_TEST((ending == "running") == one.at("ended_ns").is_null(), one);
        if (ending == "taken over") BOOST_TEST(one.at("last_stage") == "fund", one);
        if (ending == "restored") BOOST_TEST(one.at("lots_left").get<int>() > 0, one);
        if (ending != "restored" && ending != "running") BOOST_TEST(one.at("lots_left") == 0, one);
    }
    BOOST_TEST(endings["restored"] == report.at("accounts").at("restored"));
    BOOST_TEST(endings["running"] == report.at("accounts").at("running"));
    BOOST_TEST(endings["taken over"] > 0);
    const std::string said = lpc({"explain", path("run/journal")}).out;
    BOOST_TEST_REQUIRE(accounts.size() > 20u);
    BOOST_TEST(lines_with(said, "") == 24u, said);
    BOOST_TEST(lines_with(said, std::to_string(accounts[0].at("account").get<int>())) > 0u, said);
    BOOST_TEST(lines_with(said, "and " + std::to_string(accounts.size() - 20) + " more") == 1u);
    ScenarioText calm = small_crash();
    run(calm.way({{0, 5000}, {30, 5000}}).replace("value = 10", "value = 0"), "calm");
    BOOST_TEST(lpc({"explain", path("calm/journal")}).out == "no account was liquidated\n");
    BOOST_TEST(
        Json::parse(lpc({"explain", path("calm/journal"), "--json"}).out).at("accounts").empty());
}

BOOST_AUTO_TEST_CASE(reads_a_story_in_ticks_lots_and_decimals_and_integers_with_json) {
    ScenarioText scenario = small_crash();
    write("rulebook.toml", text_of_file(LPC_SOURCE_DIR "/config/rulebook.toml"));
    std::string rules = text_of_file(path("rulebook.toml"));
    rules.replace(rules.find("participation_ppb = 350_000_000"), 31,
                  "participation_ppb = 2_000_000");
    write("rulebook.toml", rules);
    run(scenario.set("rulebook", "\"rulebook.toml\"").replace("value = 10", "value = 0"), "run");
    const Json list = Json::parse(lpc({"explain", path("run/journal"), "--json"}).out);
    std::string people, plain;
    for (const Json& one : list.at("accounts")) {
        const std::string account = std::to_string(one.at("account").get<int>());
        people += lpc({"explain", path("run/journal"), account}).out;
        plain += lpc({"explain", path("run/journal"), account, "--json"}).out;
    }
    BOOST_TEST(lines_with(people, " ticks (4.") > 0u);
    BOOST_TEST(lines_with(plain, " ticks") == 0u);
    const std::size_t zero = lines_with(people, "budget 0 lots");
    BOOST_TEST(zero > 0u);
    BOOST_TEST(lines_with(people, "budget 0 lots: ") == zero);
    BOOST_TEST(lines_with(people,
                          "close-outs have used up their share, 0.20 % of what others "
                          "traded in the last 60 s") > 0u);
    BOOST_TEST(lines_with(people, "went to accounts with a worse margin ratio") > 0u);
}

BOOST_AUTO_TEST_CASE(sees_bench_figures_with_units_three_digits_and_the_baseline) {
    const Outcome bench = lpc({"bench", "abi", "--repeats", "1"});
    BOOST_TEST(bench.code == 0, bench.err);
    BOOST_TEST(lines_with(bench.out, "(the baseline)") == 1u, bench.out);
    BOOST_TEST(lines_with(bench.out, " x the baseline)") == 2u, bench.out);
    BOOST_TEST(lines_with(bench.out, "ns an event") == 2u, bench.out);
    BOOST_TEST(lines_with(bench.out, "_ns") == 0u, bench.out);
    const Json json = Json::parse(lpc({"bench", "abi", "--repeats", "1", "--json"}).out);
    BOOST_TEST(json.at("results").at("virtual_call_ns").is_number());
}

BOOST_AUTO_TEST_SUITE_END()
