// One turn: due timers, risk, guard, procedure, budgets, liquidators, guard. Engine thread only.
#pragma once

#include "participation.hpp"
#include "state.hpp"

namespace lpc::runtime {

struct TurnResult {
    std::uint32_t carried = 0;  // accounts that wait for another turn at once
};

TurnResult run_turn(State& state, Participation& participation, std::int64_t now_ns);

}  // namespace lpc::runtime
