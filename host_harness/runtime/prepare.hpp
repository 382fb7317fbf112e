// What an input is about to need from instances that run in other processes: all waiting for them
// happens here, before the input is applied, so that no process's speed or end decides anything.
// Engine thread only; changes nothing that a command depends on.
#pragma once

#include <optional>
#include <span>

#include "input.hpp"
#include "state.hpp"

namespace lpc::runtime {

std::optional<Overdue> prepare(State& state, InputKind kind, std::span<const std::byte> bytes);

}  // namespace lpc::runtime
