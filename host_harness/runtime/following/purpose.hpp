// Why an instance follows, and where an instance runs. Values only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/status.hpp"

namespace lpc::runtime {

enum class Purpose : std::uint32_t {
    shadow = 1,  // compared or scored, never acts
    standby      // takes over by a flip, or at once where the active fails
};

enum class Placement : std::uint32_t {
    engine = 1,  // on the engine's thread, at the end of each turn: its failure is known at once
    worker,      // on a thread of its own: its failure is known when somebody asks
    sidecar      // in a process of its own, also when it acts: nothing that it does harms this one
};

constexpr std::string_view name_of(Placement placement) {
    switch (placement) {
        case Placement::worker:
            return "worker";
        case Placement::sidecar:
            return "sidecar";
        default:
            return "engine";
    }
}

inline Result<Placement> placement_named(std::string_view name) {
    for (const Placement one : {Placement::engine, Placement::worker, Placement::sidecar}) {
        if (name_of(one) == name) return one;
    }
    return fail("found placement '" + std::string(name) + "', expected engine, worker or sidecar");
}

}  // namespace lpc::runtime
