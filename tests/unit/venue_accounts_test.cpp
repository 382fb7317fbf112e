// Laws of the reference exchange's accounts: exact money, checked limits, deterministic order.
#include <lpc/limits.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <vector>

#include "venue/accounts.hpp"
#include "venue/random.hpp"

using namespace lpc::venue;
using lpc::Int128;

namespace {

constexpr std::uint32_t kPerp = 7;
constexpr std::int64_t kMultiplier = 1000;

struct World {
    Accounts accounts;
    World() {
        require(accounts.define_instrument(kPerp, kMultiplier));
        require(accounts.define_instrument(3, 1));
        require(accounts.open_account(20));
        require(accounts.open_account(10));
    }
    static void require(Booking booking) { BOOST_REQUIRE(booking == Booking::done); }
    void fill(std::int64_t lots, std::int64_t price, std::int64_t fee = 0) {
        require(accounts.apply_fill({10, kPerp, lots, price, fee}));
    }
    void expect(std::int64_t lots, std::int64_t cost, std::int64_t realised) {
        const Position held = accounts.position(10, kPerp);
        BOOST_TEST(held.lots == lots);
        BOOST_TEST(held.cost == cost);
        BOOST_TEST(held.realised == realised);
        BOOST_TEST(accounts.cash(10).realised == realised);
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(venue_accounts)

BOOST_AUTO_TEST_CASE(opening_adds_to_the_cost_and_realises_nothing) {
    World world;
    world.fill(10, 100);
    world.expect(10, 1'000'000, 0);
    world.fill(5, 130);
    world.expect(15, 1'650'000, 0);
}

BOOST_AUTO_TEST_CASE(reducing_realises_proceeds_less_the_share_of_cost) {
    World world;
    world.fill(10, 100);
    world.fill(-4, 110);
    world.expect(6, 600'000, 40'000);
}

BOOST_AUTO_TEST_CASE(a_short_gains_when_it_buys_back_lower) {
    World world;
    world.fill(-10, 100);
    world.expect(-10, -1'000'000, 0);
    world.fill(4, 90);
    world.expect(-6, -600'000, 40'000);
}

BOOST_AUTO_TEST_CASE(a_full_close_leaves_no_cost) {
    World world;
    BOOST_REQUIRE(world.accounts.apply_fill({10, 3, 3, 100, 0}) == Booking::done);
    BOOST_REQUIRE(world.accounts.apply_fill({10, 3, 4, 101, 0}) == Booking::done);
    for (int closed = 0; closed < 7; ++closed) {
        BOOST_REQUIRE(world.accounts.apply_fill({10, 3, -1, 99, 0}) == Booking::done);
    }
    BOOST_TEST(world.accounts.position(10, 3).lots == 0);
    BOOST_TEST(world.accounts.position(10, 3).cost == 0);
    BOOST_TEST(world.accounts.cash(10).realised == 7 * 99 - 704);
}

BOOST_AUTO_TEST_CASE(the_cost_share_rounds_towards_zero_on_both_sides) {
    BOOST_TEST(closed_cost(704, 1, 7) == 100);
    BOOST_TEST(closed_cost(-704, 1, 7) == -100);
    BOOST_TEST(closed_cost(704, 7, 7) == 704);
    BOOST_TEST(closed_cost(-704, 7, 7) == -704);
}

BOOST_AUTO_TEST_CASE(a_flip_through_zero_is_a_close_and_then_an_opening) {
    World world;
    world.fill(10, 100);
    world.fill(-25, 120);
    world.expect(-15, -1'800'000, 200'000);
    world.fill(16, 110);
    world.expect(1, 110'000, 350'000);
}

BOOST_AUTO_TEST_CASE(realised_and_unrealised_together_are_exact_whatever_the_rounding) {
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Random random(seed);
            World world;
            Int128 paid = 0;
            std::int64_t lots = 0;
            for (int i = 0; i < 100; ++i) {
                const std::int64_t side = random.chance(500'000'000) ? 1 : -1;
                const std::int64_t traded = side * random.between(1, 50);
                const std::int64_t price = random.between(1, 997);
                BOOST_REQUIRE(world.accounts.apply_fill({10, 3, traded, price, 0}) ==
                              Booking::done);
                paid += Int128{traded} * price;
                lots += traded;
                const std::int64_t mark = random.between(1, 997);
                const Int128 total =
                    world.accounts.cash(10).realised + world.accounts.unrealised(10, 3, mark);
                BOOST_REQUIRE(total == Int128{lots} * mark - paid);
                const Position held = world.accounts.position(10, 3);
                BOOST_REQUIRE_EQUAL(held.lots, lots);
                BOOST_REQUIRE(held.lots != 0 || held.cost == 0);
                BOOST_REQUIRE(held.cost == 0 || (held.cost > 0) == (held.lots > 0));
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(the_balance_is_deposits_and_realised_less_fees) {
    World world;
    World::require(world.accounts.deposit(10, 5'000));
    World::require(world.accounts.withdraw(10, 2'000));
    world.fill(1, 100, 7);
    world.fill(-1, 101, -3);
    const Cash cash = world.accounts.cash(10);
    BOOST_TEST(cash.deposits == 3'000);
    BOOST_TEST(cash.fees == 4);
    BOOST_TEST(cash.balance() == 3'000 + 1'000 - 4);
}

BOOST_AUTO_TEST_CASE(a_withdrawal_takes_no_more_than_the_balance) {
    World world;
    World::require(world.accounts.deposit(10, 100));
    BOOST_CHECK(world.accounts.withdraw(10, 101) == Booking::beyond_balance);
    BOOST_TEST(world.accounts.cash(10).balance() == 100);
    World::require(world.accounts.withdraw(10, 100));
    BOOST_TEST(world.accounts.cash(10).balance() == 0);
}

BOOST_AUTO_TEST_CASE(refusals_come_in_their_order_of_precedence) {
    World world;
    Accounts& accounts = world.accounts;
    BOOST_CHECK(accounts.apply_fill({99, 99, 0, 0, 0}) == Booking::unknown_account);
    BOOST_CHECK(accounts.apply_fill({10, 99, 0, 0, 0}) == Booking::unknown_instrument);
    BOOST_CHECK(accounts.open_account(10) == Booking::already_there);
    BOOST_CHECK(accounts.define_instrument(kPerp, 0) == Booking::already_there);
    BOOST_CHECK(accounts.apply_fill({10, kPerp, 0, 100, 0}) == Booking::bad_value);
    BOOST_CHECK(accounts.apply_fill({10, kPerp, 1, 0, 0}) == Booking::bad_value);
    BOOST_CHECK(accounts.withdraw(10, 0) == Booking::bad_value);
    BOOST_CHECK(accounts.withdraw(10, 1) == Booking::beyond_balance);
    BOOST_CHECK(accounts.apply_fill({10, kPerp, LPC_LOTS_MAX, LPC_PRICE_MAX, 0}) ==
                Booking::beyond_limit);
}

BOOST_AUTO_TEST_CASE(limits_are_checked_and_a_refused_call_changes_nothing) {
    World world;
    Accounts& accounts = world.accounts;
    World::require(accounts.define_instrument(9, LPC_MULTIPLIER_MAX));
    World::require(accounts.apply_fill({10, 3, LPC_LOTS_MAX, 1, 0}));
    std::vector<Touched> touched;
    accounts.take_touched(touched);
    BOOST_CHECK(accounts.apply_fill({10, 3, 1, 1, 0}) == Booking::beyond_limit);
    BOOST_CHECK(accounts.apply_fill({10, 3, LPC_LOTS_MAX + 1, 1, 0}) == Booking::bad_value);
    BOOST_CHECK(accounts.apply_fill({10, 3, 1, LPC_PRICE_MAX + 1, 0}) == Booking::bad_value);
    BOOST_CHECK(accounts.apply_fill({10, 9, LPC_LOTS_MAX, LPC_PRICE_MAX, 0}) ==
                Booking::beyond_limit);
    BOOST_CHECK(accounts.apply_fill({10, 9, 1, 1, INT64_MAX}) == Booking::beyond_limit);
    BOOST_CHECK(accounts.apply_fill({10, 9, 1, 1, INT64_MIN}) == Booking::beyond_limit);
    BOOST_CHECK(accounts.deposit(10, kDepositMax + 1) == Booking::bad_value);
    BOOST_CHECK(accounts.define_instrument(11, LPC_MULTIPLIER_MAX + 1) == Booking::bad_value);
    BOOST_CHECK(accounts.rest({10, 3, 1, 1}) == Booking::beyond_limit);
    BOOST_CHECK(accounts.unrest({10, 3, 1, 1}) == Booking::beyond_limit);
    accounts.take_touched(touched);
    BOOST_TEST(touched.empty());
    BOOST_TEST(accounts.position(10, 3).lots == LPC_LOTS_MAX);
    BOOST_TEST(accounts.position(10, 9).lots == 0);
    World::require(accounts.deposit(10, kDepositMax));
    BOOST_CHECK(accounts.deposit(10, 1) == Booking::beyond_limit);
}

BOOST_AUTO_TEST_CASE(one_account_holds_only_so_many_positions) {
    Accounts accounts;
    World::require(accounts.open_account(1));
    for (std::uint32_t id = 1; id <= LPC_POSITIONS_MAX; ++id) {
        World::require(accounts.define_instrument(id, 1));
        World::require(accounts.apply_fill({1, id, 1, 1, 0}));
    }
    World::require(accounts.define_instrument(1'000, 1));
    BOOST_CHECK(accounts.apply_fill({1, 1'000, 1, 1, 0}) == Booking::beyond_limit);
    BOOST_CHECK(accounts.room_for({1, 1'000, 1, 1}) == Booking::beyond_limit);
}

BOOST_AUTO_TEST_CASE(a_pair_is_booked_on_both_sides_or_on_neither) {
    World world;
    Accounts& accounts = world.accounts;
    World::require(accounts.apply_fill({20, 3, LPC_LOTS_MAX, 1, 0}));
    const Booking refused = accounts.apply_pair({10, 3, -1, 5, 0}, {20, 3, 1, 5, 0});
    BOOST_CHECK(refused == Booking::beyond_limit);
    BOOST_TEST(accounts.position(10, 3).lots == 0);
    BOOST_CHECK(accounts.apply_pair({10, 3, 1, 5, 0}, {10, 3, -1, 5, 0}) == Booking::bad_value);
    World::require(accounts.apply_pair({10, 3, 1, 5, 0}, {20, 3, -1, 5, 0}));
    BOOST_TEST(accounts.position(10, 3).lots == 1);
    BOOST_CHECK(accounts.net_lots(3) == Int128{LPC_LOTS_MAX});
}

// The promise behind room_for: whatever is let to work can be filled in any order, at its price or
// a lower one.
BOOST_AUTO_TEST_CASE(fills_of_orders_that_had_room_are_never_refused) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Random random(seed);
            Accounts accounts;
            World::require(accounts.open_account(1));
            World::require(accounts.define_instrument(1, std::int64_t{1} << 20));
            World::require(accounts.define_instrument(2, 3));
            std::vector<WorkingLots> working;
            int refused = 0;
            for (int i = 0; i < 300; ++i) {
                const std::int64_t lots = random.between(1, std::int64_t{1} << 38);
                WorkingLots order{1, static_cast<std::uint32_t>(random.between(1, 2)),
                                  random.chance(500'000'000) ? lots : -lots,
                                  random.between(1, 1 << random.between(0, 20))};
                if (accounts.rest(order) == Booking::done) {
                    working.push_back(order);
                } else {
                    ++refused;
                }
                if (working.empty() || random.chance(400'000'000)) continue;
                const std::size_t at = static_cast<std::size_t>(random.below(working.size()));
                WorkingLots& filled = working[at];
                const std::int64_t part =
                    random.between(1, filled.lots < 0 ? -filled.lots : filled.lots);
                const std::int64_t signed_part = filled.lots < 0 ? -part : part;
                World::require(accounts.unrest({1, filled.instrument, signed_part, filled.price}));
                const std::int64_t price = random.between(1, filled.price);
                const Int128 notional =
                    money_of(part, price, accounts.multiplier(filled.instrument));
                const auto fee = static_cast<std::int64_t>(notional);
                World::require(accounts.apply_fill({1, filled.instrument, signed_part, price,
                                                    random.chance(500'000'000) ? fee : -fee}));
                filled.lots -= signed_part;
                if (filled.lots == 0) working.erase(working.begin() + static_cast<long>(at));
            }
            BOOST_TEST(refused > 0);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_changed_is_told_once_sorted_and_then_forgotten) {
    World world;
    Accounts& accounts = world.accounts;
    World::require(accounts.apply_fill({20, kPerp, 1, 100, 0}));
    World::require(accounts.apply_fill({20, 3, 1, 100, 2}));
    World::require(accounts.apply_fill({20, 3, 1, 100, 2}));
    World::require(accounts.rest({10, 3, 1, 100}));
    World::require(accounts.deposit(10, 1));
    std::vector<Touched> touched;
    accounts.take_touched(touched);
    const std::vector<Touched> expected{{10, 0}, {10, 3}, {20, 0}, {20, 3}, {20, kPerp}};
    BOOST_CHECK(touched == expected);
    accounts.take_touched(touched);
    BOOST_TEST(touched.empty());
    World::require(accounts.unrest({10, 3, 1, 100}));
    accounts.take_touched(touched);
    BOOST_CHECK(touched == (std::vector<Touched>{{10, 3}}));
}

BOOST_AUTO_TEST_CASE(accounts_and_positions_are_listed_by_id_however_they_came) {
    World world;
    Accounts& accounts = world.accounts;
    World::require(accounts.define_instrument(5, 1));
    for (const std::uint32_t instrument : {kPerp, 3U, 5U}) {
        World::require(accounts.apply_fill({20, instrument, 1, 100, 0}));
    }
    BOOST_CHECK(accounts.ids() == (std::vector<std::uint64_t>{10, 20}));
    World::require(accounts.open_account(15));
    BOOST_CHECK(accounts.ids() == (std::vector<std::uint64_t>{10, 15, 20}));
    std::vector<std::uint32_t> instruments;
    accounts.each_position(20, [&](const Position& p) { instruments.push_back(p.instrument); });
    BOOST_CHECK(instruments == (std::vector<std::uint32_t>{3, 5, kPerp}));
}

BOOST_AUTO_TEST_CASE(a_hundred_thousand_hashed_ids_are_all_found_again) {
    Random random(5);
    Accounts accounts;
    std::vector<std::uint64_t> ids;
    for (int i = 0; i < 100'000; ++i) {
        const std::uint64_t id = random.next() | 1;
        if (accounts.has_account(id)) continue;
        World::require(accounts.open_account(id));
        World::require(accounts.deposit(id, static_cast<std::int64_t>(id >> 8) + 1));
        ids.push_back(id);
    }
    BOOST_TEST(accounts.size() == ids.size());
    for (const std::uint64_t id : ids) {
        BOOST_REQUIRE(accounts.cash(id).deposits == static_cast<std::int64_t>(id >> 8) + 1);
    }
    BOOST_TEST(!accounts.has_account(2));
    std::sort(ids.begin(), ids.end());
    BOOST_CHECK(accounts.ids() == ids);
}

BOOST_AUTO_TEST_SUITE_END()
