// The venue: what becomes of orders, when, and how it is told.
#include <lpc/sdk/value.hpp>

#include <algorithm>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kFate = 50 };

}  // namespace

std::int64_t World::working(const WorldAccount& account, std::uint32_t instrument) const {
    std::int64_t lots = 0;
    for (const WorldOrder& order : account.orders) {
        if (order.instrument == instrument && works(order.state))
            lots += size_of(order.lots - order.done);
    }
    return lots;
}

void World::say_order(const WorldAccount& account, const WorldOrder& order) {
    say(fact(
        {.account = account.id, .instrument = order.instrument, .code = order.state},
        lpc_fact_order{order.id, order.tag, order.price, order.lots - order.done, order.done}));
}

void World::live_orders(WorldAccount& account) {
    // By index: what is said may not add orders, but one that is over goes at the end.
    for (WorldOrder& order : account.orders) {
        Draw d{options_.seed, kFate, turn_, order.id};
        if (turn_ >= order.next_turn) next_word(account, order, d);
    }
    std::erase_if(account.orders, [](const WorldOrder& order) { return !works(order.state); });
}

void World::next_word(WorldAccount& account, WorldOrder& order, Draw& d) {
    order.next_turn = turn_ + 1 + d.below(4) + (d.permille(40) ? 25 : 0);
    const std::int64_t left = order.lots - order.done;
    const bool rests = order.type == LPC_ORDER_LIMIT || order.type == LPC_ORDER_POST_ONLY;
    if (order.state == LPC_ORDER_CANCELLING) return finish(account, order, LPC_ORDER_CANCELLED);
    if (order.state == LPC_ORDER_PENDING) {
        if (options_.refusals && d.permille(60)) {
            say_once(fact(
                {.account = account.id, .instrument = order.instrument, .reason = LPC_REASON_VENUE},
                lpc_fact_refused{order.tag, order.command}));
            return finish(account, order, LPC_ORDER_REJECTED);
        }
        if (d.permille(60)) {
            order.state = LPC_ORDER_UNKNOWN;
            return say_order(account, order);
        }
        if (rests) {
            order.state = LPC_ORDER_OPEN;
            return say_order(account, order);
        }
    }
    if (order.expire_ns != 0 && now_ns_ >= order.expire_ns)
        return finish(account, order, LPC_ORDER_CANCELLED);
    const std::int64_t share = d.permille(450) ? left : d.permille(300) ? 0 : left / 2;
    if (share != 0) fill(account, order, share, d.permille(500));
    if (works(order.state) && !rests) finish(account, order, LPC_ORDER_CANCELLED);
}

// Never across flat.
void World::fill(WorldAccount& account, WorldOrder& order, std::int64_t lots, bool position_first) {
    WorldLeg& leg = account.legs[order.instrument - 1];
    if (sign_of(leg.lots) == sign_of(lots)) lots = 0;
    lots = std::clamp(lots, std::min<std::int64_t>(-leg.lots, 0),
                      std::max<std::int64_t>(-leg.lots, 0));
    if (lots == 0) return finish(account, order, LPC_ORDER_CANCELLED);
    order.done += lots;
    order.state = order.done == order.lots ? LPC_ORDER_DONE : LPC_ORDER_OPEN;
    WorldInstrument& x = instrument(order.instrument);
    const std::int64_t price = order.command == LPC_CMD_AWARD ? order.price : x.mark;
    move_position(account, leg, lots, price);
    x.market_lots += size_of(lots);
    x.own_lots += size_of(lots);
    if (position_first) say_position(account, leg);
    say(fact({.account = account.id, .instrument = order.instrument},
             lpc_fact_fill{order.id, order.tag, price, lots, size_of(lots)}));
    say_order(account, order);
    if (!position_first) say_position(account, leg);
    account.balance -= size_of(lots);
    say_balance(account);
    if (order.command == LPC_CMD_AWARD) take_from_lot(account, leg, order, lots);
}

void World::move_position(WorldAccount& account, WorldLeg& leg, std::int64_t lots,
                          std::int64_t price) {
    if (lots == 0) return;
    const std::int64_t paid = lots * price * instrument(leg.instrument).multiplier;
    const bool reduces = sign_of(leg.lots) == -sign_of(lots) && size_of(lots) <= size_of(leg.lots);
    if (!reduces) {
        leg.cost += paid;
    } else {
        const Int128 kept_of = Int128{leg.cost} * (leg.lots + lots);
        const auto kept = static_cast<std::int64_t>(kept_of / leg.lots);
        const std::int64_t profit = leg.cost - kept + paid;
        leg.realised -= profit;
        account.balance -= profit;
        leg.cost = kept;
    }
    leg.lots += lots;
}

void World::finish(WorldAccount& account, WorldOrder& order, std::uint8_t state) {
    order.state = state;
    say_order(account, order);
}

void World::cancel_all_orders() {
    for (WorldAccount& account : accounts_) {
        for (WorldOrder& order : account.orders) finish(account, order, LPC_ORDER_CANCELLED);
        account.orders.clear();
        for (WorldLeg& leg : account.legs) {
            if (leg.closeout != LPC_CLOSEOUT_RUNNING) continue;
            ++leg.terms.permitted_price;
            say_closeout(account, leg, LPC_CLOSEOUT_RUNNING);
            say_budget(account, leg, 1 + size_of(leg.terms.end_lots - leg.lots) / 3);
        }
    }
}

}  // namespace lpc::judge
