#include "stage_config.hpp"

#include "config_reader.hpp"

namespace lpc::scenario {
namespace {

constexpr IntRange kPpb{0, LPC_RATE_ONE_PPB};
constexpr IntRange kTime{0, LPC_TIME_MAX_NS};
constexpr IntRange kPositive{1, LPC_LOTS_MAX};

// That runtime::permit_of knows.
const std::vector<std::string>& permit_words() {
    static const std::vector<std::string> words{"order", "cancel",   "offer",      "award",
                                                "grant", "takeover", "deleverage", "escalate",
                                                "timer", "socialise"};
    return words;
}

runtime::Stage read_rules(const ConfigTable& table, const std::string& name) {
    runtime::Stage rules;
    rules.name = name;
    for (const std::string& word : table.several_of("permits", permit_words()))
        rules.permits |= *runtime::permit_of(word);
    rules.leave_after_ns = table.optional_int("leave_after_ns", 0, kTime);
    rules.leave_below_ppb = table.optional_int("leave_below_ppb", 0, kPpb);
    rules.leave_after_refusals = table.optional_int("leave_after_refusals", 0, kPositive);
    rules.answer_after_turns = static_cast<std::uint32_t>(
        table.optional_int("answer_after_turns", 0, {0, runtime::kAnswerAfterMax}));
    return rules;
}

ArmConfig read_plugin(const ConfigTable& table) {
    ArmConfig arm;
    arm.plugin = table.required_string("plugin");
    arm.plugin_place = table.place_of("plugin");
    arm.params_file = table.optional_file("params");
    arm.placement =
        *runtime::placement_named(table.optional_one_of("place", "engine", {"engine", "sidecar"}));
    return arm;
}

void read_split(const ConfigTable& table, runtime::Arms& arms) {
    if (table.optional_one_of("split", "hash", {"hash", "switchback"}) == "switchback") {
        arms.split = runtime::Split::switchback;
        arms.switchback_block_ns = table.required_int("switchback_block_ns", {1, LPC_TIME_MAX_NS});
    } else if (table.has("switchback_block_ns")) {
        table.reject("switchback_block_ns", "it only with split = \"switchback\"");
    }
}

// [[stages.arms]]: names and shares are the runtime's to judge as a whole.
void read_arms(const ConfigTable& table, StageConfig& stage, runtime::Arms& arms) {
    for (const char* key : {"plugin", "params", "place"}) {
        if (table.has(key))
            table.reject(key, "none beside [[stages.arms]], each of which names its own");
    }
    arms.all.clear();
    for (const ConfigTable& row : table.tables("arms", 2)) {
        runtime::Arm& arm = arms.all.emplace_back();
        arm.name = row.required_string("name");
        arm.share_ppb = row.required_int("share_ppb", {runtime::kBucketPpb, LPC_RATE_ONE_PPB});
        stage.arms.push_back(read_plugin(row));
        stage.arms.back().name = arm.name;
    }
    read_split(table, arms);
}

}  // namespace

ProcedureConfig read_procedure(const ConfigTable& root) {
    ProcedureConfig procedure;
    auto& [stages, rules] = procedure;
    for (const ConfigTable& table : root.tables("stages", 2)) {
        StageConfig& stage = stages.emplace_back();
        stage.name = table.required_string("name");
        const bool risk = stages.size() == 1;
        if (risk && stage.name != runtime::kRiskStage)
            table.reject("name", "'risk' as the first stage");
        const bool armed = table.has("arms");
        if (risk && armed)
            table.reject("arms", "one plugin without arms, as risk looks at every account");
        if (!risk) rules.push_back(read_rules(table, stage.name));
        if (armed && !risk) {
            read_arms(table, stage, rules.back().arms);
        } else {
            stage.arms.push_back(read_plugin(table));
        }
    }
    return procedure;
}

}  // namespace lpc::scenario
