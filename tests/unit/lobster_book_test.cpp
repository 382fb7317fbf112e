// The order book against real Nasdaq messages: every visible execution must be at the best price of
// the book before it and must be the trade that the book itself makes, and the book after each
// message must be the exchange's. What the files cannot say: which orders made up the first book
// (here one order of nobody a level); levels beyond its fiftieth (left out of every comparison);
// and the place in the queue of orders from before the opening, which the file shows as submissions
// only when the opening releases them.
#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <optional>
#include <unordered_map>

#include "support/lobster.hpp"
#include "venue/order_book.hpp"

namespace {

using namespace lpc::venue;
using lpc::test::LobsterDay;
using lpc::test::LobsterLevel;
using lpc::test::LobsterMessage;
using lpc::test::LobsterRow;
using lpc::test::LobsterType;

const std::filesystem::path kFolder = LPC_SOURCE_DIR "/../shared/data/book/lobster50";

struct Counts {
    int executions = 0;
    int at_the_best_of_the_row = 0;  // the exchange's book before the message
    int at_the_best = 0;             // our book before the message
    int in_turn = 0;  // of the first order of that queue, and the book makes the same trade
    int from_before_the_opening =
        0;  // of an order that is older than the first of our queue though shown later
    int out_of_turn = 0;  // of an order behind another that the file cannot explain
    int unmatched = 0;    // reductions of orders that are not in our book
    int rows = 0;
    int rows_alike = 0;
    std::int64_t levels_alike = 0;
};

class LobsterReplay {
  public:
    explicit LobsterReplay(const LobsterDay& day) : day_(day) {
        const LobsterRow& first = day.rows.front();
        ask_worst_ = first.asks.back().price;
        bid_worst_ = first.bids.back().price;
        for (const LobsterLevel& level : first.asks) load(Side::sell, level);
        for (const LobsterLevel& level : first.bids) load(Side::buy, level);
    }

    Counts run() {
        for (std::size_t i = 1; i < day_.messages.size(); ++i) {
            feed(day_.messages[i], day_.rows[i - 1]);
            ++counts_.rows;
            if (same_side(Side::sell, day_.rows[i].asks) &&
                same_side(Side::buy, day_.rows[i].bids)) {
                ++counts_.rows_alike;
            }
        }
        BOOST_TEST(book_.check_invariants().has_value());
        return counts_;
    }

  private:
    void load(Side side, const LobsterLevel& level) {
        older_[level.price] =
            place({kAnonymous, side, OrderType::limit, level.price, level.size}).resting;
    }

    Placement place(const NewOrder& order) {
        trades_.clear();
        std::vector<Withdrawn> withdrawn;
        return book_.place(order, trades_, withdrawn);
    }

    void feed(const LobsterMessage& message, const LobsterRow& before) {
        const Side side = message.buy ? Side::buy : Side::sell;
        switch (message.type) {
            case LobsterType::submission:
                submit(message, side);
                break;
            case LobsterType::reduction:
            case LobsterType::deletion:
                take_out(message);
                break;
            case LobsterType::execution:
                execute(message, side, before);
                break;
            case LobsterType::hidden_execution:
            case LobsterType::cross:
            case LobsterType::halt:
                break;  // the visible book does not change
        }
    }

    void submit(const LobsterMessage& message, Side side) {
        const OrderId id =
            place({kAnonymous, side, OrderType::limit, message.price, message.size}).resting;
        known_[message.order] = id;
        shown_id_[id] = message.order;
    }

    // The book's id for the message's order: its own, or the old order that stands for all of its
    // level.
    OrderId id_of(const LobsterMessage& message) const {
        const auto known = known_.find(message.order);
        if (known != known_.end()) return known->second;
        const auto older = older_.find(message.price);
        return older != older_.end() ? older->second : 0;
    }

    void take_out(const LobsterMessage& message) {
        const OrderId id = id_of(message);
        const auto order = book_.find(id);
        if (!order || order->lots < message.size) {
            ++counts_.unmatched;
        } else if (order->lots == message.size) {
            book_.cancel(id);
        } else {
            book_.reduce(id, order->lots - message.size);
        }
    }

    // The incoming order that the exchange did not show: an IOC order for just these lots at just
    // this price.
    void execute(const LobsterMessage& message, Side side, const LobsterRow& before) {
        ++counts_.executions;
        const auto& row = message.buy ? before.bids : before.asks;
        if (!row.empty() && row.front().price == message.price) ++counts_.at_the_best_of_the_row;
        if (book_.best_price(side) == message.price) ++counts_.at_the_best;
        std::vector<Resting> queue;
        book_.append_orders(side, queue);
        const OrderId named = id_of(message);
        const OrderId first = queue.empty() ? 0 : queue.front().order;
        if (named != first) {
            const auto shown = shown_id_.find(first);
            const bool older = shown != shown_id_.end() && message.order < shown->second;
            ++(older ? counts_.from_before_the_opening : counts_.out_of_turn);
            return take_out(message);
        }
        const Placement placement =
            place({kAnonymous, opposite(side), OrderType::ioc, message.price, message.size});
        if (placement.outcome == Outcome::filled && trades_.size() == 1 &&
            trades_[0].maker_order == named && trades_[0].price == message.price) {
            ++counts_.in_turn;
        }
    }

    // Level by level, as far out as the first book reached.
    bool same_side(Side side, const std::vector<LobsterLevel>& want) {
        std::vector<DepthLevel> got(want.size());
        got.resize(book_.depth(side, got));
        std::size_t i = 0;
        for (; i < want.size(); ++i) {
            if (side == Side::sell ? want[i].price > ask_worst_ : want[i].price < bid_worst_) break;
            if (i >= got.size() || got[i].price != want[i].price || got[i].lots != want[i].size) {
                return false;
            }
            ++counts_.levels_alike;
        }
        return true;
    }

    const LobsterDay& day_;
    OrderBook book_{BookOptions{.orders_max = 10'000}};
    std::unordered_map<std::uint64_t, OrderId> known_;
    std::unordered_map<OrderId, std::uint64_t> shown_id_;
    std::unordered_map<std::int64_t, OrderId> older_;  // by price
    std::int64_t ask_worst_ = 0;
    std::int64_t bid_worst_ = 0;
    std::vector<Trade> trades_;
    Counts counts_;
};

// Nothing if there is no data.
std::optional<Counts> replay(const char* test, const char* symbol) {
    if (!std::filesystem::exists(kFolder)) {
        std::printf("skipped: %s: no data\n", test);
        BOOST_TEST_MESSAGE("skipped: " << test << ": no data");
        return std::nullopt;
    }
    const auto day = lpc::test::read_lobster(kFolder, symbol);
    BOOST_REQUIRE_MESSAGE(day.has_value(), day.error().message);
    const Counts counts = LobsterReplay(*day).run();
    std::printf(
        "%s: %d executions judged: %d at the best of the exchange's row before, %d at the best of "
        "our book; "
        "%d in turn and traded alike, %d of orders from before the opening, %d out of turn; %d of "
        "%d rows alike "
        "(%lld levels)\n",
        symbol, counts.executions, counts.at_the_best_of_the_row, counts.at_the_best,
        counts.in_turn, counts.from_before_the_opening, counts.out_of_turn, counts.rows_alike,
        counts.rows, static_cast<long long>(counts.levels_alike));
    BOOST_TEST(counts.at_the_best_of_the_row == counts.executions);
    BOOST_TEST(counts.at_the_best == counts.executions);
    BOOST_TEST(counts.unmatched == 0);
    BOOST_TEST(counts.rows_alike == counts.rows);
    return counts;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(lobster_book)

BOOST_AUTO_TEST_CASE(apple_is_executed_at_the_best_of_the_book) {
    const auto counts = replay("apple_is_executed_at_the_best_of_the_book", "AAPL");
    if (!counts) return;
    BOOST_TEST(counts->executions == 56);
    BOOST_TEST(counts->in_turn == 56);
}

BOOST_AUTO_TEST_CASE(microsoft_is_executed_at_the_best_of_the_book) {
    const auto counts = replay("microsoft_is_executed_at_the_best_of_the_book", "MSFT");
    if (!counts) return;
    BOOST_TEST(counts->executions == 160);
    BOOST_TEST(counts->in_turn == 110);
    BOOST_TEST(counts->from_before_the_opening == 46);
    BOOST_TEST(counts->out_of_turn == 4);
}

BOOST_AUTO_TEST_SUITE_END()
