#include "state.hpp"

#include <utility>

namespace lpc::runtime {
namespace {

template <class Tell>
void for_each_on(const Route& route, Tell&& tell) {
    if (route.active != nullptr) tell(*route.active);
    for (Instance* follower : route.followers) tell(*follower);
}

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

State::State(Config c, Observer& o, LogSink l)
    : config(std::move(c)), observer(o), log(std::move(l)) {
    const std::uint64_t key = config.rulebook.tie_key;
    slots.push_back(Slot{std::string(kRiskStage), LPC_ROLE_RISK, {}, RoutingTable(key), {}});
    for (const Stage& stage : config.stages)
        slots.push_back(Slot{stage.name, LPC_ROLE_LIQUIDATOR, stage, RoutingTable(key), {}});
}

template <class Tell>
void State::for_each_listener(std::uint64_t account, Tell&& tell) {
    for_each_on(slots[0].routes.of(account), tell);
    const Case* owned = cases.find(account);
    if (owned != nullptr && owned->instance != 0)
        for_each_on(slots[owned->stage].routes.of(account), tell);
}

bool State::tell_market(lpc_fact fact) {
    fact.seq = last_seq + 1;
    if (!market.tell(fact)) return false;
    ++last_seq;
    for (Slot& slot : slots) {
        for (const auto& instance : slot.instances) instance->tell(fact);
    }
    return true;
}

bool State::tell_account(lpc_fact fact) {
    fact.seq = last_seq + 1;
    if (!accounts.open(fact.account).tell(fact)) return false;
    ++last_seq;
    for_each_listener(fact.account, [&](Instance& instance) { instance.tell(fact); });
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
    for_each_listener(order.account, [&](Instance& instance) {
        fact.u.order.tag = instance.id() == order.instance ? order.tag : 0;
        instance.tell(fact);
    });
    fact.u.order.tag = order.tag;
    if (own) observer.on_fact(fact);
}

void State::tell_fill(const WorkingOrder& order, lpc_fact fill) {
    fill.seq = ++last_seq;
    for_each_listener(order.account, [&](Instance& instance) {
        fill.u.fill.tag = instance.id() == order.instance ? order.tag : 0;
        instance.tell(fill);
    });
}

void State::tell_once(Instance& instance, lpc_fact fact) {
    fact.seq = last_seq;
    instance.tell(fact);
}

void State::retell_market(Instance& instance) {
    market.for_each([&](const lpc_fact& fact) { instance.tell(fact); });
}

void State::retell_account(Instance& instance, const AccountFacts& account) {
    for (const lpc_fact& fact : account.all()) instance.tell(fact);
    for (const std::uint64_t id : orders.of_account(account.id())) {
        const WorkingOrder& order = *orders.find(id);
        lpc_fact fact = order_fact(order, order.state, 0);
        fact.seq = order.seq;
        fact.u.order.tag = instance.id() == order.instance ? order.tag : 0;
        instance.tell(fact);
    }
}

Instance* State::instance(std::uint32_t id) {
    for (Slot& slot : slots) {
        for (const auto& instance : slot.instances) {
            if (instance->id() == id) return instance.get();
        }
    }
    return nullptr;
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
