// Judges the table of a plugin before `create`: what it declares must be complete, bounded and free
// of contradictions. Serves loaded files and tables that are compiled into the host alike. Calls
// nothing in the plugin. Pure, any thread.
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "foundation/status.hpp"

namespace lpc::runtime {

inline constexpr std::string_view kTableSymbol = "lpc_plugin_v0";
// Up to the last field of the first minor version: a later minor only adds fields behind it.
inline constexpr std::size_t kTableBytesMin =
    offsetof(lpc_plugin, hooks_size) + sizeof(lpc_plugin::hooks_size);
inline constexpr std::uint32_t kTableBytesMax = 4096;

inline constexpr std::size_t kTextMax = 128;       // id, version, build, state formats [bytes]
inline constexpr std::size_t kParamHelpMax = 512;  // [bytes]
inline constexpr std::uint64_t kParamCountMax = 1024;
inline constexpr std::size_t kStateLoadsMax = 64;
inline constexpr std::uint32_t kRecordMax = 1u << 24;  // [bytes]

// A failure names the field, what was found and what was expected: "has params[3].name 'x' twice
// ...".
[[nodiscard]] Status judge_table(const lpc_plugin& table);

// The part of it that reads no pointer: sizes, versions, flags. Good for a table whose addresses
// are not relocated yet.
[[nodiscard]] Status judge_table_head(const lpc_plugin& table);

}  // namespace lpc::runtime
