// Runs and studies in a book, as a user starts them: in a book of one block, which needs no data,
// and in the recorded one, skipped by name where it is absent.
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

const char* const kRecord = LPC_SOURCE_DIR "/../shared/data/book/binance/usdm_btcusdt_20240808.gz";

bool has_record() {
    if (std::filesystem::exists(kRecord)) return true;
    const std::string test = boost::unit_test::framework::current_test_case().p_name;
    std::printf("skipped: %s: no data\n", test.c_str());
    return false;
}

struct Books : Workshop {
    // A few close-outs of the shipped study, by a market order and by the twap.
    std::string small_study(const std::string& shipped) const {
        std::string text = text_of_file(LPC_SOURCE_DIR "/config/studies/" + shipped + ".toml");
        for (std::size_t at = 0; (at = text.find("\"../", at)) != std::string::npos;)
            text.replace(at, 4, "\"" LPC_SOURCE_DIR "/config/");
        const std::size_t second = text.find("[[arms]]", text.find("name = \"twap\""));
        BOOST_REQUIRE(second != std::string::npos);
        text.resize(second);
        const std::size_t count = text.find("closeouts_count = ");
        text.replace(count, text.find('\n', count) - count, "closeouts_count = 4");
        return write("study.toml", text);
    }
    Json study(const std::string& shipped, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"outcome", small_study(shipped), "--json"};
        words.insert(words.end(), more.begin(), more.end());
        const Outcome outcome = lpc(words);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, outcome.out << outcome.err);
        return Json::parse(outcome.out);
    }
    void expect_refused(const Outcome& outcome, const std::vector<std::string>& parts) const {
        BOOST_TEST(outcome.code == 2, outcome.out << outcome.err);
        BOOST_TEST(outcome.out == "");
        BOOST_TEST(outcome.err.find('\n') + 1 == outcome.err.size(), outcome.err);
        for (const std::string& part : parts)
            BOOST_TEST(outcome.err.find(part) != std::string::npos,
                       outcome.err << "without: " << part);
    }
};

std::int64_t shortfall(const Json& study, std::size_t arm) {
    return study.at("both").at(arm).at("shortfall_arrival").at("ppb").get<std::int64_t>();
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(books, Books)

BOOST_AUTO_TEST_CASE(a_closeout_in_a_book_of_one_block_passes_its_checks_and_replays) {
    const Json report = run(ScenarioText("block_book"), "block");
    for (const Json& check : report.at("checks")) BOOST_TEST(check.at("pass") == true, check);
    BOOST_TEST(report.at("waterfall").at("book_quote").get<std::int64_t>() > 990'000'000'000);
    BOOST_TEST(report.at("waterfall").at("backstop_quote") == 0);
    BOOST_TEST(lpc({"replay", path("block/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(more_at_once_costs_more_a_lot) {
    const std::string twap = "/config/plugins/twap.toml";
    double before = 0;
    for (const char* notional : {"100_000_000_000", "1_000_000_000_000", "3_000_000_000_000"}) {
        ScenarioText scenario("block_book");
        scenario.replace(twap, "/config/plugins/twap_at_once.toml");
        scenario.set("notional_max_quote", notional).set("notional_min_quote", notional);
        const Json report = run(scenario, notional);
        const double bps = report.at("liquidation").at("shortfall_arrival_bps").get<double>();
        BOOST_TEST(bps > before + 0.1);
        before = bps;
    }
}

BOOST_AUTO_TEST_CASE(a_study_is_the_same_byte_for_byte_and_its_seed_changes_it) {
    const std::string file = small_study("block_book");
    const Outcome one = lpc({"outcome", file}), two = lpc({"outcome", file});
    BOOST_REQUIRE_MESSAGE(one.code == 0, one.err);
    BOOST_TEST(one.out == two.out);
    BOOST_TEST(one.out.find("cost / least cost") != std::string::npos, one.out);
    BOOST_TEST(lpc({"outcome", file, "--seed", "2"}).out != one.out);
}

BOOST_AUTO_TEST_CASE(
    in_a_book_of_one_block_slices_cost_less_than_at_once_and_no_less_than_the_least) {
    const Json study = this->study("block_book");
    BOOST_TEST(shortfall(study, 1) < shortfall(study, 0));
    for (const Json& arm : study.at("both")) {
        if (arm.at("name") == "best in hindsight") {
            BOOST_TEST(arm.at("cost_ratio").at("ppb") == 1'000'000'000);
        } else {
            BOOST_TEST(arm.at("cost_ratio").at("ppb").get<std::int64_t>() > 995'000'000);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_study_or_a_scenario_that_is_wrong_is_refused) {
    const std::string file = small_study("block_book");
    expect_refused(lpc({"outcome", file, "--data", file}),
                   {"prices are synthetic, found --data", "expected no data file"});
    expect_refused(lpc({"outcome", small_study("recorded_book")}),
                   {"prices come from market data, expected --data FILE"});
    expect_refused(
        lpc({"outcome", small_study("recorded_book"), "--data", file}),
        {"study.toml: line 1: found", "expected a time in ns, a space and a JSON object"});
    std::string text = text_of_file(small_study("block_book"));
    text.replace(text.find("default = \"twap\""), 16, "default = \"twop\"");
    expect_refused(lpc({"outcome", write("bad.toml", text)}),
                   {"default", "found 'twop', expected the name of an arm"});
    text = ScenarioText("block_book").text();
    text.replace(text.find("[accounts]"), 0, "[noise]\nvolume_share_ppb = 0\n\n");
    expect_refused(lpc({"run", write("noise.toml", text), "--out", path("noise")}),
                   {"volume_share_ppb", "no noise beside a book"});
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(recorded, Books)

BOOST_AUTO_TEST_CASE(a_closeout_in_the_recorded_book_passes_its_checks_and_replays) {
    if (!has_record()) return;
    const Json report = run(ScenarioText("recorded_book"), "recorded", kRecord);
    for (const Json& check : report.at("checks")) BOOST_TEST(check.at("pass") == true, check);
    BOOST_TEST(report.at("data").at("rows") == 93'954);
    BOOST_TEST(report.at("waterfall").at("book_quote").get<std::int64_t>() > 990'000'000'000);
    BOOST_TEST(lpc({"replay", path("recorded/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(bidders_take_a_closeout_off_the_recorded_book) {
    if (!has_record()) return;
    const Json report = run(ScenarioText("recorded_book_auction"), "auction", kRecord);
    for (const Json& check : report.at("checks")) BOOST_TEST(check.at("pass") == true, check);
    BOOST_TEST(lpc({"replay", path("auction/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(a_study_of_the_recorded_book_has_every_arm_and_nothing_beats_foresight) {
    if (!has_record()) return;
    const Json study = this->study("recorded_book", {"--data", kRecord});
    const Json& arms = study.at("both");
    BOOST_REQUIRE(arms.size() == 3u);
    BOOST_TEST(arms[0].at("closeouts") == 4);
    BOOST_TEST(shortfall(study, 2) < shortfall(study, 0));
    BOOST_TEST(shortfall(study, 2) < shortfall(study, 1));
}

BOOST_AUTO_TEST_SUITE_END()
