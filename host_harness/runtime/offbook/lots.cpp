#include "lots.hpp"

#include <utility>
#include <vector>

#include "../invariant.hpp"
#include "../state.hpp"

namespace lpc::runtime {
namespace {

std::int64_t magnitude_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

void notify(State& state, const lpc_fact& lot, std::int64_t close_ns) {
    const lpc_fact_lot& l = lot.u.lot;
    state.outbox.push_back(LotNotice{l.id, lot.account, lot.instrument, terms_of(state, lot).code,
                                     lot.code, l.lots_left, l.price, l.reserve_price, close_ns});
}

// Told as it is now, to the plugins and to the providers.
void tell_lot(State& state, const lpc_fact& lot) {
    state.tell_own(lot);
    notify(state, lot, lot.u.lot.close_ns);
}

std::int64_t ends_ns(const lpc_fact& lot, std::uint8_t type) {
    return type == LPC_AUCTION_DESCENDING ? lot.u.lot.close_ns : Lots::kNever;
}

void end_lot(State& state, lpc_fact lot, std::uint8_t code) {
    state.lots.remove(lot.instrument, lot.account, magnitude_of(lot.u.lot.lots_left),
                      ends_ns(lot, terms_of(state, lot).code));
    lot.code = code;
    tell_lot(state, lot);
    state.accounts.find(lot.account)->forget(LPC_FACT_BID, lot.instrument);
}

void begin_lot(State& state, const lpc_command& command) {
    const lpc_command_offer& wanted = command.u.offer;
    lpc_fact lot{};
    lot.account = command.account;
    lot.instrument = command.instrument;
    lot.kind = LPC_FACT_LOT;
    lot.code = LPC_LOT_OPEN;
    lot.u.lot = {state.lots.take_id(), wanted.lots, wanted.price, wanted.reserve_price,
                 wanted.close_ns};
    lpc_fact terms = lot;
    terms.kind = LPC_FACT_LOT_TERMS;
    terms.code = command.code;
    terms.u.lot_terms = {lot.u.lot.id, state.now_ns, wanted.price, wanted.lots,
                         static_cast<std::int64_t>(command.tag)};
    state.lots.add(lot.instrument, lot.account, magnitude_of(wanted.lots),
                   ends_ns(lot, terms.code));
    state.tell_own(terms);
    tell_lot(state, lot);
}

void stop(State& state, std::uint32_t instrument, Lots::Board& board) {
    board.stopped_ns = state.now_ns;
    for (const std::uint64_t account : board.accounts)
        notify(state, *open_lot(state, account, instrument), LPC_TIME_MAX_NS);
}

// The time during which the clock stood still does not count.
void go_on(State& state, std::uint32_t instrument, Lots::Board& board) {
    const std::int64_t stood_ns = state.now_ns - std::exchange(board.stopped_ns, -1);
    board.ends.clear();
    for (const std::uint64_t account : board.accounts) {
        lpc_fact lot = *open_lot(state, account, instrument);
        lpc_fact terms = terms_of(state, lot);
        terms.u.lot_terms.opened_ns += stood_ns;
        lot.u.lot.close_ns += stood_ns;
        board.ends.insert({ends_ns(lot, terms.code), account});
        state.tell_own(terms);
        tell_lot(state, lot);
    }
}

void expire(State& state, std::uint32_t instrument) {
    for (;;) {
        const auto it = state.lots.boards().find(instrument);
        if (it == state.lots.boards().end() || it->second.ends.begin()->first > state.now_ns)
            return;
        end_lot(state, *open_lot(state, it->second.ends.begin()->second, instrument),
                LPC_LOT_EXPIRED);
    }
}

}  // namespace

void Lots::add(std::uint32_t instrument, std::uint64_t account, std::int64_t lots,
               std::int64_t ends_ns) {
    Board& board = boards_[instrument];
    board.accounts.insert(account);
    board.ends.insert({ends_ns, account});
    board.lots += lots;
}

void Lots::sold(std::uint32_t instrument, std::int64_t lots) {
    Board& board = boards_.at(instrument);
    board.lots -= lots;
    LPC_ASSERT(board.lots >= 0);
}

void Lots::remove(std::uint32_t instrument, std::uint64_t account, std::int64_t lots_left,
                  std::int64_t ends_ns) {
    sold(instrument, lots_left);
    Board& board = boards_.at(instrument);
    board.accounts.erase(account);
    board.ends.erase({ends_ns, account});
    if (board.accounts.empty()) boards_.erase(instrument);
}

std::int64_t Lots::outstanding(std::uint32_t instrument) const {
    const auto it = boards_.find(instrument);
    return it == boards_.end() ? 0 : it->second.lots;
}

const lpc_fact* open_lot(const State& state, std::uint64_t account, std::uint32_t instrument) {
    const AccountFacts* facts = state.accounts.find(account);
    const lpc_fact* lot = facts == nullptr ? nullptr : facts->find(LPC_FACT_LOT, instrument);
    return lot != nullptr && lot->code == LPC_LOT_OPEN ? lot : nullptr;
}

const lpc_fact& terms_of(const State& state, const lpc_fact& lot) {
    const lpc_fact* terms =
        state.accounts.find(lot.account)->find(LPC_FACT_LOT_TERMS, lot.instrument);
    LPC_ASSERT(terms != nullptr);
    return *terms;
}

void offer_lot(State& state, const lpc_command& offer) {
    const lpc_fact* open = open_lot(state, offer.account, offer.instrument);
    if (open == nullptr) return begin_lot(state, offer);
    lpc_fact lot = *open;
    if (offer.u.offer.lots == 0) return end_lot(state, lot, LPC_LOT_WITHDRAWN);
    lot.u.lot.price = offer.u.offer.price;
    lot.u.lot.reserve_price = offer.u.offer.reserve_price;
    tell_lot(state, lot);
}

void take_from_lot(State& state, const lpc_command& award) {
    const lpc_command_award& wanted = award.u.award;
    lpc_fact lot = *open_lot(state, award.account, award.instrument);
    lpc_fact bid =
        *state.accounts.find(award.account)->find(LPC_FACT_BID, award.instrument, wanted.bid_id);
    bid.u.bid.lots += wanted.lots;  // the bidder's side is the other one
    state.tell_own(bid);
    state.lots.sold(lot.instrument, magnitude_of(wanted.lots));
    lot.u.lot.lots_left -= wanted.lots;
    lot.u.lot.price = wanted.price;
    if (lot.u.lot.lots_left == 0) return end_lot(state, lot, LPC_LOT_SOLD);
    tell_lot(state, lot);
}

void withdraw_lots(State& state, std::uint64_t account) {
    std::vector<lpc_fact> open;
    for (const lpc_fact& lot : state.accounts.find(account)->of_kind(LPC_FACT_LOT)) {
        if (lot.code == LPC_LOT_OPEN) open.push_back(lot);
    }
    for (const lpc_fact& lot : open) end_lot(state, lot, LPC_LOT_WITHDRAWN);
}

void run_lot_clocks(State& state) {
    std::vector<std::uint32_t> instruments;
    for (const auto& [instrument, board] : state.lots.boards()) instruments.push_back(instrument);
    for (const std::uint32_t instrument : instruments) {
        Lots::Board& board = state.lots.boards().at(instrument);
        if (!state.market.fit(instrument)) {
            if (board.stopped_ns < 0) stop(state, instrument, board);
            continue;
        }
        if (board.stopped_ns >= 0) go_on(state, instrument, board);
        expire(state, instrument);
    }
}

}  // namespace lpc::runtime
