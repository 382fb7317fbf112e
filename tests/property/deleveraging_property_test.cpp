// Deleveraging over random accounts: as a naive solver gives it, never too much, and none the
// wiser for renaming, reordering, splitting or waiting.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <numeric>
#include <settlement/deleveraging.hpp>
#include <venue/random.hpp>

#include "support/naive_deleveraging.hpp"

using namespace lpc;
using namespace lpc::settlement;

namespace {

Candidate draw_candidate(venue::Random& random, std::uint64_t account, std::int64_t size) {
    Candidate c;
    c.account = account;
    c.lots = random.between(-size, size / 4);
    const std::int64_t lots = c.lots < 0 ? -c.lots : c.lots;
    c.net_lots = random.below(3) == 0 ? random.between(0, lots) : lots;
    c.profit = random.between(-size, size * 20) >> random.below(6);
    c.taken = random.below(4) == 0 ? random.between(0, size) : 0;
    c.equity = random.between(-10, 1'000);
    c.notional = random.between(0, 5'000);
    return c;
}

std::vector<Candidate> draw_candidates(venue::Random& random, std::size_t count,
                                       std::int64_t size) {
    std::vector<Candidate> all;
    for (std::size_t i = 0; i < count; ++i) all.push_back(draw_candidate(random, 10 + i, size));
    return all;
}

DeleveragingRule draw_rule(venue::Random& random) {
    DeleveragingRule rule;
    rule.policy = static_cast<Policy>(random.below(3));
    rule.ranking = static_cast<Ranking>(random.below(4));
    rule.risk = static_cast<RiskWeight>(random.below(3));
    rule.reference_leverage_ppb = random.between(1, 8) * LPC_RATE_ONE_PPB / 2;
    rule.haircut_max_ppb = random.below(2) == 0 ? 900'000'000 : random.between(0, LPC_RATE_ONE_PPB);
    rule.tie_key = random.next();
    return rule;
}

Deleveraged run(const Need& need, const std::vector<Candidate>& candidates,
                const DeleveragingRule& rule) {
    auto done = deleverage(need, candidates, rule);
    if (!done) BOOST_FAIL(done.error().message);
    return *done;
}

naive::Given by_account(const Deleveraged& done) {
    naive::Given given;
    for (const auto& share : done.shares) given[share.account] += share.lots;
    return given;
}

std::int64_t lots_of(const naive::Given& given, std::uint64_t account) {
    const auto found = given.find(account);
    return found == given.end() ? 0 : found->second;
}

std::int64_t magnitude(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

// Invariant I18. The first breach, or nothing.
std::string breach(const Need& need, const std::vector<Candidate>& candidates,
                   const DeleveragingRule& rule, const Deleveraged& done) {
    const naive::Given given = by_account(done);
    std::int64_t lots = 0, could = 0;
    for (const Candidate& c : candidates) {
        const std::int64_t gives = lots_of(given, c.account);
        const bool eligible = c.profit > 0 && c.lots != 0 && (c.lots > 0) != (need.lots > 0);
        if (gives != 0 && !eligible) return "a wrong side or no profit";
        if (gives < 0 || gives > magnitude(c.lots)) return "more than the position";
        const Int128 costs = Int128{gives} * need.cost_per_lot;
        if (gives > 0 && costs > c.profit) return "more than the profit";
        if (gives > 0 &&
            (costs + c.taken) * 1'000'000'000 > (Int128{c.profit} + c.taken) * rule.haircut_max_ppb)
            return "more than the greatest haircut";
        lots += gives;
        if (eligible) could += static_cast<std::int64_t>(naive::cap_of(c, need, rule));
    }
    for (const auto& share : done.shares) {
        if (share.hedged_lots < 0 || share.hedged_lots > share.lots) return "hedged lots";
    }
    if (lots != done.lots) return "a wrong sum";
    if (lots + done.uncovered_lots != magnitude(need.lots)) return "over- or undercovered";
    if (lots != std::min(could, magnitude(need.lots))) return "less than could be";
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(deleveragings)

BOOST_AUTO_TEST_CASE(a_million_random_deleveragings_are_as_a_naive_solver_gives_them) {
    constexpr std::uint64_t kSeed = 5;
    venue::Random random(kSeed);
    std::int64_t covered = 0, uncovered = 0;
    for (int i = 0; i < 1'000'000; ++i) {
        const auto candidates = draw_candidates(random, 1 + random.below(5), 12);
        const DeleveragingRule rule = draw_rule(random);
        const Need need{random.between(-30, 60) >> random.below(3), random.between(0, 12)};
        const Deleveraged done = run(need, candidates, rule);
        const std::string wrong = breach(need, candidates, rule, done);
        if (!wrong.empty()) BOOST_FAIL("seed " << kSeed << ", case " << i << ": " << wrong);
        if (rule.policy != Policy::queue &&
            by_account(done) != naive::deleverage(need, candidates, rule))
            BOOST_FAIL("seed " << kSeed << ", case " << i << ": not as the naive solver");
        covered += done.lots;
        uncovered += done.uncovered_lots;
    }
    BOOST_TEST(covered > 1'000'000);
    BOOST_TEST(uncovered > 1'000'000);
}

BOOST_AUTO_TEST_CASE(large_numbers_keep_the_same_laws) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            const std::int64_t size = std::int64_t{1} << random.between(10, 34);
            const auto candidates = draw_candidates(random, 200, size);
            const DeleveragingRule rule = draw_rule(random);
            Need need{random.between(-size * 10, size * 60), random.between(0, 30)};
            if (seed % 3 == 0) need.cost_per_lot = random.between(0, size);
            const Deleveraged done = run(need, candidates, rule);
            // Caps are counted lot by lot in the naive world: here by their bounds alone.
            std::int64_t lots = 0;
            for (const auto& share : done.shares) lots += share.lots;
            BOOST_REQUIRE(lots == done.lots);
            BOOST_REQUIRE(done.lots + done.uncovered_lots == magnitude(need.lots));
            const naive::Given given = by_account(done);
            for (const Candidate& c : candidates) {
                const std::int64_t gives = lots_of(given, c.account);
                BOOST_REQUIRE(gives <= magnitude(c.lots));
                if (gives > 0) BOOST_REQUIRE(Int128{gives} * need.cost_per_lot <= c.profit);
            }
        }
    }
}

// Invariant I24.
BOOST_AUTO_TEST_CASE(the_order_of_the_candidates_changes_nothing) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 30, 1'000);
            const DeleveragingRule rule = draw_rule(random);
            const Need need{random.between(1, 20'000), random.between(1, 30)};
            const auto before = by_account(run(need, candidates, rule));
            for (std::size_t i = candidates.size(); i > 1; --i)
                std::swap(candidates[i - 1], candidates[random.below(i)]);
            BOOST_REQUIRE(by_account(run(need, candidates, rule)) == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(other_numbers_for_the_accounts_change_nothing_but_ties) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 30, 1'000);
            candidates[3] = candidates[4];  // two alike: they may change places
            candidates[3].account = 13;
            DeleveragingRule rule = draw_rule(random);
            rule.policy = seed % 2 == 0 ? Policy::pro_rata : Policy::min_max;
            const Need need{random.between(1, 20'000), random.between(1, 30)};
            const auto before = by_account(run(need, candidates, rule));
            for (Candidate& c : candidates) c.account = 1'000'000 - c.account;
            const auto after = by_account(run(need, candidates, rule));
            for (const Candidate& c : candidates) {
                const std::int64_t was = lots_of(before, 1'000'000 - c.account);
                BOOST_REQUIRE(magnitude(lots_of(after, c.account) - was) <= 1);
            }
        }
    }
}

// Neither splitting an account gains anything nor does it cost the others: a lot for each part.
BOOST_AUTO_TEST_CASE(an_account_split_in_two_gives_what_it_gave) {
    for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 20, 100'000);
            for (Candidate& c : candidates) {  // halves that are halves
                c.lots *= 2, c.net_lots *= 2, c.profit *= 2, c.taken *= 2;
                c.equity *= 2, c.notional *= 2;
            }
            DeleveragingRule rule = draw_rule(random);
            rule.policy = Policy::pro_rata;
            rule.reference_leverage_ppb = reference_leverage(candidates);
            const Need need{random.between(1, 3'000'000), random.between(1, 30)};
            const auto before = by_account(run(need, candidates, rule));
            Candidate& split = candidates[random.below(20)];
            split.lots /= 2, split.net_lots /= 2, split.profit /= 2, split.taken /= 2;
            split.equity /= 2, split.notional /= 2;
            const std::uint64_t whole = split.account;
            Candidate other = split;
            other.account = 1'000;
            candidates.push_back(other);
            BOOST_REQUIRE(reference_leverage(candidates) == rule.reference_leverage_ppb);
            const auto after = by_account(run(need, candidates, rule));
            const std::int64_t parts = lots_of(after, whole) + lots_of(after, 1'000);
            BOOST_REQUIRE(magnitude(parts - lots_of(before, whole)) <= 2);
            for (const Candidate& c : candidates) {
                if (c.account == whole || c.account == 1'000) continue;
                BOOST_REQUIRE(magnitude(lots_of(after, c.account) - lots_of(before, c.account)) <=
                              1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(ten_times_the_money_gives_the_same_lots) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 20, 1'000);
            DeleveragingRule rule = draw_rule(random);
            rule.haircut_max_ppb = 900'000'000;
            for (Candidate& c : candidates) c.profit *= 10, c.taken *= 10;  // caps that are exact
            Need need{random.between(1, 20'000), random.between(1, 30)};
            const auto before = by_account(run(need, candidates, rule));
            need.cost_per_lot *= 10;
            for (Candidate& c : candidates) {
                c.profit *= 10, c.taken *= 10, c.equity *= 10, c.notional *= 10;
            }
            BOOST_REQUIRE(by_account(run(need, candidates, rule)) == before);
        }
    }
}

BOOST_AUTO_TEST_CASE(whoever_wins_more_gives_no_less) {
    for (std::uint64_t seed = 1; seed <= 5'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 20, 10'000);
            DeleveragingRule rule = draw_rule(random);
            if (rule.policy == Policy::queue) rule.policy = Policy::pro_rata;
            const Need need{random.between(1, 200'000), random.between(1, 30)};
            const auto before = by_account(run(need, candidates, rule));
            Candidate& c = candidates[random.below(20)];
            c.profit += random.between(0, 10'000);
            const auto after = by_account(run(need, candidates, rule));
            BOOST_REQUIRE(lots_of(after, c.account) >= lots_of(before, c.account) - 1);
        }
    }
}

// Invariant I13: what is needed piece by piece takes no more of anybody's profit.
BOOST_AUTO_TEST_CASE(many_rounds_take_no_more_of_a_profit_than_one_may) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            auto candidates = draw_candidates(random, 10, 1'000);
            for (Candidate& c : candidates) c.taken = 0;
            const auto at_first = candidates;
            DeleveragingRule rule = draw_rule(random);
            rule.haircut_max_ppb = random.between(0, LPC_RATE_ONE_PPB);
            const std::int64_t cost = random.between(1, 30);
            for (int round = 0; round < 12; ++round) {
                const Need need{random.between(1, 2'000), cost};
                const auto given = by_account(run(need, candidates, rule));
                for (Candidate& c : candidates) {
                    const std::int64_t gives = lots_of(given, c.account);
                    c.lots += gives;  // shorts
                    c.net_lots = std::min(c.net_lots, -std::min<std::int64_t>(c.lots, 0));
                    if (c.lots > 0) c.net_lots = 0;
                    c.profit -= gives * cost;
                    c.taken += gives * cost;
                }
            }
            for (std::size_t i = 0; i < candidates.size(); ++i)
                BOOST_REQUIRE(Int128{candidates[i].taken} * LPC_RATE_ONE_PPB <=
                              Int128{std::max<std::int64_t>(at_first[i].profit, 0)} *
                                  rule.haircut_max_ppb);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
