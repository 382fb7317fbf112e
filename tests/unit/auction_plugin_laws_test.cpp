// The auction plugin and the laws of the ABI: forgetting, retelling, hostile records, and the life
// cycle driver.
#include <lpc/testing/lifecycle.hpp>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/auction_world.hpp"

using namespace lpc::test;
using lpc::testing::broken_laws;
using lpc::testing::fact;
using lpc::testing::Script;
using Key = AuctionWorld::Key;

namespace {

constexpr Key kLeg{7, 1};

lpc::testing::Head head(std::uint64_t account, std::uint8_t code = 0) {
    return {.account = account, .instrument = 1, .code = code};
}

// Five accounts for which nobody bids: sealed lots, descents, resets, and the way out.
Script auction_script() {
    Script script(1);
    script[0].now_ns = kSecond;
    script[0].facts = {
        fact({.instrument = 1, .code = LPC_INSTRUMENT_LINEAR, .reason = LPC_TRADING_OPEN},
             lpc_fact_instrument{0, 10, 0, 0, 1}),
        fact({.instrument = 1, .code = LPC_PRICE_FIT}, lpc_fact_price{10'000, 10'000, 0, 0})};
    for (std::uint64_t account = 1; account <= 5; ++account) {
        const std::int64_t lots =
            (account % 2 == 0 ? -100 : 77) * static_cast<std::int64_t>(account);
        const std::int64_t worst = lots > 0 ? 9'800 : 10'200;
        script[0].facts.push_back(fact(head(account), lpc_fact_position{lots, 0, 0, 0, 0}));
        script[0].facts.push_back(fact(head(account, LPC_CLOSEOUT_RUNNING),
                                       lpc_fact_closeout{0, worst, worst, 60 * kSecond}));
    }
    for (std::int64_t i = 1; i <= 400; ++i) {
        lpc::testing::Step step;
        step.now_ns = kSecond + i * 50 * kMs;
        if (i == 300) step.facts.push_back(lpc::testing::detach(4, LPC_DETACH_STAGE));
        script.push_back(step);
    }
    return script;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_plugin_laws)

BOOST_AUTO_TEST_CASE(a_detached_account_is_forgotten) {
    AuctionWorld w;
    w.start(kLeg, 100);
    (void)w.turn(kSecond);
    BOOST_REQUIRE(w.host.tell(lpc::testing::detach(7, LPC_DETACH_ENDED)) == LPC_OK);
    w.legs.clear();
    BOOST_TEST(w.run(20 * kSecond).empty());
}

BOOST_AUTO_TEST_CASE(a_resync_takes_the_facts_and_leaves_the_decisions) {
    AuctionWorld w;
    w.start(kLeg, 100);
    (void)w.turn(kSecond);
    (void)w.turn(kSecond + kMs);
    BOOST_REQUIRE(w.host.tell({lpc::testing::resync(7, LPC_RESYNC_BEGIN),
                               lpc::testing::resync(7, LPC_RESYNC_END)}) == LPC_OK);
    BOOST_TEST(w.turn(kSecond + 400 * kMs).empty());
    w.legs[kLeg] = {};
    w.start(kLeg, 60);
    BOOST_TEST(AuctionWorld::of_kind(w.turn(kSecond + 500 * kMs), LPC_CMD_OFFER).size() == 1u);
}

BOOST_AUTO_TEST_CASE(the_laws_of_the_abi_hold_through_auctions) {
    lpc::testing::LifeOptions options;
    options.params = {{"tail_ns", 2 * kSecond}, {"step_ms", 100}, {"dust_lots", 3}};
    std::size_t offers = 0;
    for (const auto& turn : lpc::testing::live(auction_table(), auction_script(), options).turns)
        offers += AuctionWorld::of_kind(turn.commands, LPC_CMD_OFFER).size();
    BOOST_TEST(offers > 100u);
    for (const std::string& broken : broken_laws(auction_table(), auction_script(), options))
        BOOST_ERROR(broken);
}

BOOST_AUTO_TEST_CASE(a_hostile_record_is_refused_and_nothing_has_changed) {
    AuctionWorld w;
    w.start(kLeg, 100);
    (void)w.turn(kSecond);
    const auto record = w.host.instance().save(7);
    BOOST_REQUIRE(record.has_value());
    BOOST_REQUIRE(!record->empty());
    std::size_t refused = 0;
    for (std::size_t bit = 0; bit < record->size() * 8; ++bit) {
        std::vector<std::uint8_t> spoilt = *record;
        spoilt[bit / 8] = static_cast<std::uint8_t>(spoilt[bit / 8] ^ (1u << (bit % 8)));
        const lpc_status status = w.host.instance().load(7, 0, spoilt);
        if (status == LPC_REFUSED) {
            ++refused;
            BOOST_TEST((w.host.instance().save(7) == record));
        } else {
            BOOST_TEST(status == LPC_OK);
            BOOST_TEST((w.host.instance().save(7) == spoilt));
            BOOST_REQUIRE(w.host.instance().load(7, 0, *record) == LPC_OK);
        }
    }
    BOOST_TEST(refused > 40u);
    BOOST_TEST(w.host.instance().load(7, 1, *record) == LPC_REFUSED);
    BOOST_TEST(w.host.instance().load(0, 0, *record) == LPC_REFUSED);
}

BOOST_AUTO_TEST_SUITE_END()
