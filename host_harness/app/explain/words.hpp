// Facts and commands of an account in words. Pure.
#pragma once

#include <lpc/plugin.h>

#include <string>

#include "units.hpp"

namespace lpc::app {

// What an INSTRUMENT says of trading, or a PRICE of whether it may be acted on.
std::string state_text(const lpc_fact& fact);

// What a fact says; empty for kinds that tell nothing to a reader.
std::string fact_text(const lpc_fact& fact, const Units& in);

std::string command_text(const lpc_command& command, const Units& in);

}  // namespace lpc::app
