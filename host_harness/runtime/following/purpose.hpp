// Why an instance follows. Values only.
#pragma once

#include <cstdint>

namespace lpc::runtime {

enum class Purpose : std::uint32_t {
    shadow = 1,  // compared or scored, never acts
    standby      // takes over by a flip, or at once where the active fails
};

}  // namespace lpc::runtime
