// The hooks of the auction policy: each brings its account's facts up to date and wakes it where
// something changed. What the market does wakes nobody.
#include <lpc/account.h>
#include <lpc/auction.h>
#include <lpc/closeout.h>
#include <lpc/command.h>
#include <lpc/order.h>
#include <lpc/reason.h>

#include <algorithm>

#include "policy.hpp"
#include "record.hpp"

namespace lpc::auction {
namespace {

bool works(std::uint8_t state) {
    return state >= LPC_ORDER_PENDING && state <= LPC_ORDER_UNKNOWN;
}

// False: it was told before.
bool renew(lpc_fact& kept, const lpc_fact& fact) {
    if (same_fact(kept, fact)) return false;
    kept = fact;
    return true;
}

// There is no other stage to go to: what wanted to leave is auctioned again, after a while. (After
// its deadline it wants to leave at once.)
void begin_anew(LegDecisions& d) {
    if (d.leave == 0) return;
    d.leave = 0;
    d.next = Next::kSealed;
    d.resets = d.refusals = d.asked_price = 0;
    d.refused = true;
}

// Says nothing about whether the command was a good one.
bool passing(std::uint8_t reason) {
    return reason == LPC_REASON_FOLLOWING || reason == LPC_REASON_UNFIT_PRICE ||
           reason == LPC_REASON_LATE || reason == LPC_REASON_HELD;
}

}  // namespace

void Policy::tell(const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_PARAM:
            return parameters_.set(fact.u.param.id, fact.u.param.value);
        case LPC_FACT_PRICE:
            markets_[fact.instrument].price = fact;
            return;
        case LPC_FACT_INSTRUMENT:
            markets_[fact.instrument].instrument = fact;
            return;
        case LPC_FACT_BOOK:
            markets_[fact.instrument].book[fact.code] = fact.u.book;
            return;
        case LPC_FACT_TIMER: {
            const auto it = accounts_.find(fact.account);
            if (it != accounts_.end()) wake(it->first, it->second);
            return;
        }
        case LPC_FACT_REFUSED:
            return tell_refused(fact);
        case LPC_FACT_DETACH:
            accounts_.erase(fact.account);
            return;
        case LPC_FACT_RESYNC:
            return resync(fact);
        default:
            return tell_leg(fact);
    }
}

void Policy::wake(std::uint64_t id, Account& account) {
    if (account.awake) return;
    account.awake = true;
    awake_.push_back(id);
}

void Policy::tell_leg(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    Leg& leg = account.leg(fact.instrument);
    bool changed = false;
    switch (fact.kind) {
        case LPC_FACT_POSITION:
            changed = !leg.facts.position_known || leg.facts.position_lots != fact.u.position.lots;
            leg.facts.position_known = true;
            leg.facts.position_lots = fact.u.position.lots;
            break;
        case LPC_FACT_CLOSEOUT:
            changed = renew(leg.facts.closeout, fact);
            break;
        case LPC_FACT_GRANT:
            changed = renew(leg.facts.grant, fact);
            break;
        case LPC_FACT_LOT:
            changed = tell_lot(leg, fact);
            break;
        case LPC_FACT_LOT_TERMS:
            changed = renew(leg.facts.terms, fact);
            break;
        case LPC_FACT_BID:
            changed = tell_bid(leg, fact);
            break;
        case LPC_FACT_ORDER:
            changed = tell_order(account, leg, fact);
            break;
        default:
            break;
    }
    if (changed) wake(fact.account, account);
}

bool Policy::tell_lot(Leg& leg, const lpc_fact& fact) {
    if (!renew(leg.facts.lot, fact)) return false;
    if (fact.code == LPC_LOT_OPEN) leg.decisions.refusals = 0;
    std::erase_if(leg.facts.bids, [&](const lpc_fact& bid) {
        return fact.code != LPC_LOT_OPEN || bid.u.bid.lot_id != fact.u.lot.id;
    });
    return true;
}

bool Policy::tell_bid(Leg& leg, const lpc_fact& fact) {
    auto& bids = leg.facts.bids;
    const auto it =
        std::lower_bound(bids.begin(), bids.end(), fact.u.bid.id,
                         [](const lpc_fact& bid, std::uint64_t id) { return bid.u.bid.id < id; });
    const bool known = it != bids.end() && it->u.bid.id == fact.u.bid.id;
    if (known && fact.u.bid.lots != 0) return renew(*it, fact);
    if (known) bids.erase(it);
    if (!known && fact.u.bid.lots != 0) bids.insert(it, fact);
    return known || fact.u.bid.lots != 0;
}

bool Policy::tell_order(Account& account, Leg& leg, const lpc_fact& fact) {
    const lpc_fact_order& order = fact.u.order;
    if (order.tag != 0) account.next_tag = std::max(account.next_tag, order.tag + 1);
    auto& orders = leg.facts.orders;
    const auto it =
        std::lower_bound(orders.begin(), orders.end(), order.id,
                         [](const WorkingOrder& o, std::uint64_t id) { return o.id < id; });
    const bool known = it != orders.end() && it->id == order.id;
    if (works(fact.code)) {
        if (known) *it = {order.id, order.tag, fact.code};
        if (!known && order.tag != 0 && leg.lot_open())
            leg.decisions.cleared_lot = leg.decisions.accepted_lot = leg.facts.lot.u.lot.id;
        if (!known) orders.insert(it, {order.id, order.tag, fact.code});
        return false;
    }
    if (!known) return false;
    orders.erase(it);
    if (order.done_lots != 0) leg.decisions.refusals = 0;
    return true;
}

void Policy::tell_refused(const lpc_fact& fact) {
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end()) return;
    Account& account = it->second;
    const lpc_fact_refused& refused = fact.u.refused;
    if (refused.kind == LPC_CMD_TIMER) {
        for (Leg& leg : account.legs) leg.decisions.timer_ns = 0;
        return wake(it->first, account);
    }
    if (refused.kind == LPC_CMD_ESCALATE) {
        for (Leg& leg : account.legs) begin_anew(leg.decisions);
        return wake(it->first, account);
    }
    LegDecisions& d = account.leg(fact.instrument).decisions;
    const lpc_fact_lot& lot = account.leg(fact.instrument).facts.lot.u.lot;
    d.refused = true;
    if (!passing(fact.reason)) ++d.refusals;
    if (refused.kind == LPC_CMD_AWARD) {
        account.next_tag = std::max(account.next_tag, refused.tag + 1);
        // A clearing that was refused as a whole is done again; the price of a part is final.
        if (d.accepted_lot != lot.id) d.cleared_lot = 0;
    }
    if (refused.kind == LPC_CMD_GRANT) d.asked_price = 0;
    if (refused.kind == LPC_CMD_GRANT && fact.reason == LPC_REASON_NO_GRANT && d.leave == 0)
        d.leave = LPC_ESCALATE_BANKRUPT;
    wake(it->first, account);
}

// What is not told again is gone; decisions in progress stay.
void Policy::resync(const lpc_fact& fact) {
    const bool begins = fact.code == LPC_RESYNC_BEGIN;
    if (fact.account == 0) {
        if (!begins) return;
        parameters_ = {};
        markets_.clear();
        return;
    }
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end()) return;
    Account& account = it->second;
    if (begins) {
        account.before = account.legs;
        account.was_awake = account.awake;
        for (Leg& leg : account.legs) leg.facts = {};
        return;
    }
    const bool same = std::equal(account.legs.begin(), account.legs.end(), account.before.begin(),
                                 account.before.end(), [](const Leg& a, const Leg& b) {
                                     return a.instrument == b.instrument && a.facts == b.facts;
                                 });
    account.before.clear();
    if (!same) return wake(it->first, account);
    account.awake = account.was_awake;  // what was told anew is what was known
}

void Policy::save(std::uint64_t account, RecordWriter& out) const {
    const auto it = accounts_.find(account);
    if (it != accounts_.end()) auction::save(it->second, out);
}

bool Policy::load(std::uint64_t account, RecordReader& in) {
    if (account == 0) return in.empty();
    const auto it = accounts_.find(account);
    Account loaded = it == accounts_.end() ? Account{} : it->second;
    if (!auction::load(loaded, in)) return false;
    if (loaded.awake) awake_.push_back(account);
    accounts_[account] = std::move(loaded);
    return true;
}

}  // namespace lpc::auction
