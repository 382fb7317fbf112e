#include "instance.hpp"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <utility>

#include "foundation/sha256.hpp"

namespace lpc::runtime {

// Why memcpy: a plugin built against a shorter hook table has fewer entries than this host knows.
std::vector<lpc_hook> hooks_of(const lpc_plugin& table) {
    std::vector<lpc_hook> hooks(LPC_FACT_KINDS, nullptr);
    const std::size_t known = std::min<std::size_t>(table.hooks_size, sizeof(lpc_hooks));
    std::memcpy(hooks.data(), table.hooks, known / sizeof(lpc_hook) * sizeof(lpc_hook));
    return hooks;
}

Instance::Instance(std::uint32_t id, PluginCode code) : id_(id), code_(std::move(code)) {
    const std::vector<lpc_hook> hooks = hooks_of(*code_.table);
    for (std::uint16_t kind = 0; kind < LPC_FACT_KINDS; ++kind) {
        if (hooks[kind] != nullptr) interest_ |= 1u << kind;
    }
}

void Instance::begin_with(std::vector<lpc_fact> params, std::uint64_t seq) {
    params_ = std::move(params);
    for (lpc_fact& fact : params_) {
        fact.seq = seq;
        tell(fact);
    }
    std::string text = code_.identity.sha256 + "\n";
    for (const auto& [name, value] : named_params())
        text += name + " " + std::to_string(value) + "\n";
    code_.identity.params_sha256 = sha256_hex(text);
}

std::map<std::string, std::int64_t> Instance::named_params() const {
    std::map<std::string, std::int64_t> named;
    const std::span<const lpc_param> known{table().params, table().param_count};
    for (const lpc_fact& fact : params_) {
        const auto param = std::find_if(known.begin(), known.end(), [&](const lpc_param& p) {
            return p.id == fact.u.param.id;
        });
        if (param != known.end()) named[param->name] = fact.u.param.value;
    }
    return named;
}

void Instance::ask(lpc_turn turn, const TurnLimits& limits) {
    if (fresh_) turn.flags |= LPC_TURN_ACTIVE;
    fresh_ = false;
    do_ask(turn, limits);
}

}  // namespace lpc::runtime
