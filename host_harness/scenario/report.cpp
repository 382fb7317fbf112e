#include "report.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include <foundation/sha256.hpp>
#include <runtime/facts/validate.hpp>
#include <runtime/state.hpp>

#include "metrics.hpp"
#include "report_layers.hpp"
#include "report_shadows.hpp"
#include "report_stages.hpp"
#include "report_words.hpp"

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;

std::string hex(std::uint64_t hash) {
    return fmt::format("{:016x}", hash);
}

Json data_of(const Run& run) {
    const std::optional<market_data::Provenance>& data = run.market().data;
    if (!data) return nullptr;
    return {{"path", data->path},
            {"sha256", data->sha256},
            {"rows", data->rows},
            {"first_time_ns", data->first_time_ns},
            {"last_time_ns", data->last_time_ns}};
}

Json liquidation_of(const LiquidationFigures& f, std::size_t count) {
    return {{"count", count},
            {"notional_quote", narrow(f.notional)},
            {"recovery_rate_ppb", or_null(f.recovery_rate_ppb)},
            {"shortfall_arrival_bps", or_null(f.shortfall_arrival_bps)},
            {"shortfall_bankruptcy_bps", or_null(f.shortfall_bankruptcy_bps)},
            {"time_to_safe_ms_p50", or_null(f.time_to_safe_ms_p50)},
            {"time_to_safe_ms_p99", or_null(f.time_to_safe_ms_p99)},
            {"unnecessary_share_ppb", or_null(f.unnecessary_share_ppb)},
            {"priority_inversion_ppb", or_null(f.priority_inversion_ppb)},
            {"price_reversion_ppb", or_null(f.price_reversion_ppb)},
            // Needs a paired run without liquidations.
            {"externality_count", nullptr}};
}

Json waterfall_of(const Run& run, const LiquidationFigures& f) {
    const Exchange& exchange = run.exchange();
    const settlement::FundFigures fund = exchange.fund_figures();
    Int128 lots = 0, unrealised = 0;
    for (const settlement::Tranche& tranche : exchange.fund().waterfall().tranches()) {
        const std::uint64_t account = tranche.terms().account;
        const std::uint32_t instrument = run.config().instrument.id;
        lots += exchange.accounts().position(account, instrument).lots;
        unrealised += exchange.accounts().unrealised(account, instrument, run.mark());
    }
    return {{"book_quote", narrow(f.book_notional)},
            {"auction_quote", narrow(f.auction_notional)},
            {"backstop_quote", narrow(f.takeover_notional)},
            {"fund_draw_quote", narrow(fund.drawn())},
            {"deleveraged_quote", narrow(f.deleveraged_notional)},
            {"settled_quote", narrow(f.settled_notional)},
            {"socialized_quote", narrow(exchange.fund().figures().claimed)},
            {"bad_debt_quote", fund.deficit_booked},
            {"fund_balance_quote", exchange.fund().balance()},
            {"fund_position_lots", narrow(lots)},
            {"fund_unrealised_quote", narrow(unrealised)}};
}

const char* kind_of(runtime::TransitionKind kind) {
    switch (kind) {
        case runtime::TransitionKind::flipped:
            return "swap";
        case runtime::TransitionKind::promoted:
        case runtime::TransitionKind::arm_promoted:
            return "promote";
        case runtime::TransitionKind::rolled_back:
            return "rollback";
        default:
            return "failover";
    }
}

Json swaps_of(const Run& run) {
    Json swaps = Json::array();
    for (const SwapRecord& swap : run.tally().swaps()) {
        const runtime::Transition& t = swap.transition;
        const StageConfig& stage = run.config().stages[t.stage];
        const Json from = swap.from_sha256.empty() ? Json(nullptr) : Json(swap.from_sha256);
        swaps.push_back({{"stage", stage.name},
                         {"kind", kind_of(t.kind)},
                         {"from_sha256", from},
                         {"to_sha256", swap.to_sha256},
                         {"seq", t.seq},
                         {"engine_time_ns", t.now_ns},
                         {"generation", t.generation},
                         {"accounts_moved", t.accounts},
                         {"pause_ns_max", swap.pause_ns_max},
                         {"flip_ns", swap.flip_ns},
                         {"outcome", swap.failure.empty() ? "done" : swap.failure}});
        if (stage.arms.size() > 1) swaps.back()["arm"] = stage.arms[t.route].name;
    }
    return swaps;
}

Json refusals_of(const Run& run) {
    Json refusals = Json::object();
    for (const auto& [reason, count] : run.tally().refusals)
        refusals[runtime::reason_name(reason)] = count;
    return refusals;
}

Json checks_of(Run& run) {
    Json checks = Json::array();
    for (const CheckResult& check : run.checks())
        checks.push_back({{"name", check.name}, {"pass", check.pass}, {"detail", check.detail}});
    return checks;
}

std::string swap_line(const ScenarioConfig& config, const SwapRecord& swap) {
    const runtime::Transition& t = swap.transition;
    const StageConfig& stage = config.stages[t.stage];
    const std::string where = fmt::format("  {} in stage {}: ", kind_of(t.kind),
                                          runtime::place_of(stage.name, stage.arms[t.route].name));
    if (t.kind == runtime::TransitionKind::arm_promoted)
        return where + fmt::format("all accounts that come, generation {}\n", t.generation);
    return where + fmt::format("{:.12} to {:.12}, {} accounts, generation {}\n", swap.from_sha256,
                               swap.to_sha256, t.accounts, t.generation);
}

// Whom the fallback had, for a person: the first few.
std::string on_hold_line(const std::set<std::uint64_t>& accounts) {
    constexpr std::size_t kShown = 10;
    if (accounts.empty()) return "";
    std::string list;
    std::size_t shown = 0;
    for (const std::uint64_t account : accounts) {
        if (shown++ == kShown) break;
        list += (list.empty() ? "" : ", ") + std::to_string(account);
    }
    if (accounts.size() > kShown) list += ", ... (all in report.json)";
    return fmt::format("    accounts on hold: {}: {}\n", accounts.size(), list);
}

}  // namespace

std::string report_json(Run& run, const RunTimes& times) {
    const Tally& tally = run.tally();
    const LiquidationFigures f = figures_of(tally.cases());
    const Exchange& exchange = run.exchange();
    Json report;
    report["scenario"] = run.config().name;
    report["seed"] = run.config().seed;
    report["data"] = data_of(run);
    report["events"] = tally.events();
    report["engine_time_ns"] = run.engine_time_ns();
    report["wall_s"] = times.wall_s;
    report["events_per_s"] =
        times.wall_s > 0
            ? static_cast<std::uint64_t>(static_cast<double>(tally.events()) / times.wall_s)
            : 0;
    report["accounts"] = {{"total", exchange.members().size()},
                          {"warned", tally.warned()},
                          {"liquidated", tally.liquidated()},
                          {"restored", f.restored},
                          {"closed", f.closed},
                          {"bankrupt", f.bankrupt},
                          {"running", f.running}};
    report["liquidation"] = liquidation_of(f, tally.cases().size());
    report["waterfall"] = waterfall_of(run, f);
    report["waterfall"]["layers"] = layers_json(run);
    report["waterfall"]["tranches"] = tranches_json(run);
    report["waterfall"]["socialised"] = socialised_json(run);
    report["conservation"] = {
        {"assets",
         Json::array(
             {{{"asset", exchange.asset()},
               {"residual", narrow(exchange.ledger().recompute_residual(exchange.asset()))}}})}};
    report["stages"] = stages_json(run);
    report["swaps"] = swaps_of(run);
    report["shadows"] = shadows_json(run);
    report["refusals"] = refusals_of(run);
    const runtime::Holds& holds = run.runtime().state().holds;
    report["holds"] = {{"everything", holds.everything},
                       {"accounts", holds.accounts},
                       {"instruments", holds.instruments}};
    report["state_hash"] = hex(run.runtime().state_hash());
    report["command_hash"] = hex(run.commands().digest());
    report["rulebook_sha256"] = sha256_hex(runtime::encode(run.config().runtime));
    report["checks"] = checks_of(run);
    return report.dump(2);
}

std::string report_table(Run& run, const RunTimes& times) {
    const Tally& tally = run.tally();
    const LiquidationFigures f = figures_of(tally.cases());
    const std::int64_t scale = run.config().instrument.asset_scale;
    const Exchange& exchange = run.exchange();
    const settlement::FundFigures fund = exchange.fund_figures();
    std::string text;
    const auto row = [&](const char* name, const std::string& value) {
        text += fmt::format("  {:<34} {:>22}\n", name, value);
    };
    text += fmt::format("\n{}  seed {}, money in the settlement asset\n", run.config().name,
                        run.config().seed);
    row("accounts", std::to_string(exchange.members().size()));
    row("warned", std::to_string(tally.warned()));
    row("liquidated", std::to_string(tally.liquidated()));
    row("  in so many close-outs", std::to_string(tally.cases().size()));
    row("  restored (still holding)", std::to_string(f.restored));
    row("  closed (flat, nothing owed)", std::to_string(f.closed));
    row("  bankrupt (the fund stepped in)", std::to_string(f.bankrupt));
    row("  still running", std::to_string(f.running));
    row("closed on the book", money(f.book_notional, scale));
    if (f.auction_notional != 0) row("sold to bidders", money(f.auction_notional, scale));
    row("taken over by the fund", money(f.takeover_notional, scale));
    if (f.deleveraged_notional != 0) row("deleveraged", money(f.deleveraged_notional, scale));
    if (f.settled_notional != 0) row("settled for good", money(f.settled_notional, scale));
    row("equity recovered", share(f.recovery_rate_ppb));
    row("shortfall against arrival", figure(f.shortfall_arrival_bps, "bps"));
    row("better than bankruptcy price", figure(f.shortfall_bankruptcy_bps, "bps"));
    row("time to safe, median", figure(f.time_to_safe_ms_p50, "ms"));
    row("time to safe, 99 %", figure(f.time_to_safe_ms_p99, "ms"));
    row("insurance fund", money(exchange.fund().balance(), scale));
    row("  drawn", money(fund.drawn(), scale));
    row("  deficit booked", money(fund.deficit_booked, scale));
    text += layers_text(run);
    row("events", std::to_string(tally.events()));
    row("commands", std::to_string(run.commands().commands()));
    row("command hash", hex(run.commands().digest()));
    row("rulebook", sha256_hex(runtime::encode(run.config().runtime)).substr(0, 16));
    row("wall time", fmt::format("{:.2f} s", times.wall_s));
    const runtime::Holds& holds = run.runtime().state().holds;
    if (holds.everything || !holds.accounts.empty() || !holds.instruments.empty())
        text += fmt::format("  HELD at the end: {}{} accounts, {} instruments\n",
                            holds.everything ? "everything, " : "", holds.accounts.size(),
                            holds.instruments.size());
    for (const SwapRecord& swap : tally.swaps()) text += swap_line(run.config(), swap);
    text += shadows_text(run);
    for (const FailureRecord& failure : tally.failures())
        text += fmt::format("  FAILED in stage {}: {}\n", run.config().stages[failure.stage].name,
                            failure.sentence) +
                on_hold_line(tally.stages()[failure.stage].arms[failure.arm].on_hold);
    text += stages_text(run);
    for (const auto& [reason, count] : tally.refusals)
        text += fmt::format("    refused {} times: {}\n", count, runtime::reason_name(reason));
    text += "  checks\n";
    for (const CheckResult& check : run.checks())
        text += fmt::format("    {} {:<36} {}\n", check.pass ? "pass" : "FAIL", check.name,
                            check.detail);
    return text;
}

}  // namespace lpc::scenario
