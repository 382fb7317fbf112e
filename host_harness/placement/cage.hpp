// What a sidecar process does to itself before a plugin's code takes its turns there. Afterwards it
// can compute, wait and speak over the channel that it has open: any other system call ends it at
// once, with SIGSYS. There is no way out. Once in a process, from any of its threads.
#pragma once

#include <cstdint>

#include <foundation/status.hpp>

namespace lpc::placement {

// memory_bytes: of its address space, all that it has already counted in; what goes beyond is
// refused, so that `new` throws std::bad_alloc. No core file, no further descriptor, no further
// privilege.
//
// Allowed: memory that is not executable, futex wait and wake, clocks and sleep, the end of the
// process by exit or by a signal to itself. What the C library says on standard error before it
// aborts goes nowhere. A further thread is none of these.
//
// Built with a sanitizer (foundation/sanitized.hpp) neither descriptors nor memory nor system calls
// are bounded: its runtime opens pipes to look at memory.
[[nodiscard]] Status enter_cage(std::uint64_t memory_bytes);

}  // namespace lpc::placement
