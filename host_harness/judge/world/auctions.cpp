// Auction lots: opened by the plugin, or by another instance before it; bids come, are taken, and
// lots run out. While the price is unfit or trading is not open a lot's clock stands still.
#include <lpc/sdk/auction.hpp>

#include <algorithm>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kRules = 70 };

// A sealed lot whose bids nobody takes is closed after this.
constexpr std::int64_t kForgotten_ns = 20'000'000'000;

}  // namespace

// Not by the plugin that is judged: sealed, or descending by rules that it did not choose.
void World::open_foreign_lot(WorldAccount& account, WorldLeg& leg, std::int64_t lots,
                             std::int64_t lasts_ns) {
    Draw d{options_.seed, kRules, turn_, account.id, leg.instrument};
    const bool sealed = d.permille(500);
    const LotRules linear{LPC_CURVE_LINEAR, d.between(50, 2'000), d.between(10'000, 400'000)};
    const LotRules stairs{LPC_CURVE_STAIRSTEP, d.between(50, 2'000),
                          d.between(990'000'000, 999'900'000)};
    lpc_command offer{};
    offer.account = account.id;
    offer.instrument = leg.instrument;
    offer.kind = LPC_CMD_OFFER;
    offer.code = sealed ? LPC_AUCTION_SEALED : LPC_AUCTION_DESCENDING;
    offer.tag = sealed ? 0 : pack(d.permille(500) ? linear : stairs);
    offer.u.offer = {lots, instrument(leg.instrument).mark, leg.terms.permitted_price,
                     now_ns_ + lasts_ns};
    open_lot(account, leg, offer);
}

void World::open_lot(WorldAccount& account, WorldLeg& leg, const lpc_command& offer) {
    const lpc_command_offer& o = offer.u.offer;
    const std::uint64_t id = account.first_id + ++account.lots_made;
    leg.lot = {};
    leg.lot.open = true;
    leg.lot.type = offer.code;
    leg.lot.lot = {id, o.lots, o.price, o.reserve_price, o.close_ns};
    leg.lot.terms = {id, now_ns_, o.price, o.lots, static_cast<std::int64_t>(offer.tag)};
    say_lot_terms(account, leg);
    say_lot(account, leg, LPC_LOT_OPEN);
}

void World::say_lot_terms(const WorldAccount& account, const WorldLeg& leg) {
    say(fact({.account = account.id, .instrument = leg.instrument, .code = leg.lot.type},
             leg.lot.terms));
}

void World::say_lot(const WorldAccount& account, const WorldLeg& leg, std::uint8_t code) {
    say(fact({.account = account.id, .instrument = leg.instrument, .code = code}, leg.lot.lot));
}

void World::close_lot(WorldAccount& account, WorldLeg& leg, std::uint8_t code) {
    leg.lot.open = false;
    say_lot(account, leg, code);
}

void World::live_lot(WorldAccount& account, WorldLeg& leg, Draw& d) {
    if (!leg.lot.open) return;
    const WorldInstrument& x = instrument(leg.instrument);
    lpc_fact_lot& lot = leg.lot.lot;
    if (x.price_code != LPC_PRICE_FIT || x.trading != LPC_TRADING_OPEN) {
        leg.lot.stood_ns += step_ns_;
        return;
    }
    if (leg.lot.stood_ns > 0) {
        lot.close_ns += leg.lot.stood_ns;
        leg.lot.terms.opened_ns += leg.lot.stood_ns;
        leg.lot.stood_ns = 0;
        say_lot_terms(account, leg);
        say_lot(account, leg, LPC_LOT_OPEN);
    }
    const bool sealed = leg.lot.type == LPC_AUCTION_SEALED;
    const bool over = now_ns_ >= lot.close_ns;
    if (over && (!sealed || now_ns_ >= lot.close_ns + kForgotten_ns))
        return close_lot(account, leg, LPC_LOT_EXPIRED);
    if (sealed ? !over || leg.lot.called : !d.permille(200)) return;
    leg.lot.called = true;
    for (std::uint64_t bids = d.below(sealed ? 6 : 3); bids > 0; --bids) say_bid(account, leg, d);
}

// Near the lot's price; a descending lot is taken by those who accept it.
void World::say_bid(WorldAccount& account, WorldLeg& leg, Draw& d) {
    const lpc_fact_lot& lot = leg.lot.lot;
    const bool sealed = leg.lot.type == LPC_AUCTION_SEALED;
    const std::int64_t away = std::max<std::int64_t>(1, lot.price / 100);
    const std::int64_t better = d.between(sealed ? -away : 0, away) * -sign_of(lot.lots_left);
    const std::uint8_t code = !sealed           ? LPC_BID_TAKE
                              : d.permille(500) ? LPC_BID_STANDING
                                                : LPC_BID_SEALED;
    say(fact({.account = account.id, .instrument = leg.instrument, .code = code},
             lpc_fact_bid{lot.id, account.first_id + ++account.bids_made, d.below(5) + 1,
                          std::max<std::int64_t>(1, lot.price + better),
                          -sign_of(lot.lots_left) * d.between(1, size_of(lot.lots_left) + 1)}));
}

// 0: the offer opens a lot, or moves the price of one by its rules, or draws it back.
std::uint8_t World::offer_refusal(const lpc_command& command, const WorldLeg& leg) const {
    const lpc_command_offer& o = command.u.offer;
    if (o.lots == 0) return leg.lot.open ? 0 : LPC_REASON_NO_LOT;
    const bool descending = command.code == LPC_AUCTION_DESCENDING;
    const auto rules = unpack_lot_rules(command.tag);
    if ((!descending && command.code != LPC_AUCTION_SEALED) || (descending && !rules) ||
        size_of(o.lots) > LPC_LOTS_MAX || o.price < 1 || o.price > LPC_PRICE_MAX ||
        o.close_ns <= now_ns_)
        return LPC_REASON_BAD_VALUE;
    if (!leg.lot.open) return 0;
    const lpc_fact_lot_terms& terms = leg.lot.terms;
    const bool pinned = descending && leg.lot.type == command.code &&
                        command.tag == static_cast<std::uint64_t>(terms.rules) &&
                        o.lots == leg.lot.lot.lots_left && o.close_ns == leg.lot.lot.close_ns;
    if (!pinned) return LPC_REASON_LOT_RULES;
    const Price due = price_at({o.lots}, {terms.start_price}, *rules, now_ns_ - terms.opened_ns);
    return o.price == due.ticks ? 0 : LPC_REASON_LOT_RULES;
}

// 0: the bid is there, the lot's time has come, and no price is worse than the bidder's.
std::uint8_t World::award_refusal(const lpc_command& command, const WorldAccount& account,
                                  const WorldLeg& leg) const {
    const lpc_command_award& award = command.u.award;
    const lpc_fact* bid = known_.find(LPC_FACT_BID, account.id, leg.instrument, award.bid_id);
    const bool sealed = leg.lot.type == LPC_AUCTION_SEALED;
    if (!leg.lot.open || award.lot_id != leg.lot.lot.id || bid == nullptr ||
        bid->u.bid.lot_id != award.lot_id || (now_ns_ >= leg.lot.lot.close_ns) != sealed)
        return LPC_REASON_NO_LOT;
    const std::int64_t worse = (bid->u.bid.price - award.price) * sign_of(award.lots);
    const bool as_offered = sealed || award.price == leg.lot.lot.price;
    return size_of(award.lots) <= size_of(bid->u.bid.lots) && worse <= 0 && as_offered
               ? 0
               : LPC_REASON_LOT_RULES;
}

// What an award has taken is gone from the bid and from the lot.
void World::take_from_lot(WorldAccount& account, WorldLeg& leg, const WorldOrder& order,
                          std::int64_t lots) {
    const lpc_fact* told = known_.find(LPC_FACT_BID, account.id, leg.instrument, order.bid_id);
    if (!leg.lot.open || told == nullptr || told->u.bid.lot_id != leg.lot.lot.id) return;
    lpc_fact bid = *told;
    bid.u.bid.lots += lots;  // its sign is the other one
    if (sign_of(bid.u.bid.lots) == sign_of(lots)) bid.u.bid.lots = 0;
    say(bid);
    leg.lot.lot.lots_left -= lots;
    if (sign_of(leg.lot.lot.lots_left) == sign_of(lots)) return say_lot(account, leg, LPC_LOT_OPEN);
    leg.lot.lot.lots_left = 0;
    close_lot(account, leg, LPC_LOT_SOLD);
}

}  // namespace lpc::judge
