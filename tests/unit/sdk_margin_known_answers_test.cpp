// The margin arithmetic against published figures, read in place from ../shared/data.
#include <lpc/sdk/margin.hpp>

#include <boost/test/unit_test.hpp>

#include <zlib.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

namespace {

using lpc::Exposure;
using lpc::Health;
using lpc::Int128;
using lpc::TierRow;
using nlohmann::json;

const std::string kSharedData = LPC_SOURCE_DIR "/../shared/data";

std::optional<json> known_answers(const char* test) {
    std::ifstream file(kSharedData + "/known_answers/vectors.json");
    if (!file) {
        std::cout << "skipped: " << test << ": no data\n";
        return std::nullopt;
    }
    return json::parse(file);
}

std::optional<json> gz_json(const char* test, const std::string& path) {
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) {
        std::cout << "skipped: " << test << ": no data\n";
        return std::nullopt;
    }
    std::string text;
    char buffer[1 << 16];
    for (int got = 0; (got = gzread(file, buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<std::size_t>(got));
    }
    gzclose(file);
    return json::parse(text);
}

std::int64_t rounded(double value) {
    return std::llround(value);
}

// One tick is 0.01, one lot 1e-8, so one unit of money is 1e-10.
constexpr std::int64_t kTicks = 100;
constexpr std::int64_t kLots = 100'000'000;
constexpr double kUnits = 1e10;

// The maintenance requirement is 10 % and the initial one 20 %, as in the dYdX tests.
const std::vector<TierRow> kDydxTiers{{{0}, {100'000'000}, {200'000'000}, {0}}};

Exposure dydx_position(const std::string& coin, double size) {
    const std::int64_t oracle = coin == "BTC" ? 50'000 : 3'000;
    return {{rounded(size * kLots)}, {0}, {oracle * kTicks}, {1}, kDydxTiers};
}

struct DydxAccount {
    std::map<std::string, std::size_t> at;
    std::vector<Exposure> exposures;
    Health health;
};

DydxAccount dydx_account(double quote, const json& positions) {
    DydxAccount account;
    for (const auto& [coin, size] : positions.items()) {
        account.at[coin] = account.exposures.size();
        account.exposures.push_back(dydx_position(coin, size.get<double>()));
    }
    account.health = lpc::health({rounded(quote * kUnits)}, account.exposures);
    return account;
}

lpc::CloseRule rule(std::int64_t buffer_ppb = 0, std::int64_t cost_ppb = 0) {
    return {{buffer_ppb}, {cost_ppb}, {0}, {1'000'000'000}, {1'500'000'000}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_margin_known_answers)

// dydxprotocol/v4-chain protocol/x/clob/keeper/liquidations_test.go, lines 2490-2756.
BOOST_AUTO_TEST_CASE(bankruptcy_prices_are_those_of_dydx) {
    const auto answers = known_answers("bankruptcy_prices_are_those_of_dydx");
    if (!answers) return;
    std::size_t checked = 0;
    for (const json& c : answers->at("bankruptcy_price").at("cases")) {
        const DydxAccount account = dydx_account(c.at("in").at("quote"), c.at("in").at("pos"));
        const json& close = c.at("in").at("close");
        const std::string coin = close.begin().key();
        const double size = close.begin().value();
        const Exposure& e = account.exposures[account.at.at(coin)];
        const lpc::Quantity closed{rounded(std::abs(size) * kLots)};
        const Int128 paid =
            lpc::value_at(closed, lpc::bankruptcy_price(e, account.health), e.multiplier).units;
        const Int128 expected = rounded(std::abs(c.at("expect").get<double>()) * kUnits);
        // They round to a millionth, we to a tick: both against the account.
        const Int128 tolerance = std::max<Int128>(closed.lots, 10'000);
        BOOST_TEST_CONTEXT("line " << c.at("line")) {
            BOOST_TEST((paid - expected <= tolerance));
            BOOST_TEST((expected - paid <= tolerance));
        }
        ++checked;
    }
    BOOST_TEST(checked == 12u);
}

// The same file, lines 2952-3224.
BOOST_AUTO_TEST_CASE(fillable_prices_are_those_of_dydx) {
    const auto answers = known_answers("fillable_prices_are_those_of_dydx");
    if (!answers) return;
    std::size_t checked = 0;
    for (const json& c : answers->at("fillable_price").at("cases")) {
        const json& in = c.at("in");
        const DydxAccount account = dydx_account(in.at("quote"), json{{"BTC", in.at("pos")}});
        lpc::CloseRule terms = rule();
        terms.bankruptcy_adjustment = {rounded(in.at("BA").get<double>() * 1e9)};
        terms.spread_to_maintenance = {rounded(in.at("SMMR").get<double>() * 1e9)};
        const lpc::Price price = lpc::fillable_price(account.exposures[0], account.health, terms);
        BOOST_TEST_CONTEXT("line " << c.at("line")) {
            BOOST_TEST(price.ticks == c.at("expect").get<std::int64_t>() * kTicks);
        }
        ++checked;
    }
    BOOST_TEST(checked == 7u);
}

// drift-labs/protocol-v2 programs/drift/src/math/liquidation/tests.rs, lines 10-136; the cases
// whose quote is worth one.
BOOST_AUTO_TEST_CASE(sizes_that_cover_a_shortage_are_those_of_drift) {
    const auto answers = known_answers("sizes_that_cover_a_shortage_are_those_of_drift");
    if (!answers) return;
    std::size_t checked = 0;
    for (const json& c : answers->at("perp_partial_liquidation")) {
        const json& in = c.at("in");
        if (in.at("quote").get<double>() != 1.0) continue;
        constexpr std::int64_t kUnit = 1'000'000'000;  // lots a whole
        const std::vector<TierRow> tiers{
            {{0}, {rounded(in.at("mmr").get<double>() * 1e9)}, {1'000'000'000}, {0}}};
        const Exposure e{{10 * kUnit}, {0}, {in.at("oracle").get<std::int64_t>()}, {1}, tiers};
        const Int128 maintenance = lpc::maintenance_requirement(e).units;
        const Int128 shortage = Int128{rounded(in.at("shortage").get<double>())} * kUnit;
        const Health health{{maintenance - shortage}, {maintenance}, {}};
        const double fees = in.at("liq_fee").get<double>() + in.at("if_fee").get<double>();
        const lpc::Quantity size = lpc::size_to_target(e, health, rule(0, rounded(fees * 1e9)));
        const std::int64_t expected = rounded(c.at("expect").at("base").get<double>() * kUnit);
        BOOST_TEST_CONTEXT("case " << c.at("id")) {
            BOOST_TEST(std::abs(size.lots - expected) <= 1);
        }
        ++checked;
    }
    BOOST_TEST(checked == 3u);
}

// Binance, 24 Oct 2024: maintenance is N * rate - cum, continuous at the edges of the brackets.
BOOST_AUTO_TEST_CASE(tiers_of_btcusdt_are_continuous_and_give_the_published_requirement) {
    const auto answers = known_answers("tiers_of_btcusdt_are_continuous");
    if (!answers) return;
    std::vector<TierRow> tiers;
    for (const json& row : answers->at("tiered_maintenance_margin").at("BTCUSDT")) {
        tiers.push_back({{row.at(0).get<std::int64_t>()},
                         {rounded(row.at(2).get<double>() * 1e9)},
                         {1'000'000'000},
                         {row.at(3).get<std::int64_t>()}});
    }
    BOOST_REQUIRE(tiers.size() == 12u);
    BOOST_TEST(lpc::well_formed(tiers));
    for (std::size_t k = 1; k < tiers.size(); ++k) {
        const Int128 floor = tiers[k].floor.units;
        const Int128 below =
            floor * tiers[k - 1].maintenance.ppb - tiers[k - 1].deduction.units * LPC_RATE_ONE_PPB;
        const Int128 above =
            floor * tiers[k].maintenance.ppb - tiers[k].deduction.units * LPC_RATE_ONE_PPB;
        BOOST_TEST((below == above));
        BOOST_TEST((lpc::maintenance_requirement(tiers, {floor}).units ==
                    lpc::div_ceil(above, LPC_RATE_ONE_PPB)));
    }
    // 1,000,000 at 0.65 % less 950.
    BOOST_TEST((lpc::maintenance_requirement(tiers, {1'000'000}).units == 5'550));
}

// 349 symbols of Binance, freqtrade binance_leverage_tiers.json, 24 Oct 2024.
BOOST_AUTO_TEST_CASE(every_bracket_set_of_binance_is_well_formed) {
    const auto all = gz_json("every_bracket_set_of_binance_is_well_formed",
                             kSharedData + "/margin/binance_leverage_tiers_20241024.json.gz");
    if (!all) return;
    std::size_t rows = 0;
    for (const auto& [symbol, brackets] : all->items()) {
        std::vector<TierRow> tiers;
        for (const json& b : brackets) {
            const auto leverage = rounded(b.at("maxLeverage").get<double>());
            const json& bracket = b.at("info");
            const auto micro = [&](const char* key) {
                return rounded(std::stod(bracket.at(key).get<std::string>()) * 1e6);
            };
            const auto initial =
                static_cast<std::int64_t>(lpc::div_ceil(LPC_RATE_ONE_PPB, leverage));
            tiers.push_back({{micro("notionalFloor")},
                             {micro("maintMarginRatio") * 1'000},
                             {initial},
                             {micro("cum")}});
        }
        BOOST_TEST_CONTEXT(symbol) {
            BOOST_TEST(lpc::well_formed(tiers));
        }
        rows += tiers.size();
    }
    BOOST_TEST(rows >= 2'805u);
}

BOOST_AUTO_TEST_SUITE_END()
