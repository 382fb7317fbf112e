#include "checks.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

namespace lpc::scenario {
namespace {

std::string text(Int128 value) {
    return std::to_string(static_cast<std::int64_t>(value));
}

constexpr std::string_view kAtLeast = "_at_least", kAtMost = "_at_most";

// Nothing where the check is not about a figure.
std::optional<CheckResult> judge_bound(const Check& check,
                                       const std::map<std::string, Int128>& figures) {
    const bool least = check.name.ends_with(kAtLeast);
    if (!least && !check.name.ends_with(kAtMost)) return std::nullopt;
    const std::string figure =
        check.name.substr(0, check.name.size() - (least ? kAtLeast : kAtMost).size());
    const Int128 found = figures.at(figure);
    return CheckResult{check.name, least ? found >= check.value : found <= check.value,
                       figure + " is " + text(found) + ", expected " +
                           (least ? "at least " : "at most ") + std::to_string(check.value)};
}

}  // namespace

Checks::Checks(const ScenarioConfig& config, const Exchange& exchange)
    : config_(config), exchange_(exchange) {
    for (const TierRow& row : config.instrument.tiers)
        tiers_.push_back({static_cast<std::int64_t>(row.floor.units), row.maintenance.ppb,
                          static_cast<std::int64_t>(row.deduction.units)});
}

void Checks::judge(const char* name, bool pass, const std::string& violation) {
    Judged& judged = judged_[name];
    ++judged.count;
    if (!pass && judged.violation.empty())
        judged.violation = violation + ", at " + std::to_string(now_ns_) + " ns of engine time";
    if (!pass) ++judged.violations;
}

NaiveHealth Checks::naive(std::uint64_t account) const {
    return naive_health(exchange_.accounts(), account, config_.instrument.id, mark_, tiers_);
}

void Checks::on_fact(const lpc_fact& fact) {
    const Leg leg{fact.account, fact.instrument};
    if (fact.kind == LPC_FACT_CLOSEOUT) {
        if (fact.code == LPC_CLOSEOUT_ENDED) {
            open_.erase(leg);
            permitted_.erase(leg);
            granted_.erase(leg);
            return;
        }
        if (open_.insert(leg).second) judge_closeout(fact);
        permitted_[leg] = fact.u.closeout.permitted_price;
    } else if (fact.kind == LPC_FACT_GRANT) {
        // Why apart: a close-out that is told anew does not take back what the fund has granted.
        granted_.erase(leg);
        if (fact.u.grant.amount > 0) granted_[leg] = fact.u.grant.permitted_price;
    } else if (fact.kind == LPC_FACT_ORDER && fact.code == LPC_ORDER_PENDING) {
        const auto permitted = permitted_.find(leg);
        judge_fitness("an order", fact.account);
        judge("no_fill_beyond_permitted_price", permitted != permitted_.end(),
              "order " + std::to_string(fact.u.order.id) + " of account " +
                  std::to_string(fact.account) + " was placed without a close-out");
        const auto granted = granted_.find(leg);
        if (permitted != permitted_.end())
            bounds_[fact.u.order.id] =
                granted != granted_.end() ? granted->second : permitted->second;
    }
}

// Told to the checks by the outages of the scenario, not by what the runtime has heard.
void Checks::judge_fitness(const char* what, std::uint64_t account) {
    judge("nobody_is_closed_on_unfit_prices", fit_,
          std::string(what) + " of account " + std::to_string(account) +
              " while the price is unfit or trading is paused, expected none");
}

void Checks::judge_closeout(const lpc_fact& closeout) {
    judge_fitness("a close-out", closeout.account);
    const NaiveHealth health = naive(closeout.account);
    judge("no_liquidation_above_maintenance", health.equity < health.maintenance,
          "account " + std::to_string(closeout.account) + " is closed out with equity " +
              text(health.equity) + ", expected less than its maintenance requirement, " +
              text(health.maintenance));
}

void Checks::on_failure(std::uint32_t stage, const std::string& sentence) {
    const std::string name =
        stage < config_.stages.size() ? config_.stages[stage].name : std::to_string(stage);
    judge("no_plugin_failed", false,
          "the plugin of stage " + name + " was replaced by the fallback (" + sentence +
              "), expected that it ran to the end");
}

void Checks::on_liquidation_fill(std::uint64_t order, std::uint64_t account, std::uint32_t,
                                 std::int64_t lots, std::int64_t price, std::int64_t) {
    judge_fitness("a fill", account);
    judge_price(order, account, lots, price);
}

void Checks::on_take_over(const runtime::TakeoverRequest& request) {
    judge_fitness("a take-over", request.account);
}

void Checks::on_deleverage(const runtime::DeleverageRequest& done) {
    judge_fitness("a deleveraging", done.account);
}

void Checks::on_award(const runtime::AwardRequest& award) {
    judge_fitness("an award", award.account);
    judge_price(award.order, award.account, award.lots, award.price);
}

void Checks::judge_price(std::uint64_t order, std::uint64_t account, std::int64_t lots,
                         std::int64_t price) {
    const auto bound = bounds_.find(order);
    const bool known = bound != bounds_.end();
    const bool within = known && (lots < 0 ? price >= bound->second : price <= bound->second);
    judge("no_fill_beyond_permitted_price", within,
          "order " + std::to_string(order) + " of account " + std::to_string(account) +
              " traded at " + std::to_string(price) + " ticks, expected " +
              (known ? (lots < 0 ? "at least " : "at most ") + std::to_string(bound->second)
                     : "no trade: no close-out permitted it"));
}

void Checks::after_step(bool all_accounts) {
    judge_books(all_accounts);
    judge_fund();
    if (all_accounts) judge_everybody();
}

void Checks::judge_books(bool all_accounts) {
    const settlement::Ledger& ledger = exchange_.ledger();
    const std::uint32_t asset = exchange_.asset();
    const Int128 residual =
        all_accounts ? ledger.recompute_residual(asset) : ledger.residual(asset);
    judge("zero_residual", residual == 0,
          "the ledger's balances sum to " + text(residual) + ", expected 0");
    judge("fund_not_negative_without_deficit", exchange_.fund().sound(),
          "the fund has " + std::to_string(exchange_.fund().balance()) +
              ", expected 0 or more in each tranche, as the ledger has it");
}

// The caps of each tranche, from its cash in the ledger alone: nothing is put in after the opening.
void Checks::judge_fund() {
    const settlement::LayerFigures& figures = exchange_.fund().figures();
    Int128 paid = figures.uncovered;
    for (const Int128 amount : figures.paid) paid += amount;
    judge("losses_add_up", paid == figures.lost,
          "losses of " + text(figures.lost) +
              " were told, expected what the layers paid and what " + "nobody could, " +
              text(paid));
    for (const TrancheConfig& tranche : config_.fund.tranches) {
        const settlement::Caps& caps = tranche.terms.caps;
        const std::int64_t cash = exchange_.ledger().cash(
            settlement::account_of_tranche(tranche.terms.id), exchange_.asset());
        const Int128 lost = Int128{tranche.balance} - cash;
        std::deque<Held>& held = held_[tranche.terms.id];
        held.push_back({now_ns_, cash});
        while (now_ns_ - held.front().at_ns > caps.window_ns) held.pop_front();
        std::int64_t most = 0;
        for (const Held& then : held) most = std::max(most, then.cash);
        const Int128 stop = div_floor(Int128{most} * caps.stop_ppb, LPC_RATE_ONE_PPB);
        judge("tranche_caps_hold", lost <= caps.loss_max && Int128{most} - cash <= stop,
              "tranche " + std::to_string(tranche.terms.id) + " has lost " + text(lost) +
                  " in all and " + std::to_string(most - cash) +
                  " of the most that it had in its window, expected at most " +
                  std::to_string(caps.loss_max) + " and " + text(stop));
    }
}

// Every account of the venue, one by one.
void Checks::judge_everybody() {
    const std::uint32_t instrument = config_.instrument.id;
    const Int128 net = exchange_.accounts().net_lots(instrument);
    judge("positions_net_to_zero", net == 0, "positions sum to " + text(net) + " lots, expected 0");
    for (const std::uint64_t account : exchange_.members()) {
        const std::string who = "account " + std::to_string(account);
        const std::int64_t cash = exchange_.accounts().cash(account).balance();
        const std::int64_t cost = exchange_.accounts().position(account, instrument).cost;
        const settlement::Ledger& ledger = exchange_.ledger();
        const bool agrees =
            ledger.cash(account, exchange_.asset()) == cash &&
            ledger.balance(settlement::Book::open, account, exchange_.asset()) == -cost;
        if (!agrees)
            judge("ledger_agrees_with_accounts", false,
                  who + " has " + std::to_string(cash) + " of cash and positions of cost " +
                      std::to_string(cost) + " at the venue, expected what the ledger has, " +
                      std::to_string(ledger.cash(account, exchange_.asset())) + " and " +
                      text(-ledger.balance(settlement::Book::open, account, exchange_.asset())));
        const NaiveHealth health = naive(account);
        if (fit_ && health.equity < health.maintenance && open_.count({account, instrument}) == 0)
            judge("nobody_below_maintenance_is_missed", false,
                  who + " has equity " + text(health.equity) +
                      ", less than its maintenance requirement, " + text(health.maintenance) +
                      ", and no close-out, expected one");
    }
    judge("ledger_agrees_with_accounts", true, "");
    judge("nobody_below_maintenance_is_missed", true, "");
}

std::vector<CheckResult> Checks::results(const std::map<std::string, Int128>& figures) {
    std::vector<CheckResult> results;
    for (const Check& check : config_.checks) {
        if (const auto bound = judge_bound(check, figures)) {
            results.push_back(*bound);
            continue;
        }
        const Judged& judged = judged_[check.name];
        std::string detail = judged.violation;
        if (judged.violations > 1)
            detail += " (the first of " + std::to_string(judged.violations) + " such findings)";
        if (judged.violations == 0)
            detail = check.name == "no_plugin_failed"
                         ? "none failed"
                         : "judged " + std::to_string(judged.count) + " times";
        results.push_back({check.name, judged.violations == 0, std::move(detail)});
    }
    return results;
}

}  // namespace lpc::scenario
