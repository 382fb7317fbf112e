#include "venue/order_book.hpp"

#include <algorithm>

#include "lpc/limits.h"

namespace lpc::venue {

namespace {

bool within_limits(const NewOrder& order) {
    return order.side <= Side::sell && order.type <= OrderType::post_only && order.price >= 1 &&
           order.price <= LPC_PRICE_MAX && order.lots >= 1 && order.lots <= LPC_LOTS_MAX;
}

}  // namespace

OrderBook::OrderBook(const BookOptions& options)
    : pool_(std::min(options.orders_max, BookOptions::kOrdersMax),
            std::min(options.orders_reserved, options.orders_max)),
      ladder_(options.window_levels) {}

Placement OrderBook::place(const NewOrder& order, std::vector<Trade>& trades,
                           std::vector<Withdrawn>& withdrawn) {
    if (!within_limits(order)) return {Outcome::bad_value};
    if (order.type != OrderType::ioc && pool_.full()) return {Outcome::full};
    std::int64_t left = order.lots;
    if (crosses(order.side, order.price)) {
        if (order.type == OrderType::post_only) return {Outcome::post_only_would_cross};
        left = match(order, trades, withdrawn);
    }
    Placement placement{Outcome::filled, 0, order.lots - left, 0};
    if (left == 0) return placement;
    if (order.type == OrderType::ioc) {
        placement.outcome = Outcome::expired;
        return placement;
    }
    placement.outcome = left == order.lots ? Outcome::rested : Outcome::partly_filled_rested;
    placement.resting = rest(order, left);
    placement.resting_lots = left;
    return placement;
}

// Trades level by level until the order is done or no longer crosses; returns what is left of it.
std::int64_t OrderBook::match(const NewOrder& order, std::vector<Trade>& trades,
                              std::vector<Withdrawn>& withdrawn) {
    std::int64_t left = order.lots;
    while (left > 0 && crosses(order.side, order.price)) {
        const Side makers = opposite(order.side);
        const std::int64_t price = best_[index(makers)];
        left = match_level(order, left, price, trades, withdrawn);
        if (ladder_.at(price).order_count == 0) level_gone(makers, price);
    }
    return left;
}

// Trades with the queue of one price; returns what is left of `lots`. May leave the level empty.
std::int64_t OrderBook::match_level(const NewOrder& order, std::int64_t lots, std::int64_t price,
                                    std::vector<Trade>& trades, std::vector<Withdrawn>& withdrawn) {
    const Side makers = opposite(order.side);
    Level& level = ladder_.at(price);
    while (lots > 0 && level.order_count > 0) {
        const std::uint32_t slot = level.head;
        OrderNode& maker = pool_[slot];
        const std::int64_t maker_lots = maker.lots();
        const OrderId id = pool_.id_of(slot);
        if (maker.account == order.account && order.account != kAnonymous) {
            withdrawn.push_back({id, maker.account, makers, price, maker_lots});
            level.lots -= maker_lots;
        } else {
            const std::int64_t filled = std::min(lots, maker_lots);
            const bool maker_done = filled == maker_lots;
            trades.push_back(
                {id, maker.account, order.account, price, filled, order.side, maker_done});
            lots -= filled;
            level.lots -= filled;
            if (!maker_done) {
                maker.set_lots(maker_lots - filled);
                break;
            }
        }
        level.head = maker.next;
        --level.order_count;
        --order_count_[index(makers)];
        pool_.release(slot);
    }
    if (level.order_count > 0) pool_[level.head].previous = kNoSlot;
    return lots;
}

OrderId OrderBook::rest(const NewOrder& order, std::int64_t lots) {
    if (order_count() == 0) ladder_.recentre(order.price);
    const std::uint32_t slot = pool_.acquire();
    OrderNode& node = pool_[slot];
    node.account = order.account;
    node.set_price(order.side, order.price);
    node.set_lots(lots);
    node.next = kNoSlot;
    Level& level = ladder_.occupy(order.price);
    node.previous = level.tail;
    (level.order_count == 0 ? level.head : pool_[level.tail].next) = slot;
    level.tail = slot;
    level.lots += lots;
    ++level.order_count;
    ++order_count_[index(order.side)];
    std::int64_t& best = best_[index(order.side)];
    if (better(order.side, order.price, best)) best = order.price;
    if (ladder_.wants_recentre()) recentre(order.side);
    return pool_.id_of(slot);
}

std::optional<Resting> OrderBook::cancel(OrderId id) {
    const std::uint32_t slot = pool_.slot_of(id);
    if (slot == kNoSlot) return std::nullopt;
    const Resting order = resting(slot);
    const OrderNode& node = pool_[slot];
    Level& level = ladder_.at(order.price);
    --order_count_[index(order.side)];
    level.lots -= order.lots;
    (node.previous == kNoSlot ? level.head : pool_[node.previous].next) = node.next;
    (node.next == kNoSlot ? level.tail : pool_[node.next].previous) = node.previous;
    pool_.release(slot);
    if (--level.order_count == 0) level_gone(order.side, order.price);
    return order;
}

std::optional<Resting> OrderBook::reduce(OrderId id, std::int64_t lots_new) {
    const std::uint32_t slot = pool_.slot_of(id);
    if (slot == kNoSlot) return std::nullopt;
    OrderNode& node = pool_[slot];
    if (lots_new < 1 || lots_new > node.lots()) return std::nullopt;
    ladder_.at(node.price()).lots -= node.lots() - lots_new;
    node.set_lots(lots_new);
    return resting(slot);
}

std::optional<Resting> OrderBook::find(OrderId id) const {
    const std::uint32_t slot = pool_.slot_of(id);
    if (slot == kNoSlot) return std::nullopt;
    return resting(slot);
}

void OrderBook::level_gone(Side side, std::int64_t price) {
    ladder_.vacate(price);
    std::int64_t& best = best_[index(side)];
    if (best == price) best = behind(side, price);
}

// Moves the ladder's window to the middle of the touch if one window can hold both sides of it,
// else to the best price of `side`, where an order has just come to rest.
void OrderBook::recentre(Side side) {
    const std::int64_t bid = best_[index(Side::buy)];
    const std::int64_t ask = best_[index(Side::sell)];
    const bool together = bid != kNoBid && ask != kNoAsk && ladder_.fits_window(bid, ask);
    ladder_.recentre(together ? bid + (ask - bid) / 2 : best_[index(side)]);
}

std::int64_t OrderBook::behind(Side side, std::int64_t price) const {
    const std::int64_t next = side == Side::buy ? ladder_.below(price) : ladder_.above(price);
    if (next != PriceLadder::kNone) return next;
    return side == Side::buy ? kNoBid : kNoAsk;
}

Resting OrderBook::resting(std::uint32_t slot) const {
    const OrderNode& node = pool_[slot];
    return {pool_.id_of(slot), node.account, node.side(), node.price(), node.lots()};
}

}  // namespace lpc::venue
