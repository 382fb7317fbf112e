// What the venue is asked and what it reports. Plain values; prices in ticks, quantities in lots
// without sign (the side says which way) unless said, money in the smallest unit. Events are
// appended in the order in which they became so.
#pragma once

#include <cstdint>
#include <variant>

#include "venue/order_book_types.hpp"

namespace lpc::venue {

enum class TradingState : std::uint8_t {
    open,
    post_only,    // orders that would trade at once are refused, so nothing trades
    cancel_only,  // no new orders
    halted        // nothing: no orders, no cancels; only transfers off the book
};

struct InstrumentTerms {
    std::uint32_t id = 0;
    std::int64_t multiplier = 0;     // money a tick and lot
    std::int64_t maker_fee_ppm = 0;  // of the notional; negative is a rebate; within +-1,000,000
    std::int64_t taker_fee_ppm = 0;
    TradingState state = TradingState::open;
};

struct OrderTicket {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    std::int64_t price = 0;  // worst price
    std::int64_t lots = 0;
    bool reduce_only = false;
    std::uint64_t client_id = 0;  // the caller's; comes back in every event of the order
};

// A position changes hands off the book, without fees: a take-over, or an opening balance.
struct Transfer {
    std::uint64_t account = 0;
    std::uint64_t counterparty = 0;  // gets the opposite
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;  // of the account: + buys, - sells
    std::int64_t price = 0;
};

// In order of precedence. A refused call changes nothing.
enum class Refusal : std::uint8_t {
    none,
    unsound,  // a booking failed after a trade, which cannot be; nothing is accepted any more
    unknown_instrument,
    unknown_account,
    bad_value,    // side, type, price or lots beyond their limits
    not_trading,  // the trading state forbids it
    unknown_order,
    nothing_to_reduce,
    beyond_limit,  // the account's working orders could take it past a limit (Accounts::room_for)
    book_full,
    would_cross  // a post-only order that would trade at once
};
[[nodiscard]] const char* text_of(Refusal refusal);

struct [[nodiscard]] PlaceResult {
    Refusal refusal = Refusal::none;
    OrderId order = 0;  // 0: nothing rests
    std::int64_t done_lots = 0;
    std::int64_t open_lots = 0;  // resting now
    std::int64_t cut_lots = 0;   // taken off a reduce-only order on entry
};

struct Execution {
    std::uint32_t instrument = 0;
    Side taker_side = Side::buy;
    OrderId maker_order = 0;
    OrderId taker_order = 0;  // 0: nothing of it came to rest
    std::uint64_t maker = 0;
    std::uint64_t taker = 0;
    std::uint64_t maker_client_id = 0;
    std::uint64_t taker_client_id = 0;
    std::int64_t price = 0;
    std::int64_t lots = 0;
    std::int64_t maker_fee = 0;  // + paid, - received
    std::int64_t taker_fee = 0;
};

// An order, or what its execution left of it, has come to rest.
struct OrderRested {
    std::uint32_t instrument = 0;
    Side side = Side::buy;
    OrderId order = 0;
    std::uint64_t account = 0;
    std::uint64_t client_id = 0;
    std::int64_t price = 0;
    std::int64_t open_lots = 0;
    std::int64_t done_lots = 0;
};

enum class Change : std::uint8_t {
    filled,
    expired,     // an IOC order with a remainder
    cancelled,   // by its owner, or reduced by its owner
    self_trade,  // it would have traded with its own account
    reduce_only  // there is less left to reduce
};

// Fewer lots of a resting order, its priority kept.
struct OrderReduced {
    std::uint32_t instrument = 0;
    Change why = Change::cancelled;
    OrderId order = 0;
    std::uint64_t account = 0;
    std::uint64_t client_id = 0;
    std::int64_t open_lots = 0;
    std::int64_t done_lots = 0;
};

// The last event of every order that was not refused.
struct OrderEnded {
    std::uint32_t instrument = 0;
    Change why = Change::filled;
    OrderId order = 0;  // 0: it never rested
    std::uint64_t account = 0;
    std::uint64_t client_id = 0;
    std::int64_t done_lots = 0;
    std::int64_t withdrawn_lots = 0;
};

struct PositionMoved {
    Transfer transfer;
};

using Event = std::variant<Execution, OrderRested, OrderReduced, OrderEnded, PositionMoved>;

}  // namespace lpc::venue
