// Laws of the auction plugin against random markets, bidders, a fund that gives all, some or
// nothing, refusals, late answers and pauses. LPC_SEED=n runs one seed of one's own.
#include <boost/test/unit_test.hpp>

#include <cstdlib>
#include <cstring>
#include <vector>

#include <venue/random.hpp>
#include "support/auction_world.hpp"

namespace {

using namespace lpc::test;
using lpc::venue::Random;
using Key = AuctionWorld::Key;

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
    std::size_t unfinished = 0;  // accounts that neither left nor are closed
};

struct CourseOptions {
    std::int64_t swap_ppb = 0;  // chance that the instance is replaced before a turn
    std::uint32_t capacity = 64;
};

constexpr std::int64_t kTick_ns = 50 * kMs;

Params any_params(Random& random) {
    return {{"bidders_min", random.between(1, 3)},
            {"unsold_cost_ppb", random.between(0, 30'000'000)},
            {"dust_lots", random.between(1, 20)},
            {"lot_lots_max", random.between(50, 1'000)},
            {"lots_open_max", random.between(1, 2)},
            {"curve", random.between(1, 2)},
            {"step_ms", random.between(40, 400)},
            {"linear_pace_ms", random.between(20'000, 400'000)},
            {"stair_pace_ppb", random.between(990'000'000, 999'000'000)},
            {"start_ppb", random.between(-10'000'000, 20'000'000)},
            {"tail_ns", random.between(1, 6) * kSecond},
            {"reset_move_ppb", random.between(5'000'000, 100'000'000)},
            {"resets_max", random.between(0, 2)},
            {"refusals_max", random.between(5, 20)},
            {"hash_key_low", random.between(0, 1'000'000)}};
}

// What happens in a course is drawn for each leg and tick apart, so that two courses of one seed
// differ only in how they are run.
class Play {
  public:
    Play(std::uint64_t seed, const CourseOptions& options)
        : random_(seed),
          swaps_(seed + 1'000'000),
          options_(options),
          world_(any_params(random_), {.capacity = options.capacity}) {
        world_.market(2, 700);
        for (std::uint64_t account = 1; account <= 3; ++account) {
            for (std::uint32_t x = 1; x <= 2; ++x) {
                if (x == 2 && random_.chance(500'000'000)) continue;
                const std::int64_t side = random_.chance(500'000'000) ? 1 : -1;
                world_.start({account, x}, side * random_.between(20, 400),
                             random_.chance(300'000'000) ? random_.between(5, 40) * kSecond : 0);
            }
        }
    }

    Course run() {
        for (tick_ = 0; tick_ < 1'600; ++tick_) {
            const std::int64_t now_ns = kSecond + tick_ * kTick_ns;
            const bool lively = tick_ < 1'000;  // then nobody disturbs, and all comes to its end
            for (std::uint32_t x = 1; x <= 2; ++x) move(x, lively);
            for (auto& [key, leg] : world_.legs) live(key, leg, now_ns, lively);
            if (swaps_.chance(options_.swap_ppb)) BOOST_REQUIRE(world_.host.swap() == LPC_OK);
            std::vector<lpc_command> grants;
            const auto commands = world_.turn(now_ns, [&](const lpc_command& c) {
                const std::uint8_t reason = refusal(c, lively);
                if (reason == 0 && c.kind == LPC_CMD_GRANT) grants.push_back(c);
                return reason;
            });
            for (const lpc_command& c : grants) answer_grant(c);
            course_.commands.insert(course_.commands.end(), commands.begin(), commands.end());
        }
        for (const auto& [key, leg] : world_.legs)
            course_.unfinished += leg.with_us && leg.position != leg.closeout.end_lots ? 1u : 0u;
        return course_;
    }

  private:
    Random draw(std::uint64_t what, Key key) const {
        return Random(random_seed_ ^ (what << 48) ^ (key.first << 32) ^
                      (std::uint64_t{key.second} << 24) ^ static_cast<std::uint64_t>(tick_));
    }

    void move(std::uint32_t x, bool lively) {
        Random r = draw(1, {0, x});
        AuctionWorld::Instrument& i = world_.instruments[x];
        const bool open = i.fit && i.trades;
        const bool calls = !lively ? !open : r.chance(open ? 10'000'000 : 200'000'000);
        if (calls || r.chance(200'000'000)) {
            const std::int64_t step = std::max<std::int64_t>(1, i.mark / 400);
            const std::int64_t mark = std::max<std::int64_t>(100, i.mark + r.between(-step, step));
            const bool halts = calls && open && r.chance(500'000'000);
            world_.market(x, mark, calls ? !open || halts : i.fit, calls ? !halts : i.trades);
        }
        if (has_book_ && r.chance(100'000'000)) {
            const std::int64_t away = r.between(1, std::max<std::int64_t>(2, i.mark / 50));
            world_.book(x, {r.chance(100'000'000) ? 0 : std::max<std::int64_t>(1, i.mark - away),
                            r.chance(100'000'000) ? 0 : i.mark + away, r.between(1, 500),
                            r.between(1, 500)});
        }
    }

    void live(Key key, AuctionWorld::Leg& leg, std::int64_t now_ns, bool lively) {
        if (!leg.with_us) return;
        Random r = draw(2, key);
        const AuctionWorld::Instrument& i = world_.instruments[key.second];
        if (!leg.orders.empty()) {
            if (lively && r.chance(600'000'000)) return;
            const auto [order, award] = *leg.orders.begin();
            const std::int64_t all = size_of(award.u.award.lots);
            world_.execute(key, order, r.chance(700'000'000) ? all : r.between(0, all));
            return;
        }
        if (leg.lot_open && !(i.fit && i.trades)) {
            stood_[key] += kTick_ns;
        } else if (leg.lot_open) {
            live_lot(key, leg, r, now_ns);
        }
        if (!leg.lot_open) stood_.erase(key);
        if (lively && r.chance(5'000'000)) {
            const std::int64_t lots = leg.position + (leg.position > 0 ? 1 : -1) * r.between(-9, 9);
            if ((lots > 0) == (leg.position > 0) && lots != 0) world_.position(key, lots);
        } else if (lively && r.chance(20'000'000)) {
            const std::int64_t side = leg.position > 0 ? 1 : -1;
            lpc_fact_closeout terms = leg.closeout;
            terms.permitted_price = std::max<std::int64_t>(1, i.mark - side * i.mark / 40);
            terms.bankruptcy_price = std::max<std::int64_t>(1, i.mark - side * i.mark / 30);
            world_.closeout(key, terms);
        }
    }

    void live_lot(Key key, AuctionWorld::Leg& leg, Random& r, std::int64_t now_ns) {
        const std::int64_t side = leg.lot.lots_left < 0 ? 1 : -1;
        if (std::int64_t& stood = stood_[key]; stood > 0) {
            world_.stand_still(key, stood);
            stood = 0;
        }
        const bool sealed = leg.lot_type == LPC_AUCTION_SEALED, over = now_ns >= leg.lot.close_ns;
        const std::int64_t price = leg.lot.price, some = price / 40;
        if (sealed && over && leg.bids.empty()) {
            for (std::uint64_t bids = r.below(7); bids > 0; --bids)
                world_.bid(key, r.below(5) + 1,
                           std::max<std::int64_t>(1, price - side * r.between(-some / 8, some)),
                           r.between(1, 200));
        } else if (!sealed && over) {
            world_.expire(key);
        } else if (!sealed && r.chance(60'000'000)) {
            for (std::uint64_t bids = 1 + r.below(3); bids > 0; --bids)
                world_.bid(key, r.below(5) + 1, price + side * r.between(0, 3), r.between(1, 200));
        }
    }

    std::uint8_t refusal(const lpc_command& c, bool lively) {
        if (c.kind == LPC_CMD_TIMER || !lively) return 0;
        Random r = draw(10u + c.kind, {c.account, c.instrument});
        constexpr std::uint8_t kReasons[] = {LPC_REASON_RATE, LPC_REASON_UNFIT_PRICE,
                                             LPC_REASON_LATE, LPC_REASON_HELD};
        if (c.kind == LPC_CMD_GRANT && r.chance(200'000'000)) return LPC_REASON_NO_GRANT;
        return r.chance(80'000'000) ? kReasons[r.below(4)] : std::uint8_t{0};
    }

    // All of it, or some.
    void answer_grant(const lpc_command& c) {
        const Key key{c.account, c.instrument};
        AuctionWorld::Leg& leg = world_.legs[key];
        Random r = draw(3, key);
        if (!leg.with_us) return;
        const std::int64_t amount =
            r.chance(700'000'000) ? c.u.grant.amount : 1 + c.u.grant.amount / r.between(2, 9);
        const std::int64_t side = leg.position > 0 ? 1 : -1;
        const std::int64_t room = amount / (size_of(leg.position) * AuctionWorld::kMultiplier);
        world_.granted(key, amount,
                       std::max<std::int64_t>(1, leg.closeout.bankruptcy_price - side * room));
    }

    Random random_, swaps_;
    std::uint64_t random_seed_ = random_.next();
    bool has_book_ = random_.chance(500'000'000);  // without one, prices descend further
    CourseOptions options_;
    AuctionWorld world_;
    std::map<Key, std::int64_t> stood_;
    std::int64_t tick_ = 0;
    Course course_;
};

bool same_commands(const Course& a, const Course& b) {
    return a.commands.size() == b.commands.size() &&
           (a.commands.empty() || std::memcmp(a.commands.data(), b.commands.data(),
                                              a.commands.size() * sizeof(lpc_command)) == 0);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_properties)

// What holds of each command is judged by AuctionWorld.
BOOST_AUTO_TEST_CASE(every_command_keeps_the_rules_and_every_account_comes_to_an_end) {
    std::map<std::uint16_t, std::size_t> count;
    for_seeds(150, [&](std::uint64_t seed) {
        const Course course = Play(seed, {}).run();
        BOOST_TEST(course.unfinished == 0u);
        for (const lpc_command& c : course.commands) ++count[c.kind];
    });
    for (const std::uint16_t kind :
         {LPC_CMD_OFFER, LPC_CMD_AWARD, LPC_CMD_GRANT, LPC_CMD_ESCALATE}) {
        BOOST_TEST_MESSAGE("kind " << kind << ": " << count[kind]);
        BOOST_TEST(count[kind] > 0u);
    }
}

BOOST_AUTO_TEST_CASE(save_and_load_at_any_turn_is_invisible) {
    for_seeds(40, [](std::uint64_t seed) {
        BOOST_TEST(
            same_commands(Play(seed, {}).run(), Play(seed, {.swap_ppb = 300'000'000}).run()));
    });
}

BOOST_AUTO_TEST_CASE(room_for_one_command_is_as_good_as_for_a_thousand) {
    for_seeds(10, [](std::uint64_t seed) {
        BOOST_TEST(same_commands(Play(seed, {.capacity = 1}).run(),
                                 Play(seed, {.capacity = 1'000}).run()));
    });
}

BOOST_AUTO_TEST_SUITE_END()
