#include "account.hpp"

#include <lpc/auction.h>
#include <lpc/closeout.h>

#include <algorithm>
#include <cstring>

namespace lpc::auction {

bool same_fact(const lpc_fact& a, const lpc_fact& b) {
    return std::memcmp(&a, &b, sizeof a) == 0;
}

bool operator==(const LegFacts& a, const LegFacts& b) {
    return a.position_known == b.position_known && a.position_lots == b.position_lots &&
           same_fact(a.closeout, b.closeout) && same_fact(a.grant, b.grant) &&
           same_fact(a.lot, b.lot) && same_fact(a.terms, b.terms) &&
           std::equal(a.bids.begin(), a.bids.end(), b.bids.begin(), b.bids.end(), same_fact) &&
           a.orders == b.orders;
}

bool Leg::runs() const {
    return facts.closeout.kind != 0 && facts.closeout.code == LPC_CLOSEOUT_RUNNING &&
           facts.position_known;
}

std::int64_t Leg::open_lots() const {
    const std::int64_t position = facts.position_lots;
    return std::clamp(facts.closeout.u.closeout.end_lots, std::min<std::int64_t>(position, 0),
                      std::max<std::int64_t>(position, 0)) -
           position;
}

bool Leg::lot_open() const {
    return facts.lot.kind != 0 && facts.lot.code == LPC_LOT_OPEN;
}

std::uint8_t Leg::lot_type() const {
    const bool pinned =
        facts.terms.kind != 0 && facts.terms.u.lot_terms.lot_id == facts.lot.u.lot.id;
    return pinned ? facts.terms.code : std::uint8_t{LPC_AUCTION_SEALED};
}

bool Leg::granted(std::int64_t now_ns) const {
    const lpc_fact_grant& grant = facts.grant.u.grant;
    return facts.grant.kind != 0 && grant.amount > 0 && grant.permitted_price > 0 &&
           (grant.until_ns == 0 || now_ns < grant.until_ns);
}

std::int64_t Leg::permitted_price(std::int64_t now_ns) const {
    return granted(now_ns) ? facts.grant.u.grant.permitted_price
                           : facts.closeout.u.closeout.permitted_price;
}

Leg& Account::leg(std::uint32_t instrument) {
    const auto it =
        std::lower_bound(legs.begin(), legs.end(), instrument,
                         [](const Leg& leg, std::uint32_t x) { return leg.instrument < x; });
    if (it != legs.end() && it->instrument == instrument) return *it;
    Leg added;
    added.instrument = instrument;
    return *legs.insert(it, added);
}

std::int64_t Account::lots_open() const {
    return std::count_if(legs.begin(), legs.end(), [](const Leg& leg) { return leg.lot_open(); });
}

bool Account::anything_works() const {
    return std::any_of(legs.begin(), legs.end(),
                       [](const Leg& leg) { return !leg.facts.orders.empty(); });
}

bool Account::leaving() const {
    return std::any_of(legs.begin(), legs.end(),
                       [](const Leg& leg) { return leg.wants_to_leave(); });
}

}  // namespace lpc::auction
