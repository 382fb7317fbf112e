// What the conductor looks up in the engine's state, and the form of a refusal. Pure functions of
// the state; engine thread only.
#pragma once

#include <control/answer.hpp>
#include <cstdint>
#include <optional>
#include <runtime/state.hpp>
#include <string>

namespace lpc::app {

inline std::optional<std::uint32_t> stage_named(const runtime::State& state,
                                                const std::string& name) {
    for (std::uint32_t i = 0; i < state.slots.size(); ++i) {
        if (state.slots[i].name == name) return i;
    }
    return std::nullopt;
}

template <class Which>
const runtime::Follower* find_follower(const runtime::Route& route, Which&& which) {
    for (const auto& follower : route.followers) {
        if (which(*follower)) return follower.get();
    }
    return nullptr;
}

inline control::Answer refused(const runtime::State& state, const std::string& why,
                               std::uint64_t generation) {
    control::Answer answer;
    answer.why = why;
    answer.generation = generation;
    answer.sequence = state.last_seq;
    return answer;
}

}  // namespace lpc::app
