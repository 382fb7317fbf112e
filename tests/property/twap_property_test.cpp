// Laws of the TWAP plugin against a random venue: late, partial and lost fills, ends and positions
// that move, budgets that come and go. LPC_SEED=n runs one seed of one's own.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <cstring>
#include <vector>

#include <venue/random.hpp>
#include "support/twap_world.hpp"

namespace {

using namespace lpc::test;
using lpc::venue::Random;

template <class Law>
void for_seeds(std::uint64_t count, Law law) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t first = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    for (std::uint64_t seed = first; seed < first + (own == nullptr ? count : 1); ++seed) {
        BOOST_TEST_CONTEXT("LPC_SEED=" << seed) {
            law(seed);
        }
    }
}

struct Course {
    std::vector<lpc_command> commands;
    std::map<std::uint64_t, std::int64_t> positions;
};

struct CourseOptions {
    std::int64_t horizon_ns = 0;  // 0: drawn
    std::int64_t swap_ppb = 0;    // chance that the instance is replaced before a turn
    std::uint32_t capacity = 64;
    bool outsiders = true;   // positions and ends move too
    bool practices = false;  // every parameter is drawn, and the market and margins are told
};

std::int64_t one_of_volatilities(Random& random) {
    return random.chance(300'000'000) ? 0 : random.between(1, 20'000'000);
}

using Settings = std::vector<std::pair<const char*, std::int64_t>>;

// Each parameter at its initial value or at one that means something in a course of half a minute.
Settings some_practice(Random& random) {
    const auto one_of = [&](std::int64_t least, std::int64_t most) {
        return random.chance(500'000'000) ? 0 : random.between(least, most);
    };
    return {{"half_life_ns", one_of(1, 10 * kSecond)},
            {"first_share_ppb", one_of(1, 1'000'000'000)},
            {"pause_ns", one_of(1, 10 * kSecond)},
            {"fraction_ppb", one_of(1, 1'000'000'000)},
            {"whole_below_lots", one_of(1, 60)},
            {"whole_below_quote", one_of(1, 6'000)},
            {"min_slice_quote", one_of(1, 600)},
            {"slice_max_quote", one_of(1, 4'000)},
            {"buffer_sigmas_ppb", one_of(1, 3'000'000'000)},
            {"volatility_span_ns", random.between(kSecond, 100 * kSecond)},
            {"horizon_min_ns", random.between(kSecond / 1'000, 9 * kSecond)},
            {"horizon_max_ns", random.between(kSecond, 60 * kSecond)},
            {"participation_ppb", one_of(1, 1'000'000'000)},
            {"volume_window_ns", random.between(kSecond, 20 * kSecond)},
            {"depth_share_ppb", one_of(1, 2'000'000'000)},
            {"slippage_max_ppb", one_of(1, 100'000'000)},
            {"toxic_cost_ppb", one_of(1, 20'000'000) - 1},
            {"time_jitter_ppb", one_of(1, 1'000'000'000)},
            {"size_jitter_ppb", one_of(1, 1'000'000'000)},
            {"jitter_key_low", random.between(-9, 9)}};
}

// What the market and the margins are from one moment to the next.
void surround(TwapWorld& w, Random& random) {
    w.terms(random.between(1, 3));
    w.price(LPC_PRICE_FIT, random.between(90, 110), one_of_volatilities(random));
    w.book({random.between(0, 1) * random.between(88, 100), random.between(101, 110),
            random.between(1, 300), random.between(1, 300)});
    for (const auto& [account, lots] : w.positions) {
        const std::int64_t equity = random.between(-100, 2'000);
        w.margin(account, equity, equity < 0 ? LPC_MARGIN_BANKRUPT : LPC_MARGIN_LIQUIDATING);
    }
}

// What the venue and the host do is drawn from `seed` alone, so two courses of one seed differ only
// in how they are run. Every order is judged by TwapWorld.
Course run(std::uint64_t seed, const CourseOptions& options) {
    Random random(seed), swaps(seed + 1'000'000);
    const std::int64_t horizon_ns = random.between(3, 20) * kSecond;
    TwapWorld w({.horizon_ns = options.horizon_ns == 0 ? horizon_ns : options.horizon_ns,
                 .min_slice_lots = random.between(1, 5),
                 .no_liquidity_max = random.between(2, 6),
                 .more = options.practices ? some_practice(random) : Settings{},
                 .limits_prices = options.practices,
                 .host = {.capacity = options.capacity}});
    constexpr std::uint64_t kAccounts = 4;
    for (std::uint64_t account = 1; account <= kAccounts; ++account) {
        const std::int64_t side = random.chance(500'000'000) ? 1 : -1;
        w.start(account, side * random.between(20, 400), side * random.between(0, 19),
                random.between(5, 30) * kSecond);
    }
    Course course;
    std::int64_t traded = 0;
    for (std::int64_t tick = 0; tick < 120; ++tick) {
        if (options.practices && tick % 3 == 0) {
            surround(w, random);
            traded += random.between(0, 100);
            w.volume(traded, traded / 5);
        }
        if (swaps.chance(options.swap_ppb)) BOOST_REQUIRE(w.host.swap() == LPC_OK);
        const std::vector<lpc_command> commands = w.turn(kSecond + tick * kSecond / 4);
        course.commands.insert(course.commands.end(), commands.begin(), commands.end());
        for (const lpc_command& c : commands) {
            if (c.kind == LPC_CMD_ESCALATE) w.closeouts.erase(c.account);
        }
        for (std::uint64_t account = 1; account <= kAccounts; ++account) {
            const bool with_us = w.closeouts.count(account) != 0;
            const std::uint64_t what = random.below(12);
            const std::int64_t some = random.between(0, 40), more = random.between(0, 1'000);
            if (!with_us) continue;
            if (w.working(account) != 0 && what < 6) {
                w.execute(account, std::min(what < 2 ? 0 : some, w.ordered(account)));
            } else if (w.working(account) == 0 && options.outsiders && what == 6) {
                const std::int64_t lots = w.positions[account];
                w.position(account, lots > 0 ? lots + more / 50 : lots - more / 50);
            } else if (w.working(account) == 0 && options.outsiders && what == 7) {
                const lpc_fact_closeout old = w.closeouts[account];
                const std::int64_t nearer = old.end_lots / 2;
                w.closeout(account, nearer, old.deadline_ns, LPC_CLOSEOUT_RUNNING, 90 + more % 9);
            } else if (what == 8) {
                w.budget(account, more % 60);
            } else if (what == 9) {
                w.price(more % 3 == 0 ? LPC_PRICE_STALE : LPC_PRICE_FIT);
            }
        }
    }
    course.positions = w.positions;
    return course;
}

bool same_commands(const Course& a, const Course& b) {
    return a.commands.size() == b.commands.size() &&
           (a.commands.empty() || std::memcmp(a.commands.data(), b.commands.data(),
                                              a.commands.size() * sizeof(lpc_command)) == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(twap_properties)

BOOST_AUTO_TEST_CASE(no_order_ever_leads_past_the_end_or_above_the_budget) {
    std::size_t orders = 0, asked = 0;
    for_seeds(150, [&](std::uint64_t seed) {
        for (const lpc_command& c : run(seed, {}).commands) {
            orders += c.kind == LPC_CMD_ORDER ? 1u : 0u;
            asked += c.kind == LPC_CMD_ESCALATE ? 1u : 0u;
        }
    });
    BOOST_TEST_MESSAGE(orders << " orders, " << asked << " escalations");
    BOOST_TEST(orders > 0u);
}

BOOST_AUTO_TEST_CASE(nor_does_one_by_any_practice_and_save_and_load_stay_invisible) {
    std::size_t orders = 0, toxic = 0;
    for_seeds(150, [&](std::uint64_t seed) {
        const Course course = run(seed, {.practices = true});
        for (const lpc_command& c : course.commands) {
            orders += c.kind == LPC_CMD_ORDER ? 1u : 0u;
            toxic += c.kind == LPC_CMD_ESCALATE && c.code >= LPC_ESCALATE_TOXIC ? 1u : 0u;
        }
        BOOST_TEST(same_commands(course, run(seed, {.swap_ppb = 300'000'000, .practices = true})));
    });
    BOOST_TEST(orders > 500u);
    BOOST_TEST(toxic > 20u);
}

BOOST_AUTO_TEST_CASE(a_position_has_one_order_an_interval_however_short_the_horizon) {
    for_seeds(60, [](std::uint64_t seed) {
        std::map<std::uint64_t, std::int64_t> orders;
        Random random(seed);
        const std::int64_t horizon_ns = random.between(kSecond / 10, kSecond * 5 / 2);
        for (const lpc_command& c : run(seed, {.horizon_ns = horizon_ns}).commands) {
            orders[c.account] += c.kind == LPC_CMD_ORDER ? 1 : 0;
        }
        // 30 s at an interval of one; a slice whose order comes late is still its only one.
        for (const auto& [account, count] : orders) BOOST_TEST(count <= 31);
    });
}

BOOST_AUTO_TEST_CASE(save_and_load_at_any_turn_is_invisible) {
    for_seeds(60, [](std::uint64_t seed) {
        BOOST_TEST(same_commands(run(seed, {}), run(seed, {.swap_ppb = 300'000'000})));
    });
}

BOOST_AUTO_TEST_CASE(room_for_one_command_is_as_good_as_for_a_thousand) {
    for_seeds(20, [](std::uint64_t seed) {
        BOOST_TEST(same_commands(run(seed, {.capacity = 1}), run(seed, {.capacity = 1'000})));
    });
}

BOOST_AUTO_TEST_CASE(with_a_venue_that_fills_everything_every_position_ends_exactly_where_it_must) {
    for_seeds(60, [](std::uint64_t seed) {
        Random random(seed);
        TwapWorld w({.horizon_ns = random.between(1, 30) * kSecond,
                     .min_slice_lots = random.between(1, 9)});
        std::map<std::uint64_t, std::int64_t> ends;
        for (std::uint64_t account = 1; account <= 5; ++account) {
            const std::int64_t side = random.chance(500'000'000) ? 1 : -1;
            ends[account] = side * random.between(0, 50);
            w.start(account, side * random.between(50, 100'000), ends[account]);
        }
        for (std::int64_t s = 1; s <= 31; ++s) {
            for (const lpc_command& c : w.turn(s * kSecond)) BOOST_TEST(c.kind != LPC_CMD_ESCALATE);
            for (const auto& [account, end] : ends) {
                if (w.working(account) != 0) w.execute(account, w.ordered(account));
            }
        }
        for (const auto& [account, end] : ends) BOOST_TEST(w.positions[account] == end);
    });
}

BOOST_AUTO_TEST_SUITE_END()
