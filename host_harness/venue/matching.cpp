#include "venue/matching.hpp"

#include <lpc/limits.h>

#include <algorithm>

namespace lpc::venue {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

constexpr std::int64_t signed_lots(Side side, std::int64_t lots) {
    return side == Side::buy ? lots : -lots;
}

// notional * fee_ppm / 1e6. [money]
// Rounded up, against the payer: a fee is never less than its rate, a rebate never more. At most
// the notional.
std::int64_t fee_of(Int128 notional, std::int64_t fee_ppm) {
    return static_cast<std::int64_t>(div_ceil(notional * fee_ppm, kMillion));
}

Refusal refusal_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::bad_value:
            return Refusal::bad_value;
        case Outcome::full:
            return Refusal::book_full;
        case Outcome::post_only_would_cross:
            return Refusal::would_cross;
        case Outcome::filled:
        case Outcome::partly_filled_rested:
        case Outcome::rested:
        case Outcome::expired:
            return Refusal::none;
    }
    return Refusal::bad_value;
}

// Orders of one side by what fills first: better price, then age.
template <class Claim>
bool fills_before(const Claim& one, const Claim& other) {
    if (one.order.side != other.order.side) return one.order.side < other.order.side;
    if (one.order.price == other.order.price) return one.age < other.age;
    return (one.order.side == Side::buy) == (one.order.price > other.order.price);
}

}  // namespace

PlaceResult Matching::place(const OrderTicket& ticket, std::vector<Event>& events) {
    PlaceResult result;
    Market* market = market_of(ticket.instrument);
    std::int64_t lots = ticket.lots;
    result.refusal = admit(ticket, market, lots);
    if (result.refusal != Refusal::none) return result;
    result.cut_lots = ticket.lots - lots;

    trades_.clear();
    withdrawn_.clear();
    const NewOrder order{ticket.account, ticket.side, ticket.type, ticket.price, lots};
    const Placement placed = market->book.place(order, trades_, withdrawn_);
    result.refusal = refusal_of(placed.outcome);
    if (result.refusal != Refusal::none) {
        result.cut_lots = 0;
        return result;
    }
    for (const Trade& trade : trades_) {
        book_trade(*market, trade, ticket, placed.resting, events);
    }
    for (const Withdrawn& own : withdrawn_) {
        const Resting gone{own.order, own.account, own.side, own.price, own.lots};
        withdraw(*market, gone, Change::self_trade, events);
    }
    report_taker(*market, ticket, lots, placed, events);
    trim_reduce_only(*market, ticket.account, events);

    result.done_lots = placed.filled_lots;
    if (const std::optional<Resting> left = market->book.find(placed.resting)) {
        result.order = left->order;
        result.open_lots = left->lots;
    }
    return result;
}

Refusal Matching::admit(const OrderTicket& ticket, const Market* market, std::int64_t& lots) const {
    if (!sound_) return Refusal::unsound;
    if (market == nullptr) return Refusal::unknown_instrument;
    if (!accounts_.has_account(ticket.account)) return Refusal::unknown_account;
    const bool codes_fit = ticket.side <= Side::sell && ticket.type <= OrderType::post_only;
    const bool price_fits = ticket.price >= 1 && ticket.price <= LPC_PRICE_MAX;
    const bool lots_fit = ticket.lots >= 1 && ticket.lots <= LPC_LOTS_MAX;
    if (!codes_fit || !price_fits || !lots_fit) return Refusal::bad_value;
    const bool trades =
        market->terms.state == TradingState::open ||
        (market->terms.state == TradingState::post_only && ticket.type == OrderType::post_only);
    if (!trades) return Refusal::not_trading;
    if (ticket.reduce_only) {
        lots = std::min(lots, reducible_lots(ticket, *market));
        if (lots <= 0) return Refusal::nothing_to_reduce;
    }
    // Why: a sell may fill at any bid above its own price.
    const std::int64_t best_bid = market->book.best_price(Side::buy).value_or(0);
    const std::int64_t price =
        ticket.side == Side::buy ? ticket.price : std::max(ticket.price, best_bid);
    const Booking room = accounts_.room_for(
        {ticket.account, ticket.instrument, signed_lots(ticket.side, lots), price});
    return room == Booking::done ? Refusal::none : Refusal::beyond_limit;
}

std::int64_t Matching::reducible_lots(const OrderTicket& ticket, const Market& market) const {
    const std::int64_t held = accounts_.position(ticket.account, ticket.instrument).lots;
    std::int64_t left = ticket.side == Side::sell ? held : -held;
    // Why: an IOC order is over before any resting order can fill; those are trimmed afterwards.
    if (left <= 0 || ticket.type == OrderType::ioc) return left;
    if (!market.orders.any_reduce_only(ticket.account)) return left;
    market.orders.each(ticket.account, [&](const WorkingOrder& working) {
        const Resting order = market.book.find(working.id).value_or(Resting{});
        if (working.reduce_only && order.side == ticket.side) left -= order.lots;
    });
    return left;
}

void Matching::book_trade(Market& market, const Trade& trade, const OrderTicket& ticket,
                          OrderId taker_order, std::vector<Event>& events) {
    WorkingOrder& maker = *market.orders.find(trade.maker_order);
    const std::uint32_t instrument = market.terms.id;
    const Int128 notional = money_of(trade.lots, trade.price, market.terms.multiplier);
    const std::int64_t bought = signed_lots(trade.taker_side, trade.lots);
    Execution done;
    done.instrument = instrument;
    done.taker_side = trade.taker_side;
    done.maker_order = trade.maker_order;
    done.taker_order = taker_order;
    done.maker = trade.maker;
    done.taker = trade.taker;
    done.maker_client_id = maker.client_id;
    done.taker_client_id = ticket.client_id;
    done.price = trade.price;
    done.lots = trade.lots;
    done.maker_fee = fee_of(notional, market.terms.maker_fee_ppm);
    done.taker_fee = fee_of(notional, market.terms.taker_fee_ppm);
    must(accounts_.unrest({trade.maker, instrument, -bought, trade.price}));
    must(accounts_.apply_pair({trade.maker, instrument, -bought, trade.price, done.maker_fee},
                              {trade.taker, instrument, bought, trade.price, done.taker_fee}));
    market.traded_lots =
        clamp_to(Int128{market.traded_lots} + trade.lots, 0, std::int64_t{INT64_MAX});
    events.emplace_back(done);
    maker.done_lots += trade.lots;
    if (!trade.maker_done) return;
    events.emplace_back(OrderEnded{instrument, Change::filled, trade.maker_order, trade.maker,
                                   maker.client_id, maker.done_lots, 0});
    market.orders.remove(trade.maker_order);
}

void Matching::report_taker(Market& market, const OrderTicket& ticket, std::int64_t lots,
                            const Placement& placed, std::vector<Event>& events) {
    if (placed.resting == 0) {
        const std::int64_t expired = lots - placed.filled_lots;
        events.emplace_back(
            OrderEnded{ticket.instrument, expired == 0 ? Change::filled : Change::expired, 0,
                       ticket.account, ticket.client_id, placed.filled_lots, expired});
        return;
    }
    must(accounts_.rest({ticket.account, ticket.instrument,
                         signed_lots(ticket.side, placed.resting_lots), ticket.price}));
    market.orders.add({placed.resting, ticket.client_id, placed.filled_lots, ticket.reduce_only},
                      ticket.account);
    events.emplace_back(OrderRested{ticket.instrument, ticket.side, placed.resting, ticket.account,
                                    ticket.client_id, ticket.price, placed.resting_lots,
                                    placed.filled_lots});
}

// The order has left the book already.
void Matching::withdraw(Market& market, const Resting& order, Change why,
                        std::vector<Event>& events) {
    const WorkingOrder& working = *market.orders.find(order.order);
    must(accounts_.unrest(
        {order.account, market.terms.id, signed_lots(order.side, order.lots), order.price}));
    events.emplace_back(OrderEnded{market.terms.id, why, order.order, order.account,
                                   working.client_id, working.done_lots, order.lots});
    market.orders.remove(order.order);
}

// `order` is as it was before.
void Matching::lower(Market& market, const Resting& order, std::int64_t lots_new, Change why,
                     std::vector<Event>& events) {
    const WorkingOrder& working = *market.orders.find(order.order);
    must(accounts_.unrest({order.account, market.terms.id,
                           signed_lots(order.side, order.lots - lots_new), order.price}));
    events.emplace_back(OrderReduced{market.terms.id, why, order.order, order.account,
                                     working.client_id, lots_new, working.done_lots});
}

// Invariant afterwards: along the account's orders of a side, best first, each reduce-only order
// finds at least its own lots left of the position when all before it have filled.
// Why only after what the account itself does, and transfers: a fill of a resting order takes the
// same lots off the position and off the front of these orders, or lets the position grow.
void Matching::trim_reduce_only(Market& market, std::uint64_t account, std::vector<Event>& events) {
    if (!market.orders.any_reduce_only(account)) return;
    claims_.clear();
    market.orders.each(account, [&](const WorkingOrder& working) {
        const Resting order = market.book.find(working.id).value_or(Resting{});
        claims_.push_back({order, claims_.size(), working.reduce_only});
    });
    std::sort(claims_.begin(), claims_.end(), fills_before<Claim>);
    const std::int64_t held = accounts_.position(account, market.terms.id).lots;
    std::int64_t to_buy = held < 0 ? -held : 0;
    std::int64_t to_sell = held > 0 ? held : 0;
    for (const Claim& claim : claims_) {
        std::int64_t& left = claim.order.side == Side::buy ? to_buy : to_sell;
        const std::int64_t kept = std::min(left, claim.order.lots);
        left -= kept;
        if (!claim.reduce_only || kept == claim.order.lots) continue;
        if (kept == 0) {
            market.book.cancel(claim.order.order);
            withdraw(market, claim.order, Change::reduce_only, events);
        } else {
            market.book.reduce(claim.order.order, kept);
            lower(market, claim.order, kept, Change::reduce_only, events);
        }
    }
}

}  // namespace lpc::venue
