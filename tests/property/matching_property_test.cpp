// Laws of the venue over random sequences of orders: a shadow that knows only the events must agree
// with accounts and books.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <map>
#include <utility>
#include <vector>

#include "venue/matching.hpp"
#include "venue/random.hpp"

using namespace lpc::venue;
using lpc::Int128;

namespace {

constexpr std::uint64_t kAccounts = 6;
constexpr std::uint32_t kInstruments = 2;
constexpr std::int64_t kMultipliers[kInstruments + 1] = {0, 3, 1'000};

struct ShadowOrder {
    OrderTicket ticket;
    OrderId order = 0;
    std::int64_t done_lots = 0;
    std::int64_t open_lots = 0;
    bool ended = false;
};

struct ShadowPosition {
    std::int64_t lots = 0;
    Int128 paid = 0;  // signed money of all fills
};

std::int64_t signed_lots(Side side, std::int64_t lots) {
    return side == Side::buy ? lots : -lots;
}

// What follows from the events alone.
struct Shadow {
    std::map<std::uint64_t, ShadowOrder> orders;  // by client id
    std::map<std::pair<std::uint64_t, std::uint32_t>, ShadowPosition> positions;
    std::map<std::uint64_t, std::int64_t> fees;

    void move(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
              std::int64_t price) {
        ShadowPosition& position = positions[{account, instrument}];
        position.lots += lots;
        position.paid += money_of(lots, price, kMultipliers[instrument]);
    }

    void fill(std::uint64_t client_id, const Execution& done, Side side) {
        ShadowOrder& order = orders.at(client_id);
        const std::int64_t lots = signed_lots(side, done.lots);
        const std::int64_t held = positions[{order.ticket.account, done.instrument}].lots;
        BOOST_REQUIRE(!order.ended && order.ticket.side == side);
        const bool within =
            side == Side::buy ? done.price <= order.ticket.price : done.price >= order.ticket.price;
        BOOST_REQUIRE(within);
        if (order.ticket.reduce_only) {
            const bool reduces = (held > 0) != (lots > 0) && std::abs(lots) <= std::abs(held);
            BOOST_REQUIRE_MESSAGE(reduces, "reduce-only order opens or flips a position");
        }
        order.done_lots += done.lots;
        if (order.order != 0) order.open_lots -= done.lots;
        move(order.ticket.account, done.instrument, lots, done.price);
    }

    void operator()(const Execution& done) {
        BOOST_REQUIRE(done.maker != done.taker);
        fill(done.maker_client_id, done, opposite(done.taker_side));
        fill(done.taker_client_id, done, done.taker_side);
        fees[done.maker] += done.maker_fee;
        fees[done.taker] += done.taker_fee;
    }
    void operator()(const OrderRested& rested) {
        ShadowOrder& order = orders.at(rested.client_id);
        BOOST_REQUIRE(order.order == 0 && order.done_lots == rested.done_lots);
        order.order = rested.order;
        order.open_lots = rested.open_lots;
    }
    void operator()(const OrderReduced& reduced) {
        ShadowOrder& order = orders.at(reduced.client_id);
        BOOST_REQUIRE(!order.ended && reduced.open_lots < order.open_lots);
        BOOST_REQUIRE_EQUAL(order.done_lots, reduced.done_lots);
        order.open_lots = reduced.open_lots;
    }
    void operator()(const OrderEnded& ended) {
        ShadowOrder& order = orders.at(ended.client_id);
        BOOST_REQUIRE(!order.ended && order.order == ended.order);
        BOOST_REQUIRE_EQUAL(order.done_lots, ended.done_lots);
        if (order.order != 0) BOOST_REQUIRE_EQUAL(order.open_lots, ended.withdrawn_lots);
        order.ended = true;
        order.open_lots = 0;
    }
    void operator()(const PositionMoved& moved) {
        const Transfer& t = moved.transfer;
        move(t.account, t.instrument, t.lots, t.price);
        move(t.counterparty, t.instrument, -t.lots, t.price);
    }
};

class Run {
  public:
    explicit Run(std::uint64_t seed) : random_(seed) {
        for (std::uint32_t id = 1; id <= kInstruments; ++id) {
            InstrumentTerms terms;
            terms.id = id;
            terms.multiplier = kMultipliers[id];
            terms.maker_fee_ppm = random_.between(-200, 200);
            terms.taker_fee_ppm = random_.between(0, 1'000);
            BOOST_REQUIRE(matching_.add_instrument(terms) == Booking::done);
        }
        for (std::uint64_t id = 1; id <= kAccounts; ++id) {
            BOOST_REQUIRE(accounts_.open_account(id) == Booking::done);
        }
    }

    void step() {
        const std::uint64_t what = random_.below(100);
        if (what < 70)
            place();
        else if (what < 82)
            change_one();
        else if (what < 85)
            (void)matching_.cancel_all(random_.below(kAccounts) + 1, events_);
        else if (what < 97)
            transfer();
        else
            (void)matching_.set_state(any_instrument(), any_state());
        for (; told_ < events_.size(); ++told_) std::visit(shadow_, events_[told_]);
    }

    void check() {
        BOOST_REQUIRE(matching_.sound());
        for (std::uint32_t id = 1; id <= kInstruments; ++id) check_instrument(id);
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            BOOST_REQUIRE_EQUAL(accounts_.cash(account).fees, shadow_.fees[account]);
        }
    }

    const Shadow& shadow() const { return shadow_; }

  private:
    std::uint32_t any_instrument() {
        return static_cast<std::uint32_t>(random_.below(kInstruments)) + 1;
    }
    TradingState any_state() {  // mostly open, so that something happens
        const std::uint64_t draw = random_.below(10);
        return draw < 4 ? static_cast<TradingState>(draw) : TradingState::open;
    }

    void place() {
        OrderTicket ticket;
        ticket.account = random_.below(kAccounts) + 1;
        ticket.instrument = any_instrument();
        ticket.side = static_cast<Side>(random_.below(2));
        ticket.type = static_cast<OrderType>(random_.below(3));
        ticket.price = random_.between(95, 105);
        ticket.lots = random_.between(1, 20);
        ticket.reduce_only = random_.below(2) == 0;
        ticket.client_id = ++clients_;
        shadow_.orders[clients_].ticket = ticket;
        const PlaceResult result = matching_.place(ticket, events_);
        if (result.refusal != Refusal::none) shadow_.orders[clients_].ended = true;
    }

    void change_one() {
        const std::uint32_t instrument = any_instrument();
        std::vector<Resting> resting;
        matching_.book(instrument)->append_orders(static_cast<Side>(random_.below(2)), resting);
        if (resting.empty()) return;
        const Resting& order = resting[static_cast<std::size_t>(random_.below(resting.size()))];
        if (random_.below(2) == 0) {
            (void)matching_.cancel(instrument, order.account, order.order, events_);
        } else {
            (void)matching_.reduce(instrument, order.account, order.order,
                                   random_.between(1, order.lots), events_);
        }
    }

    void transfer() {
        const std::uint64_t account = random_.below(kAccounts) + 1;
        const std::uint64_t other = random_.below(kAccounts) + 1;
        const std::uint32_t instrument = any_instrument();
        const std::int64_t held = accounts_.position(account, instrument).lots;
        const std::int64_t lots = random_.below(2) == 0 ? -held : random_.between(-15, 15);
        (void)matching_.transfer({account, other, instrument, lots, random_.between(95, 105)},
                                 events_);
    }

    void check_instrument(std::uint32_t id) {
        BOOST_REQUIRE(accounts_.net_lots(id) == 0);
        std::map<std::uint64_t, std::int64_t> resting[2];
        std::size_t resting_count = 0;
        for (const Side side : {Side::buy, Side::sell}) {
            std::vector<Resting> orders;
            matching_.book(id)->append_orders(side, orders);
            check_side(id, side, orders, resting[static_cast<std::size_t>(side)]);
            resting_count += orders.size();
        }
        std::size_t shadow_count = 0;
        for (const auto& entry : shadow_.orders) {
            const ShadowOrder& order = entry.second;
            if (!order.ended && order.ticket.instrument == id) ++shadow_count;
        }
        BOOST_REQUIRE_EQUAL(resting_count, shadow_count);
        Int128 everybody = 0;
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            const Position held = accounts_.position(account, id);
            const ShadowPosition& told = shadow_.positions[{account, id}];
            BOOST_REQUIRE_EQUAL(held.lots, told.lots);
            BOOST_REQUIRE(Int128{held.realised} - held.cost == -told.paid);
            BOOST_REQUIRE_EQUAL(held.resting_buy_lots, resting[0][account]);
            BOOST_REQUIRE_EQUAL(held.resting_sell_lots, resting[1][account]);
            everybody += held.realised + accounts_.unrealised(account, id, 101);
        }
        BOOST_REQUIRE(everybody == 0);
    }

    // Best first: what is left of each account's position must suffice for each of its reduce-only
    // orders.
    void check_side(std::uint32_t id, Side side, const std::vector<Resting>& orders,
                    std::map<std::uint64_t, std::int64_t>& resting) {
        std::map<OrderId, const ShadowOrder*> by_order;
        for (const auto& entry : shadow_.orders) {
            if (!entry.second.ended && entry.second.ticket.instrument == id) {
                by_order[entry.second.order] = &entry.second;
            }
        }
        for (const Resting& order : orders) {
            const ShadowOrder& known = *by_order.at(order.order);
            BOOST_REQUIRE_EQUAL(known.open_lots, order.lots);
            BOOST_REQUIRE_EQUAL(known.ticket.account, order.account);
            const std::int64_t held = accounts_.position(order.account, id).lots;
            const std::int64_t reducible = side == Side::buy ? -held : held;
            resting[order.account] += order.lots;
            if (!known.ticket.reduce_only) continue;
            BOOST_REQUIRE(resting[order.account] <= reducible);
        }
    }

    Random random_;
    Accounts accounts_;
    Matching matching_{accounts_};
    std::vector<Event> events_;
    std::size_t told_ = 0;
    Shadow shadow_;
    std::uint64_t clients_ = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matching_property)

BOOST_AUTO_TEST_CASE(
    whatever_is_ordered_accounts_books_and_events_agree_and_positions_net_to_zero) {
    std::int64_t reduce_only_filled_lots = 0;
    for (std::uint64_t seed = 1; seed <= 150; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Run run(seed);
            for (int i = 0; i < 300; ++i) {
                run.step();
                run.check();
            }
            for (const auto& entry : run.shadow().orders) {
                if (!entry.second.ticket.reduce_only) continue;
                reduce_only_filled_lots += entry.second.done_lots;
            }
        }
    }
    BOOST_TEST(reduce_only_filled_lots > 1'000);  // the law above was put to the test
}

BOOST_AUTO_TEST_SUITE_END()
