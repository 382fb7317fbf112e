// The judge: what it says of the shipped plugins and examples, the world that it lets them live in,
// its processes, and its command.
#include <lpc/testing/plugin_file.hpp>

#include <boost/test/unit_test.hpp>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include <judge/child.hpp>

#include "conformance/judge_support.hpp"
#include "scenario/workshop.hpp"

namespace judge = lpc::judge;
namespace testing = lpc::testing;
using judge::Verdict;
using namespace lpc::test;
using Json = nlohmann::json;

namespace {

const std::string kAuctionFile = LPC_BINARY_DIR "/plugins/auction.so";
const std::string kTwapFile = LPC_BINARY_DIR "/plugins/twap.so";
const std::string kMarginFile = LPC_BINARY_DIR "/plugins/margin.so";

std::set<int> kinds_told(const lpc_plugin& table, std::uint32_t turns) {
    judge::WorldOptions options;
    options.seed = 5;
    std::set<int> told;
    for (const judge::Beat& beat : judge::live(table, options, turns)) {
        for (const lpc_fact& f : beat.facts) told.insert(f.kind);
    }
    return told;
}

std::set<int> commands_given(const lpc_plugin& table, std::uint32_t turns) {
    judge::WorldOptions options;
    options.seed = 5;
    std::set<int> given;
    for (const judge::Beat& beat : judge::live(table, options, turns)) {
        for (const lpc_command& c : beat.commands) given.insert(c.kind);
    }
    return given;
}

// The facts of a life, one after the other.
std::vector<lpc_fact> facts_of(const lpc_plugin& table, std::uint64_t seed) {
    judge::WorldOptions options;
    options.seed = seed;
    std::vector<lpc_fact> all;
    for (const judge::Beat& beat : judge::live(table, options, 100))
        all.insert(all.end(), beat.facts.begin(), beat.facts.end());
    return all;
}

bool same(const std::vector<lpc_fact>& a, const std::vector<lpc_fact>& b) {
    return a.size() == b.size() && std::memcmp(a.data(), b.data(), a.size() * sizeof a[0]) == 0;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_judge_and_its_world, Court)

BOOST_AUTO_TEST_CASE(every_shipped_plugin_and_example_passes_every_case) {
    const std::vector<std::string> files{kAuctionFile, kMarginFile, kTwapFile, LPC_MINIMAL_C,
                                         LPC_MINIMAL_CPP};
    for (const std::string& file : files) {
        judge::Options thorough = options();
        thorough.quick = false;
        thorough.limits = {};
        if (judge::is_sanitized()) thorough.limits = {.cpu_s = 600, .wall_s = 2'400};
        for (const judge::CaseResult& one : judged(file, thorough).cases) {
            const bool passes = one.verdict == Verdict::success || one.verdict == Verdict::skipped;
            BOOST_TEST(passes, file << ": " << one.name << ": " << one.detail);
        }
        for (std::uint64_t seed = 2; seed <= 6; ++seed)
            BOOST_TEST(judged(file, seed).failed == 0u, file << ", quick, seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(a_liquidator_is_told_every_kind_of_fact_and_may_give_each_of_its_commands) {
    const lpc_plugin& table = testing::open_plugin(bad_plugin("nothing"));
    const std::set<int> told = kinds_told(table, 400);
    for (int kind = 0; kind < LPC_FACT_KINDS; ++kind)
        BOOST_TEST(told.contains(kind), "fact kind " << kind << " is never told");
    const std::set<int> given = commands_given(table, 400);
    for (int kind = LPC_CMD_ORDER; kind <= LPC_CMD_TIMER; ++kind)
        BOOST_TEST(given.contains(kind), "command kind " << kind << " is never given");
}

BOOST_AUTO_TEST_CASE(a_risk_plugin_is_told_every_kind_of_fact_but_what_is_a_liquidators_own) {
    const lpc_plugin& table = testing::open_plugin(kMarginFile);
    const std::set<int> told = kinds_told(table, 600);
    const std::set<int> not_its_own{LPC_FACT_BUDGET, LPC_FACT_GRANT, LPC_FACT_TIMER};
    for (int kind = 0; kind < LPC_FACT_KINDS; ++kind)
        BOOST_TEST(told.contains(kind) != not_its_own.contains(kind), "fact kind " << kind);
    const std::set<int> given = commands_given(table, 600);
    for (int kind = LPC_CMD_MARGIN; kind <= LPC_CMD_RELEASE; ++kind)
        BOOST_TEST(given.contains(kind), "command kind " << kind << " is never given");
}

BOOST_AUTO_TEST_CASE(an_auction_is_conducted_from_offer_to_sale_and_to_every_other_end) {
    const lpc_plugin& table = testing::open_plugin(kAuctionFile);
    std::set<int> commands, lots, bids;
    for (std::uint64_t seed = 1; seed <= 5; ++seed) {
        judge::WorldOptions options;
        options.seed = seed;
        for (const judge::Beat& beat : judge::live(table, options, 600)) {
            for (const lpc_command& c : beat.commands) commands.insert(c.kind);
            for (const lpc_fact& f : beat.facts) {
                if (f.kind == LPC_FACT_LOT) lots.insert(f.code);
                if (f.kind == LPC_FACT_BID) bids.insert(f.code);
            }
        }
    }
    for (const int kind : {LPC_CMD_OFFER, LPC_CMD_AWARD, LPC_CMD_GRANT, LPC_CMD_ESCALATE})
        BOOST_TEST(commands.contains(kind), "command kind " << kind << " is never given");
    for (int code = LPC_LOT_OPEN; code <= LPC_LOT_EXPIRED; ++code)
        BOOST_TEST(lots.contains(code), "no lot with code " << code);
    for (int code = LPC_BID_STANDING; code <= LPC_BID_TAKE; ++code)
        BOOST_TEST(bids.contains(code), "no bid with code " << code);
}

BOOST_AUTO_TEST_CASE(two_lives_with_one_seed_are_told_the_same_and_with_another_something_else) {
    for (const std::string& file : {kMarginFile, kTwapFile}) {
        const lpc_plugin& table = testing::open_plugin(file);
        const auto first = facts_of(table, 1);
        BOOST_TEST(same(first, facts_of(table, 1)), file);
        BOOST_TEST(!same(first, facts_of(table, 2)), file);
    }
}

BOOST_AUTO_TEST_CASE(
    a_fact_keeps_its_number_when_it_is_told_again_and_numbers_never_fall_below_it) {
    const lpc_plugin& table = testing::open_plugin(kTwapFile);
    judge::WorldOptions options;
    for (const judge::Beat& beat : judge::live(table, options, 200)) {
        for (const lpc_fact& f : beat.facts) {
            BOOST_TEST_REQUIRE(f.seq < beat.turn.seq);
            const bool accepted = f.kind == LPC_FACT_CLOSEOUT && f.code == LPC_CLOSEOUT_ACCEPTED;
            BOOST_TEST_REQUIRE(!accepted, "ACCEPTED is told to a liquidator");
        }
    }
}

BOOST_AUTO_TEST_CASE(what_becomes_of_a_process_is_an_answer) {
    const judge::Limits limits{.cpu_s = 1, .wall_s = 60, .memory_bytes = 1u << 30};
    const auto well = judge::in_child(limits, [] { return std::string(200'000, 'x'); });
    BOOST_TEST(well.trouble == "");
    BOOST_TEST(well.said.size() == 200'000u);
    const auto trouble = [&](const std::function<std::string()>& body) {
        return judge::in_child(limits, body).trouble;
    };
    BOOST_TEST(trouble([]() -> std::string { __builtin_trap(); }).starts_with("crashed by signal"));
    BOOST_TEST(trouble([]() -> std::string { ::_exit(0); }) ==
               "ended its process with exit code 0");
    BOOST_TEST(trouble([]() -> std::string {
                   for (volatile bool on = true; on;) {
                   }
                   return {};
               }).starts_with("hangs"));
    const judge::Limits asleep{.cpu_s = 5, .wall_s = 1};
    BOOST_TEST(judge::in_child(asleep, []() -> std::string {
                   ::pause();
                   return {};
               }).trouble.starts_with("hangs"));
}

BOOST_AUTO_TEST_CASE(one_case_is_judged_alone_and_an_unknown_one_is_an_error) {
    judge::Options one = options();
    one.only = judge::kTransfer;
    const judge::Report report = judged(kTwapFile, one);
    BOOST_TEST_REQUIRE(report.cases.size() == 1u);
    BOOST_TEST(report.cases[0].name == judge::kTransfer);
    one.only = "walks_on_water";
    const auto unknown = judge::judge(kTwapFile, one);
    BOOST_TEST_REQUIRE(!unknown.has_value());
    BOOST_TEST(unknown.error().message.find("found 'walks_on_water', expected one of: ") !=
               std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_user_of_lpc_check, lpc::tests::Workshop)

BOOST_AUTO_TEST_CASE(gets_one_json_object_with_every_promised_key_and_exit_code_0) {
    const auto run = lpc({"check", kTwapFile, "--quick", "--json"});
    BOOST_TEST(run.code == 0, run.err);
    const Json report = Json::parse(run.out);
    for (const char* key : {"file", "sha256", "id", "version", "cases", "failed"})
        BOOST_TEST(report.contains(key), key);
    BOOST_TEST(report.at("id") == "org.lpc.twap");
    BOOST_TEST(report.at("sha256").get<std::string>().size() == 64u);
    BOOST_TEST(report.at("failed") == 0);
    BOOST_TEST(report.at("cases").size() == judge::all_cases().size());
    for (const Json& one : report.at("cases")) {
        for (const char* key : {"name", "rule", "result", "detail"})
            BOOST_TEST(one.at(key).is_string(), key);
    }
}

BOOST_AUTO_TEST_CASE(gets_exit_code_1_for_a_broken_plugin_and_2_for_a_wrong_command) {
    const auto broken = lpc({"check", bad_plugin("soils_a_word"), "--quick"});
    BOOST_TEST(broken.code == 1);
    BOOST_TEST(broken.out.find("1 of 29 cases failed") != std::string::npos, broken.out);
    const auto missing = lpc({"check", path("no.so")});
    BOOST_TEST(missing.code == 2);
    BOOST_TEST(missing.err.find("no file") != std::string::npos, missing.err);
    BOOST_TEST(lpc({"check", kTwapFile, "--only", "nonsense"}).code == 2);
    BOOST_TEST(lpc({"check"}).code == 2);
}

BOOST_AUTO_TEST_SUITE_END()
