// What `lpc explain` tells from a journal alone: who was liquidated, and the story of one account.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <set>
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

BOOST_FIXTURE_TEST_SUITE(a_reader_of_a_journal, Workshop)

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
    BOOST_TEST(lines_with(said, "") == 25u, said);
    BOOST_TEST(lines_with(said, std::to_string(endings["taken over"]) + " taken over") == 1u, said);
    BOOST_TEST(lines_with(said, "the report counts as bankrupt those for which the fund paid") ==
               1u);
    const std::string all = lpc({"explain", path("run"), "--all"}).out;
    BOOST_TEST(lines_with(all, "") == accounts.size() + 4, all);
    BOOST_TEST(lines_with(said, std::to_string(accounts[0].at("account").get<int>())) > 0u, said);
    BOOST_TEST(lines_with(said, "and " + std::to_string(accounts.size() - 20) + " more") == 1u);
    BOOST_TEST(list.at("sealed") == true);
    BOOST_TEST(list.at("torn_tail") == "");
    ScenarioText calm = small_crash();
    run(calm.way({{0, 5000}, {30, 5000}}).replace("value = 10", "value = 0"), "calm");
    BOOST_TEST(lpc({"explain", path("calm/journal")}).out == "no account was liquidated\n");
    BOOST_TEST(
        Json::parse(lpc({"explain", path("calm/journal"), "--json"}).out).at("accounts").empty());
}

BOOST_AUTO_TEST_CASE(reads_above_a_story_what_became_of_every_lot) {
    run(small_crash(), "run");
    const Json list = Json::parse(lpc({"explain", path("run"), "--json"}).out);
    std::set<std::string> endings;
    for (const Json& one : list.at("accounts")) {
        const std::string ending = one.at("ending");
        if (endings.count(ending) != 0 || ending == "running") continue;
        const std::string account = std::to_string(one.at("account").get<int>());
        const Json told = Json::parse(lpc({"explain", path("run"), account, "--json"}).out);
        BOOST_TEST(told.at("liquidation") == one);
        std::int64_t held = 0;
        for (const Json& line : told.at("story")) {
            const std::string text = line.at("text");
            if (held == 0 && text.starts_with("position "))
                held = std::abs(std::stoll(text.substr(9)));
        }
        const std::int64_t book = one.at("book_lots"), fund = one.at("fund_lots");
        BOOST_TEST(book + fund + one.at("lots_left").get<std::int64_t>() == held, one);
        BOOST_TEST((fund > 0) == (ending == "taken over"), one);
        BOOST_TEST(one.at("stages").back() == one.at("last_stage"), one);
        const std::string said = lpc({"explain", path("run"), account}).out;
        BOOST_TEST(said.starts_with("account " + account + "\nfirst closed out  "), said);
        BOOST_TEST(lines_with(said, std::to_string(book) + " closed on the book, " +
                                        std::to_string(fund) + " taken over by the fund") == 1u,
                   said);
        BOOST_TEST(lines_with(said.substr(0, 500), ending) > 0u, said);
        endings.insert(ending);
    }
    BOOST_TEST(endings.count("taken over") == 1u);
    BOOST_TEST(endings.size() > 1u);
    for (int account = 1; account <= 300; ++account) {
        const std::string said = lpc({"explain", path("run"), std::to_string(account)}).out;
        if (lines_with(said, "close-out accepted") > 0) continue;
        BOOST_TEST(lines_with(said, "never liquidated") == 1u, said);
        break;
    }
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

BOOST_AUTO_TEST_SUITE_END()
