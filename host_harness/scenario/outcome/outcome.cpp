#include "outcome.hpp"

#include <algorithm>

namespace lpc::scenario {
namespace {

constexpr std::int64_t kBasisPoint = 10'000;

bool within(const Closeout& closeout, Half half) {
    return half == Half::both || closeout.held_out == (half == Half::later);
}

// What the parts of an arm's ratios are, close-out by close-out.
struct Parts {
    std::vector<Quotient> shortfall, saved, efficiency, cost, against_default;
};

void gather(Parts& parts, const Score& score, const Score& first, const Score& standing) {
    parts.shortfall.push_back({score.shortfall, score.arrival});
    parts.saved.push_back({first.shortfall - score.shortfall, score.arrival});
    parts.cost.push_back({score.shortfall, score.best});
    parts.against_default.push_back({score.shortfall - standing.shortfall, score.arrival});
    if ((score.at_once - score.best) * kBasisPoint > score.arrival)
        parts.efficiency.push_back({score.at_once - score.shortfall, score.at_once - score.best});
}

ArmFigures figures_of(const Study& study, const std::vector<Closeout>& closeouts,
                      const std::vector<Score>& scores, const std::vector<Score>& first,
                      const std::vector<Score>& standing, Half half) {
    ArmFigures figures;
    Parts parts;
    Int128 fees = 0, arrival = 0, auctioned = 0, notional = 0, took_ns = 0;
    for (std::size_t i = 0; i < closeouts.size(); ++i) {
        if (!within(closeouts[i], half)) continue;
        const Score& score = scores[i];
        gather(parts, score, first[i], standing[i]);
        fees += score.fees;
        arrival += score.arrival;
        auctioned += score.auctioned;
        notional += score.notional;
        took_ns += score.took_ns;
    }
    const std::size_t blocks = half == Half::both ? study.blocks : (study.blocks + 1) / 2;
    BootstrapOptions options;
    options.seed = study.seed;
    figures.closeouts = parts.shortfall.size();
    figures.excluded = parts.shortfall.size() - parts.efficiency.size();
    figures.shortfall = bootstrap_ratio(parts.shortfall, blocks, options);
    figures.saved = bootstrap_ratio(parts.saved, blocks, options);
    figures.efficiency = bootstrap_ratio(parts.efficiency, blocks, options);
    figures.cost = bootstrap_ratio(parts.cost, blocks, options);
    figures.against_default = bootstrap_ratio(parts.against_default, blocks, options);
    const auto share = [](Int128 part, Int128 whole) {
        return whole <= 0
                   ? std::int64_t{0}
                   : clamp_to(div_floor(part * LPC_RATE_ONE_PPB, whole), INT64_MIN, INT64_MAX);
    };
    figures.fees_ppb = share(fees, arrival);
    figures.auctioned_ppb = share(auctioned, notional);
    if (figures.closeouts > 0)
        figures.mean_ms = static_cast<std::int64_t>(
            div_floor(took_ns, Int128{1'000'000} * static_cast<std::int64_t>(figures.closeouts)));
    return figures;
}

std::vector<Score> with_foresight(std::vector<Score> scores) {
    for (Score& score : scores) {
        score.shortfall = score.best;
        score.notional = score.arrival;
        score.fees = score.auctioned = 0;
        score.took_ns = 0;
    }
    return scores;
}

}  // namespace

std::int64_t lots_of(std::int64_t notional, std::int64_t price, std::int64_t multiplier) {
    return clamp_to(div_floor(notional, Int128{price} * multiplier), 1, LPC_LOTS_MAX);
}

Result<Score> score_of(const CaseRecord& done, std::int64_t lots, const Hindsight& hindsight,
                       std::int64_t multiplier) {
    // At most this much of a position is left when its account is at its target.
    constexpr std::int64_t kLeftMaxParts = 50;
    if (done.ended_ns == 0 || done.at_arrival == 0)
        return fail("the close-out of account " + std::to_string(done.account) +
                    " is still running, expected its end");
    const Int128 a_tick = Int128{lots} * multiplier;
    Score score;
    score.arrival = a_tick * done.mark_opened;
    if ((score.arrival - done.at_arrival) * kLeftMaxParts > score.arrival)
        return fail("the close-out of account " + std::to_string(done.account) +
                    " left more than 2 % of its position, expected less");
    // Rounded against the account.
    score.shortfall =
        div_ceil(done.side * (done.at_arrival - done.proceeds) * score.arrival, done.at_arrival);
    score.fees = done.fees;
    score.notional = done.proceeds;
    score.auctioned = done.auction_notional;
    score.at_once = done.side * (score.arrival - Int128{hindsight.at_once} * multiplier);
    score.best = done.side * (score.arrival - Int128{hindsight.best} * multiplier);
    score.took_ns = done.ended_ns - done.opened_ns;
    return score;
}

Outcome judge_outcome(const Study& study, const std::vector<Closeout>& closeouts,
                      const std::vector<std::vector<Score>>& scores) {
    Outcome outcome;
    const std::vector<Score>& standing = scores[study.default_arm];
    const std::vector<Score> best = with_foresight(scores.front());
    for (const Half half : {Half::earlier, Half::later, Half::both}) {
        const auto at = static_cast<std::size_t>(half);
        for (const std::vector<Score>& arm : scores)
            outcome.figures[at].push_back(
                figures_of(study, closeouts, arm, scores.front(), standing, half));
        outcome.best[at] = figures_of(study, closeouts, best, scores.front(), standing, half);
    }
    const std::vector<ArmFigures>& earlier = outcome.figures[0];
    outcome.chosen = study.default_arm;
    for (std::size_t arm = 0; arm < scores.size(); ++arm) {
        if (study.arms[arm].candidate &&
            earlier[arm].shortfall.ppb < earlier[outcome.chosen].shortfall.ppb)
            outcome.chosen = arm;
    }
    outcome.chosen_is_better = outcome.figures[1][outcome.chosen].against_default.high_ppb < 0;
    return outcome;
}

}  // namespace lpc::scenario
