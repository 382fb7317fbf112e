#include "policy.hpp"

#include <lpc/auction.h>
#include <lpc/closeout.h>
#include <lpc/limits.h>
#include <lpc/market.h>
#include <lpc/order.h>

#include <algorithm>
#include <utility>

namespace lpc::auction {
namespace {

// Orders count from 1; a timer's tag is out of their way.
constexpr std::uint64_t kTimerTag = std::uint64_t{1} << 63;

// What a share of a price comes to, rounded down. [ticks]
std::int64_t ticks_of(std::int64_t price, std::int64_t ppb) {
    return static_cast<std::int64_t>(div_floor(Int128{price} * ppb, LPC_RATE_ONE_PPB));
}

}  // namespace

void Policy::turn(const lpc_turn& turn, CommandWriter& out) {
    std::vector<std::pair<std::uint64_t, std::uint64_t>> order;  // by keyed hash, then account
    for (const std::uint64_t id : awake_) order.emplace_back(keyed_hash<1>(key(), {id}), id);
    awake_.clear();
    std::sort(order.begin(), order.end());
    for (const auto& [hash, id] : order) {
        const auto it = accounts_.find(id);
        if (it == accounts_.end() || !it->second.awake) continue;  // detached, or named twice since
        it->second.awake = false;
        act(id, it->second, turn.now_ns, out);
    }
}

void Policy::act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out) {
    Desk desk{id, account, now_ns, out, account.next_tag, account.lots_open(), nullptr, nullptr};
    for (Leg& leg : account.legs) {
        desk.leg = &leg;
        desk.market = &markets_[leg.instrument];
        conduct(desk);
    }
    leave(desk);
}

void Policy::conduct(Desk& desk) {
    LegDecisions& d = desk.leg->decisions;
    if (d.timer_ns <= desk.now_ns) d.timer_ns = 0;
    if (std::exchange(d.refused, false)) d.wait_until_ns = desk.now_ns + parameters_[kRetry];
    if (!desk.leg->runs()) return;
    see_end_of_lot(desk);
    if (desk.now_ns < d.wait_until_ns) return look_again(desk, d.wait_until_ns);
    if (d.refusals >= parameters_[kRefusalsMax] && d.leave == 0)
        d.leave = LPC_ESCALATE_NO_LIQUIDITY;
    const std::int64_t deadline = desk.leg->facts.closeout.u.closeout.deadline_ns;
    if (deadline != 0 && desk.now_ns >= deadline && d.leave == 0) d.leave = LPC_ESCALATE_DEADLINE;
    if (desk.leg->lot_open()) return conduct_lot(desk);
    open_lot(desk);
}

// What comes after a lot follows from how it ended.
void Policy::see_end_of_lot(Desk& desk) {
    LegDecisions& d = desk.leg->decisions;
    const lpc_fact& lot = desk.leg->facts.lot;
    if (lot.kind == 0 || desk.leg->lot_open() || d.ended_lot == lot.u.lot.id) return;
    d.ended_lot = lot.u.lot.id;
    d.asked_price = 0;
    d.next = Next::kSealed;
    if (lot.code == LPC_LOT_SOLD) {
        d.resets = 0;
    } else if (desk.leg->lot_type() == LPC_AUCTION_SEALED) {
        d.next = Next::kDescending;
    } else if (d.leave == 0) {
        const bool again = d.resets < parameters_[kResetsMax] && parameters_[kLevel] < 2;
        if (again) ++d.resets;
        if (!again) d.leave = LPC_ESCALATE_NO_LIQUIDITY;
    }
}

void Policy::open_lot(Desk& desk) {
    LegDecisions& d = desk.leg->decisions;
    const std::int64_t open = desk.leg->open_lots();
    if (open == 0) {
        d.leave = 0;
        d.refusals = 0;
    }
    if (open == 0 || d.leave != 0) return;
    for (const WorkingOrder& order : desk.leg->facts.orders) {
        if (order.tag != 0 || order.state != LPC_ORDER_OPEN) continue;
        desk.out.cancel({.account = desk.id,
                         .instrument = desk.leg->instrument,
                         .cause_seq = desk.leg->facts.closeout.seq,
                         .order_id = order.id});
    }
    if (!desk.leg->facts.orders.empty()) return;  // their end wakes the account
    const bool fresh = d.next == Next::kSealed && d.resets == 0;
    if (parameters_[kLevel] >= (fresh ? 1 : 3)) {
        d.leave = LPC_ESCALATE_NO_LIQUIDITY;
        return;
    }
    if (desk.account.leaving()) return;
    // The end of another lot wakes the account.
    if (desk.lots_open >= parameters_[kLotsOpenMax]) return;
    if (!desk.market->open()) return look_again(desk, desk.now_ns + parameters_[kRetry]);
    const std::int64_t most = parameters_[kLotMax];
    const std::int64_t lots = std::clamp(open, -most, most);
    if (d.next == Next::kSealed) return open_sealed(desk, lots);
    open_descending(desk, lots);
}

void Policy::open_sealed(Desk& desk, std::int64_t lots) {
    const Side side{lots < 0};
    const std::int64_t reserve_price = reserve(desk, side.sold ? -lots : lots);
    // Why not: no provider takes less than the mark says.
    if (side.worse(desk.market->mark(), reserve_price)) return open_descending(desk, lots);
    const std::int64_t window = parameters_[kWindow];
    const auto spread =
        static_cast<std::uint64_t>(ticks_of(window, parameters_[kWindowJitter])) + 1;
    const std::uint64_t drawn = keyed_hash<3>(
        key(), {desk.id, desk.leg->instrument, static_cast<std::uint64_t>(desk.now_ns)});
    desk.out.offer({.account = desk.id,
                    .instrument = desk.leg->instrument,
                    .cause_seq = desk.market->price.seq,
                    .type = LPC_AUCTION_SEALED,
                    .lots = lots,
                    .price = desk.market->mark(),
                    .reserve_price = reserve_price,
                    .close_ns = desk.now_ns + window + static_cast<std::int64_t>(drawn % spread)});
    ++desk.lots_open;
}

void Policy::open_descending(Desk& desk, std::int64_t lots) {
    const Side side{lots < 0};
    const std::int64_t size = side.sold ? -lots : lots;
    const std::int64_t mark = desk.market->mark();
    std::int64_t start = side.shifted(mark, ticks_of(mark, parameters_[kStart]));
    switch (reach(desk, start, size)) {
        case Reach::kAsked:
            return look_again(desk, desk.now_ns + parameters_[kRetry]);
        case Reach::kFundEmpty:
            desk.leg->decisions.leave = LPC_ESCALATE_BANKRUPT;
            return;
        case Reach::kBook:
        case Reach::kWaits:
            start = reserve(desk, size);
            break;
        case Reach::kFree:
            break;
    }
    const bool linear = parameters_[kCurve] == LPC_CURVE_LINEAR;
    const LotRules rules{static_cast<std::uint8_t>(parameters_[kCurve]), parameters_[kStep],
                         parameters_[linear ? kLinearPace : kStairPace]};
    desk.out.offer({.account = desk.id,
                    .instrument = desk.leg->instrument,
                    .tag = pack(rules),
                    .cause_seq = desk.market->price.seq,
                    .type = LPC_AUCTION_DESCENDING,
                    .lots = lots,
                    .price = start,
                    .reserve_price = side.worse_of(start, reserve(desk, size)),
                    .close_ns = desk.now_ns + parameters_[kTail]});
    ++desk.lots_open;
}

// An account leaves as a whole: once none of its lots is open and no order of it works.
void Policy::leave(Desk& desk) {
    Account& account = desk.account;
    if (!account.leaving() || desk.lots_open > 0 || account.anything_works()) return;
    desk.leg = &*std::find_if(account.legs.begin(), account.legs.end(),
                              [](const Leg& leg) { return leg.wants_to_leave(); });
    if (desk.now_ns >= account.ask_after_ns) {
        desk.out.escalate({.account = desk.id,
                           .instrument = desk.leg->instrument,
                           .cause_seq = desk.leg->facts.closeout.seq,
                           .why = desk.leg->decisions.leave});
        account.ask_after_ns = desk.now_ns + parameters_[kRetry];
    }
    look_again(desk, account.ask_after_ns);
}

void Policy::look_again(Desk& desk, std::int64_t at_ns) {
    LegDecisions& d = desk.leg->decisions;
    const std::int64_t deadline = desk.leg->facts.closeout.u.closeout.deadline_ns;
    if (deadline > desk.now_ns) at_ns = std::min(at_ns, deadline);
    if (d.timer_ns != 0 && d.timer_ns <= at_ns) return;  // earlier is as good
    desk.out.timer({.account = desk.id,
                    .tag = kTimerTag | desk.leg->instrument,
                    .cause_seq = desk.leg->facts.closeout.seq,
                    .at_ns = at_ns});
    d.timer_ns = at_ns;
}

}  // namespace lpc::auction
