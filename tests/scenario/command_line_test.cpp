// The lpc binary as a user meets it when all is well: exit codes, report.json, figures of a
// bench.
#include <boost/test/unit_test.hpp>
#include <foundation/sha256.hpp>
#include <map>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::lines_with;
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
                   ", expected at least 300000") != std::string::npos);
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(is_told_version_abi_and_compiler) {
    const Outcome version = lpc({"version", "--json"});
    BOOST_TEST(version.code == 0);
    expect_shape("version", Json::parse(version.out), kVersion);
    BOOST_TEST(lpc({"--help"}).code == 0);
    BOOST_TEST(lpc({"run", "--help"}).code == 0);
}

// Who keeps a key secret is bound by what is shown from the beginning.
BOOST_AUTO_TEST_CASE(can_hold_the_parameters_of_a_stage_against_their_hash) {
    const Json report = run(small_crash(), "keyed");
    for (const Json& stage : report.at("stages")) {
        std::string text = stage.at("sha256").get<std::string>() + "\n";
        const std::map<std::string, std::int64_t> params = stage.at("params");
        for (const auto& [name, value] : params) text += name + " " + std::to_string(value) + "\n";
        BOOST_TEST(stage.at("params_sha256") == lpc::sha256_hex(text));
    }
    BOOST_TEST(report.at("stages").at(1).at("params").contains("jitter_key_low"));
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

// The figures themselves are for `lpc bench swap` on a machine of its own.
BOOST_AUTO_TEST_CASE(sees_that_swaps_on_the_bench_leave_no_trace_in_the_commands) {
    const Outcome bench = lpc({"bench", "swap", "--accounts", "2000", "--repeats", "1", "--json"});
    BOOST_TEST_REQUIRE(bench.code == 0, bench.err);
    const Json json = Json::parse(bench.out);
    BOOST_TEST(json.at("bench") == "swap");
    const Json& results = json.at("results");
    BOOST_TEST(results.at("accounts") == 2000);
    BOOST_TEST(results.at("in_flight") == 20);
    BOOST_TEST(results.at("slice_budget_ns") == 50'000);
    for (const char* key : {"flip_ns_p50", "flip_ns_p99", "slice_excess_ns_p99", "accounts_per_s",
                            "shadow_worker_cost_ppb"})
        BOOST_TEST(results.at(key).is_number(), key);
    BOOST_TEST(json.at("params").at("commands").get<std::uint64_t>() > 1'000u);
    BOOST_TEST(results.at("commands_identical") == true);
}

BOOST_AUTO_TEST_SUITE_END()
