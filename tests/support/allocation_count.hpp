// How often the program has allocated so far. Linking allocation_count.cpp replaces operator new
// for the whole test executable.
#pragma once

#include <cstdint>

namespace lpc::test {

std::uint64_t allocation_count();

}  // namespace lpc::test
