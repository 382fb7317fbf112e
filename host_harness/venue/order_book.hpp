// The order book of one instrument: price-time priority; limit, IOC and post-only orders; an
// incoming order that would trade with a resting order of its own account withdraws that order
// instead. Reduce-only is the business of the layer that knows positions. One thread.
// Deterministic: what comes out depends only on the calls so far. Allocates only while it grows
// past its largest number of orders (and far levels) so far. Invariant: best bid < best ask.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <vector>

#include "foundation/status.hpp"
#include "venue/order_book_types.hpp"
#include "venue/order_pool.hpp"
#include "venue/price_ladder.hpp"

namespace lpc::venue {

struct BookOptions {
    // At most kOrdersMax, so that the lots of a whole side fit 62 bits; a greater value counts as
    // kOrdersMax.
    static constexpr std::uint32_t kOrdersMax = 1U << 22;
    std::uint32_t orders_max = 1U << 20;
    std::uint32_t orders_reserved = 1024;
    // Price levels around the touch that are found without a search; any price works whatever this
    // is.
    std::uint32_t window_levels = 4096;
};

class OrderBook {
  public:
    explicit OrderBook(const BookOptions& options = {});

    // Trades and withdrawals are appended in the order in which they happen; the vectors are not
    // cleared.
    Placement place(const NewOrder& order, std::vector<Trade>& trades,
                    std::vector<Withdrawn>& withdrawn);
    // Takes a resting order out and says what it was; nothing if the id is not a live order.
    std::optional<Resting> cancel(OrderId id);
    // Lowers an order to `lots_new`, keeping its priority, and says what it is now. Nothing, and no
    // change, if the id is not a live order or lots_new is not in [1, its lots].
    std::optional<Resting> reduce(OrderId id, std::int64_t lots_new);
    std::optional<Resting> find(OrderId id) const;

    // The best price of a side; nothing if it is empty.
    std::optional<std::int64_t> best_price(Side side) const {
        if (empty(side)) return std::nullopt;
        return best_[index(side)];
    }
    // The level at the best price of a side; nothing if it is empty.
    std::optional<DepthLevel> best(Side side) const;
    // Fills `levels` from the best price outwards; returns how many there were to fill.
    std::size_t depth(Side side, std::span<DepthLevel> levels) const;
    // What an order of this side could take at `price_worst` or better, its account's own resting
    // orders included; counting stops at the level that reaches `lots_enough`.
    std::int64_t executable_lots(
        Side taker, std::int64_t price_worst,
        std::int64_t lots_enough = std::numeric_limits<std::int64_t>::max()) const;
    // Appends the orders of a side, best price first, oldest first within a price.
    void append_orders(Side side, std::vector<Resting>& orders) const;
    std::uint32_t order_count() const { return order_count_[0] + order_count_[1]; }
    std::uint32_t order_count(Side side) const { return order_count_[index(side)]; }

    // Walks the whole book; says what is wrong with it. For tests.
    Status check_invariants() const;

  private:
    static constexpr std::int64_t kNoBid = 0;  // below every price
    static constexpr std::int64_t kNoAsk = std::numeric_limits<std::int64_t>::max();

    static std::size_t index(Side side) { return static_cast<std::size_t>(side); }
    bool empty(Side side) const { return order_count_[index(side)] == 0; }
    bool crosses(Side taker, std::int64_t price) const {
        return taker == Side::buy ? best_[index(Side::sell)] <= price
                                  : best_[index(Side::buy)] >= price;
    }
    bool better(Side side, std::int64_t price, std::int64_t than) const {
        return side == Side::buy ? price > than : price < than;
    }
    std::int64_t match(const NewOrder& order, std::vector<Trade>& trades,
                       std::vector<Withdrawn>& withdrawn);
    std::int64_t match_level(const NewOrder& order, std::int64_t lots, std::int64_t price,
                             std::vector<Trade>& trades, std::vector<Withdrawn>& withdrawn);
    OrderId rest(const NewOrder& order, std::int64_t lots);
    void level_gone(Side side, std::int64_t price);
    void recentre(Side side);
    // The next occupied price of the side behind `price`, or kNoBid, kNoAsk.
    std::int64_t behind(Side side, std::int64_t price) const;
    Resting resting(std::uint32_t slot) const;
    DepthLevel depth_level(std::int64_t price) const;
    Status check_side(Side side) const;

    std::int64_t best_[2] = {kNoBid, kNoAsk};
    std::uint32_t order_count_[2] = {0, 0};
    OrderPool pool_;
    PriceLadder ladder_;
};

}  // namespace lpc::venue
