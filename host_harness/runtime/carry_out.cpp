#include "carry_out.hpp"

#include "grants.hpp"
#include "guard/guard.hpp"
#include "invariant.hpp"
#include "offbook/lots.hpp"
#include "offbook/tranches.hpp"
#include "procedure.hpp"

namespace lpc::runtime {
namespace {

lpc_fact fact_for(const lpc_command& command, std::uint16_t kind) {
    lpc_fact fact{};
    fact.account = command.account;
    fact.instrument = command.instrument;
    fact.kind = kind;
    return fact;
}

void publish_margin(State& state, const lpc_command& command) {
    lpc_fact fact = fact_for(command, LPC_FACT_MARGIN);
    fact.code = command.code;
    const lpc_fact* before =
        state.accounts.find(command.account)->find(LPC_FACT_MARGIN, command.instrument);
    const bool same_state = before != nullptr && before->code == command.code;
    const lpc_command_margin& m = command.u.margin;
    fact.u.margin = {m.equity, m.maintenance, m.initial, m.target,
                     same_state ? before->u.margin.since_ns : state.now_ns};
    state.tell_own(fact);
}

void publish_levels(State& state, const lpc_command& command) {
    lpc_fact fact = fact_for(command, LPC_FACT_LEVELS);
    const lpc_command_levels& l = command.u.levels;
    fact.u.levels = {l.liquidation_price, l.bankruptcy_price, l.next_state_price};
    state.tell_own(fact);
}

// What the command asks for becomes a working order: PENDING at once, the rest when it comes.
WorkingOrder& make_pending(State& state, Actor& actor, const lpc_command& command,
                           WorkingOrder order) {
    order.account = command.account;
    order.tag = command.tag;
    order.instrument = command.instrument;
    WorkingOrder& added = state.orders.add(order);
    actor.orders.add(added.account, added.id, added.tag);
    state.cases.find(command.account)->leg(command.instrument)->working_lots += added.lots;
    state.tell_order(added, LPC_ORDER_PENDING, 0, true);
    return added;
}

void place(State& state, Actor& actor, const lpc_command& command) {
    const lpc_command_order& wanted = command.u.order;
    Case& held = *state.cases.find(command.account);
    if (state.now_ns - held.rate_start_ns >= state.config.rulebook.rate_window_ns) {
        held.rate_start_ns = state.now_ns;
        held.rate_count = 0;
    }
    ++held.rate_count;
    const WorkingOrder& order =
        make_pending(state, actor, command, {.lots = wanted.lots, .price = wanted.price});
    Leg& leg = *held.leg(command.instrument);
    leg.budget_lots -= wanted.lots < 0 ? -wanted.lots : wanted.lots;
    LPC_ASSERT(leg.budget_lots >= 0);
    state.outbox.push_back(OrderRequest{order.id, order.account, order.instrument, command.code,
                                        order.lots, order.price, wanted.expire_ns});
}

void take_over(State& state, Actor& actor, const lpc_command& command) {
    const lpc_command_takeover& wanted = command.u.takeover;
    const WorkingOrder& order = make_pending(
        state, actor, command,
        {.lots = wanted.lots,
         .price = wanted.price,
         .against = Against::tranche,
         .tranche = wanted.tranche,
         .reserved = cost_at_mark(state, command.instrument, wanted.lots, wanted.price)});
    state.outbox.push_back(TakeoverRequest{order.id, order.account, order.instrument, order.lots,
                                           order.price, wanted.tranche});
}

void award(State& state, Actor& actor, const lpc_command& command) {
    const lpc_command_award& wanted = command.u.award;
    const std::uint64_t bidder = state.accounts.find(command.account)
                                     ->find(LPC_FACT_BID, command.instrument, wanted.bid_id)
                                     ->u.bid.bidder;
    const WorkingOrder& order =
        make_pending(state, actor, command,
                     {.lots = wanted.lots, .price = wanted.price, .against = Against::bidder});
    state.outbox.push_back(AwardRequest{order.id, order.account, order.instrument, order.lots,
                                        order.price, wanted.lot_id, wanted.bid_id, bidder});
    take_from_lot(state, command);
}

void deleverage(State& state, Actor& actor, const lpc_command& command) {
    const lpc_command_deleverage& wanted = command.u.deleverage;
    const WorkingOrder& order =
        make_pending(state, actor, command,
                     {.lots = wanted.lots, .price = wanted.price, .against = Against::opponents});
    state.outbox.push_back(
        DeleverageRequest{order.id, order.account, order.instrument, order.lots, order.price});
}

void cancel(State& state, const lpc_command& command) {
    WorkingOrder& order = *state.orders.find(command.u.cancel.order_id);
    order.state = LPC_ORDER_CANCELLING;
    state.tell_order(order, LPC_ORDER_CANCELLING, 0, true);
    state.outbox.push_back(CancelRequest{order.id, order.account, order.instrument});
}

void escalate(State& state, const lpc_command& command) {
    Case& held = *state.cases.find(command.account);
    held.escalate = command.code;
    state.cases.wake(held);
}

void grant(State& state, const lpc_command& command) {
    const GrantOffer offer = grant_offer(state, command);
    Leg& leg = *state.cases.find(command.account)->leg(command.instrument);
    state.cases.reserve_grant(leg, leg.spent_grant + offer.amount);
    lpc_fact fact = fact_for(command, LPC_FACT_GRANT);
    fact.u.grant = {offer.amount, offer.permitted_price, 0};
    state.tell_own(fact);
}

}  // namespace

void carry_out(State& state, Actor& actor, const lpc_command& command) {
    switch (command.kind) {
        case LPC_CMD_MARGIN:
            return publish_margin(state, command);
        case LPC_CMD_LEVELS:
            return publish_levels(state, command);
        case LPC_CMD_CLOSEOUT:
            return accept_closeout(state, command.account, command.instrument, command.u.closeout);
        case LPC_CMD_RELEASE:
            return begin_ending(state, *state.cases.find(command.account));
        case LPC_CMD_ORDER:
            return place(state, actor, command);
        case LPC_CMD_TAKEOVER:
            return take_over(state, actor, command);
        case LPC_CMD_OFFER:
            return offer_lot(state, command);
        case LPC_CMD_AWARD:
            return award(state, actor, command);
        case LPC_CMD_DELEVERAGE:
            return deleverage(state, actor, command);
        case LPC_CMD_CANCEL:
            return cancel(state, command);
        case LPC_CMD_GRANT:
            return grant(state, command);
        case LPC_CMD_ESCALATE:
            return escalate(state, command);
        case LPC_CMD_TIMER:
            actor.timers.add({command.u.timer.at_ns, command.account, command.tag});
            return;
        default:
            LPC_ASSERT(false && "a command that the guard cannot have permitted");
    }
}

void refuse(State& state, std::uint32_t slot, Route& route, const lpc_command& command,
            std::uint8_t reason) {
    Instance& instance = *route.active.instance;
    lpc_fact fact = fact_for(command, LPC_FACT_REFUSED);
    fact.reason = reason;
    fact.u.refused = {command.tag, command.kind};
    state.tell_refused(route, true, fact);
    ++instance.counters.refused;
    if (is_strike(reason, command.kind)) ++instance.counters.strikes;
    Case* held = state.cases.find(command.account);
    const bool counts = reason != LPC_REASON_HELD && reason != LPC_REASON_LATE && slot != 0;
    if (held == nullptr || !counts || !state.acts_for(route, *held)) return;
    ++held->refusals;
    state.cases.wake(*held);
}

}  // namespace lpc::runtime
