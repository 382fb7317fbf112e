// The figures of a study as JSON and as the table that people read.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "../compare/figures.hpp"
#include "outcome.hpp"

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kHalves[3] = {"earlier", "later", "both"};

// Basis points with three decimals: an interval is rounded outwards.
std::string bps(std::int64_t ppb, Round round) {
    const Int128 thousandths = divided(ppb, 100, round);
    const auto value = static_cast<std::int64_t>(thousandths);
    const std::int64_t size = value < 0 ? -value : value;
    return fmt::format("{}{}.{:03}", value < 0 ? "-" : "", size / 1000, size % 1000);
}

std::string with_interval(const RatioEstimate& ratio) {
    if (ratio.count == 0) return "-";
    return fmt::format("{} [{}, {}]", bps(ratio.ppb, Round::nearest),
                       bps(ratio.low_ppb, Round::down), bps(ratio.high_ppb, Round::up));
}

std::string plain(std::int64_t ppb, Round round) {
    const auto value = static_cast<std::int64_t>(divided(ppb, 1'000'000, round));
    const std::int64_t size = value < 0 ? -value : value;
    return fmt::format("{}{}.{:03}", value < 0 ? "-" : "", size / 1000, size % 1000);
}

std::string plain_interval(const RatioEstimate& ratio) {
    if (ratio.count == 0) return "-";
    return fmt::format("{} [{}, {}]", plain(ratio.ppb, Round::nearest),
                       plain(ratio.low_ppb, Round::down), plain(ratio.high_ppb, Round::up));
}

Json json_of(const RatioEstimate& ratio) {
    if (ratio.count == 0) return nullptr;
    return {{"ppb", ratio.ppb}, {"low_ppb", ratio.low_ppb}, {"high_ppb", ratio.high_ppb}};
}

Json json_of(const std::string& name, const ArmFigures& figures) {
    return {{"name", name},
            {"closeouts", figures.closeouts},
            {"shortfall_arrival", json_of(figures.shortfall)},
            {"saved_against_first", json_of(figures.saved)},
            {"against_default", json_of(figures.against_default)},
            {"recovery_efficiency", json_of(figures.efficiency)},
            {"recovery_efficiency_excluded", figures.excluded},
            {"cost_ratio", json_of(figures.cost)},
            {"fees_ppb", figures.fees_ppb},
            {"auctioned_ppb", figures.auctioned_ppb},
            {"mean_ms", figures.mean_ms}};
}

// Where the price stands still the best schedule needs no foresight, so a cost ratio says
// something.
bool stands_still(const Study& study) {
    return study.arms.front().config.prices.source == PriceConfig::Source::block_book;
}

std::string row(const Study& study, const std::string& name, const ArmFigures& figures) {
    const std::string last =
        stands_still(study) ? plain_interval(figures.cost) : plain_interval(figures.efficiency);
    return fmt::format("  {:<18} {:<24} {:<25} {:<25} {:>6.1f} % {:>8.1f} s\n", name,
                       with_interval(figures.shortfall), with_interval(figures.saved), last,
                       static_cast<double>(figures.auctioned_ppb) / 1e7,
                       static_cast<double>(figures.mean_ms) / 1e3);
}

}  // namespace

std::string outcome_json(const Study& study, const Outcome& outcome) {
    Json json{{"study", study.name},
              {"seed", study.seed},
              {"closeouts", study.closeouts_count},
              {"recovery_ns", study.arms.front().config.prices.book.recovery_ns},
              {"default", study.arms[study.default_arm].name},
              {"chosen", study.arms[outcome.chosen].name},
              {"chosen_is_better", outcome.chosen_is_better}};
    for (std::size_t half = 0; half < 3; ++half) {
        Json arms = Json::array();
        for (std::size_t arm = 0; arm < study.arms.size(); ++arm)
            arms.push_back(json_of(study.arms[arm].name, outcome.figures[half][arm]));
        arms.push_back(json_of("best in hindsight", outcome.best[half]));
        json[kHalves[half]] = std::move(arms);
    }
    return json.dump(2);
}

std::string outcome_table(const Study& study, const Outcome& outcome) {
    std::string text = fmt::format(
        "{}: {} close-outs by {} arms; what is taken from the book is missing for {} ms on "
        "average\n",
        study.name, outcome.figures[2].front().closeouts, study.arms.size(),
        study.arms.front().config.prices.book.recovery_ns / 1'000'000);
    for (const std::size_t half : {std::size_t{0}, std::size_t{1}, std::size_t{2}}) {
        text += fmt::format("\n{} close-outs: {}\n  {:<18} {:<24} {:<25} {:<25} {:>8} {:>10}\n",
                            outcome.figures[half].front().closeouts, kHalves[half], "arm",
                            "shortfall [bps]", "saved of the first's",
                            stands_still(study) ? "cost / least cost" : "recovery efficiency",
                            "auction", "took");
        for (std::size_t arm = 0; arm < study.arms.size(); ++arm)
            text += row(study, study.arms[arm].name, outcome.figures[half][arm]);
        text += row(study, "best in hindsight", outcome.best[half]);
    }
    const ArmFigures& earlier = outcome.figures[0][outcome.chosen];
    const ArmFigures& later = outcome.figures[1][outcome.chosen];
    text += fmt::format(
        "\nThe earlier half chooses {} ({} bps); in the later half its shortfall less that of {} "
        "is {} bps:\n{}.\n",
        study.arms[outcome.chosen].name, bps(earlier.shortfall.ppb, Round::nearest),
        study.arms[study.default_arm].name, with_interval(later.against_default),
        outcome.chosen == study.default_arm ? "the default stays as it is"
        : outcome.chosen_is_better          ? "better than the default"
                                            : "not shown to be better than the default");
    text += fmt::format(
        "Recovery efficiency leaves out close-outs where foresight is worth less than a basis "
        "point: {} of {}.\n",
        outcome.figures[2].front().excluded, outcome.figures[2].front().closeouts);
    return text;
}

}  // namespace lpc::scenario
