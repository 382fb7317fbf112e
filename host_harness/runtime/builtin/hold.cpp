#include <lpc/plugin.h>

#include "builtin.hpp"

namespace lpc::runtime {
namespace {

lpc_instance* hold_create(const lpc_host*, char*, size_t) {
    static char stateless = 0;
    return reinterpret_cast<lpc_instance*>(&stateless);
}
void hold_destroy(lpc_instance*) {}
lpc_status hold_on_turn(lpc_instance*, const lpc_turn*, lpc_output*) {
    return LPC_OK;
}

constexpr lpc_hooks kNoHooks{};

constexpr lpc_plugin hold_table(std::uint32_t role) {
    return builtin_table("org.lpc.hold", role, &kNoHooks, hold_create, hold_destroy, hold_on_turn);
}

const lpc_plugin kRiskHold = hold_table(LPC_ROLE_RISK);
const lpc_plugin kLiquidatorHold = hold_table(LPC_ROLE_LIQUIDATOR);

}  // namespace

PluginCode hold_code(std::uint32_t role) {
    return {role == LPC_ROLE_RISK ? &kRiskHold : &kLiquidatorHold,
            {"org.lpc.hold", "1", "builtin:hold"},
            nullptr};
}

std::optional<PluginCode> builtin_code(std::string_view name, std::uint32_t role) {
    if (name == "builtin:hold") return hold_code(role);
    if (name == "builtin:takeover" && role == LPC_ROLE_LIQUIDATOR) return takeover_code();
    return std::nullopt;
}

}  // namespace lpc::runtime
