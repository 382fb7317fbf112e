// The resting orders of one book, 32 bytes each, in one array with a free list; an order's id is
// its slot and the slot's generation, so an id finds its order without a search and a dead id is
// recognised. One thread; deterministic; owned by its book.
#pragma once

#include <cstdint>
#include <vector>

#include "venue/order_book_types.hpp"
#include "venue/price_ladder.hpp"

namespace lpc::venue {

// Two orders share a cache line, and no order straddles one.
struct alignas(32) OrderNode {
    std::uint64_t account;
    std::uint32_t previous;  // in its level's queue; kNoSlot at the ends
    std::uint32_t next;      // in its level's queue, or in the free list
    std::uint32_t generation;
    std::uint32_t price_low;
    std::uint32_t lots_low;
    std::uint16_t price_high;  // the top bit is the side
    std::uint16_t lots_high;

    static constexpr std::uint16_t kSellBit = 0x8000;

    std::int64_t price() const {
        const std::uint64_t high = price_high & (kSellBit - 1U);
        return static_cast<std::int64_t>((high << 32) | price_low);
    }
    std::int64_t lots() const {  // 0: the slot is free
        return static_cast<std::int64_t>((std::uint64_t{lots_high} << 32) | lots_low);
    }
    Side side() const { return (price_high & kSellBit) != 0 ? Side::sell : Side::buy; }

    void set_price(Side side, std::int64_t price) {
        price_low = static_cast<std::uint32_t>(price);
        const std::uint16_t sell = side == Side::sell ? kSellBit : std::uint16_t{0};
        price_high = static_cast<std::uint16_t>((price >> 32) | sell);
    }
    void set_lots(std::int64_t lots) {
        lots_low = static_cast<std::uint32_t>(lots);
        lots_high = static_cast<std::uint16_t>(lots >> 32);
    }
};
static_assert(sizeof(OrderNode) == 32);

class OrderPool {
  public:
    // `generation_first`: what a fresh slot starts with, at least 1.
    OrderPool(std::uint32_t orders_max, std::uint32_t orders_reserved,
              std::uint32_t generation_first = 1)
        : orders_max_(orders_max), generation_first_(generation_first) {
        nodes_.reserve(orders_reserved);
    }

    bool full() const { return free_ == kNoSlot && nodes_.size() >= orders_max_; }

    // A slot for a new order; the pool is not full. References to nodes end here.
    std::uint32_t acquire() {
        if (free_ == kNoSlot) return acquire_fresh();
        const std::uint32_t slot = free_;
        free_ = nodes_[slot].next;
        return slot;
    }

    // Why: a slot whose generations are used up is never issued again, so no id is ever issued
    // twice.
    void release(std::uint32_t slot) {
        OrderNode& node = nodes_[slot];
        node.set_lots(0);
        if (++node.generation == 0) return;
        node.next = free_;
        free_ = slot;
    }

    OrderId id_of(std::uint32_t slot) const {
        return (std::uint64_t{nodes_[slot].generation} << 32) | slot;
    }

    // The slot of a live order, or kNoSlot if the id is not one.
    std::uint32_t slot_of(OrderId id) const {
        const auto slot = static_cast<std::uint32_t>(id);
        if (slot >= nodes_.size()) return kNoSlot;
        const OrderNode& node = nodes_[slot];
        return node.generation == id >> 32 && node.lots() != 0 ? slot : kNoSlot;
    }

    // Counts by looking at every slot; for tests.
    std::uint64_t live_count() const {
        std::uint64_t count = 0;
        for (const OrderNode& node : nodes_) {
            if (node.lots() != 0) ++count;
        }
        return count;
    }

    OrderNode& operator[](std::uint32_t slot) { return nodes_[slot]; }
    const OrderNode& operator[](std::uint32_t slot) const { return nodes_[slot]; }

  private:
    std::uint32_t acquire_fresh() {
        nodes_.push_back(OrderNode{});
        nodes_.back().generation = generation_first_;
        return static_cast<std::uint32_t>(nodes_.size() - 1);
    }

    std::uint32_t orders_max_;
    std::uint32_t generation_first_;
    std::uint32_t free_ = kNoSlot;
    std::vector<OrderNode> nodes_;
};

}  // namespace lpc::venue
