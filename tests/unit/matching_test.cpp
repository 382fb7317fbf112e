// Laws of the venue above its order books: who may place what, how trades are booked, what is
// reported.
#include <lpc/limits.h>

#include <boost/test/unit_test.hpp>
#include <vector>

#include "venue/matching.hpp"

using namespace lpc::venue;

namespace {

constexpr std::uint32_t kPerp = 7;
constexpr std::uint64_t kAlice = 1, kBob = 2, kCarol = 3;

struct World {
    Accounts accounts;
    Matching matching{accounts};
    std::vector<Event> events;

    explicit World(std::int64_t maker_fee_ppm = 0, std::int64_t taker_fee_ppm = 0) {
        InstrumentTerms terms;
        terms.id = kPerp;
        terms.multiplier = 10;
        terms.maker_fee_ppm = maker_fee_ppm;
        terms.taker_fee_ppm = taker_fee_ppm;
        BOOST_REQUIRE(matching.add_instrument(terms) == Booking::done);
        for (const std::uint64_t account : {kAlice, kBob, kCarol}) {
            BOOST_REQUIRE(accounts.open_account(account) == Booking::done);
        }
    }

    static OrderTicket ticket(std::uint64_t account, Side side, std::int64_t lots,
                              std::int64_t price, OrderType type = OrderType::limit) {
        OrderTicket made;
        made.account = account;
        made.instrument = kPerp;
        made.side = side;
        made.type = type;
        made.price = price;
        made.lots = lots;
        made.client_id = 1000 * account + static_cast<std::uint64_t>(price);
        return made;
    }
    PlaceResult place(const OrderTicket& what) { return matching.place(what, events); }
    PlaceResult buy(std::uint64_t account, std::int64_t lots, std::int64_t price) {
        return place(ticket(account, Side::buy, lots, price));
    }
    PlaceResult sell(std::uint64_t account, std::int64_t lots, std::int64_t price) {
        return place(ticket(account, Side::sell, lots, price));
    }
    PlaceResult reduce_only(OrderTicket what) {
        what.reduce_only = true;
        return place(what);
    }
    // Opens a position off the book against Carol.
    void hold(std::uint64_t account, std::int64_t lots, std::int64_t price = 100) {
        const Transfer opening{account, kCarol, kPerp, lots, price};
        BOOST_REQUIRE(matching.transfer(opening, events) == Refusal::none);
        events.clear();
    }
    std::int64_t lots(std::uint64_t account) const {
        return accounts.position(account, kPerp).lots;
    }
    std::int64_t open_lots(OrderId order) const {
        const auto found = matching.book(kPerp)->find(order);
        return found ? found->lots : 0;
    }
    template <class Kind>
    std::vector<Kind> all() const {
        std::vector<Kind> found;
        for (const Event& event : events) {
            if (const Kind* kind = std::get_if<Kind>(&event)) found.push_back(*kind);
        }
        return found;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(matching)

BOOST_AUTO_TEST_CASE(a_trade_is_booked_on_both_sides_at_the_makers_price) {
    World world;
    BOOST_TEST(world.sell(kAlice, 10, 100).open_lots == 10);
    const PlaceResult taken = world.buy(kBob, 4, 105);
    BOOST_TEST(taken.done_lots == 4);
    BOOST_TEST(taken.open_lots == 0);
    BOOST_TEST(world.lots(kAlice) == -4);
    BOOST_TEST(world.lots(kBob) == 4);
    BOOST_TEST(world.accounts.position(kBob, kPerp).cost == 4'000);
    BOOST_TEST(world.accounts.position(kAlice, kPerp).resting_sell_lots == 6);
    BOOST_TEST(world.matching.traded_lots(kPerp) == 4);
}

BOOST_AUTO_TEST_CASE(fees_round_up_against_the_payer_and_rebates_too) {
    World world(-300, 500);  // notional 3 * 101 * 10 = 3030: rebate 0.909, fee 1.515
    (void)world.sell(kAlice, 3, 101);
    (void)world.buy(kBob, 3, 101);
    const auto executions = world.all<Execution>();
    BOOST_REQUIRE(executions.size() == 1U);
    BOOST_TEST(executions[0].maker_fee == 0);
    BOOST_TEST(executions[0].taker_fee == 2);
    BOOST_TEST(world.accounts.cash(kAlice).fees == 0);
    BOOST_TEST(world.accounts.cash(kBob).fees == 2);
    (void)world.sell(kAlice, 30, 101);
    (void)world.buy(kBob, 30, 101);
    BOOST_TEST(world.accounts.cash(kAlice).fees == -9);
    BOOST_TEST(world.accounts.cash(kBob).fees == 18);
}

BOOST_AUTO_TEST_CASE(every_event_carries_the_clients_own_id_and_every_order_ends_once) {
    World world;
    const OrderId first = world.sell(kAlice, 5, 100).order;
    const OrderId second = world.sell(kAlice, 5, 101).order;
    (void)world.place(World::ticket(kBob, Side::buy, 12, 101, OrderType::ioc));
    const auto executions = world.all<Execution>();
    BOOST_REQUIRE(executions.size() == 2U);
    BOOST_TEST(executions[0].maker_order == first);
    BOOST_TEST(executions[0].maker_client_id == 1'100U);
    BOOST_TEST(executions[1].maker_client_id == 1'101U);
    BOOST_TEST(executions[1].taker_client_id == 2'101U);
    BOOST_TEST(executions[1].taker_order == 0U);
    const auto ended = world.all<OrderEnded>();
    BOOST_REQUIRE(ended.size() == 3U);
    BOOST_TEST(ended[0].order == first);
    BOOST_TEST(ended[1].order == second);
    BOOST_CHECK(ended[0].why == Change::filled);
    BOOST_CHECK(ended[2].why == Change::expired);
    BOOST_TEST(ended[2].done_lots == 10);
    BOOST_TEST(ended[2].withdrawn_lots == 2);
    BOOST_TEST(world.all<OrderRested>().size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_order_partly_filled_on_entry_rests_with_what_is_left) {
    World world;
    (void)world.sell(kAlice, 5, 100);
    const PlaceResult placed = world.buy(kBob, 8, 100);
    BOOST_TEST(placed.done_lots == 5);
    BOOST_TEST(placed.open_lots == 3);
    BOOST_TEST(world.all<Execution>()[0].taker_order == placed.order);
    const auto rested = world.all<OrderRested>();
    BOOST_TEST(rested.back().open_lots == 3);
    BOOST_TEST(rested.back().done_lots == 5);
    (void)world.sell(kCarol, 3, 100);
    BOOST_TEST(world.all<OrderEnded>()[1].done_lots == 8);
}

BOOST_AUTO_TEST_CASE(an_account_never_trades_with_itself) {
    World world;
    const OrderId own = world.sell(kAlice, 5, 100).order;
    (void)world.sell(kBob, 5, 100);
    const PlaceResult placed = world.buy(kAlice, 5, 100);
    BOOST_TEST(placed.done_lots == 5);
    BOOST_TEST(world.open_lots(own) == 0);
    const auto ended = world.all<OrderEnded>();
    BOOST_REQUIRE(ended.size() == 3U);
    BOOST_CHECK(ended[1].why == Change::self_trade);
    BOOST_TEST(ended[1].order == own);
    BOOST_TEST(ended[1].withdrawn_lots == 5);
    BOOST_TEST(world.accounts.position(kAlice, kPerp).resting_sell_lots == 0);
    BOOST_TEST(world.lots(kAlice) == 5);
    BOOST_TEST(world.lots(kBob) == -5);
}

BOOST_AUTO_TEST_CASE(a_cancelled_order_never_trades) {
    World world;
    const OrderId order = world.sell(kAlice, 5, 100).order;
    BOOST_CHECK(world.matching.cancel(kPerp, kBob, order, world.events) == Refusal::unknown_order);
    BOOST_CHECK(world.matching.cancel(kPerp, kAlice, order, world.events) == Refusal::none);
    BOOST_CHECK(world.matching.cancel(kPerp, kAlice, order, world.events) ==
                Refusal::unknown_order);
    BOOST_TEST(world.buy(kBob, 5, 100).done_lots == 0);
    BOOST_TEST(world.accounts.position(kAlice, kPerp).resting_sell_lots == 0);
}

BOOST_AUTO_TEST_CASE(a_reduced_order_keeps_its_place_in_the_queue) {
    World world;
    const OrderId first = world.sell(kAlice, 5, 100).order;
    const OrderId second = world.sell(kBob, 5, 100).order;
    Matching& matching = world.matching;
    BOOST_CHECK(matching.reduce(kPerp, kAlice, first, 0, world.events) == Refusal::bad_value);
    BOOST_CHECK(matching.reduce(kPerp, kAlice, first, 5, world.events) == Refusal::bad_value);
    BOOST_CHECK(matching.reduce(kPerp, kAlice, second, 3, world.events) == Refusal::unknown_order);
    BOOST_CHECK(matching.reduce(kPerp, kAlice, first, 3, world.events) == Refusal::none);
    BOOST_TEST(world.all<OrderReduced>()[0].open_lots == 3);
    BOOST_TEST(world.accounts.position(kAlice, kPerp).resting_sell_lots == 3);
    (void)world.buy(kCarol, 4, 100);
    BOOST_TEST(world.lots(kAlice) == -3);
    BOOST_TEST(world.lots(kBob) == -1);
}

BOOST_AUTO_TEST_CASE(cancel_all_takes_out_the_orders_of_one_account_only) {
    World world;
    (void)world.sell(kAlice, 5, 100);
    (void)world.buy(kAlice, 5, 90);
    const OrderId other = world.sell(kBob, 5, 101).order;
    BOOST_TEST(world.matching.cancel_all(kAlice, world.events) == 2U);
    BOOST_TEST(world.matching.cancel_all(kAlice, world.events) == 0U);
    BOOST_TEST(world.open_lots(other) == 5);
    BOOST_TEST(world.matching.book(kPerp)->order_count() == 1U);
}

BOOST_AUTO_TEST_CASE(refusals_come_in_their_order_of_precedence) {
    World world;
    OrderTicket ticket = World::ticket(99, Side::buy, 0, 0);
    ticket.instrument = 99;
    ticket.reduce_only = true;
    const auto refusal = [&] { return world.place(ticket).refusal; };
    BOOST_CHECK(world.matching.set_state(kPerp, TradingState::halted) == Refusal::none);
    BOOST_CHECK(refusal() == Refusal::unknown_instrument);
    ticket.instrument = kPerp;
    BOOST_CHECK(refusal() == Refusal::unknown_account);
    ticket.account = kAlice;
    BOOST_CHECK(refusal() == Refusal::bad_value);
    ticket.lots = LPC_LOTS_MAX;
    BOOST_CHECK(refusal() == Refusal::bad_value);
    ticket.price = LPC_PRICE_MAX;
    BOOST_CHECK(refusal() == Refusal::not_trading);
    BOOST_CHECK(world.matching.set_state(kPerp, TradingState::open) == Refusal::none);
    BOOST_CHECK(refusal() == Refusal::nothing_to_reduce);
    ticket.reduce_only = false;
    BOOST_CHECK(refusal() == Refusal::beyond_limit);
    (void)world.sell(kBob, 1, 100);
    ticket.lots = 1;
    ticket.price = 100;
    ticket.type = OrderType::post_only;
    BOOST_CHECK(refusal() == Refusal::would_cross);
    ticket.price = 99;
    BOOST_CHECK(refusal() == Refusal::none);
}

BOOST_AUTO_TEST_CASE(a_full_book_refuses_what_might_rest) {
    Accounts accounts;
    BookOptions small;
    small.orders_max = 1;
    Matching matching(accounts, small);
    InstrumentTerms terms;
    terms.id = kPerp;
    terms.multiplier = 1;
    BOOST_REQUIRE(matching.add_instrument(terms) == Booking::done);
    BOOST_REQUIRE(accounts.open_account(kAlice) == Booking::done);
    std::vector<Event> events;
    BOOST_CHECK(matching.place(World::ticket(kAlice, Side::buy, 1, 9), events).refusal ==
                Refusal::none);
    BOOST_CHECK(matching.place(World::ticket(kAlice, Side::buy, 1, 9), events).refusal ==
                Refusal::book_full);
    BOOST_TEST(accounts.position(kAlice, kPerp).resting_buy_lots == 1);
}

BOOST_AUTO_TEST_CASE(a_refused_order_changes_nothing_and_says_nothing) {
    World world;
    (void)world.sell(kBob, 1, 100);
    std::vector<Touched> touched;
    world.accounts.take_touched(touched);
    world.events.clear();
    OrderTicket ticket = World::ticket(kAlice, Side::buy, 1, 100, OrderType::post_only);
    BOOST_CHECK(world.place(ticket).refusal == Refusal::would_cross);
    BOOST_CHECK(world.reduce_only(ticket).refusal == Refusal::nothing_to_reduce);
    ticket.type = static_cast<OrderType>(9);
    BOOST_CHECK(world.place(ticket).refusal == Refusal::bad_value);
    world.accounts.take_touched(touched);
    BOOST_TEST(touched.empty());
    BOOST_TEST(world.events.empty());
}

BOOST_AUTO_TEST_CASE(trading_states_say_what_may_happen) {
    World world;
    const OrderId resting = world.sell(kAlice, 5, 100).order;
    const OrderId other = world.sell(kAlice, 5, 101).order;
    const OrderTicket taking = World::ticket(kBob, Side::buy, 1, 100, OrderType::ioc);
    const OrderTicket making = World::ticket(kBob, Side::buy, 1, 90, OrderType::post_only);
    Matching& matching = world.matching;

    BOOST_CHECK(matching.set_state(kPerp, TradingState::post_only) == Refusal::none);
    BOOST_CHECK(world.place(taking).refusal == Refusal::not_trading);
    BOOST_CHECK(world.place(making).refusal == Refusal::none);

    BOOST_CHECK(matching.set_state(kPerp, TradingState::cancel_only) == Refusal::none);
    BOOST_CHECK(world.place(making).refusal == Refusal::not_trading);
    BOOST_CHECK(matching.cancel(kPerp, kAlice, resting, world.events) == Refusal::none);

    BOOST_CHECK(matching.set_state(kPerp, TradingState::halted) == Refusal::none);
    BOOST_CHECK(matching.cancel(kPerp, kAlice, other, world.events) == Refusal::not_trading);
    BOOST_CHECK(matching.reduce(kPerp, kAlice, other, 1, world.events) == Refusal::not_trading);
    BOOST_TEST(matching.cancel_all(kAlice, world.events) == 0U);
    BOOST_CHECK(matching.transfer({kAlice, kBob, kPerp, 1, 100}, world.events) == Refusal::none);

    BOOST_CHECK(matching.set_state(kPerp, TradingState::open) == Refusal::none);
    BOOST_TEST(world.place(World::ticket(kBob, Side::buy, 1, 101)).done_lots == 1);
}

BOOST_AUTO_TEST_CASE(a_transfer_books_both_sides_and_nothing_else) {
    World world(100, 100);
    const Transfer take_over{kAlice, kBob, kPerp, -3, 120};
    world.hold(kAlice, 3);
    BOOST_CHECK(world.matching.transfer(take_over, world.events) == Refusal::none);
    BOOST_TEST(world.lots(kAlice) == 0);
    BOOST_TEST(world.lots(kBob) == 3);
    BOOST_TEST(world.accounts.cash(kAlice).realised == 3 * 20 * 10);
    BOOST_TEST(world.accounts.cash(kAlice).fees == 0);
    BOOST_TEST(world.events.size() == 1U);
    BOOST_TEST(world.matching.traded_lots(kPerp) == 0);
    const auto refusal = [&](const Transfer& t) {
        return world.matching.transfer(t, world.events);
    };
    BOOST_CHECK(refusal({kAlice, kBob, 99, 1, 1}) == Refusal::unknown_instrument);
    BOOST_CHECK(refusal({kAlice, 99, kPerp, 1, 1}) == Refusal::unknown_account);
    BOOST_CHECK(refusal({kAlice, kAlice, kPerp, 1, 1}) == Refusal::bad_value);
    BOOST_CHECK(refusal({kAlice, kBob, kPerp, INT64_MIN, 1}) == Refusal::bad_value);
    BOOST_CHECK(refusal({kAlice, kBob, kPerp, LPC_LOTS_MAX, LPC_PRICE_MAX}) ==
                Refusal::beyond_limit);
}

BOOST_AUTO_TEST_CASE(a_reduce_only_order_is_cut_to_the_position) {
    World world;
    world.hold(kAlice, 6);
    (void)world.buy(kBob, 20, 100);
    BOOST_CHECK(world.reduce_only(World::ticket(kAlice, Side::buy, 1, 90)).refusal ==
                Refusal::nothing_to_reduce);
    const PlaceResult placed =
        world.reduce_only(World::ticket(kAlice, Side::sell, 10, 100, OrderType::ioc));
    BOOST_TEST(placed.cut_lots == 4);
    BOOST_TEST(placed.done_lots == 6);
    BOOST_TEST(world.lots(kAlice) == 0);
    BOOST_CHECK(world.reduce_only(World::ticket(kAlice, Side::sell, 1, 100)).refusal ==
                Refusal::nothing_to_reduce);
}

BOOST_AUTO_TEST_CASE(resting_reduce_only_orders_count_for_the_next_one) {
    World world;
    world.hold(kAlice, -10);
    BOOST_TEST(world.reduce_only(World::ticket(kAlice, Side::buy, 7, 90)).open_lots == 7);
    const PlaceResult second = world.reduce_only(World::ticket(kAlice, Side::buy, 7, 95));
    BOOST_TEST(second.open_lots == 3);
    BOOST_TEST(second.cut_lots == 4);
    BOOST_CHECK(world.reduce_only(World::ticket(kAlice, Side::buy, 1, 96)).refusal ==
                Refusal::nothing_to_reduce);
}

BOOST_AUTO_TEST_CASE(an_ioc_order_may_close_all_and_trims_what_rests) {
    World world;
    world.hold(kAlice, 10);
    const OrderId resting = world.reduce_only(World::ticket(kAlice, Side::sell, 10, 120)).order;
    (void)world.buy(kBob, 6, 100);
    const PlaceResult closed =
        world.reduce_only(World::ticket(kAlice, Side::sell, 10, 100, OrderType::ioc));
    BOOST_TEST(closed.done_lots == 6);
    BOOST_TEST(world.open_lots(resting) == 4);
    const auto reduced = world.all<OrderReduced>();
    BOOST_REQUIRE(reduced.size() == 1U);
    BOOST_CHECK(reduced[0].why == Change::reduce_only);
    BOOST_TEST(reduced[0].open_lots == 4);
    BOOST_TEST(world.accounts.position(kAlice, kPerp).resting_sell_lots == 4);
}

BOOST_AUTO_TEST_CASE(when_the_position_goes_its_reduce_only_orders_go_too) {
    World world;
    world.hold(kAlice, 10);
    const OrderId resting = world.reduce_only(World::ticket(kAlice, Side::sell, 10, 120)).order;
    BOOST_CHECK(world.matching.transfer({kAlice, kBob, kPerp, -10, 100}, world.events) ==
                Refusal::none);
    BOOST_TEST(world.open_lots(resting) == 0);
    const auto ended = world.all<OrderEnded>();
    BOOST_REQUIRE(ended.size() == 1U);
    BOOST_CHECK(ended[0].why == Change::reduce_only);
    BOOST_TEST(ended[0].withdrawn_lots == 10);
}

BOOST_AUTO_TEST_CASE(one_sweep_through_plain_and_reduce_only_orders_cannot_flip_by_the_latter) {
    World world;
    world.hold(kAlice, 10);
    const OrderId cut = world.reduce_only(World::ticket(kAlice, Side::sell, 10, 110)).order;
    (void)world.sell(kAlice, 7, 105);
    BOOST_TEST(world.open_lots(cut) == 3);
    (void)world.buy(kBob, 100, 120);
    BOOST_TEST(world.lots(kAlice) == 0);
}

BOOST_AUTO_TEST_CASE(a_reduce_only_order_ahead_of_plain_ones_keeps_its_lots) {
    World world;
    world.hold(kAlice, 10);
    const OrderId kept = world.reduce_only(World::ticket(kAlice, Side::sell, 10, 105)).order;
    (void)world.sell(kAlice, 7, 110);
    BOOST_TEST(world.open_lots(kept) == 10);
    (void)world.buy(kBob, 100, 120);
    BOOST_TEST(world.lots(kAlice) == -7);
}

BOOST_AUTO_TEST_CASE(a_sell_far_below_the_bids_is_bounded_by_what_it_may_fill_at) {
    World world;
    constexpr std::int64_t kLots = std::int64_t{1} << 30, kPrice = std::int64_t{1} << 26;
    for (const std::uint64_t bidder : {kAlice, kBob}) {
        BOOST_REQUIRE(world.buy(bidder, kLots, kPrice).refusal == Refusal::none);
    }
    BOOST_CHECK(world.buy(kAlice, kLots, kPrice).refusal == Refusal::beyond_limit);
    BOOST_CHECK(world.sell(kCarol, 2 * kLots, 1).refusal == Refusal::beyond_limit);
    BOOST_TEST(world.sell(kCarol, kLots, 1).done_lots == kLots);
    BOOST_TEST(world.matching.sound());
}

BOOST_AUTO_TEST_CASE(a_booking_that_cannot_be_done_stops_the_venue) {
    World world;
    const OrderId resting = world.sell(kAlice, 5, 100).order;
    // Somebody meddles with the accounts behind the venue's back.
    BOOST_REQUIRE(world.accounts.unrest({kAlice, kPerp, -5, 100}) == Booking::done);
    (void)world.buy(kBob, 1, 100);
    BOOST_TEST(!world.matching.sound());
    BOOST_CHECK(world.buy(kBob, 1, 90).refusal == Refusal::unsound);
    BOOST_CHECK(world.matching.cancel(kPerp, kAlice, resting, world.events) == Refusal::unsound);
    BOOST_CHECK(world.matching.transfer({kAlice, kBob, kPerp, 1, 1}, world.events) ==
                Refusal::unsound);
    BOOST_TEST(world.matching.cancel_all(kAlice, world.events) == 0U);
}

BOOST_AUTO_TEST_CASE(terms_are_checked_when_an_instrument_is_added) {
    Accounts accounts;
    Matching matching(accounts);
    InstrumentTerms terms;
    terms.id = 5;
    terms.multiplier = 1;
    terms.taker_fee_ppm = 1'000'001;
    BOOST_CHECK(matching.add_instrument(terms) == Booking::bad_value);
    terms.taker_fee_ppm = 1'000'000;
    terms.state = static_cast<TradingState>(9);
    BOOST_CHECK(matching.add_instrument(terms) == Booking::bad_value);
    terms.state = TradingState::open;
    BOOST_CHECK(matching.add_instrument(terms) == Booking::done);
    BOOST_CHECK(matching.add_instrument(terms) == Booking::already_there);
    terms.id = 4;
    BOOST_CHECK(matching.add_instrument(terms) == Booking::done);
    BOOST_TEST(matching.terms(4)->id == 4U);
    BOOST_TEST(matching.terms(5)->id == 5U);
    BOOST_TEST((matching.terms(6) == nullptr && matching.book(6) == nullptr));
}

BOOST_AUTO_TEST_SUITE_END()
