// Runs a function in a process of its own with bounded processor time, time and memory. What it
// says comes back; a crash, a hang or an exit is an answer, too. Call it from a process with one
// thread.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace lpc::judge {

// What a process of its own may use.
struct Limits {
    std::uint32_t cpu_s = 60;    // of processor time
    std::uint32_t wall_s = 240;  // of any time: a plugin that sleeps
    std::uint64_t memory_bytes = std::uint64_t{2} << 30;
};

struct ChildEnd {
    std::string said;
    // Half a sentence that follows what was run, "crashed by signal 11 (Segmentation fault)"; empty
    // if it said all that it had to say.
    std::string trouble;
};

// Built with a sanitizer (foundation/sanitized.hpp): memory is not bounded.
[[nodiscard]] bool is_sanitized();

[[nodiscard]] ChildEnd in_child(const Limits& limits, const std::function<std::string()>& body);

}  // namespace lpc::judge
