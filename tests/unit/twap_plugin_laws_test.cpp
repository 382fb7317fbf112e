// The TWAP plugin and the laws of the ABI: forgetting, retelling, many accounts at once, hostile
// records, and the life cycle driver.
#include <lpc/testing/lifecycle.hpp>

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/twap_world.hpp"

using namespace lpc::test;
using lpc::testing::broken_laws;
using lpc::testing::Script;

namespace {

std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands, std::uint16_t kind) {
    return TwapWorld::of_kind(commands, kind);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twap_plugin_laws)

BOOST_AUTO_TEST_CASE(a_detached_account_is_forgotten) {
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    BOOST_REQUIRE(w.host.tell(lpc::testing::detach(7, LPC_DETACH_ENDED)) == LPC_OK);
    for (std::int64_t s = 2; s <= 20; ++s) BOOST_TEST(w.turn(s * kSecond).empty());
}

BOOST_AUTO_TEST_CASE(a_resync_takes_the_facts_and_leaves_the_plan) {
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    BOOST_REQUIRE(w.host.tell(lpc::testing::resync(7, LPC_RESYNC_BEGIN)) == LPC_OK);
    w.start(7, 90);
    BOOST_REQUIRE(w.host.tell(lpc::testing::resync(7, LPC_RESYNC_END)) == LPC_OK);
    BOOST_TEST(of_kind(w.turn(kSecond + 1), LPC_CMD_ORDER).empty());
    (void)w.turn(2 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);
    w.execute(7, 10);
    BOOST_REQUIRE(w.host.tell({lpc::testing::resync(7, LPC_RESYNC_BEGIN),
                               lpc::testing::resync(7, LPC_RESYNC_END)}) == LPC_OK);
    BOOST_TEST(of_kind(w.turn(3 * kSecond), LPC_CMD_ORDER).empty());
}

BOOST_AUTO_TEST_CASE(a_hundred_accounts_are_closed_side_by_side_each_as_if_alone) {
    TwapWorld w;
    for (std::uint64_t account = 1; account <= 100; ++account)
        w.start(account, 10 + static_cast<std::int64_t>(account));
    for (std::int64_t s = 1; s <= 11; ++s) {
        (void)w.turn(s * kSecond);
        for (std::uint64_t account = 1; account <= 100; ++account) {
            if (w.working(account) != 0) w.execute(account, w.ordered(account));
        }
    }
    for (const auto& [account, lots] : w.positions) BOOST_TEST(lots == 0);
}

namespace {

Script closing_script() {
    using lpc::testing::fact;
    Script script;
    const auto head = [](std::uint64_t account) {
        return lpc::testing::Head{.account = account, .instrument = kInstrument};
    };
    lpc::testing::Step first;
    first.now_ns = kSecond;
    first.facts.push_back(
        fact({.instrument = kInstrument, .code = LPC_PRICE_FIT}, lpc_fact_price{100, 100, 0, 0}));
    for (std::uint64_t account = 1; account <= 5; ++account) {
        const auto n = static_cast<std::int64_t>(account);
        first.facts.push_back(fact(
            head(account), lpc_fact_position{account % 2 == 0 ? -100 * n : 77 * n, 0, 0, 0, 0}));
        first.facts.push_back(fact(head(account), lpc_fact_budget{15 * n, 0}));
        lpc::testing::Head running = head(account);
        running.code = LPC_CLOSEOUT_RUNNING;
        first.facts.push_back(
            fact(running, lpc_fact_closeout{account % 2 == 0 ? -10 * n : 7, 90, 95, 20 * kSecond}));
    }
    script.push_back(first);
    for (int i = 1; i <= 24; ++i) {
        lpc::testing::Step step;
        step.now_ns = script.back().now_ns + kSecond / 2;
        lpc::testing::Head running = head(static_cast<std::uint64_t>(1 + i % 5));
        running.code = LPC_CLOSEOUT_RUNNING;
        if (i % 4 == 0)
            step.facts.push_back(fact(running, lpc_fact_closeout{0, 90, 94, 20 * kSecond}));
        if (i == 17) step.facts.push_back(lpc::testing::detach(4, LPC_DETACH_STAGE));
        script.push_back(step);
    }
    return script;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_laws_of_the_abi_hold_through_a_closing) {
    lpc::testing::LifeOptions options;
    options.params = {{"horizon_ns", 10 * kSecond}, {"min_slice_lots", 3}};
    std::size_t orders = 0;
    for (const auto& turn : lpc::testing::live(twap_table(), closing_script(), options).turns) {
        orders += of_kind(turn.commands, LPC_CMD_ORDER).size();
    }
    BOOST_TEST(orders > 30u);
    for (const std::string& broken : broken_laws(twap_table(), closing_script(), options))
        BOOST_ERROR(broken);
}

BOOST_AUTO_TEST_CASE(a_hostile_record_is_refused_and_nothing_has_changed) {
    TwapWorld w;
    w.start(7, 100);
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
    BOOST_TEST(refused > 100u);
    BOOST_TEST(w.host.instance().load(7, 1, *record) == LPC_REFUSED);
    BOOST_TEST(w.host.instance().load(0, 0, *record) == LPC_REFUSED);
}

// One job's record is its 127 bytes of the first format and what the second adds: shape, rest and
// verdict.
BOOST_AUTO_TEST_CASE(a_record_of_the_first_format_is_an_even_plan_and_goes_on_as_it_was) {
    constexpr std::size_t kAdded = 5 * 8 + 1;
    TwapWorld w;
    w.start(7, 100);
    (void)w.turn(kSecond);
    w.execute(7, 10);
    std::vector<std::uint8_t> old = w.host.instance().save(7).value();
    const std::vector<std::uint8_t> now = old;
    old[0] = 1;
    old.resize(old.size() - kAdded);
    BOOST_TEST(w.host.instance().load(7, 0, old) == LPC_REFUSED);
    BOOST_TEST(w.host.instance().load(7, 1, now) == LPC_REFUSED);
    BOOST_REQUIRE(w.host.instance().load(7, 1, old) == LPC_OK);
    BOOST_TEST((w.host.instance().save(7) == now));
    (void)w.turn(2 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);
    BOOST_TEST(w.host.instance().load(0, 1, {}) == LPC_OK);  // it had nothing to say of the market
}

BOOST_AUTO_TEST_CASE(what_others_traded_is_the_market_s_state_and_goes_over) {
    TwapWorld w({.more = {{"participation_ppb", 100'000'000}}});
    w.volume(5'000, 0);
    (void)w.turn(kSecond);
    w.volume(6'000, 0);
    BOOST_TEST(!w.host.instance().save(0)->empty());
    BOOST_REQUIRE(w.host.swap() == LPC_OK);
    w.start(7, 1'000);
    (void)w.turn(11 * kSecond);
    BOOST_TEST(w.ordered(7) == 10);  // 100 lots a second for ten seconds: a horizon of 100 s
    const std::vector<std::uint8_t> record = w.host.instance().save(0).value();
    for (std::size_t size = 1; size < record.size(); ++size) {
        const std::vector<std::uint8_t> cut(record.begin(),
                                            record.begin() + static_cast<std::ptrdiff_t>(size));
        BOOST_TEST(w.host.instance().load(0, 0, cut) == LPC_REFUSED);
    }
    BOOST_TEST((w.host.instance().save(0) == record));
}

BOOST_AUTO_TEST_SUITE_END()
