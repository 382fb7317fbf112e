// The checks on entry: is this fact within the published limits (lpc/limits.h), are its codes
// known, are unused words zero? Pure; the answer is one sentence that names the fact, what was
// found and what was expected.
#pragma once

#include <lpc/plugin.h>

#include <string>

#include "foundation/status.hpp"

namespace lpc::runtime {

// "POSITION of account 7, instrument 1"
std::string describe(const lpc_fact& fact);
const char* fact_name(std::uint16_t kind);
const char* command_name(std::uint16_t kind);
const char* reason_name(std::uint8_t reason);

// Judges a fact that the engine tells. Facts that are the runtime's own to tell (BUDGET, GRANT,
// TIMER, REFUSED, DETACH, PARAM) and kinds that this version cannot act on are refused.
Status validate_told(const lpc_fact& fact);

}  // namespace lpc::runtime
