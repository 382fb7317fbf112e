// What the auction policy keeps of one account: for each instrument in a close-out the facts as
// they are now, and apart from them the decisions in progress, which save and load carry over.
// Owned by the policy; deterministic.
#pragma once

#include <lpc/fact.h>

#include <cstdint>
#include <vector>

#include "reserve.hpp"

namespace lpc::auction {

[[nodiscard]] bool same_fact(const lpc_fact& a, const lpc_fact& b);

// An order that still works, whoever gave it.
struct WorkingOrder {
    std::uint64_t id = 0, tag = 0;
    std::uint8_t state = 0;  // LPC_ORDER_PENDING to LPC_ORDER_UNKNOWN
    friend bool operator==(const WorkingOrder&, const WorkingOrder&) = default;
};

struct LegFacts {
    bool position_known = false;
    std::int64_t position_lots = 0;
    lpc_fact closeout{}, grant{}, lot{}, terms{};  // kind 0: not told
    std::vector<lpc_fact> bids;                    // some lots left; by id, rising
    std::vector<WorkingOrder> orders;              // by id, rising
    friend bool operator==(const LegFacts& a, const LegFacts& b);
};

enum class Next : std::uint8_t { kSealed = 0, kDescending = 1 };

struct LegDecisions {
    Next next = Next::kSealed;       // the lot that is opened next
    std::uint8_t leave = 0;          // LPC_ESCALATE_*: the next stage is wanted; 0: it is not
    bool refused = false;            // a command was refused since the last turn
    std::uint64_t cleared_lot = 0;   // whose bids were awarded
    std::uint64_t accepted_lot = 0;  // of which an award was accepted: its price is final
    std::uint64_t ended_lot = 0;     // whose end was seen
    std::int64_t asked_price = 0;    // for which a GRANT was asked during this lot; 0: none
    std::int64_t resets = 0;
    std::int64_t refusals = 0;  // in a row
    std::int64_t wait_until_ns = 0;
    std::int64_t timer_ns = 0;  // the timer that is set; 0: none

    friend bool operator==(const LegDecisions&, const LegDecisions&) = default;
    bool idle() const { return *this == LegDecisions{}; }
};

struct Leg {
    std::uint32_t instrument = 0;
    LegFacts facts;
    LegDecisions decisions;

    // The close-out runs and the position is known.
    [[nodiscard]] bool runs() const;
    // Lots to where the close-out leads, signed like an order; never away from flat nor across.
    [[nodiscard]] std::int64_t open_lots() const;
    [[nodiscard]] Side side() const { return {open_lots() < 0}; }
    [[nodiscard]] bool lot_open() const;
    [[nodiscard]] bool wants_to_leave() const { return runs() && decisions.leave != 0; }
    // LPC_AUCTION_* of the lot that was told last.
    [[nodiscard]] std::uint8_t lot_type() const;
    [[nodiscard]] bool granted(std::int64_t now_ns) const;
    // The worst price that the guard lets pass.
    [[nodiscard]] std::int64_t permitted_price(std::int64_t now_ns) const;
};

struct Account {
    std::vector<Leg> legs;  // by instrument, rising
    std::uint64_t next_tag = 1;
    std::int64_t ask_after_ns = 0;  // no ESCALATE before
    bool awake = false;             // waits for the next turn
    // Within a RESYNC: what was known when it began.
    std::vector<Leg> before;
    bool was_awake = false;

    Leg& leg(std::uint32_t instrument);
    [[nodiscard]] std::int64_t lots_open() const;
    [[nodiscard]] bool anything_works() const;
    [[nodiscard]] bool leaving() const;
};

}  // namespace lpc::auction
