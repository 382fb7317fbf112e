// How the reference exchange's events become facts.
#include <algorithm>
#include <utility>

#include "exchange.hpp"

namespace lpc::scenario {

Status Exchange::digest(std::vector<venue::Event>& events, Answer& facts) {
    for (const venue::Event& event : events) {
        if (const auto* execution = std::get_if<venue::Execution>(&event)) {
            if (const Status status = keeper_.post(*execution); !status) return status;
            on_execution(*execution, facts);
        } else if (const auto* moved = std::get_if<venue::PositionMoved>(&event)) {
            if (const Status status = keeper_.post(moved->transfer); !status) return status;
        } else if (const auto* rested = std::get_if<venue::OrderRested>(&event)) {
            const auto live = live_.find(rested->client_id);
            if (live == live_.end()) continue;
            live->second.resting = rested->order;
            facts.push_back(order_fact(live->first, live->second, LPC_ORDER_OPEN));
        } else if (const auto* ended = std::get_if<venue::OrderEnded>(&event)) {
            const bool whole =
                ended->why == venue::Change::filled || ended->why == venue::Change::expired;
            end_own(ended->client_id, whole ? LPC_ORDER_DONE : LPC_ORDER_CANCELLED, facts);
        }
    }
    events.clear();
    if (const Status status = charge_fees(); !status) return status;
    const std::uint32_t of_fund = tell_touched(facts);
    return of_fund == 0 ? Status{} : settle_fund(of_fund, facts);
}

void Exchange::on_execution(const venue::Execution& e, Answer& facts) {
    if (e.taker_client_id != 0) fill_own(e.taker_client_id, e, false, facts);
    if (e.maker_client_id != 0) fill_own(e.maker_client_id, e, true, facts);
}

void Exchange::fill_own(std::uint64_t order, const venue::Execution& e, bool maker, Answer& facts) {
    const auto it = live_.find(order);
    if (it == live_.end()) return;
    Live& live = it->second;
    live.done_lots += e.lots;
    own_lots_[e.instrument] += e.lots;
    const std::int64_t lots = live.lots > 0 ? e.lots : -e.lots;
    const std::int64_t fee = maker ? e.maker_fee : e.taker_fee;
    lpc_fact fill{};
    fill.account = live.account;
    fill.instrument = live.instrument;
    fill.kind = LPC_FACT_FILL;
    fill.u.fill = {order, static_cast<std::uint64_t>(live.done_lots), e.price, lots, fee};
    facts.push_back(fill);
    charges_.push_back({live.account, live.instrument, lots, e.price, fee});
    observer_.on_liquidation_fill(order, live.account, live.instrument, lots, e.price, fee);
}

void Exchange::end_own(std::uint64_t order, std::uint8_t state, Answer& facts) {
    const auto it = live_.find(order);
    if (it == live_.end()) return;
    facts.push_back(order_fact(order, it->second, state));
    if (state == LPC_ORDER_REJECTED) facts.back().reason = LPC_REASON_VENUE;
    live_.erase(it);
}

std::uint32_t Exchange::tell_touched(Answer& facts) {
    std::uint32_t of_fund = 0;
    accounts_.take_touched(touched_);
    for (const venue::Touched& touched : touched_) {
        if (settlement::is_fund(touched.account)) of_fund = std::max(of_fund, touched.instrument);
        if (members_.count(touched.account) == 0) continue;
        facts.push_back(touched.instrument == 0
                            ? balance_fact(touched.account)
                            : position_fact(touched.account, touched.instrument));
    }
    return of_fund;
}

void Exchange::tell_account(std::uint64_t account, Answer& facts) const {
    facts.push_back(balance_fact(account));
    accounts_.each_position(account, [&](const venue::Position& position) {
        facts.push_back(position_fact(account, position.instrument));
    });
}

void Exchange::retell(const Reconcile& reconcile, Answer& facts) const {
    const std::uint64_t account = reconcile.account;
    lpc_fact bracket{};
    bracket.account = account;
    bracket.kind = LPC_FACT_RESYNC;
    bracket.code = LPC_RESYNC_BEGIN;
    facts.push_back(bracket);
    tell_account(account, facts);
    tell_room(account, facts);
    facts.insert(facts.end(), reconcile.lost.begin(), reconcile.lost.end());
    for (const auto& [id, live] : live_) {
        if (live.account == account) facts.push_back(order_fact(id, live, LPC_ORDER_OPEN));
    }
    // Why: an order whose request is still on its way works too.
    for (const auto& [at, request] : requests_) {
        const auto* order = std::get_if<runtime::OrderRequest>(&request);
        const auto* over = std::get_if<runtime::TakeoverRequest>(&request);
        if (order != nullptr && order->account == account)
            facts.push_back(order_fact(
                order->order, {account, order->instrument, order->lots, order->price, 0, 0},
                LPC_ORDER_PENDING));
        if (over != nullptr && over->account == account)
            facts.push_back(order_fact(over->order,
                                       {account, over->instrument, over->lots, over->price, 0, 0},
                                       LPC_ORDER_PENDING));
    }
    bracket.code = LPC_RESYNC_END;
    facts.push_back(bracket);
}

lpc_fact Exchange::account_fact(std::uint64_t account) const {
    lpc_fact fact{};
    fact.account = account;
    fact.kind = LPC_FACT_ACCOUNT;
    fact.u.account.mode = LPC_MODE_CROSS;
    return fact;
}

lpc_fact Exchange::balance_fact(std::uint64_t account) const {
    lpc_fact fact{};
    fact.account = account;
    fact.instrument = asset_;
    fact.kind = LPC_FACT_BALANCE;
    fact.u.balance.amount = accounts_.cash(account).balance();
    return fact;
}

lpc_fact Exchange::position_fact(std::uint64_t account, std::uint32_t instrument) const {
    const venue::Position position = accounts_.position(account, instrument);
    lpc_fact fact{};
    fact.account = account;
    fact.instrument = instrument;
    fact.kind = LPC_FACT_POSITION;
    fact.u.position = {position.lots, position.cost, position.realised, position.resting_buy_lots,
                       position.resting_sell_lots};
    return fact;
}

lpc_fact Exchange::order_fact(std::uint64_t id, const Live& live, std::uint8_t state) const {
    lpc_fact fact{};
    fact.account = live.account;
    fact.instrument = live.instrument;
    fact.kind = LPC_FACT_ORDER;
    fact.code = state;
    const std::int64_t side = live.lots > 0 ? 1 : -1;
    const bool working = state <= LPC_ORDER_UNKNOWN;
    fact.u.order = {id, 0, live.price, working ? live.lots - side * live.done_lots : 0,
                    side * live.done_lots};
    return fact;
}

}  // namespace lpc::scenario
