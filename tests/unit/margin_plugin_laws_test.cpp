// The margin plugin and the laws of the ABI: causes, lost and refused commands, forgetting, numbers
// at their limits, the scan against a naive recomputation, and the life cycle driver over a crash.
#include <lpc/sdk/margin.hpp>
#include <lpc/testing/lifecycle.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>
#include <venue/random.hpp>

#include "support/margin_world.hpp"

using namespace lpc::test::margin;

BOOST_AUTO_TEST_SUITE(margin_plugin_laws)

BOOST_AUTO_TEST_CASE(the_cause_is_the_newest_price_or_the_accounts_own_fact) {
    MarginWorld w;
    open_long(w);
    (void)w.step();
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const std::uint64_t of_price = w.host.last_seq();
    for (const lpc_command& c : w.step()) BOOST_TEST(c.cause_seq == of_price);
    BOOST_REQUIRE(w.host.tell(balance(7, 290)) == LPC_OK);
    const std::uint64_t of_balance = w.host.last_seq();
    const auto commands = w.step();
    BOOST_TEST(!commands.empty());
    for (const lpc_command& c : commands) BOOST_TEST(c.cause_seq == of_balance);
}

BOOST_AUTO_TEST_CASE(the_cause_is_the_same_for_an_instance_that_was_told_the_facts_anew) {
    MarginWorld w;
    open_long(w);
    // Its own facts, of which nothing but the number is new to the plugin, or nothing is left.
    for (const lpc_fact& own : {fact({.account = 7}, lpc_fact_account{LPC_MODE_CROSS, 0, 5, 0}),
                                balance(7, 0, kBtc), position(7, 2, 5, 10), position(7, 2, 0, 0)}) {
        BOOST_REQUIRE(w.host.tell(own) == LPC_OK);
        (void)w.step();
    }
    BOOST_REQUIRE(w.host.tell(balance(7, 10)) == LPC_OK);
    const std::uint64_t newest = w.host.last_seq();
    BOOST_REQUIRE(w.host.tell(position(7, 2, 0, 0)) == LPC_OK);
    BOOST_REQUIRE(w.host.swap() == LPC_OK);
    const auto commands = w.ask(LPC_TURN_ACTIVE);
    BOOST_TEST(!commands.empty());
    for (const lpc_command& c : commands) BOOST_TEST(c.cause_seq == newest + 1);
}

BOOST_AUTO_TEST_CASE(a_lost_command_is_asked_again_and_an_answered_one_is_not) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const auto lost = w.ask();
    BOOST_TEST(of_kind(lost, LPC_CMD_CLOSEOUT).size() == 1u);
    const auto again = w.step_at(76);
    BOOST_TEST(of_kind(again, LPC_CMD_CLOSEOUT).size() == 1u);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(
    a_refused_command_waits_for_new_facts_but_a_rate_limit_only_for_the_next_turn) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    for (const lpc_command& c : w.ask())
        BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_NOT_CONFIRMED) == LPC_OK);
    BOOST_TEST(w.ask().empty());
    BOOST_REQUIRE(w.host.tell(price(1, 76)) == LPC_OK);
    const auto second = w.ask();
    BOOST_TEST(!second.empty());
    for (const lpc_command& c : second) BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_RATE) == LPC_OK);
    BOOST_TEST(w.ask().size() == second.size());
}

BOOST_AUTO_TEST_CASE(an_instance_that_becomes_active_asks_wherever_it_differs_from_the_facts) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const auto following = w.ask();
    for (const lpc_command& c : following)
        BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_FOLLOWING) == LPC_OK);
    BOOST_TEST(w.ask().empty());
    BOOST_TEST(w.ask(LPC_TURN_ACTIVE).size() == following.size());
}

BOOST_AUTO_TEST_CASE(a_detached_account_is_forgotten) {
    MarginWorld w;
    open_long(w);
    open_long(w, 8);
    (void)w.step();
    BOOST_REQUIRE(w.host.tell(detach(7, LPC_DETACH_ENDED)) == LPC_OK);
    const auto commands = of_kind(w.step_at(77), LPC_CMD_MARGIN);
    BOOST_REQUIRE(commands.size() == 1u);
    BOOST_TEST(commands[0].account == 8u);
}

BOOST_AUTO_TEST_CASE(what_a_resync_does_not_tell_again_is_gone) {
    MarginWorld w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell({resync(7, LPC_RESYNC_BEGIN), balance(7, 300),
                               resync(7, LPC_RESYNC_END)}) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
    open_long(w, 8);
    BOOST_REQUIRE(w.host.tell(resync(0, LPC_RESYNC_BEGIN)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(listed(1, 77)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(resync(0, LPC_RESYNC_END)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0).account == 8u);
}

BOOST_AUTO_TEST_CASE(numbers_at_the_limits_are_judged_exactly) {
    MarginWorld w;
    // The notional is 2^56 units: 2^36 lots at 2^20, of which the requirement is 10 %.
    const std::int64_t lots = std::int64_t{1} << 36, mark = std::int64_t{1} << 20;
    BOOST_REQUIRE(w.host.tell(listed(2, mark)) == LPC_OK);
    const std::int64_t requirement = 7'205'759'403'792'794;  // 2^56 / 10, rounded up
    BOOST_REQUIRE(w.host.tell({balance(7, requirement - 1), position(7, 2, lots, mark)}) == LPC_OK);
    BOOST_REQUIRE(w.host.tell({balance(8, requirement), position(8, 2, -lots, mark)}) == LPC_OK);
    const auto margins = of_kind(w.step(), LPC_CMD_MARGIN);
    BOOST_REQUIRE(margins.size() == 2u);
    BOOST_TEST(margins[0].account == 7u);
    BOOST_TEST(margins[0].code == LPC_MARGIN_LIQUIDATING);
    BOOST_TEST(margins[1].code == LPC_MARGIN_WARNED);
    // Collateral beyond 64 bits of headroom is still exact: the sum is what counts.
    BOOST_REQUIRE(w.host.tell({fact({.account = 9, .instrument = 2},
                                    lpc_fact_position{lots, LPC_MONEY_MAX, 0, 0, 0}),
                               balance(9, LPC_MONEY_MAX)}) == LPC_OK);
    BOOST_TEST(w.step().empty());
}

// The scan keeps 64-bit sums in step with the marks; a naive recomputation by the SDK must agree on
// who is sick, always.
BOOST_AUTO_TEST_CASE(the_scan_agrees_with_a_naive_recomputation_on_every_turn) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            lpc::venue::Random random(seed);
            MarginWorld w;
            const std::vector<lpc::TierRow> tiers{{{0}, {50'000'000}, {100'000'000}, {0}},
                                                  {{4'000}, {100'000'000}, {200'000'000}, {200}}};
            std::int64_t marks[3] = {100, 100, 100};
            for (std::uint32_t x = 1; x <= 3; ++x) {
                BOOST_REQUIRE(w.host.tell({instrument(x), tier(x, 1, 0, 50'000'000, 0),
                                           tier(x, 2, 4'000, 100'000'000, 200), price(x, 100)}) ==
                              LPC_OK);
            }
            struct Naive {
                std::int64_t cash = 0, lots[3] = {}, cost[3] = {};
            };
            std::vector<Naive> accounts(40);
            std::vector<int> published(accounts.size(), LPC_MARGIN_HEALTHY);
            for (int turn = 0; turn < 60; ++turn) {
                for (std::size_t i = 0; i < accounts.size(); ++i) {
                    if (turn != 0 && !random.chance(50'000'000)) continue;
                    Naive& a = accounts[i];
                    a.cash = random.between(-200, 3'000);
                    BOOST_REQUIRE(w.host.tell(balance(i + 1, a.cash)) == LPC_OK);
                    const auto x = static_cast<std::uint32_t>(random.below(3));
                    a.lots[x] = random.chance(400'000'000) ? 0 : random.between(-60, 60);
                    a.cost[x] = a.lots[x] * random.between(80, 120);
                    BOOST_REQUIRE(w.host.tell(fact(
                                      {.account = i + 1, .instrument = x + 1},
                                      lpc_fact_position{a.lots[x], a.cost[x], 0, 0, 0})) == LPC_OK);
                    if (a.lots[x] == 0) a.cost[x] = 0;
                }
                for (std::uint32_t x = 0; x < 3; ++x) {
                    if (random.chance(500'000'000)) continue;
                    marks[x] = std::max<std::int64_t>(1, marks[x] + random.between(-6, 6));
                    BOOST_REQUIRE(w.host.tell(price(x + 1, marks[x])) == LPC_OK);
                }
                std::vector<int> told = published;
                for (const lpc_command& c : of_kind(w.ask(), LPC_CMD_MARGIN)) {
                    told[c.account - 1] = c.code;
                    BOOST_REQUIRE(w.host.answer({c}) ==
                                  LPC_OK);  // CLOSEOUT is lost, so no account is in a close-out
                }
                for (std::size_t i = 0; i < accounts.size(); ++i) {
                    std::vector<lpc::Exposure> exposures;
                    for (std::size_t x = 0; x < 3; ++x) {
                        if (accounts[i].lots[x] != 0)
                            exposures.push_back({{accounts[i].lots[x]},
                                                 {accounts[i].cost[x]},
                                                 {marks[x]},
                                                 {1},
                                                 tiers});
                    }
                    const lpc::Health h = lpc::health({accounts[i].cash}, exposures);
                    const int expected = h.equity.units < 0         ? LPC_MARGIN_BANKRUPT
                                         : h.equity < h.maintenance ? LPC_MARGIN_LIQUIDATING
                                         : h.equity.units * 10 < h.maintenance.units * 12
                                             ? LPC_MARGIN_WARNED
                                             : LPC_MARGIN_HEALTHY;
                    BOOST_TEST(told[i] == expected, "account " << i + 1 << " turn " << turn << ": "
                                                               << told[i] << " not " << expected);
                }
                published = told;
            }
        }
    }
}

namespace {

Script crash_of_many_accounts() {
    Script script;
    Step first;
    first.now_ns = kSecond;
    first.facts = listed(1, 100);
    for (const lpc_fact& f : listed(2, 40)) first.facts.push_back(f);
    for (std::uint64_t account = 1; account <= 12; ++account) {
        const auto n = static_cast<std::int64_t>(account);
        first.facts.push_back(balance(account, 130 + 12 * n));
        first.facts.push_back(position(account, 1, account % 3 == 0 ? -10 : 10, 100));
        if (account % 2 == 0) first.facts.push_back(position(account, 2, 6, 40));
    }
    script.push_back(first);
    for (const std::int64_t mark : {98, 95, 91, 91, 88, 93, 97, 110, 118, 104}) {
        script.push_back({{price(1, mark), price(2, mark / 2)}, script.back().now_ns + kSecond});
    }
    script.push_back({{balance(3, 5'000), position(4, 1, 0, 0), detach(5, LPC_DETACH_ENDED)},
                      script.back().now_ns + kSecond});
    return script;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_laws_of_the_abi_hold_through_a_crash) {
    const Script script = crash_of_many_accounts();
    std::size_t commands = 0;
    for (const TurnResult& turn : live(margin_table(), script).turns)
        commands += turn.commands.size();
    BOOST_TEST(commands > 60u);
    for (const std::string& broken : broken_laws(margin_table(), script)) BOOST_ERROR(broken);
}

BOOST_AUTO_TEST_CASE(an_account_is_treated_the_same_alone_and_among_others) {
    const auto commands_for_7 = [](bool alone) {
        Script script = crash_of_many_accounts();
        for (Step& step : script) {
            std::erase_if(step.facts, [&](const lpc_fact& f) {
                return alone && f.account != 0 && f.account != 7;
            });
        }
        std::vector<std::vector<std::int64_t>> said;
        for (const TurnResult& turn : live(margin_table(), script).turns) {
            for (const lpc_command& c : turn.commands) {
                if (c.account == 7)
                    said.push_back(
                        {c.kind, c.code, c.u.word[0], c.u.word[1], c.u.word[2], c.u.word[3]});
            }
        }
        return said;
    };
    BOOST_TEST(!commands_for_7(true).empty());
    BOOST_TEST((commands_for_7(true) == commands_for_7(false)));
}

BOOST_AUTO_TEST_SUITE_END()
