// The liquidators that are part of the runtime itself, behind the same ABI as any plugin:
//   hold      gives no orders; the fallback of an instance that failed
//   takeover  hands what is left to the insurance fund at the bankruptcy price; the end of the line
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "../instance.hpp"

namespace lpc::runtime {

// A table without parameters and without state to save.
constexpr lpc_plugin builtin_table(const char* id, std::uint32_t role, const lpc_hooks* hooks,
                                   lpc_instance* (*create)(const lpc_host*, char*, size_t),
                                   void (*destroy)(lpc_instance*),
                                   lpc_status (*on_turn)(lpc_instance*, const lpc_turn*,
                                                         lpc_output*)) {
    lpc_plugin table{};
    table.struct_size = sizeof(lpc_plugin);
    table.abi_major = LPC_ABI_MAJOR;
    table.abi_minor = LPC_ABI_MINOR;
    table.flags = role;
    table.id = id;
    table.version = "1";
    table.build = "builtin";
    table.create = create;
    table.destroy = destroy;
    table.on_turn = on_turn;
    table.hooks = hooks;
    table.hooks_size = sizeof(lpc_hooks);
    return table;
}

PluginCode hold_code(std::uint32_t role);
PluginCode takeover_code();

// "builtin:takeover" or "builtin:hold" as the configuration names it.
std::optional<PluginCode> builtin_code(std::string_view name, std::uint32_t role);

}  // namespace lpc::runtime
