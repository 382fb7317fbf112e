// What a command that is refused must leave as it was, as bytes to compare; and the strikes of a
// slot's instance. Pure functions of a rig's state.
#pragma once

#include <string>

#include "support/runtime_rig.hpp"

namespace lpc::test {

// All that a refused command must leave alone.
inline std::string picture(const Rig& rig) {
    std::string all;
    const auto add = [&all](const auto& value) {
        all.append(reinterpret_cast<const char*>(&value), sizeof value);
    };
    rig.state().market.for_each(add);
    for (const runtime::AccountFacts& account : rig.state().accounts.all()) {
        for (const lpc_fact& f : account.all()) add(f);
    }
    for (const auto& entry : rig.state().orders.all()) {
        add(entry.first);
        add(entry.second.done_lots);
        add(entry.second.state);
    }
    for (const std::uint64_t account : rig.state().cases.accounts()) {
        const runtime::Case& held = *rig.held(account);
        add(held.phase);
        add(held.stage);
        add(held.escalate);
        add(held.rate_count);
        for (const runtime::Leg& leg : held.legs) {
            add(leg.working_lots);
            add(leg.budget_lots);
        }
    }
    std::size_t timers = 0;
    for (const runtime::Slot& slot : rig.state().slots) {
        for (const runtime::Route& route : slot.routes) timers += route.active.timers.size();
    }
    return all + std::to_string(rig.state().outbox.size()) + "/" + std::to_string(timers);
}

inline std::uint64_t strikes(const Rig& rig, std::size_t slot) {
    return rig.state().slots[slot].counters().strikes;
}

}  // namespace lpc::test
