#include <lpc/sdk/auction.hpp>

#include "../offbook/lots.hpp"
#include "guard.hpp"
#include "view.hpp"

namespace lpc::runtime {
namespace {

// Towards the end position; or, at the bankruptcy price or worse, towards flat, since there a part
// never cures the account.
bool within_reach(const View& view, std::int64_t lots, std::int64_t price) {
    const bool cures_nothing = no_worse(lots, view.closeout->bankruptcy_price, price);
    return cures_nothing ? towards_flat(view, lots) : towards_end(view, lots);
}

bool well_formed_offer(const lpc_command& command) {
    const lpc_command_offer& offer = command.u.offer;
    if (command.code != LPC_AUCTION_SEALED && command.code != LPC_AUCTION_DESCENDING) return false;
    if (offer.lots == 0)  // withdraws
        return offer.price == 0 && offer.reserve_price == 0 && offer.close_ns == 0;
    return within_lots(offer.lots) && within_price(offer.price) &&
           within_price(offer.reserve_price) && offer.close_ns >= 1 &&
           offer.close_ns <= LPC_TIME_MAX_NS &&
           (command.code == LPC_AUCTION_SEALED || unpack_lot_rules(command.tag));
}

// All that is out in lots, with this one more, at the marks. [settlement asset]
bool over_outstanding(const State& state, std::uint32_t instrument, std::int64_t lots) {
    const Int128 most = state.config.rulebook.lots_outstanding_max.units;
    if (most == 0) return false;
    Int128 sum = 0;
    const auto add = [&](std::uint32_t where, std::int64_t count) {
        const std::int64_t mark = state.market.find(LPC_FACT_PRICE, where)->u.price.mark;
        const std::int64_t multiplier =
            state.market.find(LPC_FACT_INSTRUMENT, where)->u.instrument.multiplier;
        sum += Int128{count} * mark * multiplier;
    };
    for (const auto& [where, board] : state.lots.boards()) add(where, board.lots);
    add(instrument, magnitude_of(lots));
    return sum > most;
}

std::uint8_t judge_opening(const State& state, const View& view, std::int64_t asked_ns,
                           const lpc_command& command) {
    const lpc_command_offer& offer = command.u.offer;
    if (offer.lots == 0) return LPC_REASON_NO_LOT;
    // A descending price begins no worse than where it ends; a sealed one's reserve may be
    // anywhere.
    const bool descends = command.code == LPC_AUCTION_DESCENDING;
    if (offer.close_ns <= asked_ns ||
        (descends && !no_worse(offer.lots, offer.price, offer.reserve_price)))
        return LPC_REASON_BAD_VALUE;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    if (!within_reach(view, offer.lots, offer.reserve_price)) return LPC_REASON_WRONG_DIRECTION;
    const std::int64_t bound = permitted_now(state, command.account, command.instrument);
    if (!no_worse(offer.lots, offer.reserve_price, bound)) return LPC_REASON_BEYOND_PERMITTED_PRICE;
    return over_outstanding(state, command.instrument, offer.lots) ? LPC_REASON_OVER_BUDGET : 0;
}

// A lot that is open keeps its rules: only a descending one's price changes, as they say, and its
// reserve, within the permitted price: the fund may have granted more.
std::uint8_t judge_repricing(const State& state, const lpc_fact& lot, std::int64_t asked_ns,
                             const lpc_command& command) {
    const lpc_command_offer& offer = command.u.offer;
    const lpc_fact& pinned = terms_of(state, lot);
    const lpc_fact_lot_terms& terms = pinned.u.lot_terms;
    if (command.code != pinned.code) return LPC_REASON_LOT_RULES;
    if (offer.lots == 0) return 0;
    if (pinned.code == LPC_AUCTION_SEALED || offer.lots != lot.u.lot.lots_left ||
        offer.close_ns != lot.u.lot.close_ns ||
        static_cast<std::int64_t>(command.tag) != terms.rules)
        return LPC_REASON_LOT_RULES;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    if (!no_worse(offer.lots, offer.reserve_price,
                  permitted_now(state, command.account, command.instrument)))
        return LPC_REASON_BEYOND_PERMITTED_PRICE;
    const Price now = price_at({offer.lots}, {terms.start_price}, *unpack_lot_rules(command.tag),
                               asked_ns - terms.opened_ns);
    const bool reached = !no_worse(offer.lots, now.ticks, offer.reserve_price);
    return offer.price == (reached ? offer.reserve_price : now.ticks) ? 0 : LPC_REASON_LOT_RULES;
}

}  // namespace

std::uint8_t judge_offer(const State& state, const Route& route, const lpc_command& command) {
    if (!well_formed_offer(command)) return LPC_REASON_BAD_VALUE;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    const lpc_fact* lot = open_lot(state, command.account, command.instrument);
    const std::int64_t asked_ns = route.asked.now_ns;
    return lot == nullptr ? judge_opening(state, view, asked_ns, command)
                          : judge_repricing(state, *lot, asked_ns, command);
}

std::uint8_t judge_award(const State& state, const Route& route, const lpc_command& command) {
    const lpc_command_award& award = command.u.award;
    if (command.code != 0 || !within_lots(award.lots) || !within_price(award.price))
        return LPC_REASON_BAD_VALUE;
    if (state.tag_works(route.active, command.account, command.tag))
        return LPC_REASON_DUPLICATE_TAG;
    View view;
    if (!view_running(state, command, view)) return LPC_REASON_NOT_IN_LIQUIDATION;
    if (!state.market.fit(command.instrument)) return LPC_REASON_UNFIT_PRICE;
    const lpc_fact* open = open_lot(state, command.account, command.instrument);
    const lpc_fact* bid =
        state.accounts.find(command.account)->find(LPC_FACT_BID, command.instrument, award.bid_id);
    if (open == nullptr || open->u.lot.id != award.lot_id || bid == nullptr)
        return LPC_REASON_NO_LOT;
    const lpc_fact_lot& lot = open->u.lot;
    const lpc_fact& terms = terms_of(state, *open);
    const bool sealed = terms.code == LPC_AUCTION_SEALED;
    if (sealed && state.now_ns < lot.close_ns) return LPC_REASON_NO_LOT;
    if (!within_reach(view, award.lots, award.price)) return LPC_REASON_WRONG_DIRECTION;
    if (!no_worse(award.lots, award.price,
                  permitted_now(state, command.account, command.instrument)))
        return LPC_REASON_BEYOND_PERMITTED_PRICE;
    const bool within = (award.lots < 0) == (lot.lots_left < 0) &&
                        magnitude_of(award.lots) <= magnitude_of(lot.lots_left) &&
                        magnitude_of(award.lots) <= magnitude_of(bid->u.bid.lots);
    // Nobody pays more, or gets less, than he bid; a sealed lot has one price for all.
    const bool first = sealed && lot.lots_left == terms.u.lot_terms.lots;
    const bool priced = no_worse(award.lots, award.price, lot.reserve_price) &&
                        no_worse(award.lots, bid->u.bid.price, award.price) &&
                        (first || award.price == lot.price);
    return within && priced ? 0 : LPC_REASON_LOT_RULES;
}

}  // namespace lpc::runtime
