// The life of an account as a liquidator sees it: attached with a close-out that is RUNNING, until
// it ENDED or another stage has it.
#include <algorithm>
#include <utility>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kBegin = 30, kLife = 31, kLeg = 32 };

constexpr std::int64_t kSecond_ns = 1'000'000'000;
constexpr std::int64_t kHour_ns = 3'600 * kSecond_ns;

}  // namespace

void World::live_liquidated(WorldAccount& account) {
    if (!account.attached) {
        if (turn_ >= account.until_turn) begin_closeout(account);
        return;
    }
    if (account.phase == LPC_CLOSEOUT_ENDING) {
        if (turn_ >= account.until_turn && account.orders.empty()) end(account, LPC_DETACH_ENDED);
        return;
    }
    Draw d = draw(kLife, account.id);
    const bool closed = std::all_of(account.legs.begin(), account.legs.end(), [](const auto& leg) {
        return leg.closeout != LPC_CLOSEOUT_RUNNING || leg.lots == leg.terms.end_lots;
    });
    if (closed || (turn_ >= account.until_turn && !options_.patient)) return begin_ending(account);
    if (!options_.patient && d.permille(5))
        return end(account,
                   d.permille(500) ? std::uint8_t{LPC_DETACH_ARM} : std::uint8_t{LPC_DETACH_STAGE});
    for (WorldLeg& leg : account.legs) {
        if (leg.closeout != LPC_CLOSEOUT_RUNNING) continue;
        Draw of_leg{options_.seed, kLeg, turn_, account.id, leg.instrument};
        move_closeout(account, leg, of_leg);
        live_lot(account, leg, of_leg);
    }
    if (d.permille(150)) say_margin(account);
    if (d.permille(20)) {
        account.terms.holds ^= LPC_HOLD_WITHDRAWALS;
        say_account(account);
    }
    if (d.permille(20)) {
        account.balance += d.between(-1'000, 1'000);
        say_balance(account);
    }
}

// Where the position must end: on the way to flat, or flat.
std::int64_t World::next_end(const WorldLeg& leg, Draw& d) const {
    return d.permille(600) ? 0 : leg.lots * d.between(0, 9) / 10;
}

void World::begin_closeout(WorldAccount& account) {
    Draw d = draw(kBegin, account.id);
    refresh(account);
    say_margin(account);
    if (d.permille(200)) {  // a predecessor's order still rests
        WorldOrder order;
        order.id = account.first_id + ++account.orders_made;
        order.instrument = 1;
        order.lots = -sign_of(account.legs[0].lots) * d.between(1, 10);
        order.price = instrument(1).mark;
        order.type = LPC_ORDER_LIMIT;
        order.state = LPC_ORDER_OPEN;
        order.next_turn = turn_ + 2 + d.below(10);
        account.orders.push_back(order);
        say_order(account, order);
    }
    attach_account(account.id);
    account.phase = LPC_CLOSEOUT_RUNNING;
    account.until_turn = turn_ + 30 + d.below(120);
    bool first = true;
    for (WorldLeg& leg : account.legs) {
        if (leg.lots == 0) continue;
        if (!std::exchange(first, false) && d.permille(300)) continue;  // a hedge may stay
        const std::int64_t mark = instrument(leg.instrument).mark;
        const std::int64_t side = sign_of(leg.lots);
        leg.terms = {next_end(leg, d), std::max<std::int64_t>(1, mark - side * mark / 30),
                     std::max<std::int64_t>(1, mark - side * mark / 90),
                     options_.patient  ? now_ns_ + kHour_ns * 24
                     : d.permille(200) ? 0
                                       : now_ns_ + kSecond_ns * d.between(5, 120)};
        if (d.permille(850)) say_budget(account, leg, size_of(leg.lots) / d.between(1, 20) + 1);
        say_closeout(account, leg, LPC_CLOSEOUT_RUNNING);
        if (d.permille(250))
            open_foreign_lot(account, leg, leg.terms.end_lots - leg.lots,
                             kSecond_ns * d.between(1, 60));
    }
}

void World::move_closeout(WorldAccount& account, WorldLeg& leg, Draw& d) {
    const std::int64_t mark = instrument(leg.instrument).mark;
    const std::int64_t side = sign_of(leg.lots);
    if (d.permille(120)) {
        leg.terms.permitted_price = std::max<std::int64_t>(1, mark - side * mark / 80);
        leg.terms.bankruptcy_price = std::max<std::int64_t>(1, mark - side * mark / 25);
        if (d.permille(250)) leg.terms.end_lots = next_end(leg, d);
        say_closeout(account, leg, LPC_CLOSEOUT_RUNNING);
    }
    const std::int64_t open = size_of(leg.terms.end_lots - leg.lots);
    const std::int64_t busy = working(account, leg.instrument);
    if (options_.one_order_at_a_time) {
        if (busy == 0 && leg.budget == 0) say_budget(account, leg, 1 + open / 3);
    } else if (d.permille(250)) {
        say_budget(account, leg, std::max<std::int64_t>(0, open / d.between(1, 8) + 1 - busy));
    }
    if (d.permille(20))
        say(fact({.account = account.id, .instrument = leg.instrument},
                 lpc_fact_grant{d.between(0, 5'000), leg.terms.permitted_price,
                                now_ns_ + 5 * kSecond_ns}));
    if (d.permille(15) && size_of(leg.lots) > 10) {  // somebody else closes some, or adds some
        move_position(account, leg, leg.lots / d.between(5, 10) * (d.permille(800) ? -1 : 1), mark);
        say_position(account, leg);
        say_balance(account);
    }
}

}  // namespace lpc::judge
