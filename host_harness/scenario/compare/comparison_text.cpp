#include "comparison_text.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "figures.hpp"

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;

Json number(const MeasureComparison& row, Int128 numerator, Round round) {
    if (row.diff.count == 0) return nullptr;
    const std::int64_t value = for_json(row.measure.unit, numerator, row.diff.count, round);
    if (in_hundredths(row.measure.unit)) return static_cast<double>(value) / 100;
    return value;
}

Json metric_of(const MeasureComparison& row) {
    return {{"name", row.measure.name},
            {"a_mean", number(row, row.a_sum, Round::nearest)},
            {"b_mean", number(row, row.b_sum, Round::nearest)},
            {"diff_mean", number(row, row.diff.sum, Round::nearest)},
            {"ci_low", number(row, row.diff.low, Round::down)},
            {"ci_high", number(row, row.diff.high, Round::up)},
            {"better", name_of(row.better)},
            {"pairs", row.diff.count}};
}

Json arm_of(const ArmDescription& arm) {
    return {{"file", arm.file},
            {"id", arm.id},
            {"version", arm.version},
            {"sha256", arm.sha256},
            {"params", arm.params}};
}

std::vector<std::string> names_of(Part part) {
    std::vector<std::string> names;
    for (const Measure& measure : measures()) {
        if (measure.part == part) names.emplace_back(measure.name);
    }
    return names;
}

std::string arm_line(const char* name, const ArmDescription& arm) {
    std::string params;
    for (const auto& [key, value] : arm.params) params += fmt::format(" {}={}", key, value);
    std::string line =
        fmt::format("  {}: {} ({} {}){}\n", name, arm.file, arm.id, arm.version, params);
    return arm.note.empty() ? line : line + "     " + arm.note + "\n";
}

std::string row_line(const MeasureComparison& row, std::int64_t scale) {
    const auto say = [&](Int128 numerator) {
        return shown(row.measure.unit, numerator, row.diff.count, scale);
    };
    const std::string name =
        std::string(row.measure.name) + (row.measure.part == Part::primary     ? " *"
                                         : row.measure.part == Part::guardrail ? " +"
                                                                               : "");
    return fmt::format("  {:<26} {:>16} {:>16} {:>14} {:>32} {:>6}\n", name, say(row.a_sum),
                       say(row.b_sum), say(row.diff.sum),
                       say(row.diff.low) + " to " + say(row.diff.high),
                       row.better == Better::none ? "" : name_of(row.better));
}

}  // namespace

std::string comparison_json(const Comparison& comparison, const ComparisonSubject& subject) {
    Json json;
    json["scenario"] = subject.scenario;
    json["stage"] = subject.stage;
    json["a"] = subject.a.file;
    json["b"] = subject.b.file;
    json["runs"] = comparison.pairs;
    json["first_seed"] = subject.first_seed;
    json["arms"] = {{"a", arm_of(subject.a)}, {"b", arm_of(subject.b)}};
    json["primary"] = names_of(Part::primary).front();
    json["guardrails"] = names_of(Part::guardrail);
    json["metrics"] = Json::array();
    for (const MeasureComparison& row : comparison.rows) json["metrics"].push_back(metric_of(row));
    json["failed_checks"] = Json::array();
    for (const FailedCheck& failed : subject.failed)
        json["failed_checks"].push_back({{"seed", failed.seed},
                                         {"arm", failed.arm},
                                         {"check", failed.check},
                                         {"detail", failed.detail}});
    json["verdict"] = comparison.verdict;
    return json.dump(2);
}

std::string comparison_table(const Comparison& comparison, const ComparisonSubject& subject) {
    std::string text = fmt::format("\n{}, stage {}: {} pairs, seeds {} to {}\n", subject.scenario,
                                   subject.stage, comparison.pairs, subject.first_seed,
                                   subject.first_seed + comparison.pairs - 1);
    text += arm_line("a", subject.a) + arm_line("b", subject.b);
    text += fmt::format("  {:<26} {:>16} {:>16} {:>14} {:>32} {:>6}\n", "metric", "mean of a",
                        "mean of b", "a minus b", "95 % interval", "better");
    for (const MeasureComparison& row : comparison.rows) text += row_line(row, subject.asset_scale);
    text +=
        "  * the primary metric, + a guardrail; the other intervals are not corrected for their "
        "number: take them as hints\n";
    for (const FailedCheck& failed : subject.failed)
        text += fmt::format("  FAIL seed {} arm {} {}: {}\n", failed.seed, failed.arm, failed.check,
                            failed.detail);
    return text + "  " + comparison.verdict + "\n";
}

}  // namespace lpc::scenario
