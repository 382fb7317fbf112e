// The order book against the naive book: a million random operations, everything that comes out
// compared, under several regimes of prices. LPC_SEED=n runs one seed of one's own.
#include "venue/order_book.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <string>
#include <unordered_map>

#include "support/naive_book.hpp"
#include "venue/random.hpp"

namespace {

using namespace lpc::venue;
using lpc::test::NaiveBook;

struct Regime {
    const char* name;
    std::uint32_t window_levels;
    std::int64_t spread;    // how far from the centre orders lie [ticks]
    std::int64_t drift;     // how far the centre moves at a time [ticks]
    std::int64_t far_ppb;   // share of orders at any price at all
    std::int64_t jump_ppb;  // how often the centre jumps anywhere
    std::int64_t lots_max;
    std::uint64_t orders_aim;  // around how many orders rest
};

constexpr Regime kRegimes[] = {
    {"a dense book at one price", 4096, 8, 0, 0, 0, 20, 200},
    {"a drifting touch in a small window", 64, 40, 3, 1'000'000, 0, 50, 400},
    {"a drift that outruns the window", 64, 300, 25, 10'000'000, 0, 50, 400},
    {"far jumps", 128, 100, 5, 200'000'000, 500'000, LPC_LOTS_MAX, 300},
    {"prices anywhere", 64, LPC_PRICE_MAX / 2, 0, 1'000'000'000, 0, LPC_LOTS_MAX, 300},
    {"a book that is nearly empty", 256, 50, 50, 50'000'000, 2'000'000, 5, 3},
    {"a window of several groups", 16'384, 7'000, 20, 1'000'000, 0, 50, 300},
    {"at the lowest prices", 64, 60, 0, 0, 0, 100, 200},
};

// Both books side by side; every answer of one is held against the other's.
class Duel {
  public:
    Duel(const Regime& regime, std::uint64_t seed)
        : regime_(regime),
          seed_(seed),
          random_(seed),
          book_(BookOptions{
              .orders_max = 100'000, .orders_reserved = 16, .window_levels = regime.window_levels}),
          centre_(std::string(regime.name) == "at the lowest prices" ? 30 : 1'000'000) {}

    void run(int operations) {
        for (operation_ = 0; operation_ < operations; ++operation_) {
            step();
            compare_depth(operation_ % 64 == 0 ? 1000 : 3);
            if (operation_ % 1024 == 0) compare_whole();
            if (failed_) return;
        }
        compare_whole();
    }

    bool failed() const { return failed_; }
    std::uint64_t trades_judged() const { return trades_judged_; }
    std::uint64_t withdrawn_judged() const { return withdrawn_judged_; }

  private:
    // Says where it went wrong, once; the books differ from there on.
    void expect(bool equal, const char* what) {
        if (equal || failed_) return;
        failed_ = true;
        BOOST_ERROR(what << " differ in '" << regime_.name << "', seed " << seed_ << ", operation "
                         << operation_);
    }

    void step() {
        if (random_.chance(regime_.jump_ppb)) centre_ = random_.between(1, LPC_PRICE_MAX);
        centre_ += random_.between(-regime_.drift, regime_.drift);
        centre_ = std::clamp<std::int64_t>(centre_, 1, LPC_PRICE_MAX);
        const std::uint64_t dice = random_.below(100);
        const bool grow = naive_.order_count() < regime_.orders_aim;
        if (dice < (grow ? 60U : 40U)) {
            place();
        } else if (dice < 88) {
            cancel();
        } else if (dice < 97) {
            reduce();
        } else {
            ask();
        }
    }

    std::int64_t random_price(Side side) {
        if (random_.chance(regime_.far_ppb)) return random_.between(1, LPC_PRICE_MAX);
        const std::int64_t away = random_.between(-regime_.spread / 8 - 1, regime_.spread);
        return side == Side::buy ? centre_ - away : centre_ + away;  // may be out of limits
    }

    void place() {
        NewOrder order;
        order.account = random_.below(6);
        order.side = static_cast<Side>(random_.below(2));
        order.type = static_cast<OrderType>(random_.below(3));
        order.price = random_price(order.side);
        order.lots = random_.between(1, regime_.lots_max);
        if (random_.below(200) == 0) order.lots = random_.between(-1, 0);
        if (random_.below(500) == 0) order.lots = LPC_LOTS_MAX + 1;
        if (random_.below(500) == 0) order.price = LPC_PRICE_MAX + 1;
        if (random_.below(500) == 0) order.type = static_cast<OrderType>(3);
        trades_.clear();
        withdrawn_.clear();
        naive_trades_.clear();
        naive_withdrawn_.clear();
        const Placement got = book_.place(order, trades_, withdrawn_);
        const Placement want = naive_.place(order, naive_trades_, naive_withdrawn_);
        expect(got.outcome == want.outcome && got.filled_lots == want.filled_lots &&
                   got.resting_lots == want.resting_lots &&
                   (got.resting == 0) == (want.resting == 0),
               "placements");
        compare_trades();
        if (got.resting == 0) return;
        expect(naive_id_.emplace(got.resting, want.resting).second, "an id issued twice: ids");
        ids_.push_back(got.resting);
    }

    void compare_trades() {
        expect(trades_.size() == naive_trades_.size(), "numbers of trades");
        expect(withdrawn_.size() == naive_withdrawn_.size(), "numbers of withdrawals");
        if (failed_) return;
        for (std::size_t i = 0; i < trades_.size(); ++i) {
            const Trade& got = trades_[i];
            const Trade& want = naive_trades_[i];
            expect(naive_of(got.maker_order) == want.maker_order && got.maker == want.maker &&
                       got.taker == want.taker && got.price == want.price &&
                       got.lots == want.lots && got.taker_side == want.taker_side &&
                       got.maker_done == want.maker_done,
                   "trades");
        }
        for (std::size_t i = 0; i < withdrawn_.size(); ++i) {
            const Withdrawn& got = withdrawn_[i];
            const Withdrawn& want = naive_withdrawn_[i];
            expect(naive_of(got.order) == want.order && got.account == want.account &&
                       got.side == want.side && got.price == want.price && got.lots == want.lots,
                   "withdrawals");
        }
        trades_judged_ += trades_.size();
        withdrawn_judged_ += withdrawn_.size();
    }

    // Mostly a live id, often one that is long dead, sometimes one that never was.
    OrderId random_id() {
        const std::uint64_t dice = random_.below(100);
        if (ids_.empty() || dice < 2) return random_.next() >> random_.below(64);
        const std::uint64_t reach = dice < 80 ? 2 * naive_.order_count() + 1 : ids_.size();
        return ids_[ids_.size() - 1 - random_.below(std::min<std::uint64_t>(reach, ids_.size()))];
    }

    OrderId naive_of(OrderId id) const {
        const auto found = naive_id_.find(id);
        return found == naive_id_.end() ? 0 : found->second;
    }

    void compare_resting(const std::optional<Resting>& got, const std::optional<Resting>& want,
                         const char* what) {
        expect(got.has_value() == want.has_value(), what);
        if (failed_ || !got) return;
        expect(naive_of(got->order) == want->order && got->account == want->account &&
                   got->side == want->side && got->price == want->price && got->lots == want->lots,
               what);
    }

    void cancel() {
        const OrderId id = random_id();
        compare_resting(book_.cancel(id), naive_.cancel(naive_of(id)), "cancels");
    }

    void reduce() {
        const OrderId id = random_id();
        const auto order = naive_.find(naive_of(id));
        const std::int64_t lots = order ? random_.between(0, order->lots + 1) : 1;
        compare_resting(book_.reduce(id, lots), naive_.reduce(naive_of(id), lots), "reductions");
    }

    void ask() {
        const OrderId id = random_id();
        compare_resting(book_.find(id), naive_.find(naive_of(id)), "findings");
        const auto side = static_cast<Side>(random_.below(2));
        const std::int64_t price = random_price(side);
        const std::int64_t want = naive_.executable_lots(side, price);
        expect(book_.executable_lots(side, price) == want, "executable lots");
        if (want == 0) return;
        const std::int64_t enough = random_.between(1, want);
        const std::int64_t some = book_.executable_lots(side, price, enough);
        expect(some >= enough && some <= want, "enough executable lots");
    }

    void compare_depth(std::size_t levels) {
        for (const Side side : {Side::buy, Side::sell}) {
            const std::vector<DepthLevel> want = naive_.depth(side, levels);
            std::array<DepthLevel, 1000> got;
            const std::size_t count = book_.depth(side, {got.data(), levels});
            expect(count == want.size(), "numbers of levels");
            if (failed_) return;
            for (std::size_t i = 0; i < count; ++i) expect_level(got[i], want[i]);
            const auto best = book_.best(side);
            expect(best.has_value() == !want.empty(), "best levels");
            expect(book_.best_price(side).has_value() == !want.empty(), "best prices");
            if (failed_ || !best) continue;
            expect_level(*best, want[0]);
            expect(*book_.best_price(side) == want[0].price, "best prices");
        }
    }

    void expect_level(const DepthLevel& got, const DepthLevel& want) {
        expect(
            got.price == want.price && got.lots == want.lots && got.order_count == want.order_count,
            "levels");
    }

    void compare_whole() {
        const lpc::Status status = book_.check_invariants();
        if (!status) BOOST_TEST_MESSAGE(status.error().message);
        expect(status.has_value(), "invariants are broken; books");
        expect(book_.order_count() == naive_.order_count(), "numbers of orders");
        for (const Side side : {Side::buy, Side::sell}) {
            std::vector<Resting> got;
            book_.append_orders(side, got);
            const std::vector<Resting> want = naive_.orders(side);
            expect(got.size() == want.size(), "numbers of orders of a side");
            for (std::size_t i = 0; i < want.size() && !failed_; ++i) {
                compare_resting(got[i], want[i], "queues");
            }
        }
    }

    const Regime& regime_;
    std::uint64_t seed_;
    Random random_;
    OrderBook book_;
    NaiveBook naive_;
    std::int64_t centre_;
    int operation_ = 0;
    bool failed_ = false;
    std::uint64_t trades_judged_ = 0;
    std::uint64_t withdrawn_judged_ = 0;
    std::vector<Trade> trades_, naive_trades_;
    std::vector<Withdrawn> withdrawn_, naive_withdrawn_;
    std::vector<OrderId> ids_;                       // every id issued, dead ones too
    std::unordered_map<OrderId, OrderId> naive_id_;  // the book's id -> the naive book's
};

}  // namespace

BOOST_AUTO_TEST_SUITE(order_book_property)

BOOST_AUTO_TEST_CASE(the_order_book_does_what_the_naive_book_does) {
    const char* own_seed = std::getenv("LPC_SEED");
    const std::uint64_t first = own_seed != nullptr ? std::strtoull(own_seed, nullptr, 10) : 1;
    const std::uint64_t seeds = own_seed != nullptr ? 1 : 3;
    std::uint64_t trades = 0;
    std::uint64_t withdrawn = 0;
    for (const Regime& regime : kRegimes) {
        for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
            Duel duel(regime, seed);
            duel.run(50'000);
            if (duel.failed()) return;
            trades += duel.trades_judged();
            withdrawn += duel.withdrawn_judged();
        }
    }
    BOOST_TEST_MESSAGE("judged " << trades << " trades and " << withdrawn << " withdrawals");
    BOOST_TEST((own_seed != nullptr || (trades > 100'000 && withdrawn > 10'000)));
}

BOOST_AUTO_TEST_SUITE_END()
