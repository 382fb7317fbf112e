// The price levels of one book, both sides in one ladder (a book never crosses, so a price belongs
// to one side). Levels near the touch sit in a circular window indexed by the price's low bits,
// with a bitmap of the occupied ones; levels outside it sit in an ordered map over pooled memory.
// Where a level sits is never visible outside. One thread; deterministic; owned by its book.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <memory_resource>
#include <vector>

#include "venue/occupancy.hpp"

namespace lpc::venue {

constexpr std::uint32_t kNoSlot = 0xffff'ffff;

// The queue of one price: oldest order first. A level with no orders is not in the ladder.
struct Level {
    std::int64_t lots = 0;
    std::uint32_t head = kNoSlot;
    std::uint32_t tail = kNoSlot;
    std::uint32_t order_count = 0;
};

class PriceLadder {
  public:
    static constexpr std::int64_t kNone = -1;  // no such price
    static constexpr std::uint32_t kWindowMin = 64;

    // `window_levels` is brought to a power of two within [kWindowMin, Occupancy::kCapacityMax].
    explicit PriceLadder(std::uint32_t window_levels);

    // The level of a price, to append an order to; it may be empty, and then counts as occupied
    // from now on.
    Level& occupy(std::int64_t price) {
        if (!in_window(price)) return occupy_far(price);
        const std::uint32_t index = index_of(price);
        if (window_[index].order_count == 0) occupied_.set(index);
        return window_[index];
    }

    // The level of a price that is occupied.
    Level& at(std::int64_t price) {
        return in_window(price) ? window_[index_of(price)] : far_.find(price)->second;
    }
    const Level& at(std::int64_t price) const {
        return in_window(price) ? window_[index_of(price)] : far_.find(price)->second;
    }

    // Takes out an occupied level, whose last order has gone.
    void vacate(std::int64_t price) {
        if (!in_window(price)) return vacate_far(price);
        const std::uint32_t index = index_of(price);
        window_[index] = Level{};
        occupied_.clear(index);
    }

    // The nearest occupied price strictly below or above, or kNone.
    std::int64_t below(std::int64_t price) const;
    std::int64_t above(std::int64_t price) const;

    // So many orders went to far levels since the window last moved that a move pays for itself.
    bool wants_recentre() const { return far_appends_ >= window_.size() / 4; }
    bool fits_window(std::int64_t low, std::int64_t high) const {
        return static_cast<std::uint64_t>(high - low) < window_.size();
    }
    // Moves the window so that it lies around this price. Costs at most the levels that leave and
    // enter it.
    void recentre(std::int64_t price);

  private:
    bool in_window(std::int64_t price) const {
        return static_cast<std::uint64_t>(price - first_) < window_.size();
    }
    std::uint32_t index_of(std::int64_t price) const {
        return static_cast<std::uint32_t>(static_cast<std::uint64_t>(price) & mask_);
    }
    std::int64_t last() const { return first_ + static_cast<std::int64_t>(window_.size()) - 1; }
    std::int64_t window_at_most(std::int64_t price) const;
    std::int64_t window_at_least(std::int64_t price) const;
    Level& occupy_far(std::int64_t price);
    void vacate_far(std::int64_t price);
    void move_out(std::int64_t from, std::int64_t to);

    std::int64_t first_ = 0;  // lowest price of the window
    std::uint64_t mask_;
    std::vector<Level> window_;
    Occupancy occupied_;
    std::uint64_t far_appends_ = 0;
    std::unique_ptr<std::pmr::unsynchronized_pool_resource> far_memory_;
    std::pmr::map<std::int64_t, Level> far_;  // every occupied price outside the window
};

}  // namespace lpc::venue
