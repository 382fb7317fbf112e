#include "comparison.hpp"

#include <algorithm>

#include "figures.hpp"

namespace lpc::scenario {
namespace {

Better other(Better arm) {
    return arm == Better::a ? Better::b : Better::a;
}

Better better_in(const MeasureComparison& row) {
    const MeanEstimate& diff = row.diff;
    const bool shown = diff.low > 0 || diff.high < 0;
    if (!shown || diff.count < kPairsMin || row.measure.prefer == Prefer::neither)
        return Better::none;
    return (diff.low > 0) == (row.measure.prefer == Prefer::higher) ? Better::a : Better::b;
}

MeasureComparison compared(std::size_t index, const std::vector<Pair>& pairs,
                           const BootstrapOptions& options) {
    MeasureComparison row;
    row.measure = measures()[index];
    std::vector<std::int64_t> differences;
    for (const Pair& pair : pairs) {
        const auto &a = pair.a[index], &b = pair.b[index];
        if (!a || !b) continue;
        row.a_sum += *a;
        row.b_sum += *b;
        differences.push_back(clamp_to(Int128{*a} - *b, INT64_MIN, INT64_MAX));
    }
    row.diff = bootstrap_mean(differences, options);
    row.better = better_in(row);
    return row;
}

bool exactly_the_same(const std::vector<Pair>& pairs) {
    return std::all_of(pairs.begin(), pairs.end(),
                       [](const Pair& pair) { return pair.a == pair.b; });
}

// The worst that the interval leaves open for the better arm is within the margin: a share of what
// the other arm's mean is.
bool not_worse(const MeasureComparison& row, Better winner) {
    const bool higher = row.measure.prefer == Prefer::higher;
    const bool worse_when_up = (winner == Better::a) != higher;  // a minus b
    const Int128 worst = worse_when_up ? row.diff.high : -row.diff.low;
    const Int128 others = winner == Better::a ? row.b_sum : row.a_sum;
    const Int128 size = others < 0 ? -others : others;
    return worst <= div_floor(size * row.measure.margin_per_cent, 100);
}

// "0.1200 %, 95 % interval 0.1000 % to 0.1400 %"
std::string difference_in_words(const MeasureComparison& row) {
    const MeanEstimate& d = row.diff;
    const Unit unit = row.measure.unit;
    return shown(unit, d.sum, d.count, 1) + ", 95 % interval " + shown(unit, d.low, d.count, 1) +
           " to " + shown(unit, d.high, d.count, 1);
}

std::string listed(const std::vector<std::string>& names) {
    std::string text;
    for (std::size_t i = 0; i < names.size(); ++i)
        text += (i == 0 ? "" : i + 1 == names.size() ? " and " : ", ") + names[i];
    return text;
}

std::string for_a_winner(const MeasureComparison& primary,
                         const std::vector<MeasureComparison>& rows) {
    const Better winner = primary.better;
    std::vector<std::string> guarded, worse, unsure;
    for (const MeasureComparison& row : rows) {
        if (row.measure.part != Part::guardrail) continue;
        const std::string name(row.measure.name);
        guarded.push_back(name);
        if (not_worse(row, winner)) continue;
        (row.better == other(winner) ? worse : unsure).push_back(name);
    }
    const std::string arm = name_of(winner);
    const std::string said =
        std::string(primary.measure.name) + " (a minus b: " + difference_in_words(primary) + ")";
    if (worse.empty() && unsure.empty())
        return arm + " is better in " + said + ", and no worse in " + listed(guarded);
    std::string text = "no verdict: " + arm + " is better in " + said;
    if (!worse.empty()) text += ", but worse in " + listed(worse);
    if (!unsure.empty())
        text += std::string(worse.empty() ? ", but" : ", and") + " that it is no worse in " +
                listed(unsure) + " is not shown";
    return text;
}

std::string without_a_winner(const MeasureComparison& primary,
                             const std::vector<MeasureComparison>& rows) {
    std::string text = "no difference shown in " + std::string(primary.measure.name) +
                       " (a minus b: " + difference_in_words(primary) + ")";
    bool first = true;
    for (const MeasureComparison& row : rows) {
        if (row.measure.part != Part::guardrail || row.better == Better::none) continue;
        text += (first ? "; but " : ", and ") + std::string(name_of(row.better)) +
                " is better in " + std::string(row.measure.name);
        first = false;
    }
    return text;
}

std::string verdict_of(const std::vector<Pair>& pairs, const std::vector<FailedCheck>& failed,
                       const std::vector<MeasureComparison>& rows) {
    if (!failed.empty()) {
        const FailedCheck& first = failed.front();
        return "no verdict: check " + first.check + " failed in arm " + first.arm + " with seed " +
               std::to_string(first.seed) + " (" + first.detail + ")" +
               (failed.size() == 1 ? ""
                                   : ", and " + std::to_string(failed.size() - 1) + " more failed");
    }
    const std::string few = "pairs are too few, expected at least " + std::to_string(kPairsMin);
    const auto count = static_cast<std::int64_t>(pairs.size());
    if (exactly_the_same(pairs))
        return "no difference: every metric is the same in all " + std::to_string(count) +
               " pairs" +
               (count < kPairsMin ? "; to rule one out, " + std::to_string(count) + " " + few : "");
    const MeasureComparison& primary = rows.front();
    if (primary.diff.count < kPairsMin)
        return "no verdict: " + std::to_string(primary.diff.count) + " " + few +
               (primary.diff.count < count
                    ? " in which both arms have " + std::string(primary.measure.name)
                    : "");
    return primary.better == Better::none ? without_a_winner(primary, rows)
                                          : for_a_winner(primary, rows);
}

}  // namespace

const char* name_of(Better better) {
    return better == Better::a ? "a" : better == Better::b ? "b" : "none";
}

Comparison compare(const std::vector<Pair>& pairs, const std::vector<FailedCheck>& failed,
                   const BootstrapOptions& options) {
    Comparison comparison;
    comparison.pairs = pairs.size();
    for (std::size_t i = 0; i < measures().size(); ++i)
        comparison.rows.push_back(compared(i, pairs, options));
    comparison.verdict = verdict_of(pairs, failed, comparison.rows);
    return comparison;
}

}  // namespace lpc::scenario
