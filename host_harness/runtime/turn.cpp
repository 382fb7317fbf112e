#include "turn.hpp"

#include <vector>

#include "carry_out.hpp"
#include "grants.hpp"
#include "guard/guard.hpp"
#include "procedure.hpp"
#include "transitions.hpp"

namespace lpc::runtime {
namespace {

void tell_due_timers(State& state) {
    for (Slot& slot : state.slots) {
        for (Route& route : slot.routes) {
            for (const auto& follower : route.followers)
                follower->stream.timers(state.last_seq, state.now_ns);
            for (const Timer& timer : route.active.timers.due(state.now_ns)) {
                lpc_fact fact{};
                fact.account = timer.account;
                fact.kind = LPC_FACT_TIMER;
                fact.u.timer.tag = timer.tag;
                state.tell_once(*route.active.instance, fact);
            }
        }
    }
}

void act_on(State& state, std::uint32_t slot, Route& route, const lpc_command& command) {
    Instance& instance = *route.active.instance;
    const std::uint8_t reason = judge_command(state, slot, route, command);
    ++instance.counters.commands;
    state.observer.on_verdict(
        {command, slot, instance.id(), reason, state.slots[slot].index_of(route)});
    if (reason == 0) {
        carry_out(state, route.active, command);
    } else {
        refuse(state, slot, route, command, reason);
    }
}

// Followers hear what the active said about the accounts that they have.
void tell_followers(State& state, Route& route, const lpc_turn& turn,
                    const std::vector<lpc_command>& said) {
    for (const auto& follower : route.followers) {
        std::vector<lpc_command> heard;
        for (const lpc_command& command : said) {
            const bool known =
                command.account == 0 || (state.accounts.find(command.account) != nullptr &&
                                         follower->has(state.accounts.index_of(command.account)));
            if (known) heard.push_back(command);
        }
        follower->stream.turn(turn, heard);
    }
}

Result<TurnOutput> ask(State& state, std::uint32_t slot, Route& route, const lpc_turn& turn) {
    const TurnLimits limits{state.config.output_capacity,
                            state.config.rulebook.commands_per_turn_max};
    state.observer.on_turn_begin(slot);
    Result<TurnOutput> output = route.active.instance->turn(turn, limits);
    state.observer.on_turn_end(slot);
    return output;
}

bool has_struck_out(const State& state, const Route& route) {
    return !route.fallback && static_cast<std::int64_t>(route.active.instance->counters.strikes) >=
                                  state.config.rulebook.strikes_max;
}

std::uint32_t run_route(State& state, std::uint32_t slot, Route& route,
                        std::vector<GrantRequest>& grants) {
    const lpc_turn turn{state.last_seq + 1, state.now_ns, 0, 0};
    Result<TurnOutput> output = ask(state, slot, route, turn);
    while (!output) {  // ends: the built-in hold does not fail
        fail_over(state, slot, route, output.error().message);
        output = ask(state, slot, route, turn);
    }
    if (!route.followers.empty()) tell_followers(state, route, turn, output->commands);
    for (const lpc_command& command : output->commands) {
        if (command.kind == LPC_CMD_GRANT) {
            grants.push_back({slot, route.active.instance->id(), command});
        } else {
            act_on(state, slot, route, command);
        }
    }
    if (has_struck_out(state, route))
        fail_over(state, slot, route,
                  "plugin " + route.active.instance->identity().id + ": " +
                      std::to_string(route.active.instance->counters.strikes) +
                      " breaches of the rulebook");
    return output->carried;
}

std::uint32_t run_slot(State& state, std::uint32_t slot, std::vector<GrantRequest>& grants) {
    std::uint32_t carried = 0;
    for (Route& route : state.slots[slot].routes) {
        if (route.active.instance != nullptr) carried += run_route(state, slot, route, grants);
    }
    return carried;
}

void serve_grants(State& state, std::vector<GrantRequest>& grants) {
    sort_worst_first(state, grants);
    for (const GrantRequest& request : grants) {
        for (Route& route : state.slots[request.slot].routes) {
            // Who failed since is answered no more.
            if (route.active.instance != nullptr && route.active.instance->id() == request.instance)
                act_on(state, request.slot, route, request.command);
        }
    }
}

}  // namespace

TurnResult run_turn(State& state, Participation& participation, std::int64_t now_ns) {
    state.now_ns = now_ns;
    TurnResult result;
    end_probations(state);
    tell_due_timers(state);
    std::vector<GrantRequest> grants;
    result.carried += run_slot(state, 0, grants);
    advance_procedure(state);
    participation.share_out(state);
    for (std::uint32_t slot = 1; slot < state.slots.size(); ++slot)
        result.carried += run_slot(state, slot, grants);
    serve_grants(state, grants);
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        for (Route& route : state.slots[slot].routes) {
            if (route.followers.empty()) continue;
            state.observer.on_feed_begin(slot);
            feed_followers(state, slot, route);
            state.observer.on_feed_end(slot);
        }
    }
    return result;
}

}  // namespace lpc::runtime
