#include "procedure.hpp"

#include <algorithm>
#include <utility>

#include "facts/judge.hpp"
#include "offbook/lots.hpp"
#include "participation.hpp"

namespace lpc::runtime {
namespace {

void tell_closeout(State& state, const lpc_fact& closeout, std::uint8_t code) {
    lpc_fact fact = closeout;
    fact.code = code;
    state.tell_own(fact);
}

bool has_resting_orders(const AccountFacts& account) {
    for (const lpc_fact& position : account.of_kind(LPC_FACT_POSITION)) {
        const lpc_fact_position& p = position.u.position;
        if (p.resting_buy_lots != 0 || p.resting_sell_lots != 0) return true;
    }
    return false;
}

void tell_detach(State& state, const Case& held, std::uint8_t code) {
    Route& route = state.route(held);
    lpc_fact fact{};
    fact.account = held.account;
    fact.kind = LPC_FACT_DETACH;
    fact.code = code;
    fact.seq = ++state.last_seq;
    route.active.instance->tell(fact);
    route.active.forget(held.account);
    if (route.question) route.left.insert(held.account);
    const std::size_t index = state.accounts.index_of(held.account);
    for (const auto& follower : route.followers) {
        if (follower->has(index)) follower->tell(fact);
        follower->left(index, route.question.has_value());
    }
    state.observer.on_fact(fact);
}

// The account's facts, to who acts for it in its stage now and to who follows there.
void hand_over(State& state, Case& held) {
    Route& route = state.route(held);
    held.attached = route.active.instance != nullptr;
    if (!held.attached) return;
    const AccountFacts& account = *state.accounts.find(held.account);
    state.retell_account(route.active, account);
    for (const auto& follower : route.followers) {
        follower->moved(state.accounts.index_of(held.account), route.question.has_value());
        state.retell_account(*follower, account);
    }
}

// The plugin that gave them is about to lose sight of them.
void cancel_in_book(State& state, std::uint64_t account) {
    for (const std::uint64_t id : state.orders.of_account(account)) {
        WorkingOrder& order = *state.orders.find(id);
        if (!order.on_book() || order.state == LPC_ORDER_CANCELLING) continue;
        order.state = LPC_ORDER_CANCELLING;
        state.tell_order(order, LPC_ORDER_CANCELLING, 0, true);
        state.outbox.push_back(CancelRequest{order.id, order.account, order.instrument});
    }
}

void move_to(State& state, Case& held, std::uint32_t stage, MoveCause cause) {
    const std::uint32_t from = held.stage;
    withdraw_lots(state, held.account);
    cancel_in_book(state, held.account);
    if (held.attached) tell_detach(state, held, LPC_DETACH_STAGE);
    held.stage = stage;
    held.entered_ns = state.now_ns;
    held.rests_since_ns = -1;
    held.refusals = 0;
    const std::uint16_t detail = std::exchange(held.escalate, std::uint8_t{0});
    for (Leg& leg : held.legs) leg.budget_lots = 0;
    held.route = state.slots[stage].route_of(held);
    state.cases.wake(held);  // it may have to go further
    state.observer.on_move(
        {++state.last_seq, held.account, state.now_ns, from, stage, cause, detail, held.route});
    hand_over(state, held);
}

bool at_target(const State& state, const AccountFacts& account) {
    const auto now = judge(state.market, account);
    return now && now->health.equity >=
                      target_equity(now->health.maintenance, state.config.rulebook.close);
}

// ACCEPTED: once no resting order is left, and the account is still short of its target, a
// liquidator gets it.
void try_to_run(State& state, Case& held) {
    const AccountFacts& account = *state.accounts.find(held.account);
    if (has_resting_orders(account)) {
        if (!std::exchange(held.resting_cancelled, true))
            state.outbox.push_back(CancelRestingRequest{held.account});
        return;
    }
    if (held.resting_cancelled) {
        // The margin is looked at again; if the account is at its target now, the risk stage
        // releases it.
        if (at_target(state, account)) return state.cases.wake(held);  // prices may change it
    }
    held.phase = Phase::running;
    for (const Leg& leg : held.legs) {
        if (const lpc_fact* closeout = state.closeout(held.account, leg.instrument))
            tell_closeout(state, *closeout, LPC_CLOSEOUT_RUNNING);
    }
    move_to(state, held, 1, MoveCause::entered);
}

bool is_held(const State& state, const Case& held) {
    return std::any_of(held.legs.begin(), held.legs.end(), [&](const Leg& leg) {
        return state.holds.covers(held.account, leg.instrument);
    });
}

// Is there anything to be done here for an account that is bankrupt? Nobody trades with it at a
// price that it can pay; but it may be taken over, opponents may give, the fund may grant the rest.
bool helps_bankrupt(const Stage& rules, const Rulebook& book) {
    const auto permits = [&](std::uint16_t command) {
        return (rules.permits >> command & 1u) != 0;
    };
    return permits(LPC_CMD_TAKEOVER) || permits(LPC_CMD_DELEVERAGE) ||
           (permits(LPC_CMD_GRANT) && book.grant_per_account_max > Money{});
}

bool below(State& state, const Case& held, const Stage& rules) {
    const AccountFacts& account = *state.accounts.find(held.account);
    const auto margins = account.of_kind(LPC_FACT_MARGIN);
    if (margins.empty()) return false;
    const bool helps = helps_bankrupt(rules, state.config.rulebook) && !state.route(held).fallback;
    if (margins[0].code == LPC_MARGIN_BANKRUPT && !helps) return true;
    return rules.leave_below_ppb > 0 && margin_ratio_ppb(account) < rules.leave_below_ppb;
}

// A case rests while a price of its is unfit or trading is paused: nothing of it stays in the book,
// it moves nowhere, and its stage's time stands still. Answers whether it does.
bool rests(State& state, Case& held) {
    const bool fit = std::all_of(held.legs.begin(), held.legs.end(), [&](const Leg& leg) {
        return state.market.fit(leg.instrument) ||
               state.position_lots(held.account, leg.instrument) == 0;
    });
    if (!fit && held.rests_since_ns < 0) {
        held.rests_since_ns = state.now_ns;
        cancel_in_book(state, held.account);
    } else if (fit && held.rests_since_ns >= 0) {
        held.entered_ns += state.now_ns - std::exchange(held.rests_since_ns, -1);
    }
    return !fit;
}

void try_to_move_on(State& state, Case& held) {
    if (rests(state, held)) return;
    if (held.stage + 1 >= state.slots.size()) return;
    const Stage& rules = state.slots[held.stage].rules;
    const auto next = [&](MoveCause cause) { move_to(state, held, held.stage + 1, cause); };
    if (below(state, held, rules)) return next(MoveCause::health);
    if (held.escalate != 0) return next(MoveCause::escalated);
    if (rules.leave_after_ns > 0 && state.now_ns - held.entered_ns >= rules.leave_after_ns)
        return next(MoveCause::time);
    if (rules.leave_after_refusals > 0 && held.refusals >= rules.leave_after_refusals)
        return next(MoveCause::refusals);
    if (rules.leave_after_ns > 0) state.cases.wake_at(held, held.entered_ns + rules.leave_after_ns);
}

// What a flat account still owes, as (asset, amount); amount 0 if nothing or not flat.
std::pair<std::uint32_t, std::int64_t> owed(const AccountFacts& account) {
    for (const lpc_fact& position : account.of_kind(LPC_FACT_POSITION)) {
        if (position.u.position.lots != 0) return {0, 0};
    }
    for (const lpc_fact& balance : account.of_kind(LPC_FACT_BALANCE)) {
        if (balance.u.balance.amount < 0) return {balance.instrument, -balance.u.balance.amount};
    }
    return {0, 0};
}

void try_to_end(State& state, Case& held) {
    if (state.orders.any(held.account)) return;
    AccountFacts& account = *state.accounts.find(held.account);
    if (const auto [asset, amount] = owed(account); amount > 0) {
        // Asked again if something else is owed now: the fund may have covered a part.
        const bool asked = held.deficit_asset == asset && held.deficit_amount == amount;
        held.deficit_asset = asset;
        held.deficit_amount = amount;
        if (!asked) state.outbox.push_back(CoverRequest{held.account, asset, amount});
        return;
    }
    for (const Leg& leg : held.legs) {
        if (const lpc_fact* closeout = state.closeout(held.account, leg.instrument))
            tell_closeout(state, *closeout, LPC_CLOSEOUT_ENDED);
    }
    if (held.attached) tell_detach(state, held, LPC_DETACH_ENDED);
    state.observer.on_move(
        {++state.last_seq, held.account, state.now_ns, held.stage, 0, MoveCause::ended, 0, 0});
    account.forget_kind(LPC_FACT_CLOSEOUT);
    account.forget_kind(LPC_FACT_BUDGET);
    account.forget_kind(LPC_FACT_GRANT);
    account.forget_kind(LPC_FACT_LOT);
    account.forget_kind(LPC_FACT_LOT_TERMS);
    account.forget_kind(LPC_FACT_FUND);
    state.orders.forget_unfilled(held.account);
    state.cases.close(held.account);
}

}  // namespace

void accept_closeout(State& state, std::uint64_t account, std::uint32_t instrument,
                     const lpc_command_closeout& terms) {
    Case& held = state.cases.open(account);
    if (held.legs.empty()) {
        held.opened_ns = state.now_ns;
        held.opened_instrument = instrument;
    }
    held.open_leg(instrument);
    lpc_fact fact{};
    fact.account = account;
    fact.instrument = instrument;
    fact.kind = LPC_FACT_CLOSEOUT;
    fact.code = held.phase == Phase::running ? LPC_CLOSEOUT_RUNNING : LPC_CLOSEOUT_ACCEPTED;
    fact.u.closeout = {terms.end_lots, terms.bankruptcy_price, terms.permitted_price,
                       terms.deadline_ns};
    state.tell_own(fact);
}

void begin_ending(State& state, Case& ending) {
    withdraw_lots(state, ending.account);
    ending.phase = Phase::ending;
    state.cases.wake(ending);
    for (const Leg& leg : ending.legs) {
        if (const lpc_fact* closeout = state.closeout(ending.account, leg.instrument))
            tell_closeout(state, *closeout, LPC_CLOSEOUT_ENDING);
    }
    cancel_in_book(state, ending.account);
}

void advance_procedure(State& state) {
    // A failed risk stage releases nobody: the host lets go of whoever is at the target.
    const bool lets_go = state.slots[0].routes[0].fallback;
    if (lets_go) state.cases.wake_all();
    for (const std::uint64_t number : state.cases.take_awake(state.now_ns)) {
        Case* awake = state.cases.numbered(number);
        if (awake == nullptr) continue;
        Case& held = *awake;
        if (lets_go && held.phase != Phase::ending &&
            at_target(state, *state.accounts.find(held.account)))
            begin_ending(state, held);
        if (held.phase != Phase::ending && is_held(state, held)) continue;
        switch (held.phase) {
            case Phase::accepted:
                try_to_run(state, held);
                break;
            case Phase::running:
                try_to_move_on(state, held);
                break;
            case Phase::ending:
                try_to_end(state, held);
                break;
        }
    }
}

void hand_out_waiting(State& state, std::uint32_t slot) {
    for (const std::uint64_t account : state.cases.accounts()) {
        Case& held = *state.cases.find(account);
        if (slot == 0 || held.stage != slot || held.attached) continue;
        hand_over(state, held);
    }
}

}  // namespace lpc::runtime
