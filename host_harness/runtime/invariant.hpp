// LPC_ASSERT: a broken invariant of the host itself, on in release. It never aborts an engine's
// process: the exception ends at the runtime's public functions, which poison the runtime (no more
// commands, an error from every call).
#pragma once

#include <stdexcept>
#include <string>

namespace lpc::runtime {

class InvariantBroken : public std::logic_error {
    using std::logic_error::logic_error;
};

[[noreturn]] inline void broken_invariant(const char* condition, const char* file, int line) {
    std::string name(file);
    throw InvariantBroken("invariant broken: " + std::string(condition) + " (" +
                          name.substr(name.find_last_of('/') + 1) + ":" + std::to_string(line) +
                          ")");
}

}  // namespace lpc::runtime

#define LPC_ASSERT(condition) \
    ((condition) ? void() : ::lpc::runtime::broken_invariant(#condition, __FILE__, __LINE__))
