// What the backstop policy keeps of one account: for each instrument in a close-out the facts as
// they are now, and apart from them the decisions in progress, which save and load carry over.
// Owned by the policy; deterministic.
#pragma once

#include <lpc/fact.h>

#include <cstdint>
#include <map>
#include <set>
#include <vector>

namespace lpc::backstop {

struct LegFacts {
    std::int64_t position_lots = 0;
    lpc_fact closeout{};              // kind 0: not told
    std::set<std::uint64_t> working;  // order ids, whoever gave them
};

struct LegDecisions {
    std::int64_t empty = 0;  // tranches from the first on that had less than they said
    bool leave = false;      // the next stage is wanted
    bool refused = false;    // a command was refused since the last turn, for now
    std::int64_t wait_until_ns = 0;
    std::int64_t timer_ns = 0;  // the timer that is set; 0: none
};

struct Leg {
    std::uint32_t instrument = 0;
    LegFacts facts;
    LegDecisions decisions;

    [[nodiscard]] bool runs() const;  // and there is something left to close
};

struct Account {
    std::vector<Leg> legs;  // by instrument, rising
    std::uint64_t next_tag = 1;
    // What a tranche may lose for this account alone, where its caps say so.
    std::map<std::uint64_t, std::int64_t> rooms;
    bool bankrupt = false;  // MARGIN says so
    bool awake = false;     // waits for the next turn

    Leg& leg(std::uint32_t instrument);
    // Of what the tranche may still lose, what it may lose for this account.
    [[nodiscard]] std::int64_t room(std::uint64_t tranche, std::int64_t grantable) const;
    [[nodiscard]] bool anything_works() const;
    [[nodiscard]] bool leaves() const;
};

}  // namespace lpc::backstop
