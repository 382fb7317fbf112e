// What goes into an order book and what comes out of it. Plain values: prices in ticks, quantities
// in lots, both at least 1 and at most LPC_PRICE_MAX and LPC_LOTS_MAX.
#pragma once

#include <cstdint>

namespace lpc::venue {

using OrderId = std::uint64_t;  // issued by the book, unique within it for ever, never 0

constexpr std::uint64_t kAnonymous = 0;  // an order of nobody known: it may trade with its like

enum class Side : std::uint8_t { buy, sell };
constexpr Side opposite(Side side) {
    return side == Side::buy ? Side::sell : Side::buy;
}

enum class OrderType : std::uint8_t { limit, ioc, post_only };

struct NewOrder {
    std::uint64_t account = kAnonymous;
    Side side = Side::buy;
    OrderType type = OrderType::limit;
    std::int64_t price = 0;  // worst price
    std::int64_t lots = 0;
};

// In order of precedence. The first three change nothing.
enum class [[nodiscard]] Outcome : std::uint8_t{
    bad_value,              // side, type, price or lots outside their limits
    full,                   // the book holds orders_max orders, and this one might have to rest
    post_only_would_cross,  // whoever owns the other side
    filled,                 // whole
    partly_filled_rested,   // the remainder rests
    rested,                 // nothing filled
    expired,  // an IOC order with a remainder, which is gone; filled_lots may be above 0
};

struct Placement {
    Outcome outcome = Outcome::bad_value;
    OrderId resting = 0;  // 0: nothing rests
    std::int64_t filled_lots = 0;
    std::int64_t resting_lots = 0;
};

struct Trade {
    OrderId maker_order = 0;
    std::uint64_t maker = 0;
    std::uint64_t taker = 0;
    std::int64_t price = 0;  // the maker's
    std::int64_t lots = 0;
    Side taker_side = Side::buy;
    bool maker_done = false;  // the maker's order is filled whole
};

// A resting order that was taken out because the incoming order of the same account would have
// traded with it.
struct Withdrawn {
    OrderId order = 0;
    std::uint64_t account = 0;
    Side side = Side::buy;
    std::int64_t price = 0;
    std::int64_t lots = 0;  // what was left of it
};

struct Resting {
    OrderId order = 0;
    std::uint64_t account = 0;
    Side side = Side::buy;
    std::int64_t price = 0;
    std::int64_t lots = 0;  // what is left of it
};

struct DepthLevel {
    std::int64_t price = 0;
    std::int64_t lots = 0;
    std::uint32_t order_count = 0;
};

}  // namespace lpc::venue
