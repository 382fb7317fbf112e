#include "state.hpp"

#include <algorithm>
#include <utility>

#include "keyed_hash.hpp"

namespace lpc::runtime {
namespace {

lpc_fact order_fact(const WorkingOrder& order, std::uint8_t state, std::uint8_t reason) {
    lpc_fact fact{};
    fact.account = order.account;
    fact.instrument = order.instrument;
    fact.kind = LPC_FACT_ORDER;
    fact.code = state;
    fact.reason = reason;
    fact.u.order = {order.id, 0, order.price, works(state) ? order.left() : 0, order.done_lots};
    return fact;
}

}  // namespace

State::State(Config c, Observer& o, LogSink l, Premises& p)
    : config(std::move(c)), observer(o), log(std::move(l)), premises(p) {
    const auto add = [this](const std::string& name, std::uint32_t role, const Stage& rules) {
        Slot& slot = slots.emplace_back();
        slot.name = name;
        slot.role = role;
        slot.rules = rules;
        slot.key = keyed_hash(config.rulebook.tie_key, slots.size());
        for (const Arm& arm : rules.arms.all) slot.routes.emplace_back().arm = arm.name;
        slot.route_of_bucket = buckets_of(rules.arms.all);
    };
    add(std::string(kRiskStage), LPC_ROLE_RISK, {});
    for (const Stage& stage : config.stages) add(stage.name, LPC_ROLE_LIQUIDATOR, stage);
}

// The routes on which the account is heard: risk, and the stage that has it. Its case wakes, but
// for a BUDGET, which is what came of a look at it.
template <class Visit>
void State::for_each_route(std::uint64_t account, std::uint16_t kind, Visit&& visit) {
    visit(slots[0].routes.front());
    Case* owned = cases.find(account);
    if (owned == nullptr) return;
    if (kind != LPC_FACT_BUDGET) cases.wake(*owned);
    if (owned->attached) visit(route(*owned));
}

void State::tell_route(Route& route, std::uint64_t account, const lpc_fact& fact) {
    if (route.active.instance != nullptr) route.active.instance->tell(fact);
    if (route.followers.empty()) return;
    const std::size_t index = accounts.index_of(account);
    for (const auto& follower : route.followers) {
        if (follower->has(index)) follower->tell(fact);
    }
}

// An order's fact carries its tag only for who placed it; a follower is told as the active is, and
// knows by itself which tags are its own.
template <class Make>
void State::tell_tagged(const WorkingOrder& order, Make&& make) {
    for_each_route(order.account, LPC_FACT_ORDER, [&](Route& route) {
        tell_route(route, order.account, make(route.active.orders.tag(order.account, order.id)));
    });
}

bool State::tell_market(lpc_fact fact) {
    fact.seq = last_seq + 1;
    if (!market.tell(fact)) return false;
    ++last_seq;
    for (Slot& slot : slots) {
        for (Route& route : slot.routes) {
            if (route.active.instance != nullptr) route.active.instance->tell(fact);
            for (const auto& follower : route.followers) follower->tell(fact);
        }
    }
    return true;
}

bool State::tell_account(lpc_fact fact) {
    fact.seq = last_seq + 1;
    if (!accounts.open(fact.account).tell(fact)) return false;
    ++last_seq;
    for_each_route(fact.account, fact.kind,
                   [&](Route& route) { tell_route(route, fact.account, fact); });
    return true;
}

bool State::tell_own(lpc_fact fact) {
    if (!tell_account(fact)) return false;
    fact.seq = last_seq;
    observer.on_fact(fact);
    return true;
}

void State::tell_order(WorkingOrder& order, std::uint8_t state, std::uint8_t reason, bool own) {
    lpc_fact fact = order_fact(order, state, reason);
    fact.seq = order.seq = ++last_seq;
    tell_tagged(order, [&](std::uint64_t tag) {
        fact.u.order.tag = tag;
        return fact;
    });
    fact.u.order.tag = order.tag;
    if (own) observer.on_fact(fact);
}

void State::tell_fill(const WorkingOrder& order, lpc_fact fill) {
    fill.seq = ++last_seq;
    tell_tagged(order, [&](std::uint64_t tag) {
        fill.u.fill.tag = tag;
        return fill;
    });
}

void State::tell_once(Instance& instance, lpc_fact fact) {
    fact.seq = last_seq;
    instance.tell(fact);
}

void State::tell_refused(Route& route, bool active_too, lpc_fact fact) {
    fact.seq = last_seq;
    if (active_too) route.active.instance->tell(fact);
    for (const auto& follower : route.followers) follower->tell(fact);
}

void State::retell_market(Instance& instance) {
    market.for_each([&](const lpc_fact& fact) { instance.tell(fact); });
}

void State::retell_account(Actor& actor, const AccountFacts& account) {
    for (const lpc_fact& fact : account.all()) actor.instance->tell(fact);
    orders.for_each_working(account.id(), [&](const WorkingOrder& order) {
        lpc_fact fact = order_fact(order, order.state, 0);
        fact.seq = order.seq;
        fact.u.order.tag = actor.orders.tag(order.account, order.id);
        actor.instance->tell(fact);
    });
}

void State::retell_account(Follower& follower, const AccountFacts& account) {
    for (const lpc_fact& fact : account.all()) follower.tell(fact);
    orders.for_each_working(account.id(), [&](const WorkingOrder& order) {
        lpc_fact fact = order_fact(order, order.state, 0);
        fact.seq = order.seq;
        follower.tell(fact);  // it knows which tags are its own
    });
}

bool State::tag_works(const Actor& actor, std::uint64_t account, std::uint64_t tag) const {
    bool found = false;
    orders.for_each_working(account, [&](const WorkingOrder& order) {
        found = found ||
                (actor.orders.has(account, order.id) && actor.orders.tag(account, order.id) == tag);
    });
    return found;
}

std::optional<std::int64_t> State::next_timer_ns() const {
    std::optional<std::int64_t> next;
    for (const Slot& slot : slots) {
        for (const Route& route : slot.routes) {
            const auto own = route.active.timers.next_ns();
            if (own && (!next || *own < *next)) next = own;
        }
    }
    // One that was asked for while its time went by.
    if (next) next = std::max(*next, now_ns);
    return next;
}

const lpc_fact* State::closeout(std::uint64_t account, std::uint32_t instrument) const {
    const AccountFacts* facts = accounts.find(account);
    return facts == nullptr ? nullptr : facts->find(LPC_FACT_CLOSEOUT, instrument);
}

std::int64_t State::position_lots(std::uint64_t account, std::uint32_t instrument) const {
    const AccountFacts* facts = accounts.find(account);
    const lpc_fact* position =
        facts == nullptr ? nullptr : facts->find(LPC_FACT_POSITION, instrument);
    return position == nullptr ? 0 : position->u.position.lots;
}

}  // namespace lpc::runtime
