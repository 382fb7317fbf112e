#include "report_layers.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "metrics.hpp"
#include "report_words.hpp"

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;
using settlement::Layer;

constexpr const char* kKinds[] = {"", "backstop", "instrument", "global", "operator"};

// In the published order; the names are those of report.json.
std::vector<std::pair<const char*, Int128>> layers_of(const Run& run) {
    const Exchange& exchange = run.exchange();
    const settlement::LayerFigures& paid = exchange.fund().figures();
    const LiquidationFigures f = figures_of(run.tally().cases());
    return {{"equity", f.equity_lost},
            {"fees", paid.of(Layer::fees)},
            {"discount", f.discount},
            {"backstop", paid.of(Layer::backstop)},
            {"instrument", paid.of(Layer::instrument)},
            {"global", paid.of(Layer::global)},
            {"operator", paid.of(Layer::operator_)},
            {"deleveraged", exchange.given_up()},
            {"socialised", paid.claimed - paid.repaid},
            {"uncovered", exchange.fund().socialised().shortfall()}};
}

std::int64_t cash_of(const Run& run, std::uint64_t account) {
    return run.exchange().accounts().cash(account).balance();
}

Int128 positive_balances(const Run& run) {
    Int128 sum = 0;
    for (const std::uint64_t account : run.exchange().members())
        sum += std::max<std::int64_t>(0, cash_of(run, account));
    return sum;
}

}  // namespace

std::map<std::string, Int128> layer_figures(const Run& run) {
    const settlement::LayerFigures& paid = run.exchange().fund().figures();
    return {{"backstop_paid_quote", paid.of(Layer::backstop)},
            {"instrument_paid_quote", paid.of(Layer::instrument)},
            {"global_paid_quote", paid.of(Layer::global)},
            {"operator_paid_quote", paid.of(Layer::operator_)},
            {"given_up_quote", run.exchange().given_up()},
            {"socialised_quote", paid.uncovered},
            {"claimed_quote", paid.claimed},
            {"repaid_quote", paid.repaid},
            {"fees_quote", run.exchange().fees_charged()},
            {"unwound_lots", run.exchange().unwound_lots()}};
}

Json layers_json(const Run& run) {
    Json layers = Json::array();
    for (const auto& [name, amount] : layers_of(run))
        layers.push_back({{"layer", name}, {"paid_quote", narrow(amount)}});
    return layers;
}

Json tranches_json(const Run& run) {
    Json tranches = Json::array();
    const Exchange& exchange = run.exchange();
    const std::uint32_t instrument = run.config().instrument.id;
    for (const settlement::Tranche& tranche : exchange.fund().waterfall().tranches()) {
        const settlement::TrancheTerms& terms = tranche.terms();
        const auto f = settlement::figures_of(exchange.ledger(), terms.account, exchange.asset());
        tranches.push_back(
            {{"id", terms.id},
             {"kind", kKinds[terms.kind]},
             {"deposited_quote", narrow(f.deposited)},
             {"fees_quote", narrow(f.fees_received)},
             {"gained_quote", narrow(f.gained)},
             {"covered_quote", narrow(f.covered)},
             {"lost_quote", narrow(f.lost)},
             {"repaid_quote", narrow(f.repaid)},
             {"balance_quote", tranche.balance()},
             {"position_lots", exchange.accounts().position(terms.account, instrument).lots},
             {"unrealised_quote",
              narrow(exchange.accounts().unrealised(terms.account, instrument, run.mark()))}});
    }
    return tranches;
}

Json socialised_json(const Run& run) {
    const settlement::FundBook& fund = run.exchange().fund();
    const settlement::LayerFigures& f = fund.figures();
    const WithdrawalFigures& taken = run.exchange().withdrawals();
    return {{"uncovered_quote", narrow(f.uncovered)},
            {"shortfall_quote", fund.socialised().shortfall()},
            {"factor_ppb", settlement::withdrawal_factor_ppb(fund.socialised().shortfall(),
                                                             positive_balances(run))},
            {"factor_max_ppb", f.factor_max_ppb},
            {"claims", fund.socialised().claims().size()},
            {"claimed_quote", narrow(f.claimed)},
            {"repaid_quote", narrow(f.repaid)},
            {"written_off_quote", narrow(f.written_off)},
            {"withdrawals",
             {{"count", taken.count},
              {"asked_quote", narrow(taken.asked)},
              {"paid_quote", narrow(taken.paid)},
              {"gated_quote", narrow(taken.gated)}}}};
}

std::string layers_text(const Run& run) {
    const std::int64_t scale = run.config().instrument.asset_scale;
    std::string text = "  losses, by who paid them\n";
    for (const auto& [name, amount] : layers_of(run))
        text += fmt::format("    {:<32} {:>22}\n", name, money(amount, scale));
    const Exchange& exchange = run.exchange();
    for (const settlement::Tranche& tranche : exchange.fund().waterfall().tranches()) {
        const settlement::TrancheTerms& terms = tranche.terms();
        const std::uint32_t instrument = run.config().instrument.id;
        text += fmt::format("    tranche {:<3} {:<20} {:>22}", terms.id, kKinds[terms.kind],
                            money(tranche.balance(), scale));
        const std::int64_t lots = exchange.accounts().position(terms.account, instrument).lots;
        if (lots != 0)
            text += fmt::format(
                "  holds {} lots, worth {} against what they cost", lots,
                money(exchange.accounts().unrealised(terms.account, instrument, run.mark()),
                      scale));
        text += '\n';
    }
    const WithdrawalFigures& taken = exchange.withdrawals();
    if (taken.count == 0) return text;
    return text + fmt::format("    {} withdrawals: {} asked, {} paid, held back at most {}\n",
                              taken.count, money(taken.asked, scale), money(taken.paid, scale),
                              share(exchange.fund().figures().factor_max_ppb));
}

}  // namespace lpc::scenario
