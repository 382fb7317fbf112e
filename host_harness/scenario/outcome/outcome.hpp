// The figures of a study: each arm's close-outs scored against the price at arrival, the first arm,
// the best schedule with foresight; chosen by the earlier half, reported on the later one. Pure;
// deterministic by scores and seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "../tally.hpp"
#include "hindsight.hpp"
#include "ratio.hpp"
#include "study_config.hpp"

namespace lpc::scenario {

// One close-out by one arm. Money; what is left of the position (thousandths of it) counts at the
// mean price of what was closed.
struct Score {
    Int128 arrival = 0;    // the whole position at the mark when the close-out opened
    Int128 shortfall = 0;  // how much less than that it brought (or more it cost), without fees
    Int128 fees = 0;
    Int128 notional = 0, auctioned = 0;  // closed; of that sold to bidders
    Int128 at_once = 0, best = 0;        // shortfalls of the two references
    std::int64_t took_ns = 0;
};

// An error: the close-out was not brought to its end.
[[nodiscard]] Result<Score> score_of(const CaseRecord& done, std::int64_t lots,
                                     const Hindsight& hindsight, std::int64_t multiplier);

// Whole lots of a notional at a price, as the account's owner was given them; at least 1.
[[nodiscard]] std::int64_t lots_of(std::int64_t notional, std::int64_t price,
                                   std::int64_t multiplier);

// Where foresight is worth less than a basis point the recovery efficiency says nothing.
struct ArmFigures {
    std::size_t closeouts = 0, excluded = 0;
    RatioEstimate shortfall;        // of the notional at arrival
    RatioEstimate saved;            // by how much less than the first arm's
    RatioEstimate efficiency;       // (at once - shortfall) / (at once - best)
    RatioEstimate cost;             // shortfall / the best schedule's
    RatioEstimate against_default;  // shortfall less the default arm's
    std::int64_t fees_ppb = 0, auctioned_ppb = 0, mean_ms = 0;
};

enum class Half : std::uint8_t { earlier, later, both };

struct Outcome {
    // figures[half][arm]
    std::vector<ArmFigures> figures[3];
    ArmFigures best[3];             // the schedule with foresight, as if it were an arm
    std::size_t chosen = 0;         // the candidate with the least shortfall in the earlier half
    bool chosen_is_better = false;  // than the default, in the later half, beyond its interval
};

// scores[arm][closeout].
[[nodiscard]] Outcome judge_outcome(const Study& study, const std::vector<Closeout>& closeouts,
                                    const std::vector<std::vector<Score>>& scores);

std::string outcome_json(const Study& study, const Outcome& outcome);
std::string outcome_table(const Study& study, const Outcome& outcome);

}  // namespace lpc::scenario
