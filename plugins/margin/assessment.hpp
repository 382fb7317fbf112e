// What the margin plugin thinks of one account, as pure functions of its exposures: its state,
// which positions must shrink and by how much, and the mark at which the next worse state begins.
// Deterministic, exact integers, any thread.
#pragma once

#include <lpc/account.h>
#include <lpc/sdk/margin.hpp>

#include <cstdint>
#include <span>
#include <vector>

namespace lpc::margin {

// bankrupt: equity < 0. liquidating: equity < maintenance, or already in a close-out that has not
// reached the target. warned: equity < warn_ratio * maintenance, exactly. Answers LPC_MARGIN_*.
struct StateRule {
    Rate warn_ratio;
    Rate target_buffer;
};
// Inline, as the scan asks it of every holder.
inline std::uint8_t state_of(Money equity, Money maintenance, bool closing_out,
                             const StateRule& rule) {
    if (equity < Money{}) return LPC_MARGIN_BANKRUPT;
    if (equity < maintenance) return LPC_MARGIN_LIQUIDATING;
    // Invariant: equity * one < maintenance * (one + buffer) is equity <
    // target_equity(maintenance), which rounds up.
    const Int128 scaled = equity.units * LPC_RATE_ONE_PPB;
    if (closing_out && scaled < maintenance.units * (LPC_RATE_ONE_PPB + rule.target_buffer.ppb))
        return LPC_MARGIN_LIQUIDATING;
    return scaled < maintenance.units * rule.warn_ratio.ppb ? LPC_MARGIN_WARNED
                                                            : LPC_MARGIN_HEALTHY;
}

inline bool is_sick(std::uint8_t state) {
    return state == LPC_MARGIN_LIQUIDATING || state == LPC_MARGIN_BANKRUPT;
}

// Lots (unsigned) of each exposure to close at its mark so that the account reaches its target: the
// largest maintenance requirement first (ties: the earlier exposure), each as size_to_target says
// of the account as it would be once the earlier ones were closed whole. All of everything if
// `whole`.
void lots_to_close(std::vector<Quantity>& lots, std::span<const Exposure> exposures,
                   const Health& account, const CloseRule& rule, bool whole);

// Mark at which the next worse state of the account begins if only this instrument's mark moves,
// against the position. [ticks], rounded against the account (told too early rather than too late).
// 0: there is none, or it is bankrupt already.
Price next_state_price(const Exposure& e, const Health& account, std::uint8_t state,
                       const StateRule& rule);

}  // namespace lpc::margin
