// A contract that is delisted: everybody's position is settled at the one published price, whoever
// owes something then is covered for, and a close-out that was under way ends. And members who add
// margin during their liquidation.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <scenario/run.hpp>
#include <scenario/timetable.hpp>
#include <string>
#include <vector>

#include "scenario/in_process.hpp"

using lpc::tests::InProcess;
using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

// Down by 20 % while members may only cancel, so that many owe something at the settlement.
ScenarioText delisted() {
    ScenarioText scenario = lpc::tests::small_crash();
    scenario.way({{0, 5000}, {10, 5000}, {40, 4900}, {60, 4750}, {70, 3900}, {200, 3900}});
    scenario.put_before("[accounts]",
                        "[delisting]\nat_s = 60\ncancel_only_s = 30\naveraged_s = 12\n");
    scenario.put_before("[[checks]]",
                        "[[checks]]\nname = \"open_lots_at_most\"\nvalue = 0\n[[checks]]\nname = "
                        "\"still_running_at_most\"\nvalue = 0\n[[checks]]\nname = "
                        "\"nobody_is_closed_on_unfit_prices\"");
    return scenario;
}

struct Settlements final : lpc::scenario::Watcher {
    void on_final_settlement(std::uint64_t account, std::uint32_t, std::int64_t lots,
                             std::int64_t price) override {
        lots_of[account] += lots;
        prices[price] += 1;
    }
    void on_cover(std::uint64_t, const lpc::settlement::Poured&) override { ++covered; }
    void on_liquidation_fill(std::uint64_t, std::uint64_t, std::uint32_t, std::int64_t,
                             std::int64_t, std::int64_t) override {
        if (!prices.empty()) ++fills_after;
    }
    std::map<std::uint64_t, std::int64_t> lots_of;
    std::map<std::int64_t, int> prices;
    int covered = 0, fills_after = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_delisting, Workshop)

BOOST_AUTO_TEST_CASE(settles_everybody_at_the_mean_of_the_prices_before_and_covers_who_owes) {
    Settlements seen;
    InProcess world(*this, delisted(), "delisted", {}, nullptr, {&seen});
    const lpc::scenario::Run& run = *world.run;
    // The mean of the 12 s up to the settlement at 90 s, by hand.
    std::int64_t sum = 0, count = 0;
    const std::int64_t start = world.market.steps.front().time_ns;
    for (const auto& step : world.market.steps) {
        const std::int64_t ms = (step.time_ns - start) / 1'000'000;
        if (ms < 78'000 || ms > 90'000) continue;
        sum += step.price_ticks;
        ++count;
    }
    BOOST_REQUIRE(seen.prices.size() == 1u);
    BOOST_TEST(seen.prices.begin()->first == (2 * sum + count) / (2 * count));
    BOOST_TEST(seen.lots_of.size() > 200u);
    BOOST_TEST(seen.covered > 10);
    BOOST_TEST(seen.fills_after == 0);
    for (const std::uint64_t account : run.exchange().members()) {
        BOOST_TEST(run.exchange().accounts().position(account, 1).lots == 0);
        BOOST_TEST(run.exchange().accounts().cash(account).balance() >= 0);
    }
    for (const auto& check : world.run->checks()) BOOST_TEST(check.pass, check.detail);
}

BOOST_AUTO_TEST_CASE(has_a_final_price_that_is_the_nearest_tick_half_a_tick_up) {
    const auto price_of = [](const std::vector<std::int64_t>& ticks) {
        std::vector<lpc::market_data::PriceStep> steps;
        for (const std::int64_t price : ticks)
            steps.push_back({static_cast<std::int64_t>(steps.size()), price, 0});
        const auto last = static_cast<std::int64_t>(ticks.size()) - 1;
        return lpc::scenario::final_price({last, 0, last}, steps);
    };
    BOOST_TEST(price_of({10, 11}) == 11);
    BOOST_TEST(price_of({10, 10, 11}) == 10);
    BOOST_TEST(price_of({10, 11, 11}) == 11);
    BOOST_TEST(price_of({7}) == 7);
}

BOOST_AUTO_TEST_CASE(is_told_in_the_story_of_an_account_that_was_being_closed_out) {
    const Json report = run(delisted(), "run");
    BOOST_TEST(report.at("waterfall").at("settled_quote").get<std::int64_t>() > 0);
    const Outcome replay = lpc({"replay", path("run/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
    int told = 0;
    for (int account = 1; account <= 300 && told == 0; ++account) {
        const Outcome story = lpc({"explain", path("run/journal"), std::to_string(account)});
        const auto at = [&](const char* text) { return story.out.find(text); };
        if (at("close-out ended") == std::string::npos) continue;
        if (at("close-out ended") < at("it is settled for good")) continue;
        ++told;
        BOOST_TEST(at("is open to cancels only") < at("it is settled for good"), story.out);
        BOOST_TEST(at("it is settled for good") < at("position 0 lots"), story.out);
        BOOST_TEST(at("position 0 lots") < at("RELEASE"), story.out);
    }
    BOOST_TEST(told > 0);
}

BOOST_AUTO_TEST_CASE(that_no_price_reaches_is_refused) {
    ScenarioText scenario = delisted();
    scenario.replace("at_s = 60\ncancel_only_s = 30", "at_s = 600\ncancel_only_s = 30");
    const Outcome refused = lpc({"run", write("s.toml", scenario.text()), "--out", path("no")});
    BOOST_TEST(refused.code == 2);
    BOOST_TEST(
        refused.err.find("the delisting settles 630 s after the first price") != std::string::npos,
        refused.err);
    BOOST_TEST(!has("no/report.json"));
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(members_in_a_liquidation, Workshop)

// The same fall with deposits and without.
BOOST_AUTO_TEST_CASE(who_add_margin_are_closed_out_no_further) {
    ScenarioText scenario = lpc::tests::small_crash();
    const Json without = run(scenario, "without");
    scenario.put_before("[accounts]",
                        "[[deposits]]\nat_s = 75\naccounts_share_ppb = 1_000_000_000\n"
                        "requirement_share_ppb = 20_000_000_000\n");
    scenario.put_before("[[checks]]", "[[checks]]\nname = \"deposits_at_least\"\nvalue = 3");
    const Json with = run(scenario, "with");
    const auto number = [](const Json& report, const char* room, const char* key) {
        return report.at(room).at(key).get<std::int64_t>();
    };
    BOOST_TEST(number(with, "accounts", "restored") >= number(without, "accounts", "restored") + 3);
    BOOST_TEST(number(with, "waterfall", "book_quote") <
               number(without, "waterfall", "book_quote"));
    const Outcome replay = lpc({"replay", path("with/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
}

BOOST_AUTO_TEST_SUITE_END()
