#include "transitions.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include "builtin/builtin.hpp"
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
    record.route = static_cast<std::uint32_t>(&route - state.slots[slot].routes.data());
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
    route.followers.erase(it);
}

// What of the account is the active's alone goes over: tags of its orders, its timers, its state.
Status transfer(State& state, Route& route, Follower& follower, std::uint64_t account) {
    const std::uint32_t active = route.active->id();
    auto saved = route.active->save(account);
    if (!saved) return tl::unexpected(saved.error());
    for (const Timer& timer : state.timers.of_account(account)) {
        if (timer.instance == active)
            follower.following.take_over_timer(
                {timer.at_ns, timer.account, timer.tag, follower.id(), 0});
    }
    if (account != 0) {
        state.orders.for_each(account, [&](WorkingOrder& order) {
            if (order.instance == active)
                follower.following.take_over_tag(account, order.id, order.tag);
        });
        // Why before the state: what it loads speaks of orders that it knows.
        state.retell_account(follower, *state.accounts.find(account));
    }
    if (!saved->empty()) follower.stream.load(account, follower.format, *saved);
    return {};
}

Status move_account(State& state, Route& route, Follower& follower, std::size_t index) {
    const AccountFacts& account = state.accounts.all()[index];
    if (follower.transfers) {
        if (const Status status = transfer(state, route, follower, account.id()); !status)
            return status;
    } else {
        state.retell_account(follower, account);
    }
    follower.moved(index);
    return {};
}

// The next account to move, as an index; false: there is none any more.
bool next_to_move(State& state, std::uint32_t slot, const Route& route, Follower& follower,
                  std::size_t& index) {
    if (slot == 0) {
        index = follower.cursor;
        if (index >= state.accounts.all().size()) return false;
        ++follower.cursor;
        return true;
    }
    const auto at = static_cast<std::uint8_t>(&route - state.slots[slot].routes.data());
    while (const Case* held = state.cases.next(follower.cursor)) {
        if (held->stage != slot || held->route != at || held->instance == 0) continue;
        index = state.accounts.index_of(held->account);
        if (!follower.has(index)) return true;
    }
    return false;
}

// The old active, as a follower that has everything and knows what is its own.
std::unique_ptr<Follower> as_predecessor(State& state, std::unique_ptr<Instance> old,
                                         std::int64_t until_ns) {
    const std::uint32_t id = old->id();
    auto follower =
        std::make_unique<Follower>(std::move(old), limits_of(state), Purpose::standby, true);
    follower->warm = follower->predecessor = true;
    follower->until_ns = until_ns;
    state.orders.for_each([&](WorkingOrder& order) {
        if (order.instance == id)
            follower->following.take_over_tag(order.account, order.id, order.tag);
    });
    for (const Timer& timer : state.timers.of_instance(id)) {
        state.timers.remove(timer);
        follower->following.take_over_timer(timer);
    }
    return follower;
}

// The follower's instance becomes the active one, with all that is its own.
void promote(State& state, std::uint32_t slot, Route& route, Following& following) {
    Following::Luggage luggage = following.take_over();
    const std::uint32_t id = luggage.instance->id();
    state.orders.for_each([&](WorkingOrder& order) {
        const auto tag = luggage.tags.find(order.id);
        if (tag == luggage.tags.end()) return;
        order.instance = id;
        order.tag = tag->second;
    });
    const auto at = static_cast<std::uint8_t>(&route - state.slots[slot].routes.data());
    for (const std::uint64_t account : state.cases.accounts()) {
        Case& held = *state.cases.find(account);
        if (slot != 0 && held.stage == slot && held.route == at && held.instance != 0)
            held.instance = id;
    }
    for (const Timer& timer : luggage.timers.all()) {
        const Case* held = slot == 0 ? nullptr : state.cases.find(timer.account);
        state.timers.add(
            {timer.at_ns, timer.account, timer.tag, id, held == nullptr ? 0 : held->attached_seq});
    }
    luggage.instance->activate();
    route.active = std::move(luggage.instance);
    ++state.slots[slot].generation;
}

void drop_timers(State& state, std::uint32_t instance) {
    for (const Timer& timer : state.timers.of_instance(instance)) state.timers.remove(timer);
}

}  // namespace

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
    const std::string where = "stage " + state.slots[terms.slot].name + ": ";
    if (route.active == nullptr) return fail(where + "nobody acts, so nobody can follow");
    if (terms.purpose == Purpose::standby) {
        for (const auto& other : route.followers) {
            if (other->purpose == Purpose::standby)
                return fail(
                    where + "plugin " + other->identity().id +
                    (other->predecessor ? " is on probation's watch" : " is being swapped in") +
                    ", expected one swap at a time");
        }
    }
    const int format = matching_format(route.active->table(), *code.table);
    if (!terms.facts_only && format < 0)
        return fail(where + "plugin " + code.identity.id + " does not load the state of " +
                    route.active->identity().id + ", expected a format in common, or facts only");
    const bool coupled = (code.table->flags & LPC_COUPLED) != 0;
    auto instance = Instance::create(state.next_instance, std::move(code), state.log);
    if (!instance) return tl::unexpected(instance.error());
    const std::uint32_t id = state.next_instance++;
    (*instance)->follow();
    for (const lpc_fact& fact : terms.params) state.tell_once(**instance, fact);
    state.retell_market(**instance);
    route.followers.push_back(std::make_unique<Follower>(std::move(*instance), limits_of(state),
                                                         terms.purpose, !terms.facts_only));
    Follower& follower = *route.followers.back();
    follower.format = static_cast<std::uint32_t>(std::max(format, 0));
    observe(state, terms.slot, route, TransitionKind::follows, route.active->id(), id, 0,
            follower.identity().sha256);
    if (follower.transfers) {
        const Status moved = transfer(state, route, follower, 0);
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

Status migrate(State& state, std::uint32_t slot, std::uint32_t instance, std::uint64_t count) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr) return tl::unexpected(no_follower(state, slot, instance));
    if (follower->warm) return {};
    std::size_t index = 0;
    bool more = true;
    for (std::uint64_t i = 0; i < count && more; ++i) {
        more = next_to_move(state, slot, *route, *follower, index);
        if (!more) break;
        if (const Status moved = move_account(state, *route, *follower, index); !moved) {
            remove_follower(state, slot, *route, instance, moved.error().message);
            return moved;
        }
    }
    if (!more) {
        follower->warm = true;
        observe(state, slot, *route, TransitionKind::warm, route->active->id(), instance,
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
    feed_followers(state, slot, *route);
    if (route->follower(instance) == nullptr)
        return fail("stage " + state.slots[slot].name + ": the follower failed before the flip");
    std::unique_ptr<Instance> old = std::move(route->active);
    const std::uint32_t from = old->id();
    const std::uint64_t accounts = follower->accounts_moved;
    const TransitionKind kind = follower->predecessor                  ? TransitionKind::rolled_back
                                : follower->purpose == Purpose::shadow ? TransitionKind::promoted
                                                                       : TransitionKind::flipped;
    std::unique_ptr<Follower> predecessor;
    if (probation_ns > 0) {
        predecessor = as_predecessor(state, std::move(old), state.now_ns + probation_ns);
    } else {
        drop_timers(state, from);
    }
    promote(state, slot, *route, follower->following);
    std::erase_if(route->followers, [&](const auto& f) { return f->id() == instance; });
    if (predecessor != nullptr) route->followers.push_back(std::move(predecessor));
    observe(state, slot, *route, kind, from, instance, accounts);
    return {};
}

Status roll_back(State& state, std::uint32_t slot, std::uint32_t instance) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr || !follower->predecessor)
        return fail("stage " + state.slots[slot].name + ": instance " + std::to_string(instance) +
                    " is no predecessor on watch, expected a rollback within the probation");
    return flip(state, slot, instance, 0);
}

Status dismiss(State& state, std::uint32_t slot, std::uint32_t instance, const std::string& why) {
    const auto [route, follower] = find_follower(state, slot, instance);
    if (follower == nullptr) return tl::unexpected(no_follower(state, slot, instance));
    remove_follower(state, slot, *route, instance, why);
    return {};
}

void fail_over(State& state, std::uint32_t slot, Route& route, const std::string& why) {
    state.observer.on_failure(slot, why);
    feed_followers(state, slot, route);
    const std::uint32_t failed = route.active->id();
    drop_timers(state, failed);
    route.past += route.active->counters;
    const auto standby =
        std::find_if(route.followers.begin(), route.followers.end(),
                     [](const auto& f) { return f->warm && f->purpose == Purpose::standby; });
    if (standby != route.followers.end()) {
        const std::uint64_t accounts = (*standby)->accounts_moved;
        promote(state, slot, route, (*standby)->following);
        route.followers.erase(standby);
        observe(state, slot, route, TransitionKind::failed_over, failed, route.active->id(),
                accounts);
        return;
    }
    auto hold =
        Instance::create(state.next_instance++, hold_code(state.slots[slot].role), state.log);
    LPC_ASSERT(hold.has_value());
    const auto at = static_cast<std::uint8_t>(&route - state.slots[slot].routes.data());
    for (const std::uint64_t account : state.cases.accounts()) {
        Case& held = *state.cases.find(account);
        if (held.stage == slot && slot != 0 && held.route == at) held.instance = (*hold)->id();
    }
    route.active = std::move(*hold);
    route.fallback = true;
    ++state.slots[slot].generation;
    observe(state, slot, route, TransitionKind::fell_back, failed, route.active->id(), 0);
}

void feed_followers(State& state, std::uint32_t slot, Route& route) {
    for (std::size_t i = 0; i < route.followers.size();) {
        Follower& follower = *route.followers[i];
        const Status taken = follower.following.take(follower.stream.records());
        follower.stream.clear();
        if (taken) {
            ++i;
        } else {
            remove_follower(state, slot, route, follower.id(), taken.error().message);
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
