// The tranches that pay losses, as the FUND facts tell them, less what is reserved already: grants
// that are not spent or not paid yet, and take-overs that work. What a layer of the waterfall can
// still pay is decided here, from facts alone. Engine thread only; pure functions of the state.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>

#include "../state.hpp"

namespace lpc::runtime {

// The tranche, if it pays for this instrument; nullptr: there is none.
const lpc_fact* tranche_for(const State& state, std::uint64_t tranche, std::uint32_t instrument);

// What it may still lose, grants aside. [its asset], at least 0
std::int64_t free_in(const State& state, const lpc_fact& tranche);

// The same for one account: no more than what the tranche may lose for its liquidation alone, where
// a FUND fact of the account says so.
std::int64_t free_for(const State& state, std::uint64_t account, const lpc_fact& tranche);

// What the insurance fund and the operator may still lose for this account and instrument, all
// their tranches together, less all grants but `own`.
std::int64_t free_in_fund(const State& state, std::uint64_t account, std::uint32_t instrument,
                          std::int64_t own = 0);

// Could a tranche before this one in the order of the waterfall bear this cost for the account?
bool earlier_could_pay(const State& state, std::uint64_t account, std::uint32_t instrument,
                       const lpc_fact& tranche, std::int64_t cost);

// What taking these lots (signed like the account's order) off it at this price costs at the mark:
// never below 0, 0 without a price. [settlement asset], exact.
std::int64_t cost_at_mark(const State& state, std::uint32_t instrument, std::int64_t lots,
                          std::int64_t price);

}  // namespace lpc::runtime
