// The venue above its order books: admits orders, matches them, books both sides of every trade
// into Accounts, keeps reduce-only orders from ever opening or flipping a position, and reports
// everything as events. No callbacks, no clock. Not thread-safe; deterministic. Owns the books;
// Accounts are borrowed and no one else changes their positions or resting lots.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "venue/accounts.hpp"
#include "venue/matching_events.hpp"
#include "venue/order_book.hpp"
#include "venue/working_orders.hpp"

namespace lpc::venue {

class Matching {
  public:
    explicit Matching(Accounts& accounts, const BookOptions& books = {});

    // Defines the instrument in Accounts too.
    Booking add_instrument(const InstrumentTerms& terms);
    [[nodiscard]] Refusal set_state(std::uint32_t instrument, TradingState state);

    // Events are appended. Reduce-only: on entry an order is cut to what reduces the position (one
    // that may rest also leaves room for the account's other reduce-only orders). While it rests it
    // keeps at most what would be left of the position once the account's own orders ahead of it
    // had filled; the rest is taken off as soon as the position or those orders change. So no order
    // of fills can make it open or flip a position.
    PlaceResult place(const OrderTicket& ticket, std::vector<Event>& events);
    [[nodiscard]] Refusal cancel(std::uint32_t instrument, std::uint64_t account, OrderId order,
                                 std::vector<Event>& events);
    // Lowers the resting lots to lots_new, which is above 0 and below what rests; priority is kept.
    [[nodiscard]] Refusal reduce(std::uint32_t instrument, std::uint64_t account, OrderId order,
                                 std::int64_t lots_new, std::vector<Event>& events);
    // Every order of the account in every instrument that is not halted, oldest first; returns how
    // many ended.
    std::size_t cancel_all(std::uint64_t account, std::vector<Event>& events);
    // In any trading state.
    [[nodiscard]] Refusal transfer(const Transfer& transfer, std::vector<Event>& events);

    [[nodiscard]] bool sound() const { return sound_; }
    // nullptr: no such instrument. For reading prices and depth.
    [[nodiscard]] const OrderBook* book(std::uint32_t instrument) const;
    [[nodiscard]] const InstrumentTerms* terms(std::uint32_t instrument) const;
    // Traded on the book since the start, each trade counted once.
    [[nodiscard]] std::int64_t traded_lots(std::uint32_t instrument) const;

  private:
    struct Market {
        Market(const InstrumentTerms& given, const BookOptions& options)
            : terms(given), book(options) {}
        InstrumentTerms terms;
        OrderBook book;
        WorkingOrders orders;
        std::int64_t traded_lots = 0;
    };
    // A resting order in its account's queue for the position.
    struct Claim {
        Resting order;
        std::size_t age = 0;
        bool reduce_only = false;
    };

    [[nodiscard]] Market* market_of(std::uint32_t instrument) const;
    [[nodiscard]] Refusal admit(const OrderTicket& ticket, const Market* market,
                                std::int64_t& lots) const;
    [[nodiscard]] std::int64_t reducible_lots(const OrderTicket& ticket,
                                              const Market& market) const;
    [[nodiscard]] Refusal find_own(std::uint32_t instrument, std::uint64_t account, OrderId order,
                                   Resting& found) const;
    void book_trade(Market& market, const Trade& trade, const OrderTicket& ticket,
                    OrderId taker_order, std::vector<Event>& events);
    void report_taker(Market& market, const OrderTicket& ticket, std::int64_t lots,
                      const Placement& placed, std::vector<Event>& events);
    void withdraw(Market& market, const Resting& order, Change why, std::vector<Event>& events);
    void lower(Market& market, const Resting& order, std::int64_t lots_new, Change why,
               std::vector<Event>& events);
    void trim_reduce_only(Market& market, std::uint64_t account, std::vector<Event>& events);
    void must(Booking booking) { sound_ = sound_ && booking == Booking::done; }

    Accounts& accounts_;
    BookOptions options_;
    std::vector<std::unique_ptr<Market>> markets_;  // by instrument id
    bool sound_ = true;
    // Scratch, kept for its memory.
    std::vector<Trade> trades_;
    std::vector<Withdrawn> withdrawn_;
    std::vector<OrderId> ids_;
    std::vector<Claim> claims_;
};

}  // namespace lpc::venue
