// What an input is about to need from instances that run in other processes: all waiting for them
// happens here, before the input is applied, so that no process's speed or end decides anything.
// Engine thread only; changes nothing that a command depends on.
#pragma once

#include <optional>

#include "input.hpp"
#include "instance.hpp"
#include "state.hpp"

namespace lpc::runtime {

// Who is lost: the step that dismisses it, an input of its own, before the one that could not be
// prepared. `code`: where the runtime finds what is to follow.
std::optional<Input> prepare(State& state, const CodeSource& code, const Input& input);

}  // namespace lpc::runtime
