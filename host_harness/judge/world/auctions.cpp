// Auction lots: opened by the plugin, or by another instance before it; bids come and lots run out.
#include "world.hpp"

namespace lpc::judge {

void World::open_lot(WorldAccount& account, WorldLeg& leg, const lpc_fact_lot& lot) {
    const bool is_new = !leg.lot_open;
    leg.lot_open = true;
    leg.lot = lot;
    const FactHead head{.account = account.id, .instrument = leg.instrument};
    if (is_new) say(fact(head, lpc_fact_lot_terms{lot.id, now_ns_, lot.price, lot.lots_left, 1}));
    FactHead open = head;
    open.code = LPC_LOT_OPEN;
    say(fact(open, lot));
}

void World::close_lot(WorldAccount& account, WorldLeg& leg, std::uint8_t code) {
    leg.lot_open = false;
    say(fact({.account = account.id, .instrument = leg.instrument, .code = code}, leg.lot));
}

void World::live_lot(WorldAccount& account, WorldLeg& leg, Draw& d) {
    if (!leg.lot_open) return;
    if (leg.lot.close_ns != 0 && now_ns_ >= leg.lot.close_ns)
        return close_lot(account, leg, LPC_LOT_EXPIRED);
    if (!d.permille(300)) return;
    const std::int64_t most = size_of(leg.lot.lots_left) + 1;
    say(fact({.account = account.id, .instrument = leg.instrument},
             lpc_fact_bid{leg.lot.id, account.first_id + ++account.bids_made, d.below(5) + 1,
                          leg.lot.price + d.between(-2, 2),
                          sign_of(leg.lot.lots_left) * d.between(1, most)}));
}

}  // namespace lpc::judge
