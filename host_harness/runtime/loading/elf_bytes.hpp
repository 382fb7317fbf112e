// Bounds-checked reading of plain values from foreign bytes, for the files that make up ElfFile.
// Pure, any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string>
#include <type_traits>

#include "foundation/status.hpp"

namespace lpc::runtime {

// The value at an offset of the bytes, or nothing if they end before.
template <class T>
[[nodiscard]] std::optional<T> read_at(std::span<const std::byte> bytes, std::uint64_t offset) {
    static_assert(std::is_trivially_copyable_v<T>);
    if (offset > bytes.size() || bytes.size() - offset < sizeof(T)) {
        return std::nullopt;
    }
    T value;
    std::memcpy(&value, bytes.data() + offset, sizeof(T));
    return value;
}

[[nodiscard]] inline tl::unexpected<Error> damaged(const char* what) {
    return fail(std::string("is damaged or cut off: ") + what + " lies outside the file");
}

}  // namespace lpc::runtime
