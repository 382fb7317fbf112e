#include "policy.hpp"

#include <lpc/closeout.h>
#include <lpc/limits.h>
#include <lpc/market.h>

#include <algorithm>
#include <lpc/sdk/rounding.hpp>
#include <utility>

namespace lpc::backstop {
namespace {

std::int64_t magnitude(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

}  // namespace

bool Policy::fit(std::uint32_t instrument) const {
    const auto it = markets_.find(instrument);
    return it != markets_.end() && it->second.price.code == LPC_PRICE_FIT &&
           it->second.instrument.reason == LPC_TRADING_OPEN;
}

void Policy::turn(const lpc_turn& turn, CommandWriter& out) {
    if ((turn.flags & LPC_TURN_ACTIVE) != 0) {
        for (auto& [id, account] : accounts_) wake(id, account);
    }
    std::sort(awake_.begin(), awake_.end());
    awake_.erase(std::unique(awake_.begin(), awake_.end()), awake_.end());
    for (const std::uint64_t id : awake_) {
        const auto it = accounts_.find(id);
        if (it == accounts_.end() || !it->second.awake) continue;
        it->second.awake = false;
        act(id, it->second, turn.now_ns, out);
    }
    awake_.clear();
}

void Policy::act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out) {
    Look look{id, account, now_ns, out, account.next_tag, nullptr};
    for (Leg& leg : account.legs) {
        LegDecisions& d = leg.decisions;
        if (!leg.runs() || !leg.facts.working.empty() || d.leave) continue;
        look.leg = &leg;
        if (std::exchange(d.refused, false)) d.wait_until_ns = now_ns + parameters_[kRetry];
        if (now_ns < d.wait_until_ns) {
            wait(look, d.wait_until_ns);
        } else {
            close(look);
        }
    }
    if (account.anything_works()) return;
    for (Leg& leg : account.legs) {
        if (!leg.runs() || !leg.decisions.leave) continue;
        const std::uint8_t why =
            account.bankrupt ? LPC_ESCALATE_BANKRUPT : LPC_ESCALATE_NO_LIQUIDITY;
        return out.escalate({.account = id, .cause_seq = leg.facts.closeout.seq, .why = why});
    }
}

// One step: all or a part to a tranche, or to opponents, or the wish to leave.
void Policy::close(Look& look) {
    const std::uint32_t instrument = look.leg->instrument;
    if (!fit(instrument)) return wait(look, look.now_ns + parameters_[kRetry]);
    const Market& market = markets_.at(instrument);
    const std::int64_t side = look.leg->facts.position_lots > 0 ? 1 : -1;
    // What whoever takes a lot at the bankruptcy price loses against the mark.
    const Int128 apart =
        Int128{look.leg->facts.closeout.u.closeout.bankruptcy_price} - market.price.u.price.mark;
    const Int128 cost =
        std::max<Int128>(0, side * apart * market.instrument.u.instrument.multiplier);
    if (!take_over(look, clamp_to(cost, 0, LPC_MONEY_MAX))) deleverage(look);
}

bool Policy::take_over(Look& look, std::int64_t cost_of_a_lot) const {
    const Leg& leg = *look.leg;
    const std::int64_t held = magnitude(leg.facts.position_lots);
    std::int64_t empty = leg.decisions.empty;
    for (const auto& [place, fact] : tranches_) {
        const bool pays_here = fact.instrument == 0 || fact.instrument == leg.instrument;
        const std::int64_t grantable =
            look.account.room(fact.u.fund.tranche, fact.u.fund.grantable);
        if (!pays_here || grantable <= 0) continue;
        // Rounded down, for the tranche.
        const std::int64_t lots =
            cost_of_a_lot == 0
                ? held
                : std::min(held, static_cast<std::int64_t>(div_floor(grantable, cost_of_a_lot)));
        if (lots == 0 || (lots < held && lots < parameters_[kPartMin])) continue;
        if (empty-- > 0) continue;
        look.out.takeover({.account = look.id,
                           .instrument = leg.instrument,
                           .tag = look.next_tag++,
                           .cause_seq = markets_.at(leg.instrument).price.seq,
                           .lots = leg.facts.position_lots > 0 ? -lots : lots,
                           .price = leg.facts.closeout.u.closeout.bankruptcy_price,
                           .tranche = fact.u.fund.tranche});
        return true;
    }
    return false;
}

void Policy::deleverage(Look& look) {
    Leg& leg = *look.leg;
    if (parameters_[kDeleverages] == 0) {
        leg.decisions.leave = true;
        return;
    }
    // Until then opponents owe it nothing, and it may yet recover.
    if (!look.account.bankrupt) return wait(look, look.now_ns + parameters_[kRetry]);
    look.out.deleverage({.account = look.id,
                         .instrument = leg.instrument,
                         .tag = look.next_tag++,
                         .cause_seq = markets_.at(leg.instrument).price.seq,
                         .lots = -leg.facts.position_lots,
                         .price = leg.facts.closeout.u.closeout.bankruptcy_price});
}

void Policy::wait(Look& look, std::int64_t until_ns) {
    LegDecisions& d = look.leg->decisions;
    d.wait_until_ns = std::min(until_ns, LPC_TIME_MAX_NS - 1);
    if (d.timer_ns == d.wait_until_ns) return;
    d.timer_ns = d.wait_until_ns;
    look.out.timer({.account = look.id, .tag = look.leg->instrument, .at_ns = d.timer_ns});
}

}  // namespace lpc::backstop
