// The life of a close-out between the risk stage and the liquidators: resting orders are cancelled
// before it runs, accounts move through the stages by the published conditions, and it ends when
// nothing works and nothing is owed. Only the host moves accounts. Engine thread only.
#pragma once

#include "state.hpp"

namespace lpc::runtime {

// Between risk and liquidators, once a turn: ACCEPTED -> RUNNING, moves between stages, ENDING ->
// ENDED.
void advance_procedure(State& state);

// Tells the close-out (new or changed) and opens the account's case.
void accept_closeout(State& state, std::uint64_t account, std::uint32_t instrument,
                     const lpc_command_closeout& terms);

// No new orders from now on; working ones are cancelled or awaited.
void begin_ending(State& state, Case& ending);

// Attaches the accounts that reached this stage before anybody took its slot.
void hand_out_waiting(State& state, std::uint32_t slot);

}  // namespace lpc::runtime
