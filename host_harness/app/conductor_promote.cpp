// How a trial ends. What has proved itself gets to act: a plugin from the shadow, or an arm, which
// then gets every account that comes. What has not is taken out of the shadow.
#include <algorithm>
#include <runtime/input.hpp>

#include "conductor.hpp"
#include "conductor_report.hpp"
#include "conductor_view.hpp"

namespace lpc::app {
namespace {

using control::Answer;
using runtime::Follower;
using runtime::State;
using runtime::StepKind;

// The arm that is meant by "ARM.shadow", or by "shadow" where there is one only.
std::optional<std::string> shadow_of(const std::string& named) {
    if (named == runtime::kShadowArm) return std::string(runtime::kOnlyArm);
    const std::size_t dot = named.rfind('.');
    if (dot == std::string::npos || named.substr(dot + 1) != runtime::kShadowArm)
        return std::nullopt;
    return named.substr(0, dot);
}

const Follower* in_shadow(const runtime::Route& route) {
    return find_follower(route,
                         [](const Follower& f) { return f.purpose == runtime::Purpose::shadow; });
}

std::string what_may_be_promoted(const runtime::Slot& slot) {
    if (slot.routes.size() == 1) return "'shadow', the only one that can be promoted here";
    std::string arms, shadows;
    for (const runtime::Route& route : slot.routes) {
        arms += route.arm + ", ";
        shadows += (shadows.empty() ? "" : ", ") + route.arm + ".shadow";
    }
    return "one of: " + arms + shadows;
}

}  // namespace

Answer Conductor::promote(scenario::Steering& steering, const control::Order& order) {
    const State& state = steering.state();
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const runtime::Slot& slot = state.slots[*stage];
    if (auto answer = stale(order, slot.generation, state, "stage")) return *answer;
    const auto shadow = shadow_of(order.arm);
    const bool known = slot.arm_named(shadow ? *shadow : order.arm).has_value();
    if (!known || (!shadow && slot.routes.size() == 1))
        return refused(state,
                       "stage " + order.stage + ": found arm '" + order.arm + "', expected " +
                           what_may_be_promoted(slot),
                       slot.generation);
    return shadow ? promote_shadow(steering, *stage, *shadow)
                  : promote_arm(steering, *stage, order.arm);
}

Answer Conductor::promote_shadow(scenario::Steering& steering, std::uint32_t stage,
                                 const std::string& arm) {
    const State& state = steering.state();
    const runtime::Slot& slot = state.slots[stage];
    const std::string where = "stage " + runtime::place_of(slot.name, arm) + ": ";
    const std::uint8_t index = *slot.arm_named(arm);
    const Follower* shadow = in_shadow(slot.routes[index]);
    if (shadow == nullptr)
        return refused(state, where + "no plugin runs in its shadow", slot.generation);
    if (!shadow->warm) {
        const std::uint64_t all = accounts_to_move(state, stage, index);
        return refused(state,
                       where + "shadow is not ready yet: " +
                           std::to_string(std::min<std::uint64_t>(all, shadow->accounts_moved)) +
                           " of " + std::to_string(all) + " accounts moved; see `stages`",
                       slot.generation);
    }
    const Status done = steering.submit(
        runtime::encode_step({StepKind::flip, stage, shadow->id(), 0, options_.probation_ns}));
    return outcome(done, state, slot.generation);
}

Answer Conductor::promote_arm(scenario::Steering& steering, std::uint32_t stage,
                              const std::string& arm) {
    const State& state = steering.state();
    const runtime::Slot& slot = state.slots[stage];
    const runtime::Instance& acts = *slot.routes[*slot.arm_named(arm)].active.instance;
    const Status done =
        steering.submit(runtime::encode_step({StepKind::promote, stage, acts.id(), 0, 0}));
    return outcome(done, state, slot.generation);
}

Answer Conductor::dismiss(scenario::Steering& steering, const control::Order& order) {
    const State& state = steering.state();
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const runtime::Slot& slot = state.slots[*stage];
    if (auto answer = stale(order, slot.generation, state, "stage")) return *answer;
    const auto arm = slot.arm_named(order.arm);
    if (!arm) return refused(state, arm.error().message, slot.generation);
    const Follower* shadow = in_shadow(slot.routes[*arm]);
    if (shadow == nullptr)
        return refused(
            state,
            "stage " + runtime::place_of(slot.name, order.arm) + ": no plugin runs in its shadow",
            slot.generation);
    const std::uint32_t instance = shadow->id();
    const Status done =
        steering.submit(runtime::encode_step({StepKind::dismiss, *stage, instance, 0, 0}));
    // Why not the status alone: one whose process is lost goes before it can be dismissed.
    const bool is_gone = slot.routes[*arm].follower(instance) == nullptr;
    return outcome(is_gone ? Status{} : done, state, slot.generation);
}

}  // namespace lpc::app
