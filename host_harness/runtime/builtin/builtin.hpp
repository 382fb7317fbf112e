// The liquidators that are part of the runtime itself, behind the same ABI as any plugin:
//   hold      gives no orders; the fallback of an instance that failed
//   takeover  hands what is left to the insurance fund at the bankruptcy price; the end of the line
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "../instance.hpp"

namespace lpc::runtime {

PluginCode hold_code(std::uint32_t role);
PluginCode takeover_code();

// "builtin:takeover" or "builtin:hold" as the configuration names it.
std::optional<PluginCode> builtin_code(std::string_view name, std::uint32_t role);

}  // namespace lpc::runtime
