// What a close-out could have brought in a recorded book: at once, and with foresight. The same
// model as the market of the run (venue/depth_player.hpp): what is taken is missing from the side's
// front and comes back with a mean life. Pure; integers only; deterministic.
#pragma once

#include <cstdint>
#include <vector>

#include <lpc/sdk/rounding.hpp>
#include <market_data/book_record.hpp>

namespace lpc::scenario {

struct HindsightQuestion {
    std::int64_t opened_ns = 0;   // within the record
    std::int64_t horizon_ns = 0;  // from then on
    std::int64_t slot_ns = 0;     // between two moments at which lots may go
    std::int64_t recovery_ns = 0;
    bool sells = true;
    std::int64_t lots = 0;  // at least 1
};

// Values are ticks times lots. What the record's side has no more lots for goes at its last price.
struct Hindsight {
    std::int64_t at_once = 0;            // the side as it stood when the close-out opened
    std::int64_t best = 0;               // the best schedule over the slots that was found
    std::vector<std::int64_t> schedule;  // its lots, slot by slot; they sum to all
};

// The best schedule is sought by moving lots between two slots as long as that gains, in portions
// that shrink to a thousandth of all. On a book of one block this is the optimum (the cost is
// convex); on any other it is one that no single move betters, so what it brings can be reached.
[[nodiscard]] Hindsight look_back(const market_data::BookRecord& record,
                                  const HindsightQuestion& question);

}  // namespace lpc::scenario
