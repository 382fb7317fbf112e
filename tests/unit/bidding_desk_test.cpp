// The laws of the desk: who may bid, with what, when, and that what is bound is given back.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>
#include <venue/random.hpp>

#include "support/desk_world.hpp"
#include "support/naive_desk.hpp"

using lpc::Status;
using lpc::bidding::Desk;
using lpc::bidding::DeskRules;
using lpc::bidding::Provider;
using lpc::bidding::Schedule;
using lpc::tests::FlatAccounts;
using lpc::tests::lot_of;
using lpc::tests::NaiveDesk;
using lpc::venue::Random;

namespace {

constexpr std::int64_t kPlenty = std::int64_t{1} << 40;
constexpr std::int64_t kPercent = 10'000'000;
constexpr std::uint64_t kAnn = 1, kBob = 2;

Provider provider(std::uint64_t account, std::int64_t capacity, Schedule schedule = {}) {
    return {account, 0, capacity, kPlenty, std::move(schedule)};
}

struct Room {
    FlatAccounts accounts;
    Desk desk;

    explicit Room(const std::vector<Provider>& providers, const DeskRules& rules = {})
        : desk(rules, accounts) {
        for (const Provider& one : providers) {
            accounts.free[one.account] = kPlenty;
            BOOST_REQUIRE(desk.enlist(one).has_value());
        }
    }
    void sealed(std::uint64_t lot, std::int64_t lots = -100, std::int64_t close_ns = 1'000) {
        desk.call(lot_of(lot, LPC_AUCTION_SEALED, lots, 1'000, close_ns));
    }
    void descending(std::uint64_t lot, std::int64_t price, std::int64_t lots = -100) {
        desk.call(lot_of(lot, LPC_AUCTION_DESCENDING, lots, price, 1'000'000));
    }
    void end(std::uint64_t lot, std::uint8_t state = LPC_LOT_WITHDRAWN) {
        auto notice = lot_of(lot, LPC_AUCTION_SEALED, -100, 1'000, 1'000);
        notice.state = state;
        desk.call(notice);
    }
    Status settle(const lpc_fact& bid, std::int64_t lots) {
        return desk.settle({1, bid.account, 1, bid.u.bid.lots < 0 ? lots : -lots, bid.u.bid.price,
                            bid.u.bid.lot_id, bid.u.bid.id, bid.u.bid.bidder});
    }
};

// Lots that bids are told for, of all or of one provider. Told with the sign of the bidder's side.
std::int64_t lots_of(const std::vector<lpc_fact>& bids, std::uint64_t bidder = 0) {
    std::int64_t lots = 0;
    for (const lpc_fact& bid : bids) {
        if (bidder == 0 || bid.u.bid.bidder == bidder) lots += std::abs(bid.u.bid.lots);
    }
    return lots;
}

bool refused(const Status& status, const std::string& part) {
    if (status) return false;
    BOOST_TEST_MESSAGE(status.error().message);
    return status.error().message.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bidding_desk)

BOOST_AUTO_TEST_CASE(bids_of_a_sealed_lot_come_in_one_moment_at_its_close_and_never_again) {
    Room room({provider(kAnn, 100, {{10, kPercent}}), provider(kBob, 100)});
    room.sealed(1);
    BOOST_TEST(*room.desk.next_ns() == 1'000);
    BOOST_REQUIRE(room.desk.bid(kBob, 1, {{20, 2 * kPercent}}, 999).has_value());
    BOOST_TEST(room.desk.take_bids(999).empty());
    const auto bids = room.desk.take_bids(1'000);
    BOOST_REQUIRE(bids.size() == 2u);
    BOOST_TEST(bids[0].code == LPC_BID_STANDING);
    BOOST_TEST(bids[0].u.bid.bidder == kAnn);
    BOOST_TEST(bids[0].u.bid.price == 990);
    BOOST_TEST(bids[1].code == LPC_BID_SEALED);
    BOOST_TEST(bids[1].u.bid.price == 980);
    BOOST_TEST(room.desk.take_bids(2'000).empty());
}

BOOST_AUTO_TEST_CASE(a_sealed_bid_stands_in_for_the_standing_schedule_in_its_lot_only) {
    Room room({provider(kAnn, 1'000, {{10, kPercent}})});
    room.sealed(1);
    room.sealed(2);
    BOOST_REQUIRE(room.desk.bid(kAnn, 1, {{30, 0}}, 1).has_value());
    const auto bids = room.desk.take_bids(1'000);
    BOOST_REQUIRE(bids.size() == 2u);
    BOOST_TEST(std::abs(bids[0].u.bid.lots) == 30);
    BOOST_TEST(std::abs(bids[1].u.bid.lots) == 10);
}

BOOST_AUTO_TEST_CASE(nobody_bids_for_its_own_lot_or_its_groups) {
    const Schedule steps{{10, kPercent}};
    Room room(
        {provider(1'001, 100, steps), provider(kAnn, 100, steps), provider(kBob, 100, steps)});
    room.accounts.groups = {{1'001, 7}, {kAnn, 7}, {kBob, 8}};
    room.sealed(1);
    for (const std::uint64_t own : {std::uint64_t{1'001}, kAnn})
        BOOST_TEST(refused(room.desk.bid(own, 1, steps, 1), "it is not for you"));
    const auto bids = room.desk.take_bids(1'000);
    BOOST_REQUIRE(bids.size() == 1u);
    BOOST_TEST(bids[0].u.bid.bidder == kBob);
    room.descending(2, 900);
    room.accounts.groups[1'002] = 8;
    BOOST_TEST(refused(room.desk.take(kBob, 2, 1, 2), "it is not for you"));
    BOOST_TEST(lots_of(room.desk.take_bids(2), kBob) == 0);
}

BOOST_AUTO_TEST_CASE(what_is_late_unknown_double_or_malformed_is_refused_each_in_its_own_sentence) {
    Room room({provider(kAnn, 100)});
    const Schedule steps{{10, kPercent}};
    room.sealed(1);
    room.descending(2, 900);
    BOOST_TEST(refused(room.desk.bid(9, 1, steps, 1), "provider 9: is not registered"));
    BOOST_TEST(refused(room.desk.set_schedule(9, steps, 1), "provider 9: is not registered"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 5, steps, 1), "lot 5: no such lot is open"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 2, steps, 1), "it is not sold by sealed bids"));
    BOOST_TEST(refused(room.desk.take(kAnn, 1, 1, 1), "it is sold by sealed bids"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, {}, 1), "found 0 steps"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, {{5, 2}, {5, 2}}, 1), "more than the step before"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, {{101, 0}}, 1), "at most the capacity of 100"));
    BOOST_TEST(refused(room.desk.take(kAnn, 2, 0, 1), "expected 1 to the 100"));
    BOOST_TEST(refused(room.desk.take(kAnn, 2, 101, 1), "expected 1 to the 100"));
    // None of that has bound anything or used up the one bid.
    BOOST_TEST(room.desk.bid(kAnn, 1, steps, 999).has_value());
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, steps, 999), "a bid is there already"));
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, steps, 1'000), "late, it has closed"));
    BOOST_TEST(lots_of(room.desk.take_bids(1'000)) == 10);
    BOOST_TEST(refused(room.desk.bid(kAnn, 1, steps, 999), "late, it has closed"));
    BOOST_TEST(refused(room.desk.enlist(provider(kAnn, 1)), "is registered already"));
    BOOST_TEST(refused(room.desk.enlist(provider(3, 0)), "capacity_lots is 0"));
}

BOOST_AUTO_TEST_CASE(capacity_bond_and_margin_each_bound_the_open_bids_of_all_lots_together) {
    const auto told = [](const Provider& one, std::int64_t free) {
        Room room({one}, DeskRules{0, 100'000'000});
        room.accounts.free[one.account] = free;
        room.sealed(1);
        room.sealed(2);
        return lots_of(room.desk.take_bids(1'000));
    };
    const Schedule steps{{80, 0}};  // of each lot, at 1,000
    BOOST_TEST(told({kAnn, 0, 160, kPlenty, steps}, kPlenty) == 160);
    BOOST_TEST(told({kAnn, 0, 120, kPlenty, steps}, kPlenty) == 120);
    BOOST_TEST(told({kAnn, 0, 160, 9'000, steps}, kPlenty) == 90);  // a tenth of the notional
    BOOST_TEST(told({kAnn, 0, 160, kPlenty, steps}, 9'950) == 99);  // a tenth of the notional
    BOOST_TEST(told({kAnn, 0, 160, kPlenty, steps}, -1) == 0);
}

BOOST_AUTO_TEST_CASE(what_an_award_or_the_end_of_a_lot_gives_back_can_be_bid_again) {
    Room room({provider(kAnn, 100, {{100, 0}})});
    room.sealed(1);
    const auto bids = room.desk.take_bids(1'000);
    BOOST_REQUIRE(lots_of(bids) == 100);
    room.sealed(2, -100, 2'000);
    BOOST_TEST(room.desk.take_bids(2'000).empty());  // all of it is bound
    BOOST_REQUIRE(room.settle(bids[0], 30).has_value());
    room.sealed(3, -100, 3'000);
    BOOST_TEST(lots_of(room.desk.take_bids(3'000)) == 30);
    room.end(1);
    room.sealed(4, -100, 4'000);
    BOOST_TEST(lots_of(room.desk.take_bids(4'000)) == 70);
    room.end(3);
    room.end(4);
    room.sealed(5, -100, 5'000);
    BOOST_TEST(lots_of(room.desk.take_bids(5'000)) == 100);
}

BOOST_AUTO_TEST_CASE(an_award_is_settled_only_while_its_margin_is_there) {
    Room room({provider(kAnn, 100, {{100, 0}})});
    room.sealed(1);
    const auto bids = room.desk.take_bids(1'000);
    room.accounts.free[kAnn] = 9'999;
    BOOST_TEST(
        refused(room.settle(bids[0], 100), "the margin is gone, found 9999, expected 10000"));
    room.accounts.free[kAnn] = 10'000;
    BOOST_TEST(room.settle(bids[0], 100).has_value());
}

BOOST_AUTO_TEST_CASE(a_new_standing_schedule_holds_after_the_delay_and_an_empty_one_ends_it) {
    Room room({provider(kAnn, 100, {{10, kPercent}})}, DeskRules{50, 0});
    BOOST_REQUIRE(room.desk.set_schedule(kAnn, {{20, kPercent}}, 100).has_value());
    room.sealed(1, -100, 149);
    room.sealed(2, -100, 150);
    BOOST_TEST(lots_of(room.desk.take_bids(149)) == 10);
    BOOST_TEST(lots_of(room.desk.take_bids(150)) == 20);
    BOOST_REQUIRE(room.desk.set_schedule(kAnn, {}, 150).has_value());
    room.sealed(3, -100, 200);
    BOOST_TEST(room.desk.take_bids(200).empty());
}

BOOST_AUTO_TEST_CASE(a_descending_lot_is_taken_as_its_price_becomes_good_and_never_twice) {
    Room room({provider(kAnn, 100, {{10, 5 * kPercent}, {20, 10 * kPercent}})});
    room.descending(1, 1'000);
    BOOST_TEST(room.desk.take_bids(1).empty());
    room.descending(1, 950);
    BOOST_TEST(lots_of(room.desk.take_bids(2)) == 10);
    BOOST_TEST(room.desk.take_bids(3).empty());
    room.descending(1, 900);
    BOOST_REQUIRE(room.desk.take(kAnn, 1, 15, 4).has_value());
    const auto bids = room.desk.take_bids(4);
    BOOST_REQUIRE(bids.size() == 2u);
    BOOST_TEST(bids[0].code == LPC_BID_TAKE);
    BOOST_TEST(bids[0].u.bid.price == 900);
    BOOST_TEST(lots_of(bids) == 15 + 5);  // the schedule wants 30 in all
}

BOOST_AUTO_TEST_CASE(a_short_that_is_bought_back_is_sold_by_providers_above_the_price) {
    Room room({provider(kAnn, 100, {{10, kPercent}})});
    room.sealed(1, 100);
    const auto bids = room.desk.take_bids(1'000);
    BOOST_REQUIRE(bids.size() == 1u);
    BOOST_TEST(bids[0].u.bid.price == 1'010);
    BOOST_TEST((bids[0].u.bid.lots < 0) == true);
}

namespace {

// A random life of a desk with `scale` times as many lots everywhere; what it tells, lots divided.
struct Life {
    std::uint64_t seed;
    std::int64_t scale = 1;
    bool backwards = false;  // providers are enlisted and speak in the other order

    Schedule schedule(Random& random) const {
        Schedule steps;
        std::int64_t discount = random.between(-5, 20) * kPercent;
        for (std::int64_t count = random.between(1, 4); count > 0; --count) {
            steps.push_back({random.between(1, 20) * scale, discount});
            discount += random.between(1, 5) * kPercent;
        }
        return steps;
    }
    std::vector<std::vector<std::int64_t>> told() const {
        Random random(seed);
        std::vector<Provider> providers;
        for (std::uint64_t account = 1; account <= 5; ++account)
            providers.push_back(
                provider(account, random.between(20, 60) * scale, schedule(random)));
        if (backwards) std::reverse(providers.begin(), providers.end());
        Room room(providers);
        std::vector<std::vector<std::int64_t>> all;
        for (std::int64_t round = 1; round <= 20; ++round) {
            const auto lot = static_cast<std::uint64_t>(round);
            const std::int64_t close = round * 1'000;
            room.sealed(lot, random.between(1, 80) * -scale, close);
            std::vector<std::pair<std::uint64_t, Schedule>> sealed;
            for (std::uint64_t account = 1; account <= 5; ++account) {
                Schedule steps = schedule(random);
                if (random.chance(500'000'000)) sealed.emplace_back(account, std::move(steps));
            }
            if (backwards) std::reverse(sealed.begin(), sealed.end());
            for (const auto& [account, steps] : sealed)
                (void)room.desk.bid(account, lot, steps, close - 1);
            for (const lpc_fact& fact : room.desk.take_bids(close))
                all.push_back({static_cast<std::int64_t>(fact.u.bid.bidder),
                               static_cast<std::int64_t>(fact.u.bid.lot_id), fact.u.bid.price,
                               fact.u.bid.lots / scale});
            if (lot > 2) room.end(lot - 2);
        }
        return all;
    }
};

std::uint64_t first_seed() {
    const char* own = std::getenv("LPC_SEED");
    return own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_order_in_which_providers_come_and_speak_changes_nothing) {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 200; ++seed)
        BOOST_TEST((Life{seed, 1, true}.told() == Life{seed, 1, false}.told()),
                   "LPC_SEED=" << seed);
}

BOOST_AUTO_TEST_CASE(a_scaled_lot_gets_scaled_bids_at_the_same_prices) {
    for (std::uint64_t seed = first_seed(); seed < first_seed() + 200; ++seed)
        BOOST_TEST((Life{seed, 7, false}.told() == Life{seed, 1, false}.told()),
                   "LPC_SEED=" << seed);
}

BOOST_AUTO_TEST_SUITE_END()
