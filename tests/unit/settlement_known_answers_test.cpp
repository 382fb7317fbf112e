// Socialisation and fees against the tests of public venues, read in place from ../shared/data.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <settlement/liquidation_fee.hpp>
#include <settlement/socialised_loss.hpp>

namespace {

using namespace lpc;
using namespace lpc::settlement;
using nlohmann::json;

std::optional<json> known_answers(const char* test) {
    std::ifstream file(LPC_SOURCE_DIR "/../shared/data/known_answers/vectors.json");
    if (!file) {
        std::cout << "skipped: " << test << ": no data\n";
        return std::nullopt;
    }
    return json::parse(file);
}

std::int64_t scaled(const json& number, double scale) {
    return std::llround(number.get<double>() * scale);
}

std::int64_t ppb(const json& number) {
    return scaled(number, 1e9);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(settlement_known_answers)

// drift-labs/protocol-v2 programs/drift/src/math/liquidation/tests.rs, lines 517-572; money in
// millionths.
BOOST_AUTO_TEST_CASE(losses_are_socialised_as_by_drift) {
    const auto answers = known_answers("losses_are_socialised_as_by_drift");
    if (!answers) return;
    const json& over_positions = answers->at("loss_socialisation").at(0);
    const json& in = over_positions.at("in");
    const Spread spread = spread_over_positions(
        scaled(in.at("loss"), 1e6),
        in.at("oi_long").get<std::int64_t>() + in.at("oi_short").get<std::int64_t>());
    BOOST_TEST(spread.per_lot == scaled(over_positions.at("expect").at("funding_per_base"), 1e6));

    const json& over_deposits = answers->at("loss_socialisation").at(1);
    const std::int64_t factor =
        withdrawal_factor_ppb(scaled(over_deposits.at("in").at("loss"), 1e6),
                              scaled(over_deposits.at("in").at("deposits"), 1e6));
    BOOST_TEST(factor == ppb(over_deposits.at("expect").at("deposit_index_haircut")));
}

// The same file, lines 646-694; the case of a loan (spot) is another product.
BOOST_AUTO_TEST_CASE(fees_for_the_fund_are_those_of_drift) {
    const auto answers = known_answers("fees_for_the_fund_are_those_of_drift");
    if (!answers) return;
    std::size_t checked = 0;
    for (const json& c : answers->at("insurance_fee")) {
        const json& in = c.at("in");
        if (!in.contains("mmr")) continue;
        const std::int64_t notional =
            scaled(in.at("base"), 1e6) * in.at("oracle").get<std::int64_t>();
        BOOST_TEST_CONTEXT("line " << c.at("line")) {
            BOOST_TEST(fund_fee_ppb(scaled(in.at("shortage"), 1e6), notional,
                                    {ppb(in.at("mmr")), ppb(in.at("liq_fee")),
                                     ppb(in.at("cap"))}) == ppb(c.at("expect")));
        }
        ++checked;
    }
    BOOST_TEST(checked == 3u);
}

// The same file, lines 913-932.
BOOST_AUTO_TEST_CASE(the_liquidators_fee_rises_as_by_drift) {
    const auto answers = known_answers("the_liquidators_fee_rises_as_by_drift");
    if (!answers) return;
    const json& c = answers->at("liq_fee_ramp").at(0);
    const FeeRamp ramp{.base_ppb = ppb(c.at("in").at("base")),
                       .max_ppb = ppb(c.at("in").at("max"))};
    std::size_t checked = 0;
    for (const auto& [slot, fee] : c.at("expect").items()) {
        BOOST_TEST(ramped_fee_ppb(std::stoll(slot.substr(slot.find('+') + 1)), ramp) == ppb(fee));
        ++checked;
    }
    BOOST_TEST(checked == 3u);
}

// dydxprotocol/v4-chain protocol/x/clob/keeper/liquidations_test.go, lines 3463-3697.
BOOST_AUTO_TEST_CASE(what_the_fund_gets_of_a_fill_is_as_by_dydx) {
    const auto answers = known_answers("what_the_fund_gets_of_a_fill_is_as_by_dydx");
    if (!answers) return;
    std::size_t checked = 0;
    for (const json& c : answers->at("insurance_fund_delta").at("cases")) {
        const json& in = c.at("in");
        BOOST_TEST_CONTEXT("line " << c.at("line")) {
            BOOST_TEST(fund_delta(scaled(in.at("fill"), 1e6), scaled(in.at("bankruptcy"), 1e6),
                                  ppb(in.at("max_fee"))) == scaled(c.at("expect"), 1e6));
        }
        ++checked;
    }
    BOOST_TEST(checked == 7u);
}

BOOST_AUTO_TEST_SUITE_END()
