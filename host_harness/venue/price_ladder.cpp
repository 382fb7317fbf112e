#include "venue/price_ladder.hpp"

#include <algorithm>
#include <bit>
#include <iterator>

namespace lpc::venue {

namespace {

std::uint32_t window_size(std::uint32_t wanted) {
    return std::bit_ceil(std::clamp(wanted, PriceLadder::kWindowMin, Occupancy::kCapacityMax));
}

}  // namespace

PriceLadder::PriceLadder(std::uint32_t window_levels)
    : mask_(window_size(window_levels) - 1),
      window_(mask_ + 1),
      occupied_(static_cast<std::uint32_t>(mask_ + 1)),
      far_memory_(std::make_unique<std::pmr::unsynchronized_pool_resource>()),
      far_(far_memory_.get()) {}

std::int64_t PriceLadder::below(std::int64_t price) const {
    const std::int64_t near = price > first_ ? window_at_most(std::min(price - 1, last())) : kNone;
    // Every price from the window's first to `near` is in the window, so only a price above the
    // window can be nearer.
    if (far_.empty() || (near != kNone && price - 1 <= last())) return near;
    const auto after = far_.lower_bound(price);
    return after == far_.begin() ? near : std::max(near, std::prev(after)->first);
}

std::int64_t PriceLadder::above(std::int64_t price) const {
    const std::int64_t near = price < last() ? window_at_least(std::max(price + 1, first_)) : kNone;
    if (far_.empty() || (near != kNone && price + 1 >= first_)) return near;
    const auto after = far_.upper_bound(price);
    if (after == far_.end()) return near;
    return near == kNone ? after->first : std::min(near, after->first);
}

// The largest occupied price of the window that is at most `price`, which is in the window.
std::int64_t PriceLadder::window_at_most(std::int64_t price) const {
    const std::uint32_t start = index_of(first_);
    std::uint32_t found = occupied_.at_most(index_of(price));
    // The window's prices run from `start` to the end of the array and go on at its beginning.
    if (found == Occupancy::kNone && index_of(price) < start) {
        found = occupied_.at_most(static_cast<std::uint32_t>(mask_));
    }
    if (found == Occupancy::kNone) return kNone;
    const std::int64_t result = first_ + static_cast<std::int64_t>((found - start) & mask_);
    return result <= price ? result : kNone;
}

std::int64_t PriceLadder::window_at_least(std::int64_t price) const {
    const std::uint32_t start = index_of(first_);
    std::uint32_t found = occupied_.at_least(index_of(price));
    if (found == Occupancy::kNone && index_of(price) >= start) found = occupied_.at_least(0);
    if (found == Occupancy::kNone) return kNone;
    const std::int64_t result = first_ + static_cast<std::int64_t>((found - start) & mask_);
    return result >= price ? result : kNone;
}

Level& PriceLadder::occupy_far(std::int64_t price) {
    ++far_appends_;
    return far_[price];
}

void PriceLadder::vacate_far(std::int64_t price) {
    far_.erase(price);
}

void PriceLadder::recentre(std::int64_t price) {
    far_appends_ = 0;
    const auto size = static_cast<std::int64_t>(window_.size());
    // In steps, so that a touch that stays about where it is moves nothing.
    const std::int64_t first = std::max<std::int64_t>(0, price - size / 2) & -(size / 8);
    if (first == first_) return;
    move_out(first_, std::min(last(), first - 1));
    move_out(std::max(first_, first + size), last());
    first_ = first;
    auto entering = far_.lower_bound(first_);
    while (entering != far_.end() && entering->first <= last()) {
        const std::uint32_t index = index_of(entering->first);
        window_[index] = entering->second;
        occupied_.set(index);
        entering = far_.erase(entering);
    }
}

// The window's levels of these prices, both ends included, become far levels.
void PriceLadder::move_out(std::int64_t from, std::int64_t to) {
    std::int64_t price = from <= to ? window_at_least(from) : kNone;
    while (price != kNone && price <= to) {
        const std::uint32_t index = index_of(price);
        far_.emplace(price, window_[index]);
        window_[index] = Level{};
        occupied_.clear(index);
        price = price < last() ? window_at_least(price + 1) : kNone;
    }
}

}  // namespace lpc::venue
