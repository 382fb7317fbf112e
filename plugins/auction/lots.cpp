// What the auction policy does with a lot that is open: waits for its time, takes bids, lets the
// price descend, draws it back.
#include <lpc/auction.h>
#include <lpc/closeout.h>
#include <lpc/limits.h>

#include <algorithm>

#include "policy.hpp"

namespace lpc::auction {
namespace {

std::int64_t unsigned_lots(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

// The bids of the lot that stand on the other side of it.
std::vector<Bid> bids_of(const Leg& leg) {
    const lpc_fact_lot& lot = leg.facts.lot.u.lot;
    std::vector<Bid> bids;
    for (const lpc_fact& fact : leg.facts.bids) {
        const lpc_fact_bid& bid = fact.u.bid;
        if (bid.lot_id != lot.id || (bid.lots > 0) != (lot.lots_left < 0)) continue;
        bids.push_back({bid.id, bid.bidder, bid.price, unsigned_lots(bid.lots)});
    }
    return bids;
}

}  // namespace

void Policy::conduct_lot(Desk& desk) {
    LegDecisions& d = desk.leg->decisions;
    const lpc_fact_lot& lot = desk.leg->facts.lot.u.lot;
    if (!desk.leg->facts.orders.empty()) return;  // their end wakes the account
    const std::int64_t open = desk.leg->open_lots();
    const bool towards = open != 0 && (open < 0) == (lot.lots_left < 0);
    const std::int64_t lots =
        towards ? std::min(unsigned_lots(lot.lots_left), unsigned_lots(open)) : 0;
    if (parameters_[kLevel] >= 3 && d.leave == 0) d.leave = LPC_ESCALATE_NO_LIQUIDITY;
    if (lots == 0 || d.leave != 0) return withdraw(desk);
    // The lot's clock stands still; its times are told anew.
    if (!desk.market->open()) return look_again(desk, desk.now_ns + parameters_[kRetry]);
    if (desk.leg->lot_type() == LPC_AUCTION_SEALED) return conduct_sealed(desk, lots);
    conduct_descending(desk, lots);
}

void Policy::conduct_sealed(Desk& desk, std::int64_t lots) {
    LegDecisions& d = desk.leg->decisions;
    const lpc_fact_lot& told = desk.leg->facts.lot.u.lot;
    const Side side = desk.leg->side();
    if (desk.now_ns < told.close_ns) return look_again(desk, told.close_ns);
    const bool untouched = told.lots_left == desk.leg->facts.terms.u.lot_terms.lots;
    if (untouched && d.cleared_lot != told.id) {
        d.cleared_lot = told.id;
        const std::int64_t mark = desk.market->mark();
        const auto cost = static_cast<std::int64_t>(
            div_floor(Int128{mark} * parameters_[kUnsoldCost], LPC_RATE_ONE_PPB));
        Lot lot{side.sold, lots, side.better_of(told.reserve_price, reserve(desk, lots)), 0};
        lot.unsold_price = lot.reserve_price - (side.sold ? cost : -cost);
        const ClearingRules rules{parameters_[kDust], parameters_[kBiddersMin],
                                  parameters_[kCappedBiddersMin], parameters_[kShareCap], key()};
        if (award(desk, bids_of(*desk.leg), lot, rules)) return;
    }
    withdraw(desk);
}

void Policy::conduct_descending(Desk& desk, std::int64_t lots) {
    LegDecisions& d = desk.leg->decisions;
    const lpc_fact_lot& told = desk.leg->facts.lot.u.lot;
    const lpc_fact_lot_terms& terms = desk.leg->facts.terms.u.lot_terms;
    const Side side = desk.leg->side();
    const auto rules = unpack_lot_rules(static_cast<std::uint64_t>(terms.rules));
    if (!rules) return withdraw(desk);
    if (desk.now_ns >= told.close_ns) return look_again(desk, desk.now_ns + parameters_[kRetry]);
    const Int128 moved = Int128{desk.market->mark()} - terms.start_price;
    const bool far = (moved < 0 ? -moved : moved) * LPC_RATE_ONE_PPB >
                     Int128{terms.start_price} * parameters_[kResetMove];
    if (far || side.worse(told.price, reserve(desk, lots))) return withdraw(desk);

    std::vector<Bid> takes = bids_of(*desk.leg);
    std::erase_if(takes, [&](const Bid& bid) { return side.worse(bid.price, told.price); });
    for (Bid& bid : takes) bid.price = told.price;
    const Lot lot{side.sold, lots, told.price, told.price};
    const ClearingRules equals{parameters_[kDust], 1, INT64_MAX, LPC_RATE_ONE_PPB, key()};
    if (award(desk, takes, lot, equals)) return;

    const std::int64_t elapsed = desk.now_ns - terms.opened_ns;
    const Price due = price_at({told.lots_left}, {terms.start_price}, *rules, elapsed);
    const std::int64_t next =
        terms.opened_ns + (steps_behind(*rules, elapsed) + 1) * step_ns(*rules);
    if (side.worse(due.ticks, told.price)) {
        switch (reach(desk, due.ticks, lots)) {
            case Reach::kFree:
                descend(desk, due.ticks, side.worse_of(due.ticks, told.reserve_price));
                break;
            case Reach::kWaits:
            case Reach::kAsked:
                break;
            case Reach::kBook:
                d.leave = LPC_ESCALATE_NO_LIQUIDITY;
                return withdraw(desk);
            case Reach::kFundEmpty:
                d.leave = LPC_ESCALATE_BANKRUPT;
                return withdraw(desk);
        }
    }
    look_again(desk, std::min(next, told.close_ns));
}

void Policy::descend(Desk& desk, std::int64_t price, std::int64_t reserve_price) {
    const lpc_fact_lot& told = desk.leg->facts.lot.u.lot;
    desk.out.offer({.account = desk.id,
                    .instrument = desk.leg->instrument,
                    .tag = static_cast<std::uint64_t>(desk.leg->facts.terms.u.lot_terms.rules),
                    .cause_seq = desk.market->price.seq,
                    .type = LPC_AUCTION_DESCENDING,
                    .lots = told.lots_left,
                    .price = price,
                    .reserve_price = reserve_price,
                    .close_ns = told.close_ns});
}

// False: no bid is taken.
bool Policy::award(Desk& desk, const std::vector<Bid>& bids, const Lot& lot,
                   const ClearingRules& rules) {
    const Clearing cleared = clear(bids, lot, rules);
    const std::uint64_t id = desk.leg->facts.lot.u.lot.id;
    for (const Award& taken : cleared.awards) {
        const auto bid = std::lower_bound(
            desk.leg->facts.bids.begin(), desk.leg->facts.bids.end(), taken.bid_id,
            [](const lpc_fact& fact, std::uint64_t wanted) { return fact.u.bid.id < wanted; });
        desk.out.award({.account = desk.id,
                        .instrument = desk.leg->instrument,
                        .tag = desk.next_tag++,
                        .cause_seq = bid->seq,
                        .lot_id = id,
                        .bid_id = taken.bid_id,
                        .lots = lot.sold ? -taken.lots : taken.lots,
                        .price = cleared.price});
    }
    return !cleared.awards.empty();
}

void Policy::withdraw(Desk& desk) {
    const bool sealed = desk.leg->lot_type() == LPC_AUCTION_SEALED;
    desk.out.offer(
        {.account = desk.id,
         .instrument = desk.leg->instrument,
         .tag = sealed ? 0 : static_cast<std::uint64_t>(desk.leg->facts.terms.u.lot_terms.rules),
         .cause_seq = desk.leg->facts.closeout.seq,
         .type = desk.leg->lot_type(),
         .lots = 0});
}

// May `lots` be offered at this price now? Beyond the bankruptcy price the fund is asked for what
// the price costs it: the difference for the whole position, as the host reckons it.
Policy::Reach Policy::reach(Desk& desk, std::int64_t price, std::int64_t lots) {
    LegDecisions& d = desk.leg->decisions;
    const Side side = desk.leg->side();
    const auto book = in_book(desk, lots);
    if (book && side.worse(price, *book)) return Reach::kBook;
    if (!side.worse(price, desk.leg->permitted_price(desk.now_ns))) return Reach::kFree;
    const std::int64_t bankruptcy = desk.leg->facts.closeout.u.closeout.bankruptcy_price;
    if (bankruptcy == 0 || !side.worse(price, bankruptcy)) return Reach::kWaits;
    const bool asked = d.asked_price != 0 && !side.worse(price, d.asked_price);
    if (asked) return Reach::kFundEmpty;
    const Int128 amount = Int128{unsigned_lots(bankruptcy - price)} *
                          unsigned_lots(desk.leg->facts.position_lots) * desk.market->multiplier();
    desk.out.grant({.account = desk.id,
                    .instrument = desk.leg->instrument,
                    .cause_seq = desk.market->price.seq,
                    .amount = clamp_to(amount, 1, LPC_MONEY_MAX)});
    d.asked_price = price;
    return Reach::kAsked;
}

std::optional<std::int64_t> Policy::in_book(const Desk& desk, std::int64_t lots) const {
    return book_price(*desk.market, desk.leg->side(), lots,
                      {parameters_[kBookMargin], parameters_[kImpact]});
}

std::int64_t Policy::reserve(const Desk& desk, std::int64_t lots) const {
    const std::int64_t permitted = desk.leg->permitted_price(desk.now_ns);
    const auto book = in_book(desk, lots);
    return book ? desk.leg->side().better_of(permitted, *book) : permitted;
}

}  // namespace lpc::auction
