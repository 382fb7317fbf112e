// The tranches as accounts of a ledger, over random worlds: losses of accounts and of positions
// that tranches hold, gains, fees, withdrawals. Every loss is what the layers paid and what nobody
// could; no tranche is ever below zero nor beyond its caps, counted from the ledger alone.
#include <lpc/auction.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <settlement/fund_book.hpp>
#include <settlement/fund_figures.hpp>
#include <utility>
#include <vector>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;
constexpr std::uint32_t kUsd = 1, kNear = 7, kBtc = 8;
constexpr std::uint64_t kMembers = 6, kRest = 1'000;

Caps draw_caps(venue::Random& random) {
    Caps caps;
    if (random.below(2) == 0) caps.liquidation_ppb = random.between(0, LPC_RATE_ONE_PPB);
    if (random.below(2) == 0) caps.maintenance_ppb = random.between(0, 2 * LPC_RATE_ONE_PPB);
    if (random.below(3) == 0) caps.loss_max = random.between(0, 3'000);
    if (random.below(2) == 0) {
        caps.window_ns = random.between(1, 480) * kMinute;
        caps.stop_ppb = random.between(0, LPC_RATE_ONE_PPB);
        caps.resume_ppb = random.between(0, caps.stop_ppb);
    }
    return caps;
}

struct World {
    struct Cash {
        std::int64_t at_ns, amount;
    };
    struct Pot {
        TrancheTerms terms;
        std::int64_t opened = 0;
        std::vector<Cash> past;
    };
    Ledger ledger;
    FundBook fund{ledger, kUsd};
    std::vector<Pot> pots;
    std::int64_t now_ns = 0;
    Int128 asked = 0, answered = 0;  // losses of accounts

    explicit World(venue::Random& random) {
        BOOST_REQUIRE(ledger.open_asset(kUsd));
        BOOST_REQUIRE(ledger.open_account(kRest));
        BOOST_REQUIRE(ledger.deposit(kRest, kUsd, 10'000'000));
        for (std::uint64_t id = 1; id <= kMembers; ++id) {
            BOOST_REQUIRE(ledger.open_account(id));
            BOOST_REQUIRE(ledger.deposit(id, kUsd, random.between(1, 2'000)));
        }
        if (random.below(2) == 0) fund.repay_first();
        for (std::uint64_t id = 1; id <= 6; ++id) {
            Pot pot;
            pot.terms.id = id;
            pot.terms.kind = static_cast<std::uint8_t>(id <= 2   ? LPC_FUND_BACKSTOP
                                                       : id <= 4 ? LPC_FUND_INSTRUMENT
                                                       : id == 5 ? LPC_FUND_GLOBAL
                                                                 : LPC_FUND_OPERATOR);
            pot.terms.instrument = id == 3 ? kNear : id == 4 ? kBtc : 0;
            pot.terms.caps = draw_caps(random);
            pot.opened = random.between(0, 4'000);
            BOOST_REQUIRE(fund.open(pot.terms, pot.opened, 0));
            pots.push_back(pot);
        }
        note();
    }

    std::int64_t cash(std::uint64_t tranche) const {
        return ledger.cash(account_of_tranche(tranche), kUsd);
    }
    void note() {
        for (Pot& pot : pots) pot.past.push_back({now_ns, cash(pot.terms.id)});
    }
    // Money from the rest of the world, or to it.
    void trade(std::uint64_t account, std::int64_t gain) {
        BOOST_REQUIRE(ledger.fill({kUsd, {kRest, 0, -gain, 0}, {account, 0, gain, 0}}));
    }

    void lose(venue::Random& random) {
        const std::uint64_t account = 1 + random.below(kMembers);
        const std::int64_t loss = 1 + (random.between(0, 2'000) >> random.below(8));
        trade(account, -ledger.cash(account, kUsd) - loss);
        Ask ask{.liquidation = account,
                .account = account,
                .instrument = random.below(2) == 0 ? kNear : kBtc,
                .asset = kUsd,
                .loss = loss,
                .maintenance = 100 * static_cast<std::int64_t>(account)};
        const auto covered = fund.cover(ask, now_ns);
        BOOST_REQUIRE(covered);
        std::int64_t moved = 0;
        for (const Leg& leg : covered->legs) moved += leg.amount;
        BOOST_REQUIRE(moved == 0);
        BOOST_REQUIRE(ledger.cash(account, kUsd) == 0);
        asked += loss;
        answered += covered->poured.uncovered;
        for (const std::int64_t amount : covered->poured.paid) answered += amount;
    }

    void step(venue::Random& random) {
        now_ns += random.between(0, 40 * kMinute) * random.between(0, 1);
        switch (random.below(5)) {
            case 0:
            case 1:
                lose(random);
                break;
            case 2: {
                const Pot& pot = pots[random.below(pots.size())];
                trade(account_of_tranche(pot.terms.id), random.between(-1'500, 700));
                BOOST_REQUIRE(fund.settle(random.below(2) == 0 ? kNear : kBtc, now_ns));
                break;
            }
            case 3: {
                const std::int64_t fee = random.between(1, 50);
                BOOST_REQUIRE(ledger.fee(kRest, kUsd, fee));
                BOOST_REQUIRE(fund.collect(kNear, fee, now_ns));
                break;
            }
            default: {
                const std::uint64_t account = 1 + random.below(kMembers);
                Int128 balances = 0;
                for (std::uint64_t id = 1; id <= kMembers; ++id) balances += ledger.cash(id, kUsd);
                const std::int64_t owns = ledger.cash(account, kUsd);
                if (owns == 0) break;
                BOOST_REQUIRE(fund.withdraw(account, random.between(1, owns), balances));
            }
        }
        note();
    }

    void holds() const {
        const LayerFigures& figures = fund.figures();
        Int128 paid = figures.uncovered;
        for (const Int128 amount : figures.paid) paid += amount;
        BOOST_REQUIRE(figures.lost == paid);
        BOOST_REQUIRE(asked == answered);
        BOOST_REQUIRE(fund.sound());
        BOOST_REQUIRE(ledger.recompute_residual(kUsd) == 0);
        // The deficit that is open is what was not covered and neither held back nor written off.
        const std::int64_t deficit = -ledger.balance(Book::deficit, 0, kUsd);
        BOOST_REQUIRE(deficit == fund.socialised().shortfall());
        BOOST_REQUIRE(figures.uncovered - figures.claimed - figures.written_off == deficit);
        BOOST_REQUIRE(figures.claimed - figures.repaid == fund.socialised().claimed());
        for (const Pot& pot : pots) {
            const std::int64_t now = pot.past.back().amount;
            BOOST_REQUIRE(now >= 0);
            BOOST_REQUIRE(figures_of(ledger, account_of_tranche(pot.terms.id), kUsd).balance() ==
                          now);
            const Caps& caps = pot.terms.caps;
            BOOST_REQUIRE(pot.opened - now <= caps.loss_max);
            if (caps.window_ns == 0) continue;
            std::int64_t most = now;
            for (const Cash& then : pot.past)
                if (now_ns - then.at_ns <= caps.window_ns) most = std::max(most, then.amount);
            BOOST_REQUIRE(most - now <= Int128{most} * caps.stop_ppb / LPC_RATE_ONE_PPB);
        }
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(fund_book)

BOOST_AUTO_TEST_CASE(every_loss_is_what_the_layers_paid_and_no_tranche_passes_its_caps) {
    Int128 paid = 0, uncovered = 0, repaid = 0, claimed = 0;
    for (std::uint64_t seed = 1; seed <= 400; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            World world(random);
            for (int i = 0; i < 150; ++i) {
                world.step(random);
                world.holds();
            }
            const LayerFigures& figures = world.fund.figures();
            paid += figures.lost - figures.uncovered;
            uncovered += figures.uncovered;
            claimed += figures.claimed;
            repaid += figures.repaid;
        }
    }
    BOOST_TEST((paid > 100'000));
    BOOST_TEST((uncovered > 100'000));
    BOOST_TEST((claimed > 10'000));
    BOOST_TEST((repaid > 1'000));
}

// What a tranche loses with a position, in one trade or in many at one moment.
BOOST_AUTO_TEST_CASE(a_tranches_loss_in_pieces_costs_each_layer_the_same_as_at_once) {
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            const std::uint64_t holder = 1 + seed % 6;
            const std::int64_t loss = venue::Random(seed ^ 77).between(1, 9'000);
            const auto lose = [&](std::int64_t piece_max) {
                venue::Random random(seed);
                World world(random);
                for (std::int64_t left = loss; left > 0;) {
                    const std::int64_t piece = std::min(left, piece_max);
                    world.trade(account_of_tranche(holder), -piece);
                    BOOST_REQUIRE(world.fund.settle(kNear, 0));
                    left -= piece;
                }
                world.note();
                world.holds();
                return world.fund.figures();
            };
            const LayerFigures whole = lose(loss);
            const LayerFigures pieces = lose(1 + loss / 7);
            BOOST_REQUIRE(whole.paid == pieces.paid);
            BOOST_REQUIRE(whole.uncovered == pieces.uncovered);
        }
    }
}

// Nobody after a tranche pays for its position while it could.
BOOST_AUTO_TEST_CASE(what_a_tranche_can_bear_of_its_own_losses_nobody_else_does) {
    for (std::uint64_t seed = 1; seed <= 3'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            World world(random);
            const std::uint64_t holder = 1 + random.below(6);
            std::int64_t could = 0;
            for (const Tranche& tranche : world.fund.waterfall().tranches())
                if (tranche.terms().id == holder) could = tranche.grantable(0);
            const std::int64_t loss = random.between(1, 6'000);
            world.trade(account_of_tranche(holder), -loss);
            BOOST_REQUIRE(world.fund.settle(kNear, 0));
            const std::int64_t own = world.pots[holder - 1].opened - world.cash(holder);
            BOOST_REQUIRE(own == std::min(loss, could));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
