// How often a random test draws. A sanitizer looks at paths and not at numbers, and takes ten times
// as long: there everything is drawn, and expected, a fifth as often.
#pragma once

#include <cstdint>
#include <foundation/sanitized.hpp>

namespace lpc::tests {

constexpr std::uint64_t fewer(std::uint64_t count) {
    return kSanitized ? count / 5 : count;
}

}  // namespace lpc::tests
