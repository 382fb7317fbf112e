// Laws of the seeded agents: market maker, noise trader, owners of accounts.
#include <lpc/limits.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <set>
#include <string>
#include <vector>

#include "venue/account_owners.hpp"
#include "venue/market_maker.hpp"
#include "venue/noise_trader.hpp"

using namespace lpc::venue;
using lpc::Int128;

namespace {

constexpr std::uint32_t kPerp = 7;
constexpr std::uint64_t kMaker = 1, kNoise = 2, kHouse = 3;
constexpr std::int64_t kFair = 100'000;

struct World {
    Accounts accounts;
    Matching matching{accounts};
    std::vector<Event> events;

    World() {
        InstrumentTerms terms;
        terms.id = kPerp;
        terms.multiplier = 10;
        BOOST_REQUIRE(matching.add_instrument(terms) == Booking::done);
        for (const std::uint64_t account : {kMaker, kNoise, kHouse}) {
            BOOST_REQUIRE(accounts.open_account(account) == Booking::done);
        }
    }
    std::vector<Resting> side(Side side) const {
        std::vector<Resting> orders;
        matching.book(kPerp)->append_orders(side, orders);
        return orders;
    }
};

MarketMakerConfig quiet_maker() {
    MarketMakerConfig config;
    config.account = kMaker;
    config.instrument = kPerp;
    config.levels_count = 5;
    config.level_lots = 100;
    config.half_spread_ppm = 1'000;
    config.level_step_ppm = 500;
    config.withdraw_volatility_ppb = 10'000'000;
    config.volatility_shift = 1;
    return config;
}

NoiseTraderConfig noise() {
    NoiseTraderConfig config;
    config.account = kNoise;
    config.instrument = kPerp;
    config.orders_per_step = 3;
    return config;
}

AccountOwnersConfig crowd(std::int64_t accounts_count) {
    AccountOwnersConfig config;
    config.accounts_count = accounts_count;
    config.first_account = 100;
    config.house_account = kHouse;
    config.instrument = kPerp;
    config.multiplier = 10;
    config.entry_price_ticks = kFair;
    config.entry_spread_ppm = 2'000;
    config.long_share_ppb = 700'000'000;
    config.notional_min_money = 10'000'000;
    config.notional_max_money = 10'000'000'000;
    config.leverages = {{2, 1}, {10, 2}, {50, 1}};
    return config;
}

std::vector<Owner> drawn(const AccountOwnersConfig& config, std::uint64_t seed) {
    Random random(seed);
    const auto owners = draw_owners(config, random);
    BOOST_REQUIRE_MESSAGE(owners.has_value(), "drawing owners failed");
    return *owners;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(agents)

BOOST_AUTO_TEST_CASE(a_market_maker_quotes_its_levels_around_the_fair_price) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    const auto bids = world.side(Side::buy);
    const auto asks = world.side(Side::sell);
    BOOST_REQUIRE(bids.size() == 5U);
    BOOST_REQUIRE(asks.size() == 5U);
    for (std::size_t level = 0; level < 5; ++level) {
        const std::int64_t away = 100 + 50 * static_cast<std::int64_t>(level);
        BOOST_TEST(bids[level].price == kFair - away);
        BOOST_TEST(asks[level].price == kFair + away);
        BOOST_TEST(bids[level].lots == 100);
        BOOST_TEST(asks[level].lots == 100);
    }
}

BOOST_AUTO_TEST_CASE(quotes_that_would_not_change_keep_their_priority) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    const OrderId best = world.side(Side::buy)[0].order;
    world.events.clear();
    maker.step(kFair, world.matching, world.events);
    BOOST_TEST(world.events.empty());
    BOOST_TEST(world.side(Side::buy)[0].order == best);
}

BOOST_AUTO_TEST_CASE(a_filled_quote_is_placed_again_in_full) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    OrderTicket taking;
    taking.account = kNoise;
    taking.instrument = kPerp;
    taking.side = Side::sell;
    taking.type = OrderType::ioc;
    taking.price = kFair - 150;
    taking.lots = 130;
    BOOST_TEST(world.matching.place(taking, world.events).done_lots == 130);
    maker.step(kFair, world.matching, world.events);
    BOOST_TEST(world.side(Side::buy).size() == 5U);
    BOOST_TEST(world.side(Side::buy)[0].lots == 100);
    BOOST_TEST(world.side(Side::buy)[1].lots == 100);
}

BOOST_AUTO_TEST_CASE(quotes_follow_the_fair_price_and_never_trade_with_their_own) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    Random path(9);
    std::int64_t fair = kFair;
    for (int i = 0; i < 500; ++i) {
        fair += path.between(-400, 400);
        maker.step(fair, world.matching, world.events);
        BOOST_REQUIRE(world.matching.book(kPerp)->order_count() <= 10U);
        const auto bid = world.matching.book(kPerp)->best_price(Side::buy);
        const auto ask = world.matching.book(kPerp)->best_price(Side::sell);
        BOOST_REQUIRE((!bid || *bid < fair));
        BOOST_REQUIRE((!ask || *ask > fair));
    }
    for (const Event& event : world.events) {
        BOOST_REQUIRE(!std::holds_alternative<Execution>(event));
        const OrderEnded* ended = std::get_if<OrderEnded>(&event);
        BOOST_REQUIRE((ended == nullptr || ended->why == Change::cancelled));
    }
}

BOOST_AUTO_TEST_CASE(
    as_volatility_rises_the_spread_widens_the_size_shrinks_and_at_the_limit_all_goes) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    maker.step(kFair + 1'000, world.matching, world.events);  // a move of 1 %, of which half counts
    BOOST_TEST(maker.volatility_ppb() == 5'000'000);
    const auto asks = world.side(Side::sell);
    BOOST_REQUIRE(asks.size() == 5U);
    BOOST_TEST(asks[0].price == 101'000 + 606);  // 0.1 % + 0.5 % of 101,000
    BOOST_TEST(asks[0].lots == 50);
    maker.step(kFair - 1'000, world.matching, world.events);
    BOOST_TEST(maker.volatility_ppb() > 10'000'000);
    BOOST_TEST(world.matching.book(kPerp)->order_count() == 0U);
    for (int i = 0; i < 100; ++i) maker.step(kFair - 1'000, world.matching, world.events);
    BOOST_TEST(maker.volatility_ppb() == 0);
    BOOST_TEST(world.side(Side::buy).size() == 5U);
    BOOST_TEST(world.side(Side::buy)[0].lots == 100);
}

BOOST_AUTO_TEST_CASE(quotes_stuck_in_a_halt_are_taken_out_after_it) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    BOOST_CHECK(world.matching.set_state(kPerp, TradingState::halted) == Refusal::none);
    maker.step(kFair + 100, world.matching, world.events);
    BOOST_TEST(world.matching.book(kPerp)->order_count() == 10U);
    BOOST_CHECK(world.matching.set_state(kPerp, TradingState::open) == Refusal::none);
    maker.step(kFair + 200, world.matching, world.events);
    BOOST_TEST(world.matching.book(kPerp)->order_count() == 10U);
    BOOST_TEST(world.side(Side::buy).back().price > kFair + 200 - 1'000);
}

BOOST_AUTO_TEST_CASE(near_a_price_of_one_tick_only_quotes_with_a_price_are_placed) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(3, world.matching, world.events);
    BOOST_TEST(world.side(Side::buy).size() == 2U);
    BOOST_TEST(world.side(Side::sell).size() == 5U);
}

BOOST_AUTO_TEST_CASE(noise_trades_the_volume_that_it_is_given) {
    World world;
    MarketMaker maker(quiet_maker(), Random(1));
    NoiseTrader trader(noise(), Random(2));
    Random volumes(3);
    std::int64_t wanted = 0;
    for (int i = 0; i < 300; ++i) {
        maker.step(kFair, world.matching, world.events);
        const std::int64_t volume = volumes.between(0, 400);
        BOOST_REQUIRE_EQUAL(trader.step(kFair, volume, world.matching, world.events), volume);
        wanted += volume;
    }
    BOOST_TEST(world.matching.traded_lots(kPerp) == wanted);
    BOOST_TEST(world.side(Side::sell).size() + world.side(Side::buy).size() <= 10U);
    std::int64_t bought = 0;
    for (const Event& event : world.events) {
        const Execution* done = std::get_if<Execution>(&event);
        if (done != nullptr && done->taker_side == Side::buy) bought += done->lots;
    }
    BOOST_TEST(bought > wanted * 4 / 10);
    BOOST_TEST(bought < wanted * 6 / 10);
}

BOOST_AUTO_TEST_CASE(volume_that_finds_no_other_side_is_carried_up_to_its_limit) {
    World world;
    NoiseTraderConfig config = noise();
    config.carry_max_lots = 50;
    NoiseTrader trader(config, Random(2));
    BOOST_TEST(trader.step(kFair, 40, world.matching, world.events) == 0);
    BOOST_TEST(trader.carried_lots() == 40);
    BOOST_TEST(trader.step(kFair, 40, world.matching, world.events) == 0);
    BOOST_TEST(trader.carried_lots() == 50);
    MarketMaker maker(quiet_maker(), Random(1));
    maker.step(kFair, world.matching, world.events);
    BOOST_TEST(trader.step(kFair, 10, world.matching, world.events) == 60);
    BOOST_TEST(trader.carried_lots() == 0);
}

BOOST_AUTO_TEST_CASE(noise_never_trades_beyond_its_slippage) {
    World world;
    MarketMakerConfig wide = quiet_maker();
    wide.half_spread_ppm = 30'000;
    MarketMaker maker(wide, Random(1));
    maker.step(kFair, world.matching, world.events);
    NoiseTrader trader(noise(), Random(2));
    BOOST_TEST(trader.step(kFair, 40, world.matching, world.events) == 0);
}

BOOST_AUTO_TEST_CASE(the_same_seed_gives_the_same_population_and_another_seed_another) {
    const auto one = drawn(crowd(500), 4);
    const auto same = drawn(crowd(500), 4);
    const auto other = drawn(crowd(500), 5);
    const auto key = [](const Owner& o) {
        return std::vector<std::int64_t>{static_cast<std::int64_t>(o.account), o.lots,
                                         o.entry_price, o.leverage, o.deposit};
    };
    bool differs = false;
    for (std::size_t i = 0; i < one.size(); ++i) {
        BOOST_REQUIRE(key(one[i]) == key(same[i]));
        differs = differs || key(one[i]) != key(other[i]);
    }
    BOOST_TEST(differs);
}

BOOST_AUTO_TEST_CASE(owners_follow_the_configured_distribution) {
    const AccountOwnersConfig config = crowd(20'000);
    const auto owners = drawn(config, 6);
    std::int64_t longs = 0, tens = 0, first_decade = 0, last_decade = 0, longs_low_ids = 0;
    std::set<std::uint64_t> ids;
    for (const Owner& owner : owners) {
        const Int128 notional =
            money_of(owner.lots < 0 ? -owner.lots : owner.lots, owner.entry_price, 10);
        BOOST_REQUIRE(Int128{owner.deposit} * owner.leverage >= notional);
        BOOST_REQUIRE(Int128{owner.deposit - 1} * owner.leverage < notional);
        BOOST_REQUIRE(notional <= config.notional_max_money);
        BOOST_REQUIRE(notional > config.notional_min_money * 9 / 10);  // down to whole lots
        BOOST_REQUIRE(owner.entry_price >= 99'800 && owner.entry_price <= 100'200);
        longs += owner.lots > 0;
        longs_low_ids += owner.lots > 0 && owner.account < config.first_account + 10'000;
        tens += owner.leverage == 10;
        first_decade += notional < 100'000'000;
        last_decade += notional >= 1'000'000'000;
        ids.insert(owner.account);
    }
    BOOST_TEST(ids.size() == owners.size());
    BOOST_TEST(*ids.begin() == config.first_account);
    BOOST_TEST(std::abs(longs - 14'000) < 300);
    BOOST_TEST(std::abs(longs_low_ids - 7'000) < 250);
    BOOST_TEST(std::abs(tens - 10'000) < 350);
    BOOST_TEST(std::abs(first_decade - 6'667) < 350);
    BOOST_TEST(std::abs(last_decade - 6'667) < 350);
}

BOOST_AUTO_TEST_CASE(log_uniform_reaches_both_ends_and_nothing_beyond) {
    Random random(8);
    std::int64_t counts[8] = {};
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t value = log_uniform(random, 1, 7);
        BOOST_REQUIRE(value >= 1 && value <= 7);
        ++counts[value];
    }
    for (std::int64_t value = 2; value <= 7; ++value) {  // density proportional to 1 / value
        BOOST_TEST(std::abs(counts[value] * value - counts[1]) < counts[1] / 10);
    }
    BOOST_TEST(log_uniform(random, 5, 5) == 5);
    const std::int64_t top = std::int64_t{1} << 60;
    BOOST_TEST(log_uniform(random, top, top) == top);
}

BOOST_AUTO_TEST_CASE(opened_owners_hold_what_was_drawn_and_the_house_holds_the_rest) {
    World world;
    const AccountOwnersConfig config = crowd(1'000);
    const auto owners = drawn(config, 7);
    const lpc::Status opened =
        open_owners(config, owners, world.accounts, world.matching, world.events);
    BOOST_REQUIRE_MESSAGE(opened.has_value(), "opening failed");
    std::int64_t imbalance = 0;
    for (const Owner& owner : owners) {
        BOOST_REQUIRE_EQUAL(world.accounts.position(owner.account, kPerp).lots, owner.lots);
        BOOST_REQUIRE_EQUAL(world.accounts.cash(owner.account).balance(), owner.deposit);
        imbalance += owner.lots;
    }
    BOOST_TEST(imbalance > 0);
    BOOST_TEST(world.accounts.position(kHouse, kPerp).lots == -imbalance);
    BOOST_CHECK(world.accounts.net_lots(kPerp) == 0);
    BOOST_TEST(world.events.size() == owners.size());
    const lpc::Status again =
        open_owners(config, owners, world.accounts, world.matching, world.events);
    BOOST_REQUIRE(!again.has_value());
    BOOST_TEST(again.error().message == "account 100: its opening was refused: already there");
}

BOOST_AUTO_TEST_CASE(a_bad_configuration_is_refused_by_key) {
    const auto message = [](const AccountOwnersConfig& config) {
        Random random(1);
        const auto owners = draw_owners(config, random);
        return owners ? std::string("accepted") : owners.error().message;
    };
    AccountOwnersConfig config = crowd(10);
    config.long_share_ppb = 1'000'000'001;
    BOOST_TEST(message(config) ==
               "account owners: long_share_ppb: found 1000000001, expected 0 to 1000000000");
    config = crowd(10);
    config.notional_max_money = config.notional_min_money - 1;
    BOOST_TEST(message(config).find("notional_max_money: found 9999999") != std::string::npos);
    config = crowd(10);
    config.leverages.clear();
    BOOST_TEST(message(config).find("leverages: found 0") != std::string::npos);
    config = crowd(10);
    config.leverages[1].leverage = 0;
    BOOST_TEST(message(config).find("leverage: found 0") != std::string::npos);
    config = crowd(10);
    config.house_account = 109;
    BOOST_TEST(message(config).find("house_account: found 109") != std::string::npos);
    config.house_account = 110;
    BOOST_TEST(message(config) == "accepted");
    config.first_account = 0;
    BOOST_TEST(message(config).find("first_account: found 0") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
