#include "transitions.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "builtin/builtin.hpp"
#include "in_process.hpp"
#include "invariant.hpp"

namespace lpc::runtime {
namespace {

TurnLimits limits_of(const State& state) {
    return {state.config.output_capacity, state.config.rulebook.commands_per_turn_max};
}

void observe(State& state, std::uint32_t slot, const Route& route, TransitionKind kind,
             std::uint32_t from, std::uint32_t to, std::uint64_t accounts,
             const std::string& why = "") {
    Transition record{};
    record.seq = state.last_seq;
    record.now_ns = state.now_ns;
    record.accounts = accounts;
    record.stage = slot;
    record.route = state.slots[slot].index_of(route);
    record.kind = kind;
    record.from = from;
    record.to = to;
    record.generation = state.slots[slot].generation;
    state.observer.on_transition(record, why);
}

struct Found {
    Route* route = nullptr;
    Follower* follower = nullptr;
};
Found find_follower(State& state, std::uint32_t slot, std::uint32_t instance) {
    for (Route& route : state.slots[slot].routes) {
        if (Follower* follower = route.follower(instance)) return {&route, follower};
    }
    return {};
}

Error no_follower(const State& state, std::uint32_t slot, std::uint32_t instance) {
    return {"stage " + state.slots[slot].name + ": instance " + std::to_string(instance) +
            " does not follow"};
}

void remove_follower(State& state, std::uint32_t slot, Route& route, std::uint32_t instance,
                     const std::string& why) {
    const auto it = std::find_if(route.followers.begin(), route.followers.end(),
                                 [&](const auto& f) { return f->id() == instance; });
    observe(state, slot, route, TransitionKind::dismissed, instance, 0, (*it)->accounts_moved, why);
    state.premises.retire(std::shared_ptr<const void>(std::move(*it)));
    route.followers.erase(it);
}

// What of the account (nullptr: of the market) is the active's alone goes over: tags of its orders,
// its timers, its state.
Status transfer(State& state, Route& route, Follower& follower, const AccountFacts* facts) {
    const Actor& active = route.active;
    const std::uint64_t account = facts == nullptr ? 0 : facts->id();
    const auto saved = active.instance->save(account);
    if (!saved) return tl::unexpected(saved.error());
    for (const Timer& timer : active.timers.of_account(account)) follower.stream.timer(timer);
    if (facts != nullptr) {
        state.orders.for_each(account, [&](const WorkingOrder& order) {
            if (active.orders.has(account, order.id))
                follower.stream.tag(account, order.id, order.tag);
        });
        // Why before the state: what it loads speaks of orders that it knows.
        state.retell_account(follower, *facts);
    }
    if (!saved->empty()) follower.stream.load(account, follower.format, *saved);
    return {};
}

Status move_account(State& state, Route& route, Follower& follower, std::size_t index) {
    const AccountFacts& account = state.accounts.all()[index];
    if (follower.transfers) {
        if (const Status status = transfer(state, route, follower, &account); !status)
            return status;
    } else {
        state.retell_account(follower, account);
    }
    follower.moved(index, route.question.has_value());
    return {};
}

// The next account to move, as an index; false: there is none any more.
bool next_to_move(const State& state, std::uint32_t slot, const Route& route,
                  const Follower* follower, std::uint64_t& cursor, std::size_t& index) {
    if (slot == 0) {
        index = cursor;
        if (index >= state.accounts.all().size()) return false;
        ++cursor;
        return true;
    }
    const std::uint8_t at = state.slots[slot].index_of(route);
    while (const Case* held = state.cases.next(cursor)) {
        if (held->stage != slot || held->route != at || !held->attached) continue;
        index = state.accounts.index_of(held->account);
        if (follower == nullptr || !follower->has(index)) return true;
    }
    return false;
}

// Follower and active change places: all that is their own goes with them, so nothing else has to
// be told.
// Answers what the follower says to what was asked last, if it was asked.
std::optional<std::vector<lpc_command>> trade_places(State& state, std::uint32_t slot, Route& route,
                                                     Follower& follower, std::int64_t until_ns) {
    route.past += std::exchange(route.active.instance->counters, {});
    const bool asked = follower.asked();
    Exchanged next =
        follower.trade_places(std::move(route.active), until_ns, state.premises, limits_of(state));
    route.active = std::move(next.actor);
    route.active.instance->activate();
    ++state.slots[slot].generation;
    if (!asked) return std::nullopt;
    return std::move(next.answer);
}

// It has heard everything, and has not failed.
Status made_ready(State& state, std::uint32_t slot, Route& route, Follower& follower) {
    const Status settled = follower.settle();
    if (!settled) remove_follower(state, slot, route, follower.id(), settled.error().message);
    return settled;
}

// Who has just traded places and is not to stand by: it follows no more, and nobody hears of it.
void retire_predecessor(State& state, Route& route, std::uint32_t instance) {
    const auto it = std::find_if(route.followers.begin(), route.followers.end(),
                                 [&](const auto& f) { return f->id() == instance; });
    state.premises.retire(std::shared_ptr<const void>(std::move(*it)));
    route.followers.erase(it);
}

Follower* warm_standby(Route& route) {
    for (const auto& follower : route.followers) {
        if (follower->warm && follower->purpose == Purpose::standby) return follower.get();
    }
    return nullptr;
}

std::string answers_at_once() {
    return "a sidecar cannot act where a stage answers in the same turn, expected "
           "answer_after_turns of at least 1";
}

std::string text_of(Loss loss) {
    switch (loss) {
        case Loss::silent:
            return "its process gave no answer in time";
        case Loss::ended:
            return "its process has ended";
        case Loss::garbage:
            return "its process answered garbage";
        case Loss::failed:
            return "its process said that it failed";
    }
    return {};
}

std::string why_lost(const Dismissal& whom) {
    const std::string how = text_of(whom.loss);
    return how.empty() || whom.why.empty() ? how : how + " (" + whom.why + ")";
}

// Only who is lost: nobody else is sent away from where he acts.
Status dismiss_active(State& state, const Dismissal& whom) {
    for (Route& route : state.slots[whom.slot].routes) {
        if (route.active.instance == nullptr || route.active.instance->id() != whom.instance)
            continue;
        const std::string why = why_lost(whom);
        if (why.empty())
            return fail("stage " + state.slots[whom.slot].name + ": instance " +
                        std::to_string(whom.instance) +
                        " acts, expected a follower, or the loss of a sidecar");
        const std::string id = route.active.instance->identity().id;
        auto answer = fail_over(state, whom.slot, route, "plugin " + id + ": " + why);
        if (route.question && answer) {
            route.question->answer = TurnOutput{std::move(*answer), 0};
        } else {
            route.question.reset();
        }
        return {};
    }
    return tl::unexpected(no_follower(state, whom.slot, whom.instance));
}

}  // namespace

bool may_act(const State& state, std::uint32_t slot, Placement placement) {
    return placement != Placement::sidecar || state.slots[slot].rules.answer_after_turns != 0;
}

int matching_format(const lpc_plugin& active, const lpc_plugin& next) {
    const bool same_id = std::strcmp(active.id, next.id) == 0;
    if (active.state_id == nullptr) return same_id && next.state_loads == nullptr ? 0 : -1;
    for (int i = 0; next.state_loads != nullptr && next.state_loads[i] != nullptr; ++i) {
        if (std::strcmp(active.state_id, next.state_loads[i]) == 0) return i;
    }
    return -1;
}

Result<std::uint32_t> begin_following(State& state, PluginCode code, const FollowTerms& terms) {
    Route& route = state.slots[terms.slot].routes[terms.route];
    const std::string where = "stage " + place_of(state.slots[terms.slot].name, route.arm) + ": ";
    if (route.active.instance == nullptr) return fail(where + "nobody acts, so nobody can follow");
    if (terms.purpose == Purpose::standby) {
        for (const auto& other : route.followers) {
            if (other->purpose == Purpose::standby)
                return fail(
                    where + "plugin " + other->identity().id +
                    (other->predecessor
                         ? " stands by from the last swap, expected a rollback, or that its "
                           "probation is over"
                         : " is being swapped in, expected one swap at a time"));
        }
    }
    const int format = matching_format(route.active.instance->table(), *code.table);
    if (!terms.facts_only && format < 0)
        return fail(where + "plugin " + code.identity.id + " does not load the state of " +
                    route.active.instance->identity().id +
                    ", expected a format in common, or facts only");
    const bool coupled = (code.table->flags & LPC_COUPLED) != 0;
    if (terms.purpose == Purpose::standby && !may_act(state, terms.slot, terms.placement))
        return fail(where + answers_at_once());
    auto instance =
        state.premises.create(terms.placement, state.next_instance, std::move(code), state.log);
    if (!instance) return tl::unexpected(instance.error());
    const std::uint32_t id = state.next_instance++;
    (*instance)->follow();
    (*instance)->begin_with(terms.params, state.last_seq);
    state.retell_market(**instance);
    const Instance& begun = **instance;
    Actor actor;
    actor.instance = std::move(*instance);
    route.followers.push_back(std::make_unique<Follower>(
        begun, terms.purpose, terms.placement, !terms.facts_only,
        state.premises.place(terms.placement, {std::move(actor), limits_of(state)})));
    Follower& follower = *route.followers.back();
    follower.format = static_cast<std::uint32_t>(std::max(format, 0));
    observe(state, terms.slot, route, TransitionKind::follows, route.active.instance->id(), id, 0,
            follower.identity().sha256);
    if (follower.transfers) {
        const Status moved = transfer(state, route, follower, nullptr);
        if (!moved) {
            remove_follower(state, terms.slot, route, id, moved.error().message);
            return tl::unexpected(moved.error());
        }
    }
    feed_followers(state, terms.slot, route);
    if (route.follower(id) == nullptr) return fail(where + "the follower failed as it began");
    if (coupled) {
        if (const Status moved = migrate(state, terms.slot, id, UINT64_MAX); !moved)
            return tl::unexpected(moved.error());
    }
    return id;
}

std::vector<std::uint64_t> accounts_to_move(const State& state, std::uint32_t slot,
                                            const Route& route, const Follower* follower,
                                            std::uint64_t count) {
    std::vector<std::uint64_t> accounts;
    if (follower != nullptr && follower->warm) return accounts;
    std::uint64_t cursor = follower == nullptr ? 0 : follower->cursor;
    std::size_t index = 0;
    while (accounts.size() < count && next_to_move(state, slot, route, follower, cursor, index))
        accounts.push_back(state.accounts.all()[index].id());
    return accounts;
}

Status migrate(State& state, std::uint32_t slot, std::uint32_t instance, std::uint64_t count) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr) return tl::unexpected(no_follower(state, slot, instance));
    if (follower->warm) return {};
    std::size_t index = 0;
    bool more = true;
    for (std::uint64_t i = 0; i < count && more; ++i) {
        more = next_to_move(state, slot, *route, follower, follower->cursor, index);
        if (!more) break;
        if (const Status moved = move_account(state, *route, *follower, index); !moved) {
            remove_follower(state, slot, *route, instance, moved.error().message);
            return moved;
        }
    }
    if (!more) {
        follower->warm = true;
        observe(state, slot, *route, TransitionKind::warm, route->active.instance->id(), instance,
                follower->accounts_moved);
    }
    feed_followers(state, slot, *route);
    return {};
}

Status flip(State& state, std::uint32_t slot, std::uint32_t instance, std::int64_t probation_ns) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr) return tl::unexpected(no_follower(state, slot, instance));
    if (!follower->warm)
        return fail("stage " + state.slots[slot].name + ": instance " + std::to_string(instance) +
                    " is not warm yet, " + std::to_string(follower->accounts_moved) +
                    " accounts moved");
    if (!may_act(state, slot, follower->placement))
        return fail("stage " + state.slots[slot].name + ": " + answers_at_once());
    follower->feed();
    if (const Status ready = made_ready(state, slot, *route, *follower); !ready)
        return fail_in("stage " + state.slots[slot].name + ": the follower failed before the flip",
                       ready.error());
    const std::uint32_t from = route->active.instance->id();
    const std::uint64_t accounts = follower->accounts_moved;
    const TransitionKind kind = follower->predecessor                  ? TransitionKind::rolled_back
                                : follower->purpose == Purpose::shadow ? TransitionKind::promoted
                                                                       : TransitionKind::flipped;
    // It may have failed at what it was asked, with its answer not due yet.
    route->collect();
    const bool has_failed = route->question && route->question->failed();
    auto answer = trade_places(state, slot, *route, *follower, state.now_ns + probation_ns);
    if (has_failed && answer) {
        route->question->answer = TurnOutput{std::move(*answer), 0};
    } else if (has_failed) {
        route->question.reset();
    }
    observe(state, slot, *route, kind, from, instance, accounts);
    if (probation_ns == 0 || has_failed) retire_predecessor(state, *route, from);
    return {};
}

Status roll_back(State& state, std::uint32_t slot, std::uint32_t instance) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr || !follower->predecessor)
        return fail("stage " + state.slots[slot].name + ": instance " + std::to_string(instance) +
                    " is no predecessor on watch, expected a rollback within the probation");
    return flip(state, slot, instance, 0);
}

Status dismiss(State& state, const Dismissal& whom) {
    const auto [route, follower] = find_follower(state, whom.slot, whom.instance);
    if (follower == nullptr) return dismiss_active(state, whom);
    std::string why = why_lost(whom);
    if (whom.lag != 0) why = "it was " + std::to_string(whom.lag) + " records behind";
    if (why.empty()) {
        const Status heard = follower->settle();
        why = heard ? "as commanded" : heard.error().message;
    }
    remove_follower(state, whom.slot, *route, whom.instance, why);
    return {};
}

Status promote(State& state, std::uint32_t slot, std::uint32_t instance) {
    Slot& at = state.slots[slot];
    const auto route = std::find_if(at.routes.begin(), at.routes.end(), [&](const Route& r) {
        return r.active.instance != nullptr && r.active.instance->id() == instance;
    });
    if (route == at.routes.end())
        return fail("stage " + at.name + ": instance " + std::to_string(instance) +
                    " does not act, expected one that acts in an arm");
    const std::string where = "stage " + place_of(at.name, route->arm) + ": ";
    if (at.share_ppb(at.index_of(*route)) == LPC_RATE_ONE_PPB)
        return fail(where + "all accounts that come go there already");
    if (route->fallback) return fail(where + "the plugin has failed and the built-in hold acts");
    for (const auto& follower : route->followers) {
        if (follower->purpose == Purpose::standby && !follower->predecessor)
            return fail(where + "plugin " + follower->identity().id +
                        " is being swapped in, expected the end of that swap");
    }
    at.route_of_bucket.fill(at.index_of(*route));
    ++at.generation;
    observe(state, slot, *route, TransitionKind::arm_promoted, 0, instance, 0);
    return {};
}

std::optional<std::vector<lpc_command>> fail_over(State& state, std::uint32_t slot, Route& route,
                                                  const std::string& why) {
    state.observer.on_failure(
        slot, state.slots[slot].routes.size() == 1 ? why : "arm " + route.arm + ": " + why);
    feed_followers(state, slot, route);
    const std::uint32_t failed = route.active.instance->id();
    Follower* standby = warm_standby(route);
    while (standby != nullptr && !made_ready(state, slot, route, *standby))
        standby = warm_standby(route);
    if (standby != nullptr) {
        const std::uint64_t accounts = standby->accounts_moved;
        auto answer = trade_places(state, slot, route, *standby, state.now_ns);
        observe(state, slot, route, TransitionKind::failed_over, failed,
                route.active.instance->id(), accounts);
        retire_predecessor(state, route, failed);
        return answer;
    }
    auto hold =
        InProcess::create(state.next_instance++, hold_code(state.slots[slot].role), state.log);
    LPC_ASSERT(hold.has_value());
    route.past += route.active.instance->counters;
    state.premises.retire(
        std::shared_ptr<const void>(std::move(std::exchange(route.active, {}).instance)));
    route.active.instance = std::move(*hold);
    route.fallback = true;
    ++state.slots[slot].generation;
    observe(state, slot, route, TransitionKind::fell_back, failed, route.active.instance->id(), 0);
    return std::nullopt;
}

void feed_followers(State& state, std::uint32_t slot, Route& route) {
    for (std::size_t i = 0; i < route.followers.size();) {
        Follower& follower = *route.followers[i];
        follower.feed();
        // Who runs elsewhere is asked when it matters: an answer now would depend on its speed.
        const Status heard = follower.placement == Placement::engine ? follower.settle() : Status{};
        if (heard) {
            ++i;
        } else {
            remove_follower(state, slot, route, follower.id(), heard.error().message);
        }
    }
}

void end_probations(State& state) {
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        for (Route& route : state.slots[slot].routes) {
            for (std::size_t i = route.followers.size(); i-- > 0;) {
                const Follower& follower = *route.followers[i];
                if (follower.until_ns != 0 && follower.until_ns <= state.now_ns)
                    remove_follower(state, slot, route, follower.id(), "the probation is over");
            }
        }
    }
}

}  // namespace lpc::runtime
