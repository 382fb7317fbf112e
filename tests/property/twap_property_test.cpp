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
    bool outsiders = true;  // positions and ends move too
};

// What the venue and the host do is drawn from `seed` alone, so two courses of one seed differ only
// in how they are run. Every order is judged by TwapWorld.
Course run(std::uint64_t seed, const CourseOptions& options) {
    Random random(seed), swaps(seed + 1'000'000);
    const std::int64_t horizon_ns = random.between(3, 20) * kSecond;
    TwapWorld w({.horizon_ns = options.horizon_ns == 0 ? horizon_ns : options.horizon_ns,
                 .min_slice_lots = random.between(1, 5),
                 .no_liquidity_max = random.between(2, 6),
                 .host = {.capacity = options.capacity}});
    constexpr std::uint64_t kAccounts = 4;
    for (std::uint64_t account = 1; account <= kAccounts; ++account) {
        const std::int64_t side = random.chance(500'000'000) ? 1 : -1;
        w.start(account, side * random.between(20, 400), side * random.between(0, 19),
                random.between(5, 30) * kSecond);
    }
    Course course;
    for (std::int64_t tick = 0; tick < 120; ++tick) {
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
