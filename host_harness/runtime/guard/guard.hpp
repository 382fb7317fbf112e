// The guard: does the rulebook permit this command, by the facts? It knows the rules and no
// algorithm. Each check is a pure function of the state and answers 0 or the first reason that
// holds, in the order of lpc/reason.h.
#pragma once

#include <cstdint>

#include "../participation.hpp"
#include "../state.hpp"

namespace lpc::runtime {

// 0: permitted; else LPC_REASON_*. `route` is the one of `slot` whose actor says it.
std::uint8_t judge_command(const State& state, std::uint32_t slot, const Route& route,
                           const lpc_command& command);

// Is a refusal of this kind of command for this reason a breach of the rules, and so a strike?
bool is_strike(std::uint8_t reason, std::uint16_t kind);

// May a command be refused for this reason because facts have moved on since it was thought of?
bool can_be_late(std::uint8_t reason);

// The checks of each family of commands; called by judge_command once kind, role and account are
// known to be right.
std::uint8_t judge_margin(const State& state, const lpc_command& command);
std::uint8_t judge_levels(const State& state, const lpc_command& command);
std::uint8_t judge_closeout(const State& state, const lpc_command& command);
std::uint8_t judge_release(const State& state, const lpc_command& command);
std::uint8_t judge_order(const State& state, const Route& route, const lpc_command& command);
std::uint8_t judge_cancel(const State& state, const lpc_command& command);
std::uint8_t judge_grant(const State& state, const lpc_command& command);
std::uint8_t judge_takeover(const State& state, std::uint32_t slot, const Route& route,
                            const lpc_command& command);
std::uint8_t judge_deleverage(const State& state, const Route& route, const lpc_command& command);
std::uint8_t judge_offer(const State& state, const Route& route, const lpc_command& command);
std::uint8_t judge_award(const State& state, const Route& route, const lpc_command& command);
std::uint8_t judge_escalate(const State& state, std::uint32_t slot, const lpc_command& command);

// The worst price of an order of this leg: the close-out's, or the grant's.
std::int64_t permitted_now(const State& state, std::uint64_t account, std::uint32_t instrument);

}  // namespace lpc::runtime
