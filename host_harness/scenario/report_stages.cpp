#include "report_stages.hpp"

#include <fmt/format.h>

#include <runtime/state.hpp>

#include "metrics.hpp"
#include "report_words.hpp"

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;

// Why a difference between arms is no clean comparison.
std::string interference_of(const runtime::Arms& arms) {
    if (arms.split == runtime::Split::switchback)
        return "the arms take turns in one market, and what one leaves in price and fund is there "
               "for the next block: a difference between arms may be understated or overstated, "
               "the less the longer a block is; `lpc ab` compares in markets apart";
    return "the arms trade in one market and share participation and fund: what one does changes "
           "what the other finds, so a difference between arms may be understated or overstated; "
           "`lpc ab` compares in markets apart, split = \"switchback\" lets the arms take turns";
}

// In lines of so many characters, each indented.
std::string folded(const std::string& text, std::size_t width, const std::string& indent) {
    std::string lines;
    for (std::size_t at = 0; at < text.size();) {
        std::size_t end = text.size() - at <= width ? text.size() : text.rfind(' ', at + width);
        if (end == std::string::npos || end <= at) end = text.size();
        lines += indent + text.substr(at, end - at) + "\n";
        at = end + 1;
    }
    return lines;
}

// What all the stage's arms agree in, else null.
template <class Member>
Json common(const runtime::Slot& slot, Member&& member) {
    Json found;
    for (const runtime::Route& route : slot.routes) {
        const runtime::Instance* instance = route.active.instance.get();
        const Json one = instance ? Json(member(*instance)) : Json(nullptr);
        if (&route != &slot.routes.front() && one != found) return nullptr;
        found = one;
    }
    return found;
}

// Whole close-outs, whatever stage ended them: that an arm left much to the fund is its doing.
LiquidationFigures figures_of(const Run& run, const ArmTally& arm) {
    std::vector<CaseRecord> cases;
    for (const std::size_t index : arm.cases) cases.push_back(run.tally().cases()[index]);
    return figures_of(cases);
}

std::int64_t accounts_of(const LiquidationFigures& f) {
    return f.restored + f.closed + f.bankrupt + f.running;
}

Json liquidation_of(const LiquidationFigures& f, std::size_t count) {
    return {{"count", count},
            {"accounts", accounts_of(f)},
            {"notional_quote", narrow(f.notional)},
            {"book_quote", narrow(f.book_notional)},
            {"backstop_quote", narrow(f.takeover_notional)},
            {"recovery_rate_ppb", or_null(f.recovery_rate_ppb)},
            {"shortfall_arrival_bps", or_null(f.shortfall_arrival_bps)},
            {"shortfall_bankruptcy_bps", or_null(f.shortfall_bankruptcy_bps)},
            {"time_to_safe_ms_p50", or_null(f.time_to_safe_ms_p50)},
            {"time_to_safe_ms_p99", or_null(f.time_to_safe_ms_p99)},
            {"unnecessary_share_ppb", or_null(f.unnecessary_share_ppb)}};
}

Json arms_json(const Run& run, const runtime::Slot& slot, const StageTally& tally) {
    Json arms = Json::array();
    for (const runtime::Route& route : slot.routes) {
        const std::uint8_t index = slot.index_of(route);
        const ArmTally& arm = tally.arms[index];
        const runtime::Instance& instance = *route.active.instance;
        const runtime::PluginIdentity& plugin = instance.identity();
        arms.push_back({{"arm", route.arm},
                        {"plugin", plugin.id},
                        {"version", plugin.version},
                        {"sha256", plugin.sha256},
                        {"params_sha256", plugin.params_sha256},
                        {"params", instance.named_params()},
                        {"share_ppb", slot.rules.arms.all[index].share_ppb},
                        {"share_now_ppb", slot.share_ppb(index)},
                        {"accounts", arm.accounts},
                        {"ended", arm.ended},
                        {"commands", arm.commands},
                        {"refused", arm.refused},
                        {"strikes", route.counters().strikes},
                        {"on_hold", arm.on_hold},
                        {"liquidation", liquidation_of(figures_of(run, arm), arm.cases.size())}});
    }
    return arms;
}

Json stage_json(const Run& run, std::size_t index) {
    using runtime::Instance;
    const runtime::Slot& slot = run.runtime().state().slots[index];
    const StageTally& tally = run.tally().stages()[index];
    const ArmTally all = tally.total();
    Json stage{{"name", slot.name},
               {"plugin", common(slot, [](const Instance& i) { return i.identity().id; })},
               {"version", common(slot, [](const Instance& i) { return i.identity().version; })},
               {"sha256", common(slot, [](const Instance& i) { return i.identity().sha256; })},
               {"params_sha256",
                common(slot, [](const Instance& i) { return i.identity().params_sha256; })},
               {"params", common(slot, [](const Instance& i) { return i.named_params(); })},
               {"generation", slot.generation},
               {"accounts", index == 0 ? run.exchange().members().size() : all.accounts},
               {"ended", all.ended},
               {"commands", all.commands},
               {"refused", all.refused},
               {"strikes", slot.counters().strikes},
               {"on_hold", all.on_hold},
               {"turn_ns_p50", or_null(percentile(tally.turn_ns, 50))},
               {"turn_ns_p99", or_null(percentile(tally.turn_ns, 99))},
               {"turn_ns_max", or_null(percentile(tally.turn_ns, 100))}};
    if (slot.routes.size() == 1) return stage;
    const runtime::Arms& arms = slot.rules.arms;
    const bool switches = arms.split == runtime::Split::switchback;
    stage["split"] = switches ? "switchback" : "hash";
    if (switches) stage["switchback_block_ns"] = arms.switchback_block_ns;
    stage["arms"] = arms_json(run, slot, tally);
    stage["interference"] = interference_of(arms);
    return stage;
}

std::string row_text(const std::string& name, const std::string& plugin, const ArmTally& tally) {
    const std::string ways =
        tally.accounts == 0
            ? ""
            : fmt::format("; {} close-outs came, {} ended here", tally.accounts, tally.ended);
    return fmt::format("    {:<8} {:<28} {:>9} commands, {} refused{}\n", name, plugin,
                       tally.commands, tally.refused, ways);
}

std::string plugin_text(const runtime::Attachment& attached, const ArmConfig& config) {
    std::string text = attached.file.empty() ? attached.sha256 : file_name(attached.file);
    if (!config.params_file.empty()) text += ", " + file_name(config.params_file);
    return text;
}

std::string arm_text(const Run& run, const runtime::Slot& slot, std::uint8_t index,
                     const std::string& plugin, const ArmTally& tally) {
    const LiquidationFigures f = figures_of(run, tally);
    return fmt::format(
        "      arm {}: {}, {} of the accounts\n"
        "        {} accounts in {} close-outs, {} commands, {} refused; equity recovered {}, "
        "shortfall against "
        "arrival {},\n"
        "        closed on the book {}, taken over by the fund {}, time to safe (median) {}\n",
        slot.routes[index].arm, plugin, share(slot.rules.arms.all[index].share_ppb), accounts_of(f),
        tally.cases.size(), tally.commands, tally.refused, share(f.recovery_rate_ppb),
        figure(f.shortfall_arrival_bps, "bps"),
        money(f.book_notional, run.config().instrument.asset_scale),
        money(f.takeover_notional, run.config().instrument.asset_scale),
        figure(f.time_to_safe_ms_p50, "ms"));
}

}  // namespace

Json stages_json(const Run& run) {
    Json stages = Json::array();
    for (std::size_t i = 0; i < run.tally().stages().size(); ++i)
        stages.push_back(stage_json(run, i));
    return stages;
}

std::string stages_text(const Run& run) {
    std::string text = "  stages\n";
    auto attached = run.attachments().begin();
    for (std::size_t i = 0; i < run.config().stages.size(); ++i) {
        const StageConfig& stage = run.config().stages[i];
        const StageTally& tally = run.tally().stages()[i];
        const runtime::Slot& slot = run.runtime().state().slots[i];
        if (stage.arms.size() == 1) {
            text += row_text(stage.name,
                             attached->file.empty() ? attached->sha256 : file_name(attached->file),
                             tally.arms.front());
            ++attached;
            continue;
        }
        text += row_text(stage.name, fmt::format("{} arms", stage.arms.size()), tally.total());
        for (std::uint8_t arm = 0; arm < stage.arms.size(); ++arm, ++attached)
            text +=
                arm_text(run, slot, arm, plugin_text(*attached, stage.arms[arm]), tally.arms[arm]);
        text += folded("interference: " + interference_of(slot.rules.arms), 100, "      ");
    }
    return text;
}

}  // namespace lpc::scenario
