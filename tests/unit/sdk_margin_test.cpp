// The margin arithmetic against brute force on small domains, and in the direction of each
// rounding.
#include <lpc/sdk/margin.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using lpc::Exposure;
using lpc::Health;
using lpc::Int128;
using lpc::TierRow;

const TierRow kTenPercent{{0}, {100'000'000}, {100'000'000}, {0}};

lpc::CloseRule rule(std::int64_t buffer_ppb = 0, std::int64_t cost_ppb = 0) {
    return {{buffer_ppb}, {cost_ppb}, {0}, {1'000'000'000}, {1'500'000'000}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_margin_exhaustive)

// A deduction may be a unit beyond continuity; rows of that kind would take all of a small
// requirement, and a bankruptcy price is a ratio to it.
BOOST_AUTO_TEST_CASE(whoever_has_a_position_needs_margin_whatever_the_deductions) {
    const std::vector<TierRow> tiers{
        {{0}, {1}, {1}, {0}}, {{1}, {1}, {1}, {1}}, {{2}, {1}, {1}, {2}}};
    BOOST_REQUIRE(lpc::well_formed(tiers));
    for (std::int64_t lots = -5; lots <= 5; ++lots) {
        const Exposure e{{lots}, lpc::value_at({lots}, {9}, {1}), {9}, {1}, tiers};
        const lpc::Money own = lpc::maintenance_requirement(e);
        BOOST_TEST((own.units == (lots == 0 ? 0 : 1)));
        if (lots == 0) continue;
        const lpc::Price price = lpc::bankruptcy_price(e, {{-3}, own, {}});
        BOOST_TEST((lots > 0 ? price.ticks > 9 : price.ticks < 9));
    }
}

namespace {

// Two rates, continuous at 60.
const std::vector<TierRow> kTwoTiers{{{0}, {100'000'000}, {150'000'000}, {0}},
                                     {{60}, {250'000'000}, {300'000'000}, {9}}};
const std::vector<TierRow> kOneTier{kTenPercent};

template <class Visit>
void every_small_position(Visit visit) {
    for (const auto* tiers : {&kOneTier, &kTwoTiers}) {
        for (std::int64_t lots = -6; lots <= 6; ++lots) {
            for (std::int64_t mark = 1; mark <= 14 && lots != 0; ++mark) {
                for (std::int64_t multiplier = 1; multiplier <= 3; ++multiplier) {
                    visit(Exposure{{lots},
                                   lpc::value_at({lots}, {mark}, {multiplier}),
                                   {mark},
                                   {multiplier},
                                   *tiers});
                }
            }
        }
    }
}

Health alone(const Exposure& e, std::int64_t equity) {
    return {{equity}, lpc::maintenance_requirement(e), {}};
}

Int128 equity_after_closing(const Exposure& e, const Health& account, std::int64_t price) {
    return account.equity.units +
           Int128{e.position.lots} * e.multiplier.units * (price - e.mark.ticks);
}

}  // namespace

BOOST_AUTO_TEST_CASE(closing_at_the_bankruptcy_price_never_leaves_equity_below_zero) {
    every_small_position([](const Exposure& e) {
        for (std::int64_t equity = -30; equity <= 40; ++equity) {
            const Health account = alone(e, equity);
            const std::int64_t price = lpc::bankruptcy_price(e, account).ticks;
            const Int128 left = equity_after_closing(e, account, price);
            // A short that lost more than its whole notional has no price: the lowest there is.
            const bool hopeless = price == 1 && e.position.lots < 0;
            BOOST_TEST((left >= 0 || hopeless));
            const std::int64_t looser = price - lpc::sign(e.position);
            const bool at_the_end = price == 1 && e.position.lots > 0;
            BOOST_TEST((equity_after_closing(e, account, looser) < 0 || at_the_end));
        }
    });
}

BOOST_AUTO_TEST_CASE(the_fillable_price_widens_and_the_bankruptcy_price_tightens_as_health_falls) {
    every_small_position([](const Exposure& e) {
        const std::int64_t side = lpc::sign(e.position);
        const auto maintenance = static_cast<std::int64_t>(lpc::maintenance_requirement(e).units);
        for (std::int64_t equity = maintenance + 2; equity > -20; --equity) {
            const Health better = alone(e, equity), worse = alone(e, equity - 1);
            BOOST_TEST(side * lpc::fillable_price(e, worse, rule()).ticks <=
                       side * lpc::fillable_price(e, better, rule()).ticks);
            BOOST_TEST(side * lpc::bankruptcy_price(e, worse).ticks >=
                       side * lpc::bankruptcy_price(e, better).ticks);
        }
        BOOST_TEST(lpc::fillable_price(e, alone(e, maintenance), rule()).ticks == e.mark.ticks);
    });
}

BOOST_AUTO_TEST_CASE(the_permitted_price_is_the_stricter_of_the_two) {
    every_small_position([](const Exposure& e) {
        for (std::int64_t equity = -20; equity <= 30; ++equity) {
            const Health account = alone(e, equity);
            const std::int64_t bankruptcy = lpc::bankruptcy_price(e, account).ticks;
            const std::int64_t fillable = lpc::fillable_price(e, account, rule()).ticks;
            const std::int64_t stricter = e.position.lots > 0 ? std::max(bankruptcy, fillable)
                                                              : std::min(bankruptcy, fillable);
            BOOST_TEST(lpc::permitted_price(e, account, rule()).ticks == stricter);
        }
    });
}

BOOST_AUTO_TEST_CASE(the_liquidation_price_is_the_last_mark_at_which_equity_covers_maintenance) {
    constexpr std::int64_t kFar = 400;
    every_small_position([](const Exposure& e) {
        for (const std::int64_t elsewhere : {0, 3}) {  // requirement of other positions
            for (std::int64_t equity = -10; equity <= 60; equity += 1) {
                Health account = alone(e, equity);
                account.maintenance.units += elsewhere;
                const auto safe = [&](std::int64_t mark) {
                    Exposure moved = e;
                    moved.mark = {mark};
                    return equity_after_closing(e, account, mark) >=
                           lpc::maintenance_requirement(moved).units + elsewhere;
                };
                std::int64_t expected = 0;
                if (e.position.lots > 0) {
                    std::int64_t lowest = 1;
                    while (lowest < kFar && !safe(lowest)) ++lowest;
                    expected = lowest == 1 || lowest == kFar ? 0 : lowest;
                } else {
                    std::int64_t highest = kFar;
                    while (highest > 0 && !safe(highest)) --highest;
                    expected = highest;
                }
                BOOST_TEST(lpc::liquidation_price(e, account).ticks == expected);
            }
        }
    });
}

BOOST_AUTO_TEST_CASE(the_size_to_target_is_the_smallest_that_reaches_it) {
    for (const std::int64_t cost_ppb : {0, 20'000'000, 120'000'000}) {
        for (const std::int64_t buffer_ppb : {0, 150'000'000}) {
            const lpc::CloseRule terms = rule(buffer_ppb, cost_ppb);
            every_small_position([&](Exposure e) {
                e.position.lots *= 5;
                for (const std::int64_t elsewhere : {0, 4}) {
                    for (std::int64_t equity = -5; equity <= 80; equity += 1) {
                        Health account = alone(e, equity);
                        account.maintenance.units += elsewhere;
                        const lpc::Quantity all = lpc::magnitude(e.position);
                        const auto enough = [&](std::int64_t closed) {
                            const lpc::Quantity left{all.lots - closed};
                            const Int128 requirement =
                                elsewhere + lpc::maintenance_requirement(
                                                e.tiers, lpc::notional(left, e.mark, e.multiplier))
                                                .units;
                            const lpc::Money cost = lpc::share_ceil(
                                lpc::notional({closed}, e.mark, e.multiplier), terms.close_cost);
                            return account.equity - cost >=
                                   lpc::target_equity({requirement}, terms);
                        };
                        std::int64_t expected = 0;
                        while (expected < all.lots && !enough(expected)) ++expected;
                        BOOST_TEST(lpc::size_to_target(e, account, terms).lots == expected);
                    }
                }
            });
        }
    }
}

BOOST_AUTO_TEST_CASE(a_position_below_the_dust_limit_is_closed_whole) {
    const Exposure e{{10}, {0}, {10}, {1}, kOneTier};
    lpc::CloseRule terms = rule();
    const Health account = alone(e, 9);
    BOOST_TEST(lpc::size_to_target(e, account, terms).lots == 1);
    terms.full_close_below = {101};
    BOOST_TEST(lpc::size_to_target(e, account, terms).lots == 10);
    terms.full_close_below = {100};
    BOOST_TEST(lpc::size_to_target(e, account, terms).lots == 1);
}

// Where a lot frees far less than a unit of money the smallest size lies beyond a long run of lots
// that all round alike.
BOOST_AUTO_TEST_CASE(a_size_is_found_in_bounded_work_where_lots_are_worth_next_to_nothing) {
    const std::vector<TierRow> slight{
        {{0}, {1'500'001}, {1'500'001}, {0}},
        {{500'000'000'005}, {900'000'000}, {900'000'000}, {449'249'999'504}}};
    BOOST_REQUIRE(lpc::well_formed(slight));
    const Exposure e{{1'000'000'000'000}, {0}, {10}, {1}, slight};
    const Health account = alone(e, 1'000'000);
    const lpc::CloseRule terms = rule(0, 1'500'000);
    const lpc::Quantity size = lpc::size_to_target(e, account, terms);
    BOOST_TEST(size.lots == e.position.lots);
    // Nearly all the cost of closing is freed again: each lot nets a thousand-millionth of a unit.
    const std::vector<TierRow> flat{{{0}, {1'500'001}, {1'500'001}, {0}}};
    const Exposure tiny{{999'999'999'337}, {0}, {1}, {1}, flat};
    const Int128 maintenance = lpc::maintenance_requirement(tiny).units;
    for (std::int64_t shortage = 480; shortage <= 520; ++shortage) {
        const Health nearly{{maintenance - shortage}, {maintenance}, {}};
        const std::int64_t lots = lpc::size_to_target(tiny, nearly, terms).lots;
        BOOST_TEST(lots >= (shortage - 2) * 1'000'000'000);
        BOOST_TEST(lots <= (shortage + 5) * 1'000'000'000);
    }
}

BOOST_AUTO_TEST_CASE(the_requirement_is_continuous_convex_and_rounded_up) {
    Int128 before = 0;
    for (std::int64_t size = 1; size <= 400; ++size) {
        const Int128 now = lpc::maintenance_requirement(kTwoTiers, {size}).units;
        const Int128 slope = now - before;
        BOOST_TEST((slope >= 0));
        BOOST_TEST((slope <= 1));  // no rate is above 100 %
        const TierRow& row = lpc::tier_of(kTwoTiers, {size});
        const Int128 exact_ppb =
            Int128{size} * row.maintenance.ppb - row.deduction.units * LPC_RATE_ONE_PPB;
        BOOST_TEST((now * LPC_RATE_ONE_PPB >= exact_ppb));
        BOOST_TEST((now * LPC_RATE_ONE_PPB < exact_ppb + LPC_RATE_ONE_PPB));
        before = now;
    }
    // Convex: over equal steps it grows by no less, but for the rounding of one unit.
    const auto at = [](std::int64_t n) {
        return lpc::maintenance_requirement(kTwoTiers, {n}).units;
    };
    for (std::int64_t size = 20; size <= 380; ++size) {
        BOOST_TEST((at(size + 20) - at(size) + 1 >= at(size) - at(size - 20)));
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_AUTO_TEST_SUITE(sdk_margin_rules)

BOOST_AUTO_TEST_CASE(a_tier_set_is_refused_for_each_way_in_which_it_can_be_wrong) {
    const std::vector<TierRow> good{{{0}, {10'000'000}, {20'000'000}, {0}},
                                    {{1'000}, {20'000'000}, {40'000'000}, {10}}};
    BOOST_TEST(lpc::well_formed(good));
    const auto spoilt = [&](auto spoil) {
        std::vector<TierRow> tiers = good;
        spoil(tiers);
        return lpc::well_formed(tiers);
    };
    BOOST_TEST(!lpc::well_formed({}));
    BOOST_TEST(!spoilt([](auto& t) { t[0].floor.units = 1; }));
    BOOST_TEST(!spoilt([](auto& t) { t[0].deduction.units = 1; }));
    BOOST_TEST(!spoilt([](auto& t) { t[0].maintenance.ppb = 0; }));
    BOOST_TEST(!spoilt([](auto& t) { t[1].initial.ppb = 19'999'999; }));
    BOOST_TEST(!spoilt([](auto& t) { t[1].initial.ppb = 1'000'000'001; }));
    BOOST_TEST(!spoilt([](auto& t) { t[1].floor.units = 0; }));
    BOOST_TEST(!spoilt([](auto& t) { t[1].maintenance.ppb = 9'999'999; }));
    BOOST_TEST(
        !spoilt([](auto& t) { t[1].initial.ppb = 20'000'000, t[1].maintenance.ppb = 9'000'000; }));
    BOOST_TEST(!spoilt([](auto& t) { t[1].deduction.units = 12; }));
    BOOST_TEST(
        spoilt([](auto& t) { t[1].deduction.units = 11; }));  // within the rounding of one unit
    BOOST_TEST(!lpc::well_formed(std::vector<TierRow>(LPC_TIERS_MAX + 1, good[0])));
}

BOOST_AUTO_TEST_CASE(every_requirement_and_target_rounds_against_the_account) {
    const std::vector<TierRow> tiers{{{0}, {1}, {333'333'333}, {0}}};
    BOOST_TEST((lpc::maintenance_requirement(tiers, {1}).units == 1));
    BOOST_TEST((lpc::initial_requirement(tiers, {1}).units == 1));
    BOOST_TEST((lpc::initial_requirement(tiers, {3}).units == 1));
    BOOST_TEST((lpc::initial_requirement(tiers, {4}).units == 2));
    BOOST_TEST((lpc::target_equity({1}, rule(1)).units == 2));
}

BOOST_AUTO_TEST_CASE(collateral_is_worth_less_and_a_debt_more) {
    // 7 of 10 units a whole, at 3: 2.1, less 10 %: 1.8.
    BOOST_TEST((lpc::collateral_value({7}, 10, {3}, {100'000'000}).units == 1));
    BOOST_TEST((lpc::collateral_value({-7}, 10, {3}, {100'000'000}).units == -3));
    BOOST_TEST((lpc::collateral_value({-700}, 10, {3}, {100'000'000}).units == -210));
    BOOST_TEST((lpc::collateral_value({0}, 10, {3}, {0}).units == 0));
}

BOOST_AUTO_TEST_CASE(collateral_at_the_limits_does_not_wrap) {
    BOOST_TEST(
        (lpc::collateral_value({LPC_MONEY_MAX}, 1, {LPC_PRICE_MAX}, {0}).units == LPC_MONEY_MAX));
    BOOST_TEST(
        (lpc::collateral_value({-LPC_MONEY_MAX}, 1, {LPC_PRICE_MAX}, {0}).units == -LPC_MONEY_MAX));
    BOOST_TEST((lpc::collateral_value({LPC_MONEY_MAX}, 1, {LPC_PRICE_MAX}, {500'000'000}).units ==
                LPC_MONEY_MAX / 2));
}

BOOST_AUTO_TEST_CASE(a_price_beyond_the_range_is_clamped_into_it) {
    const std::vector<TierRow> tiers{kTenPercent};
    const Exposure small_long{{1}, {0}, {10}, {1}, tiers};
    BOOST_TEST(lpc::bankruptcy_price(small_long, {{1'000}, {1}, {}}).ticks == 1);
    const Exposure small_short{{-1}, {0}, {10}, {1}, tiers};
    BOOST_TEST(lpc::bankruptcy_price(small_short, {{LPC_MONEY_MAX}, {1}, {}}).ticks ==
               LPC_PRICE_MAX);
}

BOOST_AUTO_TEST_CASE(health_is_collateral_plus_profit_and_the_sum_of_requirements) {
    const std::vector<TierRow> tiers{kTenPercent};
    const std::vector<Exposure> two{{{3}, {25}, {10}, {1}, tiers}, {{-2}, {-30}, {12}, {1}, tiers}};
    const Health account = lpc::health({100}, two);
    BOOST_TEST((account.equity.units == 100 + (30 - 25) + (-24 + 30)));
    BOOST_TEST((account.maintenance.units == 3 + 3));
    BOOST_TEST((account.initial.units == 3 + 3));
}

BOOST_AUTO_TEST_SUITE_END()
