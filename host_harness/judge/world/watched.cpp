// The life of an account as a risk plugin sees it: it trades, falls sick, is closed out by a
// liquidator that is not told of here, recovers or goes bankrupt.
#include <algorithm>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kLife = 40, kLeg = 41 };

}  // namespace

void World::live_watched(WorldAccount& account) {
    Draw d = draw(kLife, account.id);
    if (!account.attached) {
        if (turn_ < account.until_turn) return;
        refresh(account);
        attach_account(account.id);
        return;
    }
    const bool flat = std::all_of(account.legs.begin(), account.legs.end(),
                                  [](const WorldLeg& leg) { return leg.lots == 0; });
    switch (account.phase) {
        case LPC_CLOSEOUT_ACCEPTED:
            if (turn_ < account.until_turn) return;
            account.phase = LPC_CLOSEOUT_RUNNING;
            for (WorldLeg& leg : account.legs) {
                if (leg.closeout == LPC_CLOSEOUT_ACCEPTED)
                    say_closeout(account, leg, LPC_CLOSEOUT_RUNNING);
            }
            return;
        case LPC_CLOSEOUT_RUNNING:
            for (WorldLeg& leg : account.legs) {
                if (leg.closeout == LPC_CLOSEOUT_RUNNING) {
                    Draw of_leg{options_.seed, kLeg, turn_, account.id, leg.instrument};
                    liquidate(account, leg, of_leg);
                }
            }
            return;
        case LPC_CLOSEOUT_ENDING:
            if (turn_ < account.until_turn + 1) return;
            if (flat && account.balance < 0) {  // the fund pays
                account.balance = 0;
                say_balance(account);
            }
            return end(account, LPC_DETACH_ENDED);
        default:
            break;
    }
    if (flat && turn_ >= account.until_turn) return refresh(account);
    trade(account, d);
}

void World::trade(WorldAccount& account, Draw& d) {
    if (d.permille(60)) {
        WorldLeg& leg = account.legs[d.below(account.legs.size())];
        const std::int64_t most = std::max<std::int64_t>(20, size_of(leg.lots) / 4);
        move_position(account, leg, d.between(-most, most), instrument(leg.instrument).mark);
        say_position(account, leg);
        say_balance(account);
    }
    if (d.permille(30)) {
        account.balance += account.balance / 50 * d.between(-2, 3);
        say_balance(account);
    }
    if (d.permille(15)) {
        const std::int64_t bit = d.permille(300) ? LPC_HOLD_CLOSEOUT : LPC_HOLD_ORDERS;
        account.terms.holds ^= bit;
        say_account(account);
    } else if (d.permille(15)) {
        account.terms.group = d.between(0, 5);
        say_account(account);
    } else if (d.permille(10)) {
        account.terms.tier_set = account.terms.tier_set == 0 ? 9 : 0;
        say_account(account);
    }
    if (d.permille(20)) {  // an order rests, or rests no more
        const WorldLeg& leg = account.legs[d.below(account.legs.size())];
        const lpc_fact* told = known_.find(LPC_FACT_POSITION, account.id, leg.instrument);
        if (told != nullptr) {
            lpc_fact resting = *told;
            resting.u.position.resting_buy_lots = d.between(0, 5);
            say(resting);
        }
    }
    if (d.permille(2) && account.phase == 0) {  // another instance has it for a while
        account.until_turn = turn_ + 5;
        detach_account(account.id, LPC_DETACH_ARM);
    }
}

// A liquidator, or an auction, takes a part of what is to be closed.
void World::liquidate(WorldAccount& account, WorldLeg& leg, Draw& d) {
    live_lot(account, leg, d);
    const std::int64_t mark = instrument(leg.instrument).mark;
    const std::int64_t open = leg.terms.end_lots - leg.lots;
    if (open == 0 || d.permille(450)) return;
    if (!leg.lot.open && d.permille(150)) open_foreign_lot(account, leg, open, 30'000'000'000);
    WorldOrder order;
    order.id = account.first_id + ++account.orders_made;
    order.instrument = leg.instrument;
    order.lots = sign_of(open) * std::max<std::int64_t>(1, size_of(open) / d.between(1, 6));
    order.price = mark;
    order.state = LPC_ORDER_PENDING;
    say_order(account, order);
    fill(account, order, order.lots, d.permille(500));
}

}  // namespace lpc::judge
