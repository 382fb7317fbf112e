// A run in which losses go down the whole waterfall: every layer within its caps, withdrawals
// reduced while a loss is socialised, and the same bytes each time.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <string>

#include "scenario/small_drain.hpp"
#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_drain;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

std::map<std::string, std::int64_t> layers_of(const Json& report) {
    std::map<std::string, std::int64_t> layers;
    for (const Json& layer : report.at("waterfall").at("layers"))
        layers[layer.at("layer")] = layer.at("paid_quote").get<std::int64_t>();
    return layers;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(waterfall_run, Workshop)

BOOST_AUTO_TEST_CASE(a_drained_fund_pays_in_order_and_the_run_replays_byte_for_byte) {
    const Json report = run(small_drain(), "one");
    auto layers = layers_of(report);
    const Json& waterfall = report.at("waterfall");
    BOOST_TEST(layers["backstop"] > 0);
    BOOST_TEST(layers["backstop"] <= 450'000'000);
    BOOST_TEST(layers["instrument"] > 0);
    BOOST_TEST(layers["instrument"] <= 150'000'000);
    BOOST_TEST(layers["global"] <= 300'000'000);
    BOOST_TEST(layers["operator"] <= 200'000'000);
    BOOST_TEST(layers["deleveraged"] > 0);
    // What nobody could pay is open, was held back of withdrawals, or was written off.
    const Json& socialised = waterfall.at("socialised");
    const auto number = [&](const char* name) { return socialised.at(name).get<std::int64_t>(); };
    BOOST_TEST(number("uncovered_quote") > 0);
    BOOST_TEST(number("uncovered_quote") ==
               number("shortfall_quote") + number("claimed_quote") + number("written_off_quote"));
    const Json& taken = socialised.at("withdrawals");
    BOOST_TEST(taken.at("count").get<int>() > 0);
    BOOST_TEST(taken.at("asked_quote").get<std::int64_t>() -
                   taken.at("paid_quote").get<std::int64_t>() ==
               number("claimed_quote"));
    std::int64_t balance = 0;
    for (const Json& tranche : waterfall.at("tranches"))
        balance += tranche.at("balance_quote").get<std::int64_t>();
    BOOST_TEST(balance == waterfall.at("fund_balance_quote").get<std::int64_t>());

    const Outcome replay = lpc({"replay", path("one/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
    const Json again = run(small_drain(), "two");
    BOOST_TEST(again.at("command_hash") == report.at("command_hash"));
    BOOST_TEST(text_of_file(path("one/journal/000001.lpcj")) ==
               text_of_file(path("two/journal/000001.lpcj")));
}

// Invariant I6: never out of what an account needs to pay its debts, and no account owes because of
// it.
BOOST_AUTO_TEST_CASE(fees_of_liquidations_go_to_the_fund_and_the_books_agree) {
    ScenarioText scenario = lpc::tests::small_crash();
    scenario.replace("fund_quote", "liquidation_fee_ppb = 2_500_000\nfund_quote");
    scenario.put_before("[[checks]]", "[[checks]]\nname = \"fees_quote_at_least\"\nvalue = 1");
    const Json report = run(scenario, "fees");
    const Json& tranche = report.at("waterfall").at("tranches").at(0);
    BOOST_TEST(tranche.at("id").get<int>() == 0);
    BOOST_TEST(tranche.at("fees_quote").get<std::int64_t>() > 0);
    const Outcome replay = lpc({"replay", path("fees/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
}

// Without [[tranches]] a fund is what it was: one for all, without caps.
BOOST_AUTO_TEST_CASE(a_fund_cannot_be_given_twice) {
    ScenarioText scenario = small_drain();
    scenario.replace("full_check_every_steps", "fund_quote = 1\nfull_check_every_steps");
    const Outcome refused = lpc({"run", write("both.toml", scenario.text()), "--out", path("no")});
    BOOST_TEST(refused.code == 2);
    BOOST_TEST(refused.err.find("fund_quote") != std::string::npos, refused.err);
    BOOST_TEST(!has("no/report.json"));
}

BOOST_AUTO_TEST_SUITE_END()
