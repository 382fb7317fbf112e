// What the venue knows of the resting orders of one book beyond price and lots: whose client id,
// how much is done, reduce-only; and each account's orders, oldest first. Rows are found by the
// slot in an order's id, without a search. Not thread-safe; deterministic; a part of Matching.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "venue/id_index.hpp"
#include "venue/order_book_types.hpp"

namespace lpc::venue {

struct WorkingOrder {
    OrderId id = 0;  // 0: the row is free
    std::uint64_t client_id = 0;
    std::int64_t done_lots = 0;
    bool reduce_only = false;
};

class WorkingOrders {
  public:
    void add(const WorkingOrder& order, std::uint64_t account) {
        const std::size_t slot = slot_of(order.id);
        if (slot >= rows_.size()) rows_.resize(slot + 1);
        const std::uint32_t at = owner_of(account);
        Owner& owner = owners_[at];
        Row& row = rows_[slot];
        static_cast<WorkingOrder&>(row) = order;
        row.owner = at;
        row.previous = owner.newest;
        row.next = kNone;
        (owner.newest == kNone ? owner.oldest : rows_[owner.newest].next) = to_link(slot);
        owner.newest = to_link(slot);
        count_reduce_only(owner, order.reduce_only ? 1 : 0);
    }

    // nullptr: not a resting order. The pointer lives until the next add.
    [[nodiscard]] WorkingOrder* find(OrderId id) {
        const std::size_t slot = slot_of(id);
        return id != 0 && slot < rows_.size() && rows_[slot].id == id ? &rows_[slot] : nullptr;
    }

    // The order is there.
    void remove(OrderId id) {
        Row& row = rows_[slot_of(id)];
        Owner& owner = owners_[row.owner];
        (row.previous == kNone ? owner.oldest : rows_[row.previous].next) = row.next;
        (row.next == kNone ? owner.newest : rows_[row.next].previous) = row.previous;
        count_reduce_only(owner, row.reduce_only ? -1 : 0);
        row.id = 0;
    }

    [[nodiscard]] bool any_reduce_only(std::uint64_t account) const {
        if (reduce_only_count_ == 0) return false;
        const std::uint32_t at = index_.find(account);
        return at != kNone && owners_[at].reduce_only_count != 0;
    }

    // visit(const WorkingOrder&) for the account's orders, oldest first; the visit changes nothing
    // here.
    template <class Visit>
    void each(std::uint64_t account, Visit&& visit) const {
        const std::uint32_t at = index_.find(account);
        if (at == kNone) return;
        for (std::uint32_t row = owners_[at].oldest; row != kNone; row = rows_[row].next) {
            visit(static_cast<const WorkingOrder&>(rows_[row]));
        }
    }

  private:
    static constexpr std::uint32_t kNone = IdIndex::kNone;

    struct Row : WorkingOrder {
        std::uint32_t owner = kNone;
        std::uint32_t previous = kNone;  // of the same account
        std::uint32_t next = kNone;
    };
    struct Owner {
        std::uint32_t oldest = kNone;
        std::uint32_t newest = kNone;
        std::int64_t reduce_only_count = 0;
    };

    // The book's ids carry the slot in their lower half (order_pool.hpp), unique among live orders.
    static std::size_t slot_of(OrderId id) { return static_cast<std::uint32_t>(id); }
    static std::uint32_t to_link(std::size_t slot) { return static_cast<std::uint32_t>(slot); }

    std::uint32_t owner_of(std::uint64_t account) {
        std::uint32_t at = index_.find(account);
        if (at != kNone) return at;
        at = static_cast<std::uint32_t>(owners_.size());
        index_.insert(account, at);
        owners_.emplace_back();
        return at;
    }

    void count_reduce_only(Owner& owner, std::int64_t change) {
        owner.reduce_only_count += change;
        reduce_only_count_ += change;
    }

    IdIndex index_;
    std::vector<Owner> owners_;
    std::vector<Row> rows_;
    std::int64_t reduce_only_count_ = 0;
};

}  // namespace lpc::venue
