// A runtime as bytes, between two turns, and one made of them that goes on as if nothing had
// happened: facts, cases, orders, timers, and of each acting plugin what it saves of its accounts
// (law 4 promises that this is all). Deterministic: the same inputs give the same bytes, and taking
// them changes nothing. Engine thread only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "entry.hpp"
#include "input.hpp"
#include "participation.hpp"
#include "state.hpp"
#include "turn.hpp"

namespace lpc::runtime {

// What a runtime consists of.
struct Rooms {
    State& state;
    Entry& entry;
    Participation& participation;
    TurnResult& last_turn;
};

// An error says why there can be none now.
Result<std::vector<std::byte>> take_snapshot(const Rooms& rooms);

// The configuration that a snapshot begins with.
Result<Config> config_of_snapshot(std::span<const std::byte> snapshot);

// A plugin's code and what it begins with, for a stage's attachment.
struct Beginning {
    PluginCode code;
    std::vector<lpc_fact> params;
};
using FindBeginning = std::function<Result<Beginning>(const Slot&, const Attachment&)>;

// Into rooms that were made of that configuration and have had no input. After an error they are
// good for nothing.
Status restore_snapshot(const Rooms& rooms, std::span<const std::byte> snapshot,
                        const FindBeginning& find);

}  // namespace lpc::runtime
