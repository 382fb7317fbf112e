// Why an instance follows, and where it runs. Values only.
#pragma once

#include <cstdint>

namespace lpc::runtime {

enum class Purpose : std::uint32_t {
    shadow = 1,  // compared or scored, never acts
    standby      // takes over by a flip, or at once where the active fails
};

enum class Placement : std::uint32_t {
    engine = 1,  // on the engine's thread, at the end of each turn: its failure is known at once
    worker       // on a thread of its own: its failure is known when somebody asks
};

}  // namespace lpc::runtime
