// What the TWAP policy keeps of one account: for each instrument in a close-out the facts as they
// are now, and apart from them the decisions in progress, which save and load carry over. Owned by
// the policy; deterministic.
#pragma once

#include <lpc/fact.h>

#include <cstdint>
#include <vector>

#include "plan.hpp"

namespace lpc::twap {

// An order that still works, whoever gave it.
struct WorkingOrder {
    std::uint64_t id = 0;
    std::uint8_t state = 0;  // LPC_ORDER_PENDING to LPC_ORDER_UNKNOWN
};

struct JobFacts {
    bool position_known = false;
    std::int64_t position_lots = 0;
    std::uint8_t closeout_code = 0;
    std::uint64_t closeout_seq = 0;
    lpc_fact_closeout closeout{};
    lpc_fact_budget budget{};
    std::vector<WorkingOrder> orders;
};

struct JobDecisions {
    bool laid = false;
    Plan plan{};
    std::int64_t base_lots = 0;  // position when the plan was laid
    std::int64_t end_lots = 0;   // where it leads
    std::int64_t filled = 0;     // by our orders since then, unsigned
    bool behind_at_slice =
        false;  // at the last slice the position had not moved by what was filled
    std::int64_t next_slice_ns = 0;
    std::int64_t rests_since_ns = -1;  // its market is not fit; -1: it does not rest
    std::int64_t ask_after_ns = 0;     // no ESCALATE before
    std::int64_t timer_ns = 0;         // the timer that is set; 0: none
    std::int64_t empty_slices = 0;     // in a row
    std::uint8_t verdict = 0;  // LPC_ESCALATE_TOXIC or _BANKRUPT: why the last slice was not sent
    // Our newest order, which may be over.
    std::uint64_t order_id = 0, order_tag = 0;
    std::int64_t order_done = 0;  // unsigned
    bool order_works = false;

    friend bool operator==(const JobDecisions&, const JobDecisions&) = default;
    bool idle() const { return *this == JobDecisions{}; }
};

struct Job {
    std::uint32_t instrument = 0;
    JobFacts facts;
    JobDecisions decisions;
    bool slice_due = false;  // within one turn

    // Lots that the plan has brought the position towards its end; the more cautious of what
    // POSITION and ORDER say.
    std::int64_t done() const;
    // Where the close-out leads, but never away from flat: orders only reduce. Between the position
    // and 0.
    std::int64_t end_lots() const;
    std::int64_t progress() const;     // by POSITION alone; negative: it moved away
    std::int64_t unseen_lots() const;  // that our orders filled and POSITION does not show yet
    std::int64_t open_lots() const;    // from POSITION to the end, unsigned
    bool sale() const {
        return decisions.end_lots < decisions.base_lots;
    }  // of a plan that is laid
};

struct Account {
    std::vector<Job> jobs;         // by instrument, rising
    std::uint8_t margin_code = 0;  // 0: MARGIN is not told
    std::int64_t equity = 0;
    std::uint64_t next_tag = 1;
    bool awake = false;  // waits for the next turn

    Job& job(std::uint32_t instrument);
    bool anything_works() const;
};

}  // namespace lpc::twap
