// What a permitted command does: its effect is a fact of the runtime's own making, and for the
// outside world a port call that waits until the turn's inputs are durable. Engine thread only.
#pragma once

#include "state.hpp"

namespace lpc::runtime {

// The command was permitted by the guard in this state.
void carry_out(State& state, Actor& actor, const lpc_command& command);

// REFUSED to the instance, a strike where it is a breach; after too many the fallback takes over
// (at the end of the turn).
void refuse(State& state, std::uint32_t slot, Route& route, const lpc_command& command,
            std::uint8_t reason);

}  // namespace lpc::runtime
