// Deleveraging by example: caps, weights, whole lots, hedge groups, the venues' queues, and what
// the theory says of the policies on a thousand accounts.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <settlement/deleveraging.hpp>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::settlement;

namespace {

Candidate winner(std::uint64_t account, std::int64_t lots, std::int64_t profit) {
    Candidate c;
    c.account = account;
    c.lots = -lots;  // a long is closed, so shorts give
    c.net_lots = lots;
    c.profit = profit;
    c.equity = 1'000;
    c.notional = 1'000;
    return c;
}

DeleveragingRule pure() {
    DeleveragingRule rule;
    rule.risk = RiskWeight::none;
    return rule;
}

Deleveraged run(const Need& need, const std::vector<Candidate>& candidates,
                const DeleveragingRule& rule) {
    auto done = deleverage(need, candidates, rule);
    BOOST_REQUIRE(done);
    return *done;
}

std::int64_t lots_of(const Deleveraged& done, std::uint64_t account) {
    for (const auto& share : done.shares) {
        if (share.account == account) return share.lots;
    }
    return 0;
}

// Who gives the one lot that is needed.
std::uint64_t first_of(Ranking ranking, const std::vector<Candidate>& candidates,
                       std::int64_t need_lots, std::uint64_t key = 0) {
    DeleveragingRule rule;
    rule.policy = Policy::queue;
    rule.ranking = ranking;
    rule.haircut_max_ppb = LPC_RATE_ONE_PPB;
    rule.tie_key = key;
    return run({need_lots, 1}, candidates, rule).shares.at(0).account;
}

// Gini coefficient of the parts of the profits that go, in thousandths.
std::int64_t gini_permille(const Deleveraged& done, const std::vector<Candidate>& candidates,
                           std::int64_t cost_per_lot) {
    std::vector<std::int64_t> parts;
    for (const Candidate& c : candidates)
        parts.push_back(lots_of(done, c.account) * cost_per_lot * 1'000'000 / c.profit);
    std::sort(parts.begin(), parts.end());
    Int128 sum = 0, weighted = 0;
    const auto n = static_cast<std::int64_t>(parts.size());
    for (std::int64_t i = 0; i < n; ++i) {
        sum += parts[static_cast<std::size_t>(i)];
        weighted += Int128{2 * i + 1 - n} * parts[static_cast<std::size_t>(i)];
    }
    return static_cast<std::int64_t>(1'000 * weighted / (n * sum));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deleveraging)

BOOST_AUTO_TEST_CASE(everybody_gives_the_same_part_of_its_profit) {
    const auto done =
        run({60, 1}, {winner(1, 500, 100), winner(2, 500, 200), winner(3, 500, 300)}, pure());
    BOOST_TEST(lots_of(done, 1) == 10);
    BOOST_TEST(lots_of(done, 2) == 20);
    BOOST_TEST(lots_of(done, 3) == 30);
    BOOST_TEST(done.level_ppb == 100'000'000);
    BOOST_TEST(done.worst_haircut_ppb == 100'000'000);
    BOOST_TEST(done.uncovered_lots == 0);
}

BOOST_AUTO_TEST_CASE(what_one_cannot_give_the_others_give_at_a_higher_level) {
    const auto done =
        run({60, 1}, {winner(1, 500, 100), winner(2, 500, 200), winner(3, 6, 300)}, pure());
    BOOST_TEST(lots_of(done, 3) == 6);
    BOOST_TEST(lots_of(done, 1) == 18);
    BOOST_TEST(lots_of(done, 2) == 36);
    BOOST_TEST(done.level_ppb == 180'000'000);
}

BOOST_AUTO_TEST_CASE(nobody_gives_more_than_the_greatest_haircut_and_the_rest_stays_uncovered) {
    const auto done = run({1'000, 3}, {winner(1, 500, 100), winner(2, 500, 200)}, pure());
    BOOST_TEST(lots_of(done, 1) == 30);  // 90 of 100 at 3 a lot
    BOOST_TEST(lots_of(done, 2) == 60);
    BOOST_TEST(done.uncovered_lots == 910);
    BOOST_TEST(done.worst_haircut_ppb == 900'000'000);
}

BOOST_AUTO_TEST_CASE(only_the_other_side_and_only_profit_is_touched) {
    Candidate same_side = winner(1, 500, 100);
    same_side.lots = 500;
    const auto done = run(
        {10, 1},
        {same_side, winner(2, 500, 0), winner(3, 500, -5), winner(4, 0, 100), winner(5, 500, 100)},
        pure());
    BOOST_REQUIRE(done.shares.size() == 1u);
    BOOST_TEST(done.shares[0].account == 5u);
    // And a short that is closed is covered by longs.
    BOOST_TEST(run({-10, 1}, {same_side, winner(5, 500, 100)}, pure()).shares.at(0).account == 1u);
}

BOOST_AUTO_TEST_CASE(leverage_weighs_by_its_root_within_half_and_twice_the_reference) {
    DeleveragingRule rule;
    rule.reference_leverage_ppb = 4 * LPC_RATE_ONE_PPB;
    std::vector<Candidate> all;
    for (std::uint64_t account = 1; account <= 4; ++account)
        all.push_back(winner(account, 100'000, 1'000'000));
    all[0].notional = 4'000;   // at the reference
    all[1].notional = 2'000;   // a half of it
    all[2].notional = 40'000;  // held at twice
    all[3].equity = -1;        // nothing left to lose: as much as twice
    const auto done = run({100'000, 1}, all, rule);
    // 1 : .7071 : 1.4142 : 1.4142 of 4.5355
    BOOST_TEST(lots_of(done, 1) == 22'048);
    BOOST_TEST(lots_of(done, 2) == 15'590);
    BOOST_TEST(lots_of(done, 3) == 31'181);
    BOOST_TEST(lots_of(done, 4) == 31'181);
    rule.risk = RiskWeight::full;
    BOOST_TEST(lots_of(run({100'000, 1}, all, rule), 2) == 9'091);  // .5 of 5.5
}

BOOST_AUTO_TEST_CASE(lots_that_cannot_be_cut_go_to_the_largest_rests_and_ties_by_key) {
    const std::vector<Candidate> alike = {winner(1, 9, 100), winner(2, 9, 100), winner(3, 9, 100)};
    std::map<std::uint64_t, int> gave;
    for (std::uint64_t key = 0; key < 300; ++key) {
        DeleveragingRule rule = pure();
        rule.tie_key = key;
        const auto done = run({1, 1}, alike, rule);
        BOOST_REQUIRE(done.lots == 1);
        ++gave[done.shares.at(0).account];
    }
    for (std::uint64_t account = 1; account <= 3; ++account) BOOST_TEST(gave[account] > 60);
    const auto done = run({4, 1}, {winner(1, 9, 100), winner(2, 9, 180)}, pure());
    BOOST_TEST(lots_of(done, 1) == 1);  // 1.43 and 2.57
    BOOST_TEST(lots_of(done, 2) == 3);
}

BOOST_AUTO_TEST_CASE(what_was_taken_in_earlier_rounds_counts) {
    Candidate once_taken = winner(1, 500, 20);
    once_taken.taken = 80;  // of 100, 90 may go: 10 more
    const auto done = run({400, 1}, {once_taken}, pure());
    BOOST_TEST(done.lots == 10);
}

BOOST_AUTO_TEST_CASE(a_hedged_position_is_touched_last_and_its_other_leg_goes_with_it) {
    Candidate hedged = winner(1, 500, 100);
    hedged.net_lots = 5;
    const std::vector<Candidate> both = {hedged, winner(2, 20, 100)};
    const auto little = run({20, 1}, both, pure());
    BOOST_TEST(lots_of(little, 1) == 5);
    BOOST_TEST(lots_of(little, 2) == 15);
    BOOST_TEST(little.shares.at(0).hedged_lots == 0);
    const auto much = run({40, 1}, both, pure());
    BOOST_TEST(lots_of(much, 2) == 20);
    BOOST_TEST(lots_of(much, 1) == 20);
    BOOST_TEST(much.shares.at(0).hedged_lots == 15);
}

BOOST_AUTO_TEST_CASE(min_max_makes_the_greatest_haircut_as_small_as_whole_lots_allow) {
    DeleveragingRule rule;
    rule.policy = Policy::min_max;
    // By rests account 1 would give its one lot, all of its profit; three of the others do less
    // harm.
    const std::vector<Candidate> all = {winner(1, 9, 10), winner(2, 9, 40), winner(3, 9, 50)};
    rule.haircut_max_ppb = LPC_RATE_ONE_PPB;
    const auto done = run({6, 10}, all, rule);
    BOOST_TEST(lots_of(done, 1) == 0);
    BOOST_TEST(lots_of(done, 2) == 3);
    BOOST_TEST(lots_of(done, 3) == 3);
    BOOST_TEST(done.worst_haircut_ppb == 750'000'000);
}

// BitMEX's PNL percentage times effective leverage; Binance's leverage PnL; Hyperliquid's index.
BOOST_AUTO_TEST_CASE(queues_rank_as_the_venues_publish) {
    Candidate a = winner(1, 10, 100), b = winner(2, 10, 100);
    a.value = 1'000, a.cost = 1'100, a.equity = 200, a.notional = 3'000;
    b.value = 1'000, b.cost = 1'100, b.equity = 100, b.notional = 1'000;
    a.maintenance = 90, a.collateral = 100;
    b.maintenance = 10, b.collateral = 50;
    // 100/1100 * 1000/200 = .45, against .91
    BOOST_TEST(first_of(Ranking::bitmex, {a, b}, 5) == 2u);
    // 100/100 * 90/200 = .45, against 100/50 * 10/100 = .2
    BOOST_TEST(first_of(Ranking::binance, {a, b}, 5) == 1u);
    // 1.1 * 15, against 1.1 * 10; a short gains as mark falls below entry
    BOOST_TEST(first_of(Ranking::hyperliquid, {a, b}, 5) == 1u);
    b.cost = 1'800;
    BOOST_TEST(first_of(Ranking::hyperliquid, {a, b}, 5) == 2u);
    for (Candidate* c : {&a, &b}) c->lots = 10;
    BOOST_TEST(first_of(Ranking::hyperliquid, {a, b}, -5) == 1u);
}

BOOST_AUTO_TEST_CASE(a_queue_takes_whole_positions_until_it_has_enough) {
    DeleveragingRule rule;
    rule.policy = Policy::queue;
    rule.haircut_max_ppb = LPC_RATE_ONE_PPB;
    std::vector<Candidate> all = {winner(1, 10, 100), winner(2, 10, 300), winner(3, 10, 200)};
    for (Candidate& c : all) c.cost = c.value = 1'000;
    const auto done = run({15, 1}, all, rule);
    BOOST_TEST(lots_of(done, 2) == 10);
    BOOST_TEST(lots_of(done, 3) == 5);
    BOOST_TEST(lots_of(done, 1) == 0);
}

BOOST_AUTO_TEST_CASE(a_random_start_goes_on_by_number_and_starts_everywhere) {
    const std::vector<Candidate> all = {winner(30, 2, 9), winner(10, 2, 9), winner(20, 2, 9)};
    std::map<std::uint64_t, int> starts;
    for (std::uint64_t key = 0; key < 200; ++key) {
        ++starts[first_of(Ranking::random_start, all, 1, key)];
        DeleveragingRule rule;
        rule.policy = Policy::queue;
        rule.ranking = Ranking::random_start;
        rule.tie_key = key;
        const std::uint64_t start = first_of(Ranking::random_start, all, 1, key);
        const auto done = run({4, 1}, all, rule);
        BOOST_TEST(lots_of(done, start) == 2);
        BOOST_TEST(lots_of(done, start == 30 ? 10 : start + 10) == 2);
    }
    BOOST_TEST(starts.size() == 3u);
}

// Of a thousand accounts 10 % of the profits are needed. The study's own figures: Gini .995, .33
// and .000, worst haircut 100 %, 19.7 % and 10 % (queue, risk-weighted, pure).
BOOST_AUTO_TEST_CASE(a_queue_ruins_a_few_and_pro_rata_takes_from_all_alike) {
    venue::Random random(7);
    std::vector<Candidate> all;
    std::int64_t profits = 0;
    for (std::uint64_t account = 1; account <= 1'000; ++account) {
        // Profits over five decades, most of them small; leverage over two.
        std::int64_t profit = 1'000'000;
        for (int i = 0; i < 5; ++i) profit = profit * random.between(100, 1'000) / 100;
        Candidate c = winner(account, LPC_LOTS_MAX, profit);
        c.equity = 1'000'000'000;
        c.notional = c.equity * random.between(1, 100) / 10;
        c.value = c.notional;
        c.cost = c.value + profit;
        profits += profit;
        all.push_back(c);
    }
    const Need need{profits / 10 / 100, 100};
    DeleveragingRule queue, weighted, even = pure();
    queue.policy = Policy::queue;
    queue.haircut_max_ppb = LPC_RATE_ONE_PPB;
    weighted.risk = RiskWeight::full;
    weighted.reference_leverage_ppb = reference_leverage(all);
    const auto by_queue = run(need, all, queue);
    BOOST_TEST(gini_permille(by_queue, all, 100) > 900);
    BOOST_TEST(by_queue.worst_haircut_ppb > 999'000'000);
    BOOST_TEST(by_queue.shares.size() < 100u);
    const auto by_risk = run(need, all, weighted);
    BOOST_TEST(gini_permille(by_risk, all, 100) > 150);
    BOOST_TEST(gini_permille(by_risk, all, 100) < 400);
    BOOST_TEST(by_risk.worst_haircut_ppb < 201'000'000);
    const auto alike = run(need, all, even);
    BOOST_TEST(gini_permille(alike, all, 100) == 0);
    BOOST_TEST(alike.worst_haircut_ppb < 100'100'000);
    BOOST_TEST(alike.shares.size() == 1'000u);
    for (const auto* done : {&by_queue, &by_risk, &alike}) BOOST_TEST(done->lots == need.lots);
}

BOOST_AUTO_TEST_CASE(the_reference_leverage_has_half_of_the_profit_on_either_side) {
    std::vector<Candidate> all = {winner(1, 1, 10), winner(2, 1, 30), winner(3, 1, 15)};
    all[0].notional = 9'000;
    all[1].notional = 2'000;
    all[2].notional = 1'000;
    BOOST_TEST(reference_leverage(all) == 2 * LPC_RATE_ONE_PPB);
    all[1].profit = -30;
    BOOST_TEST(reference_leverage(all) == LPC_RATE_ONE_PPB);
    BOOST_TEST(reference_leverage({}) == LPC_RATE_ONE_PPB);
}

BOOST_AUTO_TEST_CASE(giving_lots_up_at_the_mark_costs_nothing_and_is_bounded_by_positions_alone) {
    const auto done = run({30, 0}, {winner(1, 10, 1), winner(2, 25, 5)}, pure());
    BOOST_TEST(lots_of(done, 1) == 5);
    BOOST_TEST(lots_of(done, 2) == 25);
    BOOST_TEST(done.worst_haircut_ppb == 0);
}

BOOST_AUTO_TEST_CASE(numbers_at_their_limits_are_shared_out_without_wrapping) {
    std::vector<Candidate> all;
    for (std::uint64_t account = 1; account <= 5; ++account) {
        Candidate c = winner(account, LPC_LOTS_MAX, LPC_MONEY_MAX);
        c.notional = c.equity = LPC_MONEY_MAX;
        all.push_back(c);
    }
    for (const Policy policy : {Policy::pro_rata, Policy::min_max}) {
        DeleveragingRule rule;
        rule.policy = policy;
        const auto done = run({LPC_LOTS_MAX, 1'000}, all, rule);
        BOOST_TEST(done.lots == LPC_LOTS_MAX);
        for (const auto& share : done.shares) BOOST_TEST(share.lots / 5 == LPC_LOTS_MAX / 25);
    }
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_in_a_sentence) {
    Candidate broken = winner(1, 10, 100);
    broken.net_lots = 11;
    const auto refused = deleverage({1, 1}, std::vector{broken}, pure());
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message == "deleveraging: account 1: its net lots cannot be");
    BOOST_TEST(!deleverage({1, -1}, {}, pure()));
    BOOST_TEST(!deleverage({LPC_LOTS_MAX + 1, 1}, {}, pure()));
    DeleveragingRule rule = pure();
    rule.haircut_max_ppb = LPC_RATE_ONE_PPB + 1;
    BOOST_TEST(!deleverage({1, 1}, {}, rule));
}

BOOST_AUTO_TEST_SUITE_END()
