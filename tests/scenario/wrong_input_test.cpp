// Whatever is wrong with a command, a file or the data: exit code 2, one sentence that says what,
// and nothing half-run is left.
#include <zlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;

namespace {

using Words = std::vector<std::string>;

constexpr char kHeader[] =
    "open_time,open,high,low,close,volume,close_time,quote_volume,count,taker_buy_volume,"
    "taker_buy_quote_volume,ignore\n";
// Minutes from 2025-02-03 01:30 UTC on.
std::string minutes(int count) {
    std::string text = kHeader;
    for (std::int64_t i = 0; i < count; ++i) {
        const std::int64_t at = 1'738'546'200'000 + i * 60'000;
        text += std::to_string(at) + ",4.2550,4.2570,4.2450,4.2510,81732," +
                std::to_string(at + 59'999) + ",347494.9160,1160,30544,129895.2270,0\n";
    }
    return text;
}

ScenarioText few_minutes_of_data() {
    ScenarioText scenario("near_2025_02_03");
    return scenario.set("count", "50")
        .set("to", "\"2025-02-03T01:34:00Z\"")
        .replace("value = 1_000", "value = 0");
}

struct Wrong : Workshop {
    void expect_refused(const Words& args, const Words& parts) const {
        const Outcome outcome = lpc(args);
        std::string line = "lpc";
        for (const std::string& arg : args) line += " " + arg;
        BOOST_TEST(outcome.code == 2, line << ": exit code " << outcome.code);
        BOOST_TEST(outcome.out == "", line);
        const std::string& said = outcome.err;
        BOOST_TEST(said.starts_with("lpc: "), line << ": " << said);
        BOOST_TEST(said.find('\n') + 1 == said.size(), line << ": " << said);
        for (const std::string& part : parts)
            BOOST_TEST(said.find(part) != std::string::npos,
                       line << " says: " << said << "without: " << part);
    }
    // A run that leaves no folder.
    void expect_no_run(const Words& args, const Words& parts) const {
        Words all{"run"};
        all.insert(all.end(), args.begin(), args.end());
        all.insert(all.end(), {"--out", path("out")});
        expect_refused(all, parts);
        BOOST_TEST(!has("out"), "a run that was refused left a folder: " << parts.front());
    }
    void expect_bad_scenario(const ScenarioText& scenario, const Words& parts) const {
        expect_no_run({write("bad.toml", scenario.text())}, parts);
    }
    void expect_bad_data(const std::string& name, const std::string& bytes,
                         const Words& parts) const {
        const std::string scenario = write("data.toml", few_minutes_of_data().text());
        expect_no_run({scenario, "--data", write(name, bytes)}, parts);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(lpc_refuses_in_one_sentence, Wrong)

BOOST_AUTO_TEST_CASE(a_command_line_that_it_does_not_know) {
    expect_refused({}, {"no subcommand", "expected one of: run, replay"});
    expect_refused({"frobnicate"}, {"'frobnicate'", "run, replay, explain, check"});
    expect_refused({"explian"}, {"'explian'", "the nearest is explain"});
    expect_refused({"run"}, {"run: found no scenario, expected the scenario's TOML file"});
    expect_refused({"run", "a.toml", "b.toml"}, {"run: found 'b.toml' too many, expected only"});
    expect_refused({"run", "a.toml", "--seed"}, {"run: found no value after --seed, expected one"});
    const std::string unknown =
        "run: found the unknown option '--sead', expected one of its options";
    for (const Words& args : {Words{"run", "a.toml", "--sead", "3"}, Words{"run", "--sead", "3"},
                              Words{"run", "a.toml", "--sead=3"}, Words{"run", "--sead"}})
        expect_refused(args, {unknown, "the nearest is --seed"});
    expect_refused({"version", "--jason"}, {"version: ", "'--jason'", "nearest is --json"});
    expect_refused({"bench", "frob"},
                   {"'frob'", "abi, auction, book, deleverage, journal, sidecar, slices, swap"});
    expect_refused({"bench", "book", "--repeats", "-1"}, {"--repeats", "'-1'"});
    expect_refused({"replay", "x", "--until", "0"}, {"--until", "'0'", "from 1"});
}

// What a shell makes of "$FOLDER" where FOLDER is not set.
BOOST_AUTO_TEST_CASE(an_empty_text_where_something_is_named) {
    const std::string file = write("s.toml", small_crash().text());
    const auto empty = [](const std::string& of) { return "found an empty text " + of; };
    for (const std::string option : {"--out", "--data", "--host", "--control", "--control-config",
                                     "--plugin-folder", "--bidders"})
        expect_refused({"run", file, option, ""}, {"run: " + empty("after " + option + ", ")});
    expect_refused({"run", ""}, {"run: " + empty("as scenario, ")});
    expect_refused({"replay", ""}, {empty("as journal")});
    expect_refused({"replay", "x", "--stage", ""}, {empty("after --stage")});
    expect_refused({"bidder", ""}, {"bidder: " + empty("as config")});
    expect_refused({"explain", ""}, {empty("as journal")});
    expect_refused({"check", ""}, {empty("as file")});
    expect_refused({"ab", file, "--a", "a.so", "--b", "b.so", "--runs", "1", "--out", ""},
                   {"ab: " + empty("after --out")});
    expect_refused({"status", "--control", "", "--keys", "k"}, {empty("after --control")});
    expect_refused({"keygen", "--out", ""}, {empty("after --out")});
    expect_refused({"sign", "x.so", "--key", ""}, {empty("after --key")});
}

BOOST_AUTO_TEST_CASE(host_and_control_toml_beside_the_scenarios_however_the_scenario_is_named) {
    write("config/scenarios/s.toml", small_crash().text());
    const std::string host = write("config/host.toml", "plugin_folders = []\nno_such_key = 1\n");
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(path("config/scenarios"));
    for (const std::string name : {"s.toml", "./s.toml", "../scenarios/s.toml"})
        expect_no_run({name}, {host + ": ", "no_such_key"});
    write("config/host.toml", "plugin_folders = []\n");
    const std::string control = write("config/control.toml", "no_such_key = 1\n");
    for (const std::string name : {"s.toml", "./s.toml", "../scenarios/s.toml"})
        expect_no_run({name, "--control", "ipc://" + path("sock")},
                      {control + ": ", "no_such_key"});
    std::filesystem::current_path(before);
}

BOOST_AUTO_TEST_CASE(a_number_with_a_sign_or_letters) {
    const std::string file = write("s.toml", small_crash().text());
    expect_no_run({file, "--seed", "-3"}, {"--seed", "'-3'", "expected a whole number"});
    expect_no_run({file, "--seed", "4611686018427387905"}, {"--seed", "4611686018427387904"});
    expect_no_run({file, "--seed", "12x"}, {"--seed", "'12x'"});
    expect_no_run({file, "--pace", "fast"}, {"--pace", "'fast'"});
}

BOOST_AUTO_TEST_CASE(bidders_without_a_pace_without_keys_or_without_a_place_in_the_scenario) {
    const std::string market = LPC_SOURCE_DIR "/config/scenarios/whale_in_thin_market.toml";
    const auto run = [&](const std::string& bidding, const Words& parts, const std::string& of) {
        const std::string file = write("bidding.toml", bidding);
        expect_no_run({of, "--pace", "10", "--bidders", file}, parts);
    };
    const std::string shipped = LPC_SOURCE_DIR "/config/bidding.toml";
    expect_no_run({market, "--bidders", shipped}, {"--bidders: found no --pace"});
    expect_no_run({market, "--bidders", shipped, "--pace", "10", "--resume"},
                  {"--bidders: found --resume too"});
    expect_no_run({market, "--bidders", shipped, "--pace", "10"},
                  {"server_keys_file", "host.keys"});
    BOOST_REQUIRE(lpc({"keygen", "--out", path("host.keys")}).code == 0);
    const std::string host =
        "endpoint = \"ipc://" + path("s") + "\"\nserver_keys_file = \"host.keys\"\n";
    const auto provider = [](const std::string& account, const std::string& key) {
        return "[[providers]]\naccount = \"" + account + "\"\nkey = \"" + key +
               "\"\ncapacity_lots = 1\nbond_quote = 1\n";
    };
    const std::string key(40, '0');
    run(host, {"providers"}, market);
    run(host + provider("nobody", key), {"account", "nobody", "provider_1"}, market);
    run(host + provider("provider_1", "short"), {"key", "CURVE public key"}, market);
    run(host + provider("provider_1", key) + provider("provider_1", std::string(40, '1')),
        {"account", "each account once"}, market);
    run(host + provider("provider_1", key) + provider("provider_2", key), {"each key once"},
        market);
    run(host + "silence_ms_max = 1\n" + provider("provider_1", key), {"silence_ms_max"}, market);
    run(host + provider("provider_1", key), {"a scenario that has providers"},
        write("s.toml", small_crash().text()));
    expect_refused({"bidder", path("nowhere.toml")}, {"nowhere.toml", "cannot be opened"});
    const std::string bidder = "endpoint = \"ipc://" + path("s") +
                               "\"\nkeys_file = \"host.keys\"\naccount = \"a\"\n"
                               "discount_ppb = 1\n";
    expect_refused({"bidder", write("b.toml", bidder)}, {"capacity_lots"});
    expect_refused({"bidder", write("b.toml", bidder + "capacity_lots = 2\nsteps_count = 3\n")},
                   {"steps_count", "at most capacity_lots"});
    expect_refused({"bidder", write("b.toml", bidder + "capacity_lots = 2\n")},
                   {"no line 'server KEY'"});
}

BOOST_AUTO_TEST_CASE(a_scenario_that_is_not_there_or_not_sound) {
    expect_no_run({path("nowhere.toml")}, {"nowhere.toml", "cannot be opened"});
    ScenarioText unknown_key = small_crash();
    unknown_key.replace("fund_quote", "fund_quotes");
    expect_bad_scenario(unknown_key, {"bad.toml", "fund_quotes", "fund_quote"});
    ScenarioText wrong_type = small_crash();
    wrong_type.set("count", "\"many\"");
    expect_bad_scenario(wrong_type, {"bad.toml", "count", "many", "expected"});
    ScenarioText unknown_check = small_crash();
    unknown_check.replace("\"zero_residual\"", "\"zero_residuals\"");
    expect_bad_scenario(unknown_check, {"name", "zero_residuals", "zero_residual"});
    ScenarioText out_of_range = small_crash();
    out_of_range.set("long_share_ppb", "2_000_000_000");
    expect_bad_scenario(out_of_range, {"long_share_ppb", "2000000000", "1000000000"});
    ScenarioText not_toml = small_crash();
    not_toml.set("name", "= =");
    expect_bad_scenario(not_toml, {"bad.toml"});
    ScenarioText no_rulebook = small_crash();
    no_rulebook.set("rulebook", "\"nowhere.toml\"");
    expect_bad_scenario(no_rulebook,
                        {"bad.toml: line 6, key rulebook: found \"nowhere.toml\", expected a file",
                         path("nowhere.toml")});
    ScenarioText moved = small_crash();
    moved.set("instrument", "\"../instruments/x.toml\"");
    expect_bad_scenario(moved,
                        {"bad.toml: line 5, key instrument: found \"../instruments/x.toml\""});
    ScenarioText no_params = small_crash();
    no_params.replace(LPC_SOURCE_DIR "/config/plugins/twap.toml", "nowhere.toml");
    expect_bad_scenario(no_params,
                        {"bad.toml: line ", "key stages[1].params: found \"nowhere.toml\""});
    ScenarioText no_folder_name = small_crash();
    no_folder_name.set("name", "\"../up\"");
    expect_bad_scenario(no_folder_name,
                        {"bad.toml: line 3, key name: found \"../up\", expected letters"});
    ScenarioText far_too_much = small_crash();
    far_too_much.set("notional_max_quote", "9_300_000_000_000_000_000");
    expect_bad_scenario(far_too_much, {"bad.toml"});
}

BOOST_AUTO_TEST_CASE(a_mandatory_key_that_is_misspelt) {
    ScenarioText misspelt = small_crash();
    misspelt.replace("notional_min_quote", "notional_mim_quote");
    expect_bad_scenario(misspelt, {"key accounts.notional_mim_quote: found an unknown key, "
                                   "expected notional_min_quote, which is missing"});
    ScenarioText no_table = small_crash();
    no_table.replace("[accounts]", "[acounts]");
    expect_bad_scenario(no_table, {"key acounts: found an unknown key, expected accounts"});
    ScenarioText permits = small_crash();
    permits.replace("\"cancel\"", "\"cancell\"");
    expect_bad_scenario(permits, {"key stages[1].permits[1]: found \"cancell\"",
                                  "of which the nearest is \"cancel\""});
}

BOOST_AUTO_TEST_CASE(a_made_up_market_beyond_its_limits_where_the_key_stands) {
    ScenarioText volume = small_crash();
    volume.set("volume_lots_per_step", "549_755_813_889");
    expect_bad_scenario(volume, {"bad.toml: line 17, key prices.volume_lots_per_step: found "
                                 "549755813889, expected an integer from 0 to 549755813888"});
    ScenarioText noise = small_crash();
    noise.set("noise_step_ppb", "1_000_000_000");
    expect_bad_scenario(noise, {"line 15, key prices.noise_step_ppb: found 1000000000, expected "
                                "an integer from 0 to 999999999"});
    const auto with = [](const std::vector<std::pair<int, int>>& way) {
        ScenarioText scenario = small_crash();
        return scenario.way(way);
    };
    ScenarioText high = with({{0, 77}, {10, 5000}});
    high.replace("price_ticks = 77", "price_ticks = 549_755_813_889");
    expect_bad_scenario(high, {"key prices.waypoints[0].price_ticks: found 549755813889, expected "
                               "an integer from 1 to 549755813888"});
    expect_bad_scenario(with({{1, 77}, {10, 5000}}), {"key prices.waypoints[0].at_s: found 1"});
    expect_bad_scenario(with({{0, 77}, {0, 5000}}),
                        {"key prices.waypoints[1].at_s: found 0, expected an integer from 1 to"});
}

BOOST_AUTO_TEST_CASE(an_instrument_whose_numbers_do_not_go_together) {
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string text = text_of_file(LPC_SOURCE_DIR "/config/instruments/flash_perp.toml");
        const std::size_t at = text.find(from);
        BOOST_REQUIRE_MESSAGE(at != std::string::npos, from);
        write("inst.toml", text.replace(at, from.size(), to));
        ScenarioText scenario = small_crash();
        return scenario.set("instrument", "\"inst.toml\"");
    };
    const std::string multiplier = "inst.toml: line 8, key multiplier_quote_per_tick_lot: found ";
    expect_bad_scenario(with("\"0.001\"", "\"0.0001\""),
                        {multiplier + "1000, expected 100: tick_size 0.0001 times lot_size 1 times "
                                      "quote_units_per_whole 1000000"});
    expect_bad_scenario(with("\"1\"", "\"0.5\""), {multiplier + "1000, expected 500: "});
    expect_bad_scenario(with("1_000_000", "10_000_000"), {multiplier + "1000, expected 10000: "});
    expect_bad_scenario(with("= 1_000 ", "= 999 "), {multiplier + "999, expected 1000: "});
    expect_bad_scenario(with("\"0.001\"", "\"0.0000003\""),
                        {multiplier, "tick_size 0.0000003 ", "no whole number from 1 to"});
    expect_bad_scenario(with("\"0.001\"", "\"999999999999999999\""), {multiplier, "no whole"});

    expect_bad_scenario(with("floor_quote = 50_000", "floor_quote = 9_000"),
                        {"inst.toml: line 23, key tiers[2].floor_quote: found 9000000000, "
                         "expected more than in the tier before"});
    expect_bad_scenario(with("deduction_quote = 300_000_000", "deduction_quote = 300_000_002"),
                        {"line 26, key tiers[2].deduction_quote: found 300000002, expected "
                         "300000000, at which"});
    expect_bad_scenario(with("maintenance_ppb = 15_", "maintenance_ppb = 9_"),
                        {"key tiers[1].maintenance_ppb: found 9000000, expected at least"});
    expect_bad_scenario(with("initial_ppb = 50_", "initial_ppb = 19_"),
                        {"key tiers[2].initial_ppb: found 19000000, expected at least maint"});
    expect_bad_scenario(with("floor_quote = 0", "floor_quote = 1"),
                        {"key tiers[0].floor_quote: found 1, expected 0 in the first tier"});
}

BOOST_AUTO_TEST_CASE(data_that_is_missing_or_not_wanted) {
    const std::string wants = write("data.toml", few_minutes_of_data().text());
    expect_no_run({wants}, {"expected --data FILE"});
    expect_no_run({wants, "--data", path("nowhere.csv")}, {"nowhere.csv", "cannot be opened"});
    expect_no_run({write("s.toml", small_crash().text()), "--data", wants},
                  {"synthetic", "expected no data"});
}

BOOST_AUTO_TEST_CASE(data_that_is_cut_short_or_garbled) {
    const std::string whole = minutes(4);
    const Outcome good = lpc({"run", write("data.toml", few_minutes_of_data().text()), "--data",
                              write("whole.csv", whole), "--out", path("good")});
    BOOST_TEST(good.code == 0, good.err);
    expect_bad_data("cut.csv", whole.substr(0, whole.size() - 45), {"cut.csv", "row 5", "column"});
    std::string garbled = whole;
    garbled.replace(garbled.rfind(",4.2450,") + 1, 6, "4.2z50");
    expect_bad_data("garbled.csv", garbled, {"garbled.csv", "row 5", "column low", "4.2z50"});
    expect_bad_data("too_short.csv", minutes(2), {"too_short.csv"});
    expect_bad_data("empty.csv", "", {"empty.csv"});

    const std::string packed = path("whole.csv.gz");
    gzFile file = gzopen(packed.c_str(), "wb");
    BOOST_REQUIRE(file != nullptr);
    BOOST_REQUIRE(gzwrite(file, whole.data(), static_cast<unsigned>(whole.size())) > 0);
    gzclose(file);
    const std::string bytes = text_of_file(packed);
    expect_bad_data("cut.csv.gz", bytes.substr(0, bytes.size() / 2), {"cut.csv.gz"});
}

BOOST_AUTO_TEST_CASE(a_plugin_file_that_is_none) {
    ScenarioText nowhere = small_crash();
    expect_bad_scenario(nowhere.replace("twap.so", "nowhere.so"),
                        {"stage twap", "nowhere.so", "not found in the plugin folders"});
    ScenarioText no_elf = small_crash();
    write("text.so", "not a plugin at all, only some text that is long enough to have a header...");
    expect_bad_scenario(no_elf.replace("twap.so", path("text.so")), {"stage twap", "text.so"});
    ScenarioText no_symbol = small_crash();
    expect_bad_scenario(no_symbol.replace("twap.so", "/bin/true"), {"stage twap", "lpc_plugin_v0"});
    ScenarioText unknown_builtin = small_crash();
    expect_bad_scenario(unknown_builtin.replace("builtin:takeover", "builtin:takeovers"),
                        {"stage fund", "takeovers"});
    ScenarioText wrong_role = small_crash();
    expect_bad_scenario(wrong_role.replace("twap.so", "margin.so"),
                        {"stage twap", "risk plugin, expected a liquidator"});
    ScenarioText the_other_role = small_crash();
    expect_bad_scenario(the_other_role.replace("margin.so", "twap.so"),
                        {"stage risk", "liquidator, expected a risk plugin"});
}

BOOST_AUTO_TEST_CASE(a_parameter_that_the_plugin_does_not_have_or_take) {
    const auto with_twap = [&](const std::string& params) {
        write("twap.toml", params);
        ScenarioText scenario = small_crash();
        return scenario.replace(LPC_SOURCE_DIR "/config/plugins/twap.toml", path("twap.toml"));
    };
    expect_bad_scenario(with_twap("\nintervall_ns = 5\n"),
                        {path("twap.toml") + ": line 2, key intervall_ns: found an unknown key, "
                                             "expected a parameter of plugin ",
                         "in stage twap, of which the nearest is interval_ns"});
    expect_bad_scenario(with_twap("# first\n\ninterval_ns = -1\n"),
                        {path("twap.toml") + ": line 3, key interval_ns: found -1, expected an "
                                             "integer from 1000000 to 3600000000000",
                         "in stage twap"});
    expect_bad_scenario(with_twap("interval_ns = \"x\"\n"), {"twap.toml", "interval_ns"});
    // The unknown key first: it may be why the other one is wrong.
    expect_bad_scenario(with_twap("interval_ns = -1\nintervall_ns = 5\n"),
                        {"line 2, key intervall_ns: found an unknown key"});
}

BOOST_AUTO_TEST_CASE(a_rulebook_whose_numbers_do_not_make_sense) {
    const auto with = [&](const std::string& key, const std::string& value) {
        std::string rules("\n");
        rules += text_of_file(LPC_SOURCE_DIR "/config/rulebook.toml");
        const std::size_t at = rules.find("\n" + key + " = ");
        BOOST_REQUIRE(at != std::string::npos);
        rules.replace(at, rules.find('\n', at + 1) - at, "\n" + key + " = " + value);
        write("rulebook.toml", rules);
        ScenarioText scenario = small_crash();
        return scenario.set("rulebook", "\"rulebook.toml\"");
    };
    for (const char* per_cent : {"35", "1", "999"})
        expect_bad_scenario(with("participation_ppb", per_cent),
                            {"rulebook.toml: line ", "key participation_ppb: found ", per_cent,
                             "1 % is 10,000,000 ppb"});
    expect_bad_scenario(with("claim_share_ppb", "30"), {"claim_share_ppb", "1 % is 10,000,000"});
    expect_bad_scenario(with("close_cost_ppb", "200_000_000"),
                        {"rulebook.toml: line ", "key close_cost_ppb: found 200000000, expected"});
    // What the rulebook allows and a plugin's parameter of the same name does not.
    ScenarioText narrow = with("strikes_max", "5_000");
    narrow.replace("\"twap.so\"", "\"" LPC_BINARY_DIR "/tests/plugins/cannot_be_created.so\"")
        .replace("params = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n", "");
    expect_bad_scenario(narrow, {"rulebook.toml: line ",
                                 "key strikes_max: found 5000, expected an integer from 1 to 1000",
                                 "plugin org.example.cannot_be_created in stage twap"});
    for (const char* sound : {"0", "1000"}) {
        const std::string file = write("sound.toml", with("participation_ppb", sound).text());
        const Outcome run = lpc({"run", file, "--out", path(std::string("at_") + sound), "--json"});
        BOOST_TEST(run.err == "", run.err);
    }
}

BOOST_AUTO_TEST_CASE(an_out_folder_that_is_taken_or_cannot_be_written) {
    const std::string scenario = write("s.toml", small_crash().text());
    run(small_crash(), "taken");
    const std::string before = text_of_file(path("taken/report.json"));
    expect_refused({"run", scenario, "--out", path("taken")}, {"already holds a journal"});
    BOOST_TEST(text_of_file(path("taken/report.json")) == before);
    BOOST_TEST(lpc({"replay", path("taken/journal")}).code == 0);
    expect_refused({"run", scenario, "--out", path("s.toml")},
                   {"--out " + path("s.toml") + ": found a file, expected a folder"});
    expect_refused({"run", scenario, "--out", path("s.toml") + "/below"},
                   {"found a file, " + path("s.toml") + ", expected a folder"});
    expect_refused({"run", scenario, "--out", "/proc/nowhere"}, {"/proc/nowhere"});
}

BOOST_AUTO_TEST_CASE(a_journal_that_is_none_and_an_account_that_nobody_has) {
    run(small_crash(), "run");
    expect_refused({"explain", path("run/journal"), "424242"}, {"account 424242"});
    expect_refused({"explain", path("run/journal"), "abc"}, {"'abc'"});
    expect_refused({"explain", path("nowhere"), "1"}, {"nowhere"});
    expect_refused({"replay", path("nowhere")}, {"nowhere"});
    std::filesystem::create_directories(path("empty/journal"));
    expect_refused({"replay", path("empty")}, {"holds no journal"});
    expect_refused({"replay", path("run/journal"), "--stage", "twap"}, {"'twap'", "NAME=FILE.so"});
    expect_refused(
        {"replay", path("run/journal"), "--stage", "nowhere=" LPC_BINARY_DIR "/plugins/twap.so"},
        {"'nowhere'", "risk, twap, fund"});
    expect_refused(
        {"replay", path("run/journal"), "--stage", "risk=" LPC_BINARY_DIR "/plugins/twap.so"},
        {"role of stage risk"});
}

BOOST_AUTO_TEST_SUITE_END()
