#include "measures.hpp"

#include <cmath>
#include <nlohmann/json.hpp>

namespace lpc::scenario {

const std::vector<Measure>& measures() {
    using enum Unit;
    using enum Prefer;
    static const std::vector<Measure> all{
        {"recovery_rate_ppb", "/liquidation/recovery_rate_ppb", ppb, higher, Part::primary},
        {"bad_debt_quote", "/waterfall/bad_debt_quote", money, lower, Part::guardrail, 0},
        {"fund_draw_quote", "/waterfall/fund_draw_quote", money, lower, Part::guardrail, 2},
        {"shortfall_arrival_bps", "/liquidation/shortfall_arrival_bps", bps_hundredths, lower},
        {"shortfall_bankruptcy_bps", "/liquidation/shortfall_bankruptcy_bps", bps_hundredths,
         higher},
        {"time_to_safe_ms_p50", "/liquidation/time_to_safe_ms_p50", ms, lower},
        {"time_to_safe_ms_p99", "/liquidation/time_to_safe_ms_p99", ms, lower},
        {"unnecessary_share_ppb", "/liquidation/unnecessary_share_ppb", ppb, lower},
        {"priority_inversion_ppb", "/liquidation/priority_inversion_ppb", ppb, lower},
        // Neither: below zero the price only went on falling, which is nobody's merit.
        {"price_reversion_ppb", "/liquidation/price_reversion_ppb", ppb, neither},
        {"liquidated", "/accounts/liquidated", count, lower},
        {"restored", "/accounts/restored", count, neither},
        {"closed", "/accounts/closed", count, neither},
        {"bankrupt", "/accounts/bankrupt", count, lower},
        {"running", "/accounts/running", count, lower},
        {"closeouts", "/liquidation/count", count, neither},
        {"notional_quote", "/liquidation/notional_quote", money, neither},
        {"book_quote", "/waterfall/book_quote", money, neither},
        {"auction_quote", "/waterfall/auction_quote", money, neither},
        {"backstop_quote", "/waterfall/backstop_quote", money, lower},
        {"deleveraged_quote", "/waterfall/deleveraged_quote", money, lower},
        {"socialized_quote", "/waterfall/socialized_quote", money, lower},
        {"fund_balance_quote", "/waterfall/fund_balance_quote", money, higher},
        // Neither: a gain on paper at the last price, the larger the more the fund had to take.
        {"fund_unrealised_quote", "/waterfall/fund_unrealised_quote", money, neither},
    };
    return all;
}

Result<Measured> measured(const std::string& report_json) {
    const auto report = nlohmann::json::parse(report_json, nullptr, false);
    if (report.is_discarded()) return fail("report: found no JSON, expected one object");
    Measured values;
    for (const Measure& measure : measures()) {
        const nlohmann::json::json_pointer place{std::string(measure.place)};
        if (!report.contains(place))
            return fail("report: found no " + std::string(measure.place) + ", expected a number");
        const nlohmann::json& value = report.at(place);
        if (value.is_null()) {
            values.emplace_back();
        } else if (measure.unit == Unit::bps_hundredths && value.is_number()) {
            values.emplace_back(std::llround(value.get<double>() * 100));
        } else if (value.is_number_integer()) {
            values.emplace_back(value.get<std::int64_t>());
        } else {
            return fail("report: found " + value.dump() + " at " + std::string(measure.place) +
                        ", expected an integer");
        }
    }
    return values;
}

}  // namespace lpc::scenario
