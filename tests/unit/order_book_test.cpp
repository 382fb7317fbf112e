// The order book case by case: every outcome in its order of precedence, priority, self-trade
// prevention, ids, memory, far prices.
#include "venue/order_book.hpp"

#include <array>
#include <boost/test/unit_test.hpp>
#include <iterator>
#include <set>

#include "lpc/limits.h"
#include "support/allocation_count.hpp"
#include "venue/random.hpp"

namespace {

using namespace lpc::venue;

struct Fixture {
    OrderBook book{BookOptions{.orders_max = 100, .orders_reserved = 1, .window_levels = 64}};
    std::vector<Trade> trades;
    std::vector<Withdrawn> withdrawn;

    Placement place(std::uint64_t account, Side side, OrderType type, std::int64_t price,
                    std::int64_t lots) {
        return book.place({account, side, type, price, lots}, trades, withdrawn);
    }
    OrderId rest(std::uint64_t account, Side side, std::int64_t price, std::int64_t lots) {
        const Placement placement = place(account, side, OrderType::limit, price, lots);
        BOOST_REQUIRE(placement.outcome == Outcome::rested);
        return placement.resting;
    }
    void fill_up() {
        while (book.order_count() < 100) rest(9, Side::buy, 1, 1);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(order_book, Fixture)

BOOST_AUTO_TEST_CASE(a_value_beyond_its_limits_is_refused_before_anything_else) {
    fill_up();
    for (const std::int64_t price :
         {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX, LPC_PRICE_MAX + 1}) {
        BOOST_TEST((place(1, Side::buy, OrderType::limit, price, 1).outcome == Outcome::bad_value));
    }
    for (const std::int64_t lots :
         {std::int64_t{0}, std::int64_t{-1}, INT64_MIN, INT64_MAX, LPC_LOTS_MAX + 1}) {
        BOOST_TEST((place(1, Side::sell, OrderType::ioc, 1, lots).outcome == Outcome::bad_value));
    }
    const auto no_side = static_cast<Side>(2);
    const auto no_type = static_cast<OrderType>(3);
    BOOST_TEST((place(1, no_side, OrderType::limit, 1, 1).outcome == Outcome::bad_value));
    BOOST_TEST((place(1, Side::buy, no_type, 1, 1).outcome == Outcome::bad_value));
    BOOST_TEST(book.order_count() == 100U);
    BOOST_TEST(trades.empty());
}

BOOST_AUTO_TEST_CASE(a_full_book_refuses_what_might_rest_even_if_it_would_cross) {
    fill_up();
    BOOST_TEST((place(1, Side::sell, OrderType::post_only, 1, 1).outcome == Outcome::full));
    BOOST_TEST((place(1, Side::sell, OrderType::limit, 1, 1).outcome == Outcome::full));
    BOOST_TEST(trades.empty());
    BOOST_TEST((place(1, Side::sell, OrderType::ioc, 1, 1).outcome == Outcome::filled));
    BOOST_TEST((place(1, Side::sell, OrderType::limit, 2, 1).outcome == Outcome::rested));
}

BOOST_AUTO_TEST_CASE(a_post_only_order_that_would_cross_changes_nothing) {
    const OrderId ask = rest(1, Side::sell, 10, 5);
    BOOST_TEST((place(2, Side::buy, OrderType::post_only, 10, 5).outcome ==
                Outcome::post_only_would_cross));
    BOOST_TEST((place(1, Side::buy, OrderType::post_only, 11, 5).outcome ==
                Outcome::post_only_would_cross));
    BOOST_TEST(book.find(ask)->lots == 5);
    BOOST_TEST(trades.empty());
    BOOST_TEST(withdrawn.empty());
    BOOST_TEST((place(2, Side::buy, OrderType::post_only, 9, 5).outcome == Outcome::rested));
}

BOOST_AUTO_TEST_CASE(an_order_that_is_filled_whole_does_not_rest) {
    rest(1, Side::sell, 10, 5);
    const Placement placement = place(2, Side::buy, OrderType::limit, 12, 5);
    BOOST_TEST((placement.outcome == Outcome::filled));
    BOOST_TEST(placement.filled_lots == 5);
    BOOST_TEST(placement.resting == 0U);
    BOOST_TEST(book.order_count() == 0U);
    BOOST_REQUIRE(trades.size() == 1U);
    BOOST_TEST(trades[0].price == 10);  // the maker's price
    BOOST_TEST(trades[0].maker == 1U);
    BOOST_TEST(trades[0].taker == 2U);
    BOOST_TEST(trades[0].maker_done);
}

BOOST_AUTO_TEST_CASE(the_remainder_of_a_partly_filled_limit_order_rests_at_its_own_price) {
    rest(1, Side::sell, 10, 5);
    rest(1, Side::sell, 13, 5);
    const Placement placement = place(2, Side::buy, OrderType::limit, 12, 8);
    BOOST_TEST((placement.outcome == Outcome::partly_filled_rested));
    BOOST_TEST(placement.filled_lots == 5);
    BOOST_TEST(placement.resting_lots == 3);
    BOOST_TEST(*book.best_price(Side::buy) == 12);
    BOOST_TEST(*book.best_price(Side::sell) == 13);
}

BOOST_AUTO_TEST_CASE(the_remainder_of_an_ioc_order_expires) {
    rest(1, Side::buy, 10, 5);
    const Placement placement = place(2, Side::sell, OrderType::ioc, 10, 8);
    BOOST_TEST((placement.outcome == Outcome::expired));
    BOOST_TEST(placement.filled_lots == 5);
    BOOST_TEST(placement.resting_lots == 0);
    BOOST_TEST(book.order_count() == 0U);
    BOOST_TEST((place(2, Side::sell, OrderType::ioc, 10, 8).filled_lots == 0));
}

BOOST_AUTO_TEST_CASE(the_better_price_trades_first_and_the_older_order_within_a_price) {
    const OrderId second = rest(1, Side::sell, 11, 1);
    const OrderId third = rest(2, Side::sell, 11, 1);
    const OrderId first = rest(3, Side::sell, 10, 1);
    place(4, Side::buy, OrderType::ioc, 20, 3);
    BOOST_REQUIRE(trades.size() == 3U);
    BOOST_TEST(trades[0].maker_order == first);
    BOOST_TEST(trades[1].maker_order == second);
    BOOST_TEST(trades[2].maker_order == third);
}

BOOST_AUTO_TEST_CASE(a_cancelled_order_never_trades) {
    const OrderId gone = rest(1, Side::sell, 10, 1);
    const OrderId stays = rest(2, Side::sell, 10, 1);
    BOOST_TEST(book.cancel(gone)->lots == 1);
    BOOST_TEST(!book.cancel(gone).has_value());
    place(3, Side::buy, OrderType::ioc, 10, 2);
    BOOST_REQUIRE(trades.size() == 1U);
    BOOST_TEST(trades[0].maker_order == stays);
}

BOOST_AUTO_TEST_CASE(a_reduced_order_keeps_its_place_in_the_queue) {
    const OrderId first = rest(1, Side::sell, 10, 5);
    rest(2, Side::sell, 10, 5);
    BOOST_TEST(book.reduce(first, 2)->lots == 2);
    BOOST_TEST(book.best(Side::sell)->lots == 7);
    place(3, Side::buy, OrderType::ioc, 10, 1);
    BOOST_TEST(trades[0].maker_order == first);
}

BOOST_AUTO_TEST_CASE(a_reduction_to_nothing_or_upwards_changes_nothing) {
    const OrderId order = rest(1, Side::sell, 10, 5);
    for (const std::int64_t lots : {std::int64_t{0}, std::int64_t{-1}, std::int64_t{6}}) {
        BOOST_TEST(!book.reduce(order, lots).has_value());
    }
    BOOST_TEST(book.find(order)->lots == 5);
    BOOST_TEST(!book.reduce(order + 1, 1).has_value());
}

BOOST_AUTO_TEST_CASE(an_account_never_trades_with_itself) {
    const OrderId own = rest(1, Side::sell, 10, 5);
    const OrderId other = rest(2, Side::sell, 10, 5);
    const OrderId own_behind = rest(1, Side::sell, 11, 5);
    const Placement placement = place(1, Side::buy, OrderType::limit, 10, 8);
    BOOST_TEST((placement.outcome == Outcome::partly_filled_rested));
    BOOST_REQUIRE(withdrawn.size() == 1U);
    BOOST_TEST(withdrawn[0].order == own);
    BOOST_TEST(withdrawn[0].lots == 5);
    BOOST_REQUIRE(trades.size() == 1U);
    BOOST_TEST(trades[0].maker_order == other);
    BOOST_TEST(book.find(own_behind).has_value());  // never reached
}

BOOST_AUTO_TEST_CASE(an_own_order_behind_the_last_fill_is_left_alone) {
    rest(2, Side::sell, 10, 5);
    const OrderId own = rest(1, Side::sell, 10, 5);
    place(1, Side::buy, OrderType::limit, 10, 5);
    BOOST_TEST(withdrawn.empty());
    BOOST_TEST(book.find(own).has_value());
}

BOOST_AUTO_TEST_CASE(anonymous_orders_trade_with_each_other) {
    rest(kAnonymous, Side::sell, 10, 5);
    BOOST_TEST((place(kAnonymous, Side::buy, OrderType::ioc, 10, 5).outcome == Outcome::filled));
}

BOOST_AUTO_TEST_CASE(an_id_is_dead_for_ever_once_its_order_is_gone) {
    const OrderId first = rest(1, Side::buy, 10, 1);
    book.cancel(first);
    const OrderId second = rest(1, Side::buy, 10, 1);
    BOOST_TEST(first != second);
    BOOST_TEST(!book.find(first).has_value());
    BOOST_TEST(!book.cancel(first).has_value());
    book.cancel(second);
    // The id that its slot would have next must not count as live before it is issued.
    const std::uint64_t next = second + (second - first);
    BOOST_TEST(!book.find(next).has_value());
    BOOST_TEST(rest(1, Side::buy, 10, 1) == next);
    BOOST_TEST(!book.find(0).has_value());
    BOOST_TEST(!book.find(UINT64_MAX).has_value());
}

BOOST_AUTO_TEST_CASE(a_slot_whose_generations_are_used_up_is_never_issued_again) {
    OrderPool pool(1, 1, 0xffff'fffe);
    const std::uint32_t slot = pool.acquire();
    const OrderId last_but_one = pool.id_of(slot);
    pool.release(slot);
    BOOST_TEST(!pool.full());
    BOOST_TEST(pool.id_of(pool.acquire()) == last_but_one + (std::uint64_t{1} << 32));
    pool.release(slot);
    BOOST_TEST(pool.full());
}

BOOST_AUTO_TEST_CASE(the_extremes_of_price_and_lots_work) {
    rest(1, Side::buy, 1, LPC_LOTS_MAX);
    const OrderId top = rest(1, Side::sell, LPC_PRICE_MAX, LPC_LOTS_MAX);
    rest(1, Side::sell, LPC_PRICE_MAX, LPC_LOTS_MAX);
    BOOST_TEST(book.find(top)->price == LPC_PRICE_MAX);
    BOOST_TEST(book.find(top)->lots == LPC_LOTS_MAX);
    BOOST_TEST((book.find(top)->side == Side::sell));
    BOOST_TEST(book.best(Side::sell)->lots == 2 * LPC_LOTS_MAX);
    BOOST_TEST(book.executable_lots(Side::buy, LPC_PRICE_MAX) == 2 * LPC_LOTS_MAX);
    BOOST_TEST(book.executable_lots(Side::sell, 1) == LPC_LOTS_MAX);
    place(2, Side::buy, OrderType::ioc, LPC_PRICE_MAX, LPC_LOTS_MAX);
    BOOST_TEST(trades[0].lots == LPC_LOTS_MAX);
    BOOST_TEST(book.check_invariants().has_value());
}

BOOST_AUTO_TEST_CASE(executable_lots_end_at_the_price_bound) {
    rest(1, Side::sell, 10, 1);
    rest(1, Side::sell, 11, 2);
    rest(1, Side::sell, 1'000'000, 4);
    BOOST_TEST(book.executable_lots(Side::buy, 9) == 0);
    BOOST_TEST(book.executable_lots(Side::buy, 11) == 3);
    BOOST_TEST(book.executable_lots(Side::buy, 1'000'000) == 7);
    BOOST_TEST(book.executable_lots(Side::buy, 1'000'000, 3) == 3);
    BOOST_TEST(book.executable_lots(Side::sell, 1) == 0);
}

BOOST_AUTO_TEST_CASE(depth_lists_levels_from_the_best_outwards) {
    rest(1, Side::buy, 10, 1);
    rest(1, Side::buy, 10, 2);
    rest(1, Side::buy, 1, 5);
    rest(1, Side::buy, 12, 4);
    std::array<DepthLevel, 2> levels;
    BOOST_TEST(book.depth(Side::buy, levels) == 2U);
    BOOST_TEST(levels[0].price == 12);
    BOOST_TEST(levels[1].price == 10);
    BOOST_TEST(levels[1].lots == 3);
    BOOST_TEST(levels[1].order_count == 2U);
    BOOST_TEST(book.depth(Side::sell, levels) == 0U);
    BOOST_TEST(!book.best(Side::sell).has_value());
    BOOST_TEST(!book.best_price(Side::sell).has_value());
}

BOOST_AUTO_TEST_CASE(the_nearest_occupied_place_is_found_across_words_and_groups) {
    Occupancy occupancy(Occupancy::kCapacityMax);
    std::set<std::uint32_t> places;
    Random random(5);
    for (int i = 0; i < 20'000; ++i) {
        const auto place = static_cast<std::uint32_t>(random.below(Occupancy::kCapacityMax));
        occupancy.set(place);
        places.insert(place);
        while (places.size() > 12) {
            occupancy.clear(*places.begin());
            places.erase(places.begin());
            if (random.below(2) == 0) continue;
            occupancy.clear(*places.rbegin());
            places.erase(std::prev(places.end()));
        }
        const auto asked = static_cast<std::uint32_t>(random.below(Occupancy::kCapacityMax));
        const auto after = places.lower_bound(asked);
        const auto beyond = places.upper_bound(asked);
        BOOST_REQUIRE(occupancy.at_least(asked) ==
                      (after == places.end() ? Occupancy::kNone : *after));
        BOOST_REQUIRE(occupancy.at_most(asked) ==
                      (beyond == places.begin() ? Occupancy::kNone : *std::prev(beyond)));
    }
}

BOOST_AUTO_TEST_CASE(a_book_that_has_grown_allocates_nothing_more) {
    OrderBook grown(BookOptions{.orders_max = 4096, .orders_reserved = 1, .window_levels = 64});
    std::vector<OrderId> ids;
    ids.reserve(4096);
    trades.reserve(4096);
    withdrawn.reserve(4096);
    const auto churn = [&](std::uint64_t seed) {  // near and far prices, with the window moving
        Random random(seed);
        for (int round = 0; round < 20; ++round) {
            const std::int64_t middle = 10'000 + 100 * round;
            for (int i = 0; i < 500; ++i) {
                const bool buy = random.below(2) == 0;
                const std::int64_t away = random.between(1, 400);
                const Placement placement =
                    grown.place({1 + random.below(9), buy ? Side::buy : Side::sell,
                                 OrderType::limit, middle + (buy ? -away : away), 1},
                                trades, withdrawn);
                if (placement.resting != 0) ids.push_back(placement.resting);
            }
            for (const OrderId id : ids) grown.cancel(id);
            ids.clear();
            trades.clear();
            withdrawn.clear();
        }
    };
    churn(1);
    const std::uint64_t before = lpc::test::allocation_count();
    churn(1);
    BOOST_TEST(lpc::test::allocation_count() - before == 0U);
    BOOST_TEST(before > 0U);
}

BOOST_AUTO_TEST_SUITE_END()
