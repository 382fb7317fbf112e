// Laws of the margin arithmetic over random accounts of up to eight positions. LPC_SEED=n runs one
// seed of one's own.
#include <lpc/sdk/margin.hpp>

#include <boost/test/unit_test.hpp>

#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <venue/random.hpp>

namespace {

using lpc::Exposure;
using lpc::Health;
using lpc::Int128;
using lpc::TierRow;
using lpc::venue::Random;

// Rates and floors such that requirements of whole lots need no rounding: a lot is worth a multiple
// of 1,000 units.
std::vector<TierRow> random_tiers(Random& random) {
    std::vector<TierRow> tiers{{{0}, {random.between(4, 30) * 1'000'000}, {500'000'000}, {0}}};
    for (int rows = static_cast<int>(random.between(0, 3)); rows > 0; --rows) {
        const TierRow& last = tiers.back();
        const std::int64_t step = random.between(1, 40) * 1'000'000;
        const Int128 floor = last.floor.units + random.between(1, 1'000) * 1'000'000;
        const Int128 deduction =
            last.deduction.units + lpc::div_exact(floor * step, LPC_RATE_ONE_PPB);
        tiers.push_back({{floor}, {last.maintenance.ppb + step}, {500'000'000}, {deduction}});
    }
    return tiers;
}

struct RandomAccount {
    std::array<std::vector<TierRow>, 8> tiers;
    std::vector<Exposure> exposures;
    lpc::Money collateral{};
    Health health{};

    explicit RandomAccount(Random& random) {
        const auto count = static_cast<std::size_t>(random.between(1, 8));
        for (std::size_t i = 0; i < count; ++i) {
            tiers[i] = random_tiers(random);
            const std::int64_t lots =
                random.between(1, 200'000) * (random.chance(500'000'000) ? 1 : -1);
            const std::int64_t mark = random.between(1, 5'000), entry = random.between(1, 5'000);
            exposures.push_back(
                {{lots}, lpc::value_at({lots}, {entry}, {1'000}), {mark}, {1'000}, tiers[i]});
        }
        // Collateral such that the account lies near its requirement, on either side.
        const Health bare = lpc::health({}, exposures);
        const std::int64_t ratio = random.between(-500, 2'000);
        collateral = {lpc::div_floor(bare.maintenance.units * ratio, 1'000) - bare.equity.units};
        health = lpc::health(collateral, exposures);
    }
};

lpc::CloseRule random_rule(Random& random) {
    return {{random.between(0, 300) * 1'000'000},
            {random.between(0, 3) * 1'000'000},
            {0},
            {random.between(1, 3) * 1'000'000'000},
            {random.between(1, 20) * 100'000'000}};
}

template <class Law>
void for_random_accounts(Law law) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t first = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    const std::uint64_t last = own == nullptr ? 4'000 : first;
    for (std::uint64_t seed = first; seed <= last; ++seed) {
        BOOST_TEST_CONTEXT("LPC_SEED=" << seed) {
            Random random(seed);
            const RandomAccount account(random);
            law(account, random);
        }
    }
}

Exposure mirrored(const Exposure& e) {
    return {-e.position, -e.cost, e.mark, e.multiplier, e.tiers};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_margin_properties)

BOOST_AUTO_TEST_CASE(random_tiers_are_well_formed) {
    for_random_accounts([](const RandomAccount& a, Random&) {
        for (const Exposure& e : a.exposures) BOOST_TEST(lpc::well_formed(e.tiers));
    });
}

BOOST_AUTO_TEST_CASE(closing_a_position_at_its_bankruptcy_price_never_lowers_the_margin_ratio) {
    for_random_accounts([](const RandomAccount& a, Random&) {
        if (a.health.equity < lpc::Money{}) return;
        for (const Exposure& e : a.exposures) {
            const lpc::Price price = lpc::bankruptcy_price(e, a.health);
            const Int128 equity = a.health.equity.units +
                                  Int128{e.position.lots} * 1'000 * (price.ticks - e.mark.ticks);
            const Int128 maintenance =
                a.health.maintenance.units - lpc::maintenance_requirement(e).units;
            BOOST_TEST(
                (equity * a.health.maintenance.units >= a.health.equity.units * maintenance));
        }
    });
}

BOOST_AUTO_TEST_CASE(closing_everything_at_the_bankruptcy_prices_leaves_no_deficit) {
    for_random_accounts([](const RandomAccount& a, Random&) {
        Int128 equity = a.health.equity.units;
        for (const Exposure& e : a.exposures) {
            const lpc::Price price = lpc::bankruptcy_price(e, a.health);
            if (price.ticks == 1) return;  // clamped: no price is low enough
            equity += Int128{e.position.lots} * 1'000 * (price.ticks - e.mark.ticks);
        }
        BOOST_TEST((equity >= 0));
    });
}

BOOST_AUTO_TEST_CASE(long_and_short_are_mirror_images) {
    for_random_accounts([](const RandomAccount& a, Random& random) {
        const lpc::CloseRule rule = random_rule(random);
        for (const Exposure& e : a.exposures) {
            const Exposure m = mirrored(e);
            BOOST_TEST(
                (lpc::size_to_target(e, a.health, rule) == lpc::size_to_target(m, a.health, rule)));
            const auto distance = [&](lpc::Price p) { return p.ticks - e.mark.ticks; };
            const lpc::Price one = lpc::bankruptcy_price(e, a.health),
                             other = lpc::bankruptcy_price(m, a.health);
            if (one.ticks > 1 && other.ticks > 1) BOOST_TEST(distance(one) == -distance(other));
            const lpc::Price wide = lpc::fillable_price(e, a.health, rule),
                             wide_mirrored = lpc::fillable_price(m, a.health, rule);
            if (wide.ticks > 1 && wide_mirrored.ticks > 1)
                BOOST_TEST(distance(wide) == -distance(wide_mirrored));
        }
    });
}

BOOST_AUTO_TEST_CASE(an_account_twice_as_large_has_the_same_prices_and_twice_the_size) {
    for_random_accounts([](const RandomAccount& a, Random& random) {
        const lpc::CloseRule rule = random_rule(random);
        // Twice everything, floors and deductions too.
        std::vector<std::vector<TierRow>> tiers;
        std::vector<Exposure> exposures;
        for (const Exposure& e : a.exposures) {
            std::vector<TierRow> rows(e.tiers.begin(), e.tiers.end());
            for (TierRow& row : rows)
                row = {
                    {row.floor.units * 2}, row.maintenance, row.initial, {row.deduction.units * 2}};
            tiers.push_back(std::move(rows));
        }
        for (std::size_t i = 0; i < tiers.size(); ++i) {
            const Exposure& e = a.exposures[i];
            exposures.push_back(
                {e.position + e.position, e.cost + e.cost, e.mark, e.multiplier, tiers[i]});
        }
        const Health twice = lpc::health(a.collateral + a.collateral, exposures);
        BOOST_TEST((twice.equity == a.health.equity + a.health.equity));
        BOOST_TEST((twice.maintenance == a.health.maintenance + a.health.maintenance));
        for (std::size_t i = 0; i < exposures.size(); ++i) {
            BOOST_TEST((lpc::bankruptcy_price(exposures[i], twice) ==
                        lpc::bankruptcy_price(a.exposures[i], a.health)));
            BOOST_TEST((lpc::permitted_price(exposures[i], twice, rule) ==
                        lpc::permitted_price(a.exposures[i], a.health, rule)));
            BOOST_TEST((lpc::liquidation_price(exposures[i], twice) ==
                        lpc::liquidation_price(a.exposures[i], a.health)));
            const std::int64_t size = lpc::size_to_target(a.exposures[i], a.health, rule).lots;
            const std::int64_t size_twice = lpc::size_to_target(exposures[i], twice, rule).lots;
            BOOST_TEST(size_twice <= 2 * size);
            BOOST_TEST(size_twice >= 2 * size - 2);
        }
    });
}

BOOST_AUTO_TEST_CASE(the_size_to_target_reaches_it_and_one_lot_less_does_not) {
    for_random_accounts([](const RandomAccount& a, Random& random) {
        const lpc::CloseRule rule = random_rule(random);
        for (const Exposure& e : a.exposures) {
            const lpc::Quantity all = lpc::magnitude(e.position),
                                size = lpc::size_to_target(e, a.health, rule);
            const auto enough = [&](lpc::Quantity closed) {
                const lpc::Money left = lpc::notional(all - closed, e.mark, e.multiplier);
                const lpc::Money maintenance = a.health.maintenance -
                                               lpc::maintenance_requirement(e) +
                                               lpc::maintenance_requirement(e.tiers, left);
                const lpc::Money cost =
                    lpc::share_ceil(lpc::notional(closed, e.mark, e.multiplier), rule.close_cost);
                return a.health.equity - cost >= lpc::target_equity(maintenance, rule);
            };
            BOOST_TEST((size <= all));
            BOOST_TEST((size == all || enough(size)));
            BOOST_TEST((size.lots == 0 || !enough({size.lots - 1})));
        }
    });
}

BOOST_AUTO_TEST_CASE(
    at_the_liquidation_price_equity_covers_maintenance_and_one_tick_further_it_does_not) {
    for_random_accounts([](const RandomAccount& a, Random&) {
        for (const Exposure& e : a.exposures) {
            const lpc::Price price = lpc::liquidation_price(e, a.health);
            if (price.ticks == 0) continue;
            const auto surplus = [&](std::int64_t mark) {
                Exposure moved = e;
                moved.mark = {mark};
                const lpc::Money equity =
                    a.health.equity + lpc::unrealised(moved) - lpc::unrealised(e);
                return (equity - a.health.maintenance + lpc::maintenance_requirement(e) -
                        lpc::maintenance_requirement(moved))
                    .units;
            };
            BOOST_TEST((surplus(price.ticks) >= 0));
            BOOST_TEST((surplus(price.ticks - lpc::sign(e.position)) < 0));
        }
    });
}

BOOST_AUTO_TEST_SUITE_END()
