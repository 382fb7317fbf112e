// The process's monotonic clock, for pacing and for measuring; no decision of a run depends on it.
// Any thread.
#pragma once

#include <chrono>
#include <cstdint>

namespace lpc::app {

inline std::int64_t monotonic_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace lpc::app
