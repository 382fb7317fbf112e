#include "turn.hpp"

#include <vector>

#include "carry_out.hpp"
#include "grants.hpp"
#include "guard/guard.hpp"
#include "procedure.hpp"

namespace lpc::runtime {
namespace {

void tell_due_timers(State& state) {
    for (const Timer& timer : state.timers.due(state.now_ns)) {
        Instance* instance = state.instance(timer.instance);
        if (instance == nullptr) continue;
        const Case* held = state.cases.find(timer.account);
        const bool risk = instance->table().flags & LPC_ROLE_RISK;
        // A liquidator's timers for an account that has left it are void.
        const bool left = held == nullptr || held->instance != timer.instance ||
                          held->attached_seq != timer.attached_seq;
        if (timer.account != 0 && !risk && left) continue;
        lpc_fact fact{};
        fact.account = timer.account;
        fact.kind = LPC_FACT_TIMER;
        fact.u.timer.tag = timer.tag;
        state.tell_once(*instance, fact);
    }
}

void act_on(State& state, std::uint32_t slot, Instance& instance, const lpc_command& command) {
    const std::uint8_t reason = judge_command(state, slot, instance, command);
    ++instance.counters.commands;
    state.observer.on_verdict({command, slot, instance.id(), reason, 0});
    if (reason == 0) {
        carry_out(state, instance, command);
    } else {
        refuse(state, slot, instance, command, reason);
    }
}

std::uint32_t run_slot(State& state, std::uint32_t slot, std::vector<GrantRequest>& grants) {
    if (state.slots[slot].instances.empty()) return 0;
    Instance& instance = *state.slots[slot].instances.front();
    const TurnLimits limits{state.config.output_capacity,
                            state.config.rulebook.commands_per_turn_max};
    state.observer.on_turn_begin(slot);
    Result<TurnOutput> output = instance.turn({state.last_seq + 1, state.now_ns, 0, 0}, limits);
    state.observer.on_turn_end(slot);
    if (!output) {
        fall_back(state, slot, output.error().message);
        return 0;
    }
    for (const lpc_command& command : output->commands) {
        if (command.kind == LPC_CMD_GRANT) {
            grants.push_back({slot, instance.id(), command});
        } else {
            act_on(state, slot, instance, command);
        }
    }
    if (!state.slots[slot].fallback &&
        static_cast<std::int64_t>(instance.counters.strikes) >= state.config.rulebook.strikes_max)
        fall_back(state, slot,
                  "plugin " + instance.identity().id + ": " +
                      std::to_string(instance.counters.strikes) + " breaches of the rulebook");
    return output->carried;
}

void serve_grants(State& state, std::vector<GrantRequest>& grants) {
    sort_worst_first(state, grants);
    for (const GrantRequest& request : grants) {
        // Who failed since is answered no more.
        if (Instance* instance = state.instance(request.instance))
            act_on(state, request.slot, *instance, request.command);
    }
}

}  // namespace

TurnResult run_turn(State& state, Participation& participation, std::int64_t now_ns) {
    state.now_ns = now_ns;
    TurnResult result;
    tell_due_timers(state);
    std::vector<GrantRequest> grants;
    result.carried += run_slot(state, 0, grants);
    advance_procedure(state);
    participation.share_out(state);
    for (std::uint32_t slot = 1; slot < state.slots.size(); ++slot)
        result.carried += run_slot(state, slot, grants);
    serve_grants(state, grants);
    return result;
}

}  // namespace lpc::runtime
