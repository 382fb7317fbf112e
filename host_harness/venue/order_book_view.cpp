// What can be asked of an order book without changing it.
#include "lpc/limits.h"
#include "venue/order_book.hpp"

namespace lpc::venue {

std::optional<DepthLevel> OrderBook::best(Side side) const {
    if (empty(side)) return std::nullopt;
    return depth_level(best_[index(side)]);
}

std::size_t OrderBook::depth(Side side, std::span<DepthLevel> levels) const {
    const std::int64_t end = side == Side::buy ? kNoBid : kNoAsk;
    std::size_t count = 0;
    std::int64_t price = best_[index(side)];
    for (; count < levels.size() && price != end; price = behind(side, price)) {
        levels[count++] = depth_level(price);
    }
    return count;
}

std::int64_t OrderBook::executable_lots(Side taker, std::int64_t price_worst,
                                        std::int64_t lots_enough) const {
    const Side makers = opposite(taker);
    const std::int64_t end = makers == Side::buy ? kNoBid : kNoAsk;
    std::int64_t lots = 0;
    std::int64_t price = best_[index(makers)];
    while (price != end && lots < lots_enough && !better(taker, price, price_worst)) {
        lots += ladder_.at(price).lots;
        price = behind(makers, price);
    }
    return lots;
}

void OrderBook::append_orders(Side side, std::vector<Resting>& orders) const {
    const std::int64_t end = side == Side::buy ? kNoBid : kNoAsk;
    for (std::int64_t price = best_[index(side)]; price != end; price = behind(side, price)) {
        for (std::uint32_t slot = ladder_.at(price).head; slot != kNoSlot;
             slot = pool_[slot].next) {
            orders.push_back(resting(slot));
        }
    }
}

DepthLevel OrderBook::depth_level(std::int64_t price) const {
    const Level& level = ladder_.at(price);
    return {price, level.lots, level.order_count};
}

namespace {

std::string at_price(std::int64_t price) {
    return " at price " + std::to_string(price);
}

}  // namespace

Status OrderBook::check_invariants() const {
    if (best_[0] >= best_[1]) return fail("the book is crossed");
    for (const Side side : {Side::buy, Side::sell}) {
        if (Status status = check_side(side); !status) return status;
    }
    // Every price of the ladder belongs to one side, so walking it through meets what the two walks
    // met.
    std::uint64_t orders = 0;
    for (std::int64_t price = ladder_.above(0); price != PriceLadder::kNone;
         price = ladder_.above(price)) {
        orders += ladder_.at(price).order_count;
    }
    if (orders != order_count()) return fail("the ladder holds a level of neither side");
    if (pool_.live_count() != order_count()) return fail("the pool holds an order of no level");
    return {};
}

Status OrderBook::check_side(Side side) const {
    const std::int64_t end = side == Side::buy ? kNoBid : kNoAsk;
    std::uint64_t orders = 0;
    for (std::int64_t price = best_[index(side)]; price != end; price = behind(side, price)) {
        const Level& level = ladder_.at(price);
        if (level.order_count == 0) return fail("an empty level" + at_price(price));
        std::uint32_t previous = kNoSlot;
        std::uint32_t count = 0;
        std::int64_t lots = 0;
        for (std::uint32_t slot = level.head; slot != kNoSlot; slot = pool_[slot].next) {
            const OrderNode& node = pool_[slot];
            const bool fits = node.price() == price && node.side() == side;
            if (!fits) return fail("an order of another level" + at_price(price));
            if (node.lots() < 1 || node.lots() > LPC_LOTS_MAX) {
                return fail("an order's lots out of limits" + at_price(price));
            }
            if (node.previous != previous) return fail("a broken queue" + at_price(price));
            lots += node.lots();
            previous = slot;
            if (++count > level.order_count) return fail("too long a queue" + at_price(price));
        }
        if (level.tail != previous || level.order_count != count || level.lots != lots) {
            return fail("a level that does not sum up" + at_price(price));
        }
        orders += count;
    }
    if (orders != order_count(side)) return fail("a side that does not count up");
    return {};
}

}  // namespace lpc::venue
