#include "turn.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "carry_out.hpp"
#include "grants.hpp"
#include "guard/guard.hpp"
#include "procedure.hpp"
#include "transitions.hpp"

namespace lpc::runtime {
namespace {

void tell_due_timers(State& state, Route& route) {
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

void tell_due_timers(State& state) {
    for (Slot& slot : state.slots) {
        for (Route& route : slot.routes) tell_due_timers(state, route);
    }
}

// Has something been told of the account or of the instrument's market since the plugin was asked?
bool facts_moved_on(const State& state, const Route& route, const lpc_command& command) {
    if (route.left.count(command.account) != 0) return true;
    const auto is_news = [&](const lpc_fact& fact) { return fact.seq >= route.asked.seq; };
    const AccountFacts* account = state.accounts.find(command.account);
    if (account != nullptr && std::any_of(account->all().begin(), account->all().end(), is_news))
        return true;
    const lpc_fact* price = state.market.find(LPC_FACT_PRICE, command.instrument);
    return price != nullptr && is_news(*price);
}

// What fails only because facts moved on is late, and no strike.
std::uint8_t judge(const State& state, std::uint32_t slot, const Route& route,
                   const lpc_command& command) {
    const std::uint8_t reason = judge_command(state, slot, route, command);
    const bool late = state.slots[slot].rules.answer_after_turns != 0 && can_be_late(reason) &&
                      facts_moved_on(state, route, command);
    return late ? std::uint8_t{LPC_REASON_LATE} : reason;
}

void act_on(State& state, std::uint32_t slot, Route& route, const lpc_command& command) {
    Instance& instance = *route.active.instance;
    const std::uint8_t reason = judge(state, slot, route, command);
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
void tell_said(State& state, Route& route, const std::vector<lpc_command>& said) {
    for (const auto& follower : route.followers) {
        std::vector<lpc_command> heard, inherited;
        for (const lpc_command& command : said) {
            const bool of_market = command.account == 0;
            if (!of_market && state.accounts.find(command.account) == nullptr) continue;
            const std::size_t index = of_market ? 0 : state.accounts.index_of(command.account);
            if (of_market ? follower->asked() : follower->had(index)) {
                heard.push_back(command);
            } else if (follower->transfers && (of_market || follower->has(index))) {
                inherited.push_back(command);
            }
        }
        follower->stream.said(state.last_seq, route.asked.now_ns, heard, inherited,
                              follower->asked());
    }
}

void ask(State& state, std::uint32_t slot, Route& route) {
    route.asked = {state.last_seq + 1, state.now_ns, 0, 0};
    route.left.clear();
    const TurnLimits limits{state.config.output_capacity,
                            state.config.rulebook.commands_per_turn_max};
    state.observer.on_turn_begin(slot);
    route.active.instance->ask(route.asked, limits);
    state.observer.on_turn_end(slot);
}

bool has_struck_out(const State& state, const Route& route) {
    return !route.fallback && static_cast<std::int64_t>(route.active.instance->counters.strikes) >=
                                  state.config.rulebook.strikes_max;
}

std::string breaches_of(const Route& route) {
    return "plugin " + route.active.instance->identity().id + ": " +
           std::to_string(route.active.instance->counters.strikes) + " breaches of the rulebook";
}

std::uint32_t act(State& state, std::uint32_t slot, Route& route, const TurnOutput& output,
                  std::vector<FundRequest>& requests) {
    tell_said(state, route, output.commands);
    for (const lpc_command& command : output.commands) {
        if (competes(command.kind)) {
            requests.push_back({slot, route.active.instance->id(), command});
        } else {
            act_on(state, slot, route, command);
        }
    }
    if (state.slots[slot].rules.answer_after_turns == 0 && has_struck_out(state, route))
        (void)fail_over(state, slot, route, breaches_of(route));
    return output.carried;
}

std::uint32_t ask_and_act(State& state, std::uint32_t slot, Route& route,
                          std::vector<FundRequest>& requests) {
    ask(state, slot, route);
    Result<TurnOutput> output = route.active.instance->take();
    while (!output) {  // ends: the built-in hold does not fail
        (void)fail_over(state, slot, route, output.error().message);
        ask(state, slot, route);
        output = route.active.instance->take();
    }
    for (const auto& follower : route.followers) follower->ask(route.asked);
    return act(state, slot, route, *output, requests);
}

// Who failed at what he was asked in an earlier turn, where the answer is due in this one: a
// standby may have been asked the same. Why before anything else is told: of one in another process
// only what was waited for before the turn may be needed.
void replace_who_failed(State& state) {
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        for (Route& route : state.slots[slot].routes) {
            if (!route.question || route.question->turns_left != 1) continue;
            route.collect();
            if (!route.question->failed()) continue;
            const std::string why = route.question->answer->error().message;
            auto of_standby = fail_over(state, slot, route, why);
            if (of_standby) {
                route.question->answer = TurnOutput{std::move(*of_standby), 0};
            } else {
                route.question.reset();
            }
        }
    }
}

// An answer that is due: to what was asked in an earlier turn.
std::uint32_t take_and_act(State& state, std::uint32_t slot, Route& route,
                           std::vector<FundRequest>& requests) {
    if (!route.question || --route.question->turns_left != 0) return 0;
    const Result<TurnOutput> answer = *std::exchange(route.question, std::nullopt)->answer;
    return act(state, slot, route, *answer, requests);
}

// Why at the end of a turn: whoever is asked has heard what came of its last answer.
void ask_for_later(State& state, std::uint32_t slot, Route& route) {
    const std::uint32_t after = state.slots[slot].rules.answer_after_turns;
    if (after == 0 || route.question || route.active.instance == nullptr) return;
    if (has_struck_out(state, route)) {
        // Why not now: whoever stands by in another process is waited for before a turn, not in it.
        route.question = Question{after, fail(breaches_of(route))};
        return;
    }
    // Whoever is asked has been told of every timer whose time has come, of those just set, too.
    tell_due_timers(state, route);
    ask(state, slot, route);
    route.question = Question{after, {}};
    if (route.active.instance->placement() != Placement::sidecar) route.collect();
    for (const auto& follower : route.followers) follower->ask(route.asked);
}

std::uint32_t run_route(State& state, std::uint32_t slot, Route& route,
                        std::vector<FundRequest>& requests) {
    return state.slots[slot].rules.answer_after_turns == 0
               ? ask_and_act(state, slot, route, requests)
               : take_and_act(state, slot, route, requests);
}

std::uint32_t run_slot(State& state, std::uint32_t slot, std::vector<FundRequest>& requests) {
    std::uint32_t carried = 0;
    for (Route& route : state.slots[slot].routes) {
        if (route.active.instance != nullptr) carried += run_route(state, slot, route, requests);
    }
    return carried;
}

void serve_fund_requests(State& state, std::vector<FundRequest>& requests) {
    sort_worst_first(state, requests);
    for (const FundRequest& request : requests) {
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
    replace_who_failed(state);
    run_lot_clocks(state);
    tell_due_timers(state);
    std::vector<FundRequest> requests;
    result.carried += run_slot(state, 0, requests);
    advance_procedure(state);
    participation.share_out(state);
    for (std::uint32_t slot = 1; slot < state.slots.size(); ++slot)
        result.carried += run_slot(state, slot, requests);
    serve_fund_requests(state, requests);
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        for (Route& route : state.slots[slot].routes) {
            ask_for_later(state, slot, route);
            if (route.followers.empty()) continue;
            state.observer.on_feed_begin(slot);
            feed_followers(state, slot, route);
            state.observer.on_feed_end(slot);
        }
    }
    return result;
}

}  // namespace lpc::runtime
