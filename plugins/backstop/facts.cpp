// The hooks of the backstop policy: each brings what is known up to date and wakes the accounts
// that it concerns.
#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/command.h>
#include <lpc/order.h>
#include <lpc/reason.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "policy.hpp"
#include "record.hpp"

namespace lpc::backstop {

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
        case LPC_FACT_FUND:
            return fact.account == 0 ? tell_fund(fact) : tell_room(fact);
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

// Whoever was passed by may pay now.
void Policy::tell_fund(const lpc_fact& fact) {
    lpc_fact& known = tranches_[{fact.code, fact.u.fund.tranche}];
    if (std::memcmp(&known, &fact, sizeof fact) == 0) return;
    known = fact;
    for (auto& [id, account] : accounts_) {
        for (Leg& leg : account.legs) {
            if (!leg.runs() || leg.decisions.empty == 0) continue;
            leg.decisions.empty = 0;
            wake(id, account);
        }
    }
}

void Policy::tell_room(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    std::int64_t& room = account.rooms.try_emplace(fact.u.fund.tranche, -1).first->second;
    if (std::exchange(room, fact.u.fund.grantable) == fact.u.fund.grantable) return;
    for (Leg& leg : account.legs) leg.decisions.empty = 0;
    wake(fact.account, account);
}

void Policy::tell_leg(const lpc_fact& fact) {
    Account& account = accounts_[fact.account];
    if (fact.kind == LPC_FACT_MARGIN) {
        const bool bankrupt = fact.code == LPC_MARGIN_BANKRUPT;
        if (std::exchange(account.bankrupt, bankrupt) != bankrupt) wake(fact.account, account);
        return;
    }
    Leg& leg = account.leg(fact.instrument);
    switch (fact.kind) {
        case LPC_FACT_POSITION:
            if (std::exchange(leg.facts.position_lots, fact.u.position.lots) !=
                fact.u.position.lots)
                wake(fact.account, account);
            return;
        case LPC_FACT_CLOSEOUT:
            if (std::memcmp(&leg.facts.closeout, &fact, sizeof fact) == 0) return;
            leg.facts.closeout = fact;
            return wake(fact.account, account);
        case LPC_FACT_ORDER: {
            const lpc_fact_order& order = fact.u.order;
            if (order.tag != 0) account.next_tag = std::max(account.next_tag, order.tag + 1);
            if (fact.code <= LPC_ORDER_UNKNOWN) {
                leg.facts.working.insert(order.id);
            } else if (leg.facts.working.erase(order.id) != 0) {
                leg.decisions.empty = 0;
                wake(fact.account, account);
            }
            return;
        }
        default:
            return;
    }
}

void Policy::tell_refused(const lpc_fact& fact) {
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end() || fact.reason == LPC_REASON_FOLLOWING) return;
    Account& account = it->second;
    const lpc_fact_refused& refused = fact.u.refused;
    wake(it->first, account);
    if (refused.kind == LPC_CMD_TIMER) {
        for (Leg& leg : account.legs) leg.decisions.timer_ns = 0;
        return;
    }
    if (refused.kind == LPC_CMD_ESCALATE) {  // there is nowhere to go: all of it again, later
        for (Leg& leg : account.legs) leg.decisions = {0, false, true, 0, leg.decisions.timer_ns};
        return;
    }
    account.next_tag = std::max(account.next_tag, refused.tag + 1);
    LegDecisions& d = account.leg(fact.instrument).decisions;
    const bool deleverages = refused.kind == LPC_CMD_DELEVERAGE;
    if (fact.reason == LPC_REASON_NO_GRANT) {
        ++d.empty;  // others were worse off and came first: the next tranche is asked
    } else if (deleverages &&
               (fact.reason == LPC_REASON_VENUE || fact.reason == LPC_REASON_NOT_CONFIRMED)) {
        d.leave = true;  // nobody has anything to give, or nothing is owed
    } else {
        d.refused = true;
        d.empty = 0;
    }
}

// What is not told again is gone; decisions in progress stay.
void Policy::resync(const lpc_fact& fact) {
    const bool begins = fact.code == LPC_RESYNC_BEGIN;
    if (fact.account == 0) {
        if (!begins) return;
        parameters_ = {};
        markets_.clear();
        tranches_.clear();
        return;
    }
    const auto it = accounts_.find(fact.account);
    if (it == accounts_.end()) return;
    if (begins) {
        for (Leg& leg : it->second.legs) leg.facts = {};
        it->second.rooms.clear();
        it->second.bankrupt = false;
    }
    wake(it->first, it->second);
}

void Policy::save(std::uint64_t account, RecordWriter& out) const {
    const auto it = accounts_.find(account);
    if (it != accounts_.end()) backstop::save(it->second, out);
}

bool Policy::load(std::uint64_t account, RecordReader& in) {
    if (account == 0) return in.empty();
    const auto it = accounts_.find(account);
    Account loaded = it == accounts_.end() ? Account{} : it->second;
    if (!backstop::load(loaded, in)) return false;
    if (loaded.awake) awake_.push_back(account);
    accounts_[account] = std::move(loaded);
    return true;
}

}  // namespace lpc::backstop
