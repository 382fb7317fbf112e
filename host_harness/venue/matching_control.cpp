// The rest of Matching: instruments, cancels, transfers, reading.
#include <lpc/limits.h>

#include <algorithm>

#include "venue/matching.hpp"

namespace lpc::venue {

namespace {

constexpr std::int64_t kFeeMaxPpm = 1'000'000;  // the notional itself; see Accounts::room_for

Refusal refusal_of(Booking booking) {
    switch (booking) {
        case Booking::done:
            return Refusal::none;
        case Booking::unknown_account:
            return Refusal::unknown_account;
        case Booking::unknown_instrument:
            return Refusal::unknown_instrument;
        case Booking::beyond_limit:
            return Refusal::beyond_limit;
        case Booking::already_there:
        case Booking::beyond_balance:
        case Booking::bad_value:
            return Refusal::bad_value;
    }
    return Refusal::bad_value;
}

}  // namespace

const char* text_of(Refusal refusal) {
    switch (refusal) {
        case Refusal::none:
            return "accepted";
        case Refusal::unsound:
            return "the venue is unsound";
        case Refusal::unknown_instrument:
            return "no such instrument";
        case Refusal::unknown_account:
            return "no such account";
        case Refusal::bad_value:
            return "a side, type, price or quantity that cannot be";
        case Refusal::not_trading:
            return "the trading state forbids it";
        case Refusal::unknown_order:
            return "no such order of this account";
        case Refusal::nothing_to_reduce:
            return "there is nothing to reduce";
        case Refusal::beyond_limit:
            return "the account could pass a limit";
        case Refusal::book_full:
            return "the order book is full";
        case Refusal::would_cross:
            return "a post-only order would trade at once";
    }
    return "not a refusal";
}

Matching::Matching(Accounts& accounts, const BookOptions& books)
    : accounts_(accounts), options_(books) {}

Booking Matching::add_instrument(const InstrumentTerms& terms) {
    const auto fee_fits = [](std::int64_t ppm) { return ppm >= -kFeeMaxPpm && ppm <= kFeeMaxPpm; };
    if (accounts_.has_instrument(terms.id)) return Booking::already_there;
    if (!fee_fits(terms.maker_fee_ppm) || !fee_fits(terms.taker_fee_ppm)) return Booking::bad_value;
    if (terms.state > TradingState::halted) return Booking::bad_value;
    const Booking defined = accounts_.define_instrument(terms.id, terms.multiplier);
    if (defined != Booking::done) return defined;
    const auto at = std::find_if(markets_.begin(), markets_.end(),
                                 [&](const auto& known) { return known->terms.id > terms.id; });
    markets_.insert(at, std::make_unique<Market>(terms, options_));
    return Booking::done;
}

Refusal Matching::set_state(std::uint32_t instrument, TradingState state) {
    Market* market = market_of(instrument);
    if (market == nullptr) return Refusal::unknown_instrument;
    if (state > TradingState::halted) return Refusal::bad_value;
    market->terms.state = state;
    return Refusal::none;
}

Refusal Matching::find_own(std::uint32_t instrument, std::uint64_t account, OrderId order,
                           Resting& found) const {
    if (!sound_) return Refusal::unsound;
    const Market* market = market_of(instrument);
    if (market == nullptr) return Refusal::unknown_instrument;
    if (!accounts_.has_account(account)) return Refusal::unknown_account;
    if (market->terms.state == TradingState::halted) return Refusal::not_trading;
    const std::optional<Resting> resting = market->book.find(order);
    if (!resting || resting->account != account) return Refusal::unknown_order;
    found = *resting;
    return Refusal::none;
}

Refusal Matching::cancel(std::uint32_t instrument, std::uint64_t account, OrderId order,
                         std::vector<Event>& events) {
    Resting found;
    const Refusal refusal = find_own(instrument, account, order, found);
    if (refusal != Refusal::none) return refusal;
    Market& market = *market_of(instrument);
    market.book.cancel(order);
    withdraw(market, found, Change::cancelled, events);
    return Refusal::none;
}

Refusal Matching::reduce(std::uint32_t instrument, std::uint64_t account, OrderId order,
                         std::int64_t lots_new, std::vector<Event>& events) {
    Resting found;
    const Refusal refusal = find_own(instrument, account, order, found);
    // Precedence: a bad value is told before an unknown order, whose lots cannot be compared.
    if (refusal != Refusal::none && refusal != Refusal::unknown_order) return refusal;
    if (lots_new < 1) return Refusal::bad_value;
    if (refusal != Refusal::none) return refusal;
    if (lots_new >= found.lots) return Refusal::bad_value;
    Market& market = *market_of(instrument);
    market.book.reduce(order, lots_new);
    lower(market, found, lots_new, Change::cancelled, events);
    return Refusal::none;
}

std::size_t Matching::cancel_all(std::uint64_t account, std::vector<Event>& events) {
    std::size_t ended = 0;
    for (const auto& market : markets_) {
        if (!sound_ || market->terms.state == TradingState::halted) continue;
        ids_.clear();
        market->orders.each(account,
                            [&](const WorkingOrder& working) { ids_.push_back(working.id); });
        for (const OrderId id : ids_) {
            const std::optional<Resting> order = market->book.cancel(id);
            if (!order) continue;
            withdraw(*market, *order, Change::cancelled, events);
            ++ended;
        }
    }
    return ended;
}

Refusal Matching::transfer(const Transfer& transfer, std::vector<Event>& events) {
    if (!sound_) return Refusal::unsound;
    Market* market = market_of(transfer.instrument);
    if (market == nullptr) return Refusal::unknown_instrument;
    const std::int64_t opposite_lots =
        clamp_to(-Int128{transfer.lots}, -LPC_LOTS_MAX - 1, LPC_LOTS_MAX + 1);
    const Fill one{transfer.account, transfer.instrument, transfer.lots, transfer.price, 0};
    const Fill other{transfer.counterparty, transfer.instrument, opposite_lots, transfer.price, 0};
    const Refusal refusal = refusal_of(accounts_.apply_pair(one, other));
    if (refusal != Refusal::none) return refusal;
    events.emplace_back(PositionMoved{transfer});
    trim_reduce_only(*market, transfer.account, events);
    trim_reduce_only(*market, transfer.counterparty, events);
    return Refusal::none;
}

const OrderBook* Matching::book(std::uint32_t instrument) const {
    const Market* market = market_of(instrument);
    return market == nullptr ? nullptr : &market->book;
}

const InstrumentTerms* Matching::terms(std::uint32_t instrument) const {
    const Market* market = market_of(instrument);
    return market == nullptr ? nullptr : &market->terms;
}

std::int64_t Matching::traded_lots(std::uint32_t instrument) const {
    const Market* market = market_of(instrument);
    return market == nullptr ? 0 : market->traded_lots;
}

Matching::Market* Matching::market_of(std::uint32_t instrument) const {
    const auto at = std::lower_bound(
        markets_.begin(), markets_.end(), instrument,
        [](const auto& market, std::uint32_t id) { return market->terms.id < id; });
    return at == markets_.end() || (*at)->terms.id != instrument ? nullptr : at->get();
}

}  // namespace lpc::venue
