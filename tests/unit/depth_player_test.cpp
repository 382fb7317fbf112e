// The agent that plays a recorded book: what is to be seen is the record less what was taken.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>
#include <vector>
#include <venue/depth_player.hpp>
#include <venue/random.hpp>

using namespace lpc::venue;

namespace {

constexpr std::uint32_t kInstrument = 1;
constexpr std::uint64_t kPlayer = 10, kTaker = 20;
constexpr std::int64_t kRecoveryNs = 10'000'000'000, kStepNs = 100'000'000;

using Bids = std::map<std::int64_t, std::int64_t, std::greater<>>;
using Asks = std::map<std::int64_t, std::int64_t>;

std::uint64_t seed() {
    const char* given = std::getenv("LPC_TEST_SEED");
    return given == nullptr ? 20240808 : std::strtoull(given, nullptr, 10);
}

struct Market {
    Accounts accounts;
    Matching matching{accounts};
    DepthPlayer player{{kPlayer, kInstrument, kRecoveryNs}};
    Bids bids;  // the record, naively
    Asks asks;
    std::int64_t now_ns = 0;
    std::vector<Event> events;

    Market() {
        BOOST_REQUIRE(matching.add_instrument({kInstrument, 1, 0, 0, TradingState::open}) ==
                      Booking::done);
        for (const std::uint64_t account : {kPlayer, kTaker}) {
            BOOST_REQUIRE(accounts.open_account(account) == Booking::done);
            BOOST_REQUIRE(accounts.deposit(account, std::int64_t{1} << 50) == Booking::done);
        }
    }

    void record(Side side, std::int64_t price, std::int64_t lots) {
        player.change(side, price, lots);
        if (side == Side::buy) {
            bids.erase(price);
            if (lots > 0) bids[price] = lots;
        } else {
            asks.erase(price);
            if (lots > 0) asks[price] = lots;
        }
    }
    void show(std::int64_t passed_ns = kStepNs) {
        now_ns += passed_ns;
        player.show(now_ns, matching, events);
    }
    std::int64_t take(Side side, std::int64_t lots, std::int64_t price) {
        OrderTicket ticket;
        ticket.account = kTaker;
        ticket.instrument = kInstrument;
        ticket.side = side;
        ticket.type = OrderType::ioc;
        ticket.price = price;
        ticket.lots = lots;
        return matching.place(ticket, events).done_lots;
    }
    std::vector<std::pair<std::int64_t, std::int64_t>> seen(Side side) const {
        std::vector<DepthLevel> levels(10'000);
        levels.resize(matching.book(kInstrument)->depth(side, levels));
        std::vector<std::pair<std::int64_t, std::int64_t>> rows;
        for (const DepthLevel& level : levels) rows.emplace_back(level.price, level.lots);
        return rows;
    }
    // The recorded side without its first so many lots.
    template <class Recorded>
    static std::vector<std::pair<std::int64_t, std::int64_t>> less(const Recorded& recorded,
                                                                   std::int64_t missing) {
        std::vector<std::pair<std::int64_t, std::int64_t>> rows;
        for (const auto& [price, lots] : recorded) {
            const std::int64_t hidden = std::min(missing, lots);
            missing -= hidden;
            if (lots > hidden) rows.emplace_back(price, lots - hidden);
        }
        return rows;
    }
    void must_be_record_less(std::int64_t missing_bids, std::int64_t missing_asks) const {
        BOOST_REQUIRE(seen(Side::buy) == less(bids, missing_bids));
        BOOST_REQUIRE(seen(Side::sell) == less(asks, missing_asks));
    }
    std::int64_t missing(Side side) const { return player.missing_lots(side); }
};

// A few levels change; the book moves about and never crosses.
void change_some(Market& market, Random& random) {
    static constexpr std::int64_t kFar = 40;
    const std::int64_t middle = 1000 + random.between(-30, 30);
    while (!market.bids.empty() && market.bids.begin()->first >= middle)
        market.record(Side::buy, market.bids.begin()->first, 0);
    while (!market.asks.empty() && market.asks.begin()->first <= middle)
        market.record(Side::sell, market.asks.begin()->first, 0);
    for (int i = 0; i < 12; ++i) {
        const bool bid = random.chance(500'000'000);
        const std::int64_t away = random.between(1, kFar);
        market.record(bid ? Side::buy : Side::sell, bid ? middle - away : middle + away,
                      random.chance(300'000'000) ? 0 : random.between(1, 50));
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(depth_player)

BOOST_AUTO_TEST_CASE(without_orders_of_ours_the_book_equals_the_record_at_every_update) {
    BOOST_TEST_MESSAGE("seed " << seed());
    Random random(seed());
    Market market;
    for (int i = 0; i < 5'000; ++i) {
        change_some(market, random);
        market.show();
        market.must_be_record_less(0, 0);
    }
    BOOST_TEST(market.accounts.position(kPlayer, kInstrument).lots == 0);
}

BOOST_AUTO_TEST_CASE(whatever_is_taken_the_book_is_the_record_less_what_is_missing) {
    BOOST_TEST_MESSAGE("seed " << seed());
    Random random(seed() + 1);
    Market market;
    for (int i = 0; i < 5'000; ++i) {
        change_some(market, random);
        const std::int64_t missing[2] = {market.missing(Side::buy), market.missing(Side::sell)};
        market.show();
        BOOST_REQUIRE(market.missing(Side::buy) <= missing[0] + 200);
        market.must_be_record_less(market.missing(Side::buy), market.missing(Side::sell));
        if (!random.chance(300'000'000)) continue;
        const bool buys = random.chance(500'000'000);
        market.take(buys ? Side::buy : Side::sell, random.between(1, 200), buys ? 2000 : 1);
        BOOST_REQUIRE(missing[0] >= 0);
    }
    BOOST_TEST(market.matching.sound());
}

BOOST_AUTO_TEST_CASE(a_fill_removes_exactly_what_it_took) {
    Market market;
    market.record(Side::buy, 100, 10);
    market.record(Side::buy, 99, 10);
    market.record(Side::sell, 101, 10);
    market.show();
    BOOST_TEST(market.take(Side::sell, 14, 1) == 14);
    market.must_be_record_less(14, 0);
    market.show(1);
    BOOST_TEST(market.missing(Side::buy) == 14);
    market.must_be_record_less(14, 0);
    // The record moves: what is missing stays missing from the front of what is there now.
    market.record(Side::buy, 100, 0);
    market.record(Side::buy, 98, 30);
    market.show(1);  // a nanosecond gives back less than a lot, so 13 whole lots are hidden
    market.must_be_record_less(13, 0);
}

BOOST_AUTO_TEST_CASE(nothing_is_filled_that_is_not_there) {
    Market market;
    market.record(Side::buy, 100, 10);
    market.record(Side::sell, 101, 7);
    market.show();
    BOOST_TEST(market.take(Side::sell, 50, 1) == 10);
    BOOST_TEST(market.take(Side::sell, 50, 1) == 0);
    BOOST_TEST(market.take(Side::buy, 50, 101) == 7);
    market.show();
    BOOST_TEST(market.take(Side::sell, 50, 1) <= 1);  // a tenth of a second of ten
}

BOOST_AUTO_TEST_CASE(what_was_taken_comes_back_and_then_the_book_equals_the_record) {
    Market market;
    market.record(Side::buy, 100, 1'000);
    market.record(Side::buy, 99, 1'000);
    market.record(Side::sell, 101, 10);
    market.show();
    BOOST_TEST(market.take(Side::sell, 1'500, 1) == 1'500);
    std::int64_t before = 1'500;
    for (int step = 0; step < 100; ++step) {
        market.show();
        BOOST_REQUIRE(market.missing(Side::buy) < before + 1);
        before = market.missing(Side::buy);
    }
    // It was seen by the first step; in 99 of a hundredth of a mean life 0.99^99 of 1,500 is left.
    BOOST_TEST(before == 554);
    for (int step = 0; step < 1'000; ++step) market.show();
    BOOST_TEST(market.missing(Side::buy) == 0);
    market.must_be_record_less(0, 0);
}

BOOST_AUTO_TEST_CASE(a_step_as_long_as_the_mean_life_brings_all_back) {
    Market market;
    market.record(Side::buy, 100, 1'000);
    market.show();
    BOOST_TEST(market.take(Side::sell, 600, 1) == 600);
    market.show();
    BOOST_TEST(market.missing(Side::buy) == 600);
    market.show(kRecoveryNs);
    BOOST_TEST(market.missing(Side::buy) == 0);
    market.must_be_record_less(0, 0);
}

BOOST_AUTO_TEST_CASE(a_book_that_jumps_does_not_meet_its_own_old_quotes) {
    Market market;
    market.record(Side::buy, 100, 10);
    market.record(Side::sell, 101, 10);
    market.show();
    market.record(Side::sell, 101, 0);
    market.record(Side::sell, 201, 10);
    market.record(Side::buy, 200, 10);
    market.show();
    market.must_be_record_less(0, 0);
    BOOST_TEST(market.missing(Side::sell) == 0);
    BOOST_TEST(market.matching.traded_lots(kInstrument) == 0);
}

BOOST_AUTO_TEST_SUITE_END()
