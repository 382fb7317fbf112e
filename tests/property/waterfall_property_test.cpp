// The loss waterfall over random asks and caps, against a model that counts every cap anew from the
// whole past: same payments, exact conservation, no layer touched before its turn, and nothing won
// by asking in pieces.
#include <boost/test/unit_test.hpp>
#include <settlement/waterfall.hpp>
#include <venue/random.hpp>

#include "support/naive_waterfall.hpp"

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::int64_t kMinute = 60'000'000'000;

Caps draw_caps(venue::Random& random) {
    Caps caps;
    if (random.below(2) == 0) caps.liquidation_ppb = random.between(0, LPC_RATE_ONE_PPB);
    if (random.below(2) == 0) caps.maintenance_ppb = random.between(0, 2 * LPC_RATE_ONE_PPB);
    if (random.below(3) == 0) caps.loss_max = random.between(0, 3'000);
    if (random.below(3) > 0) {
        caps.window_ns = random.between(1, 480) * kMinute + random.between(0, 7);
        caps.stop_ppb = random.between(0, LPC_RATE_ONE_PPB);
        caps.resume_ppb = random.between(0, caps.stop_ppb);
    } else {
        caps.resume_ppb = caps.stop_ppb;
    }
    return caps;
}

Ask draw_ask(venue::Random& random) {
    Ask ask;
    ask.liquidation = 1 + random.below(6);
    ask.account = 100 + ask.liquidation;
    ask.instrument = static_cast<std::uint32_t>(1 + random.below(2));
    ask.asset = random.below(20) == 0 ? 2 : 1;
    ask.backstop = random.below(4);
    ask.loss = random.between(0, 1'000) >> random.below(8);
    ask.equity = random.between(0, 40) >> random.below(8);
    ask.fees = random.between(0, 40) >> random.below(8);
    ask.discount = random.between(0, 40) >> random.below(8);
    ask.maintenance = 50 * static_cast<std::int64_t>(ask.liquidation);
    return ask;
}

struct Both {
    Waterfall fast;
    naive::World model;
    std::int64_t now_ns = 0;

    explicit Both(venue::Random& random) {
        for (std::uint64_t id = 1; id <= 9; ++id) {
            TrancheTerms terms;
            terms.id = id;
            terms.kind = static_cast<std::uint8_t>(id <= 3   ? LPC_FUND_BACKSTOP
                                                   : id <= 6 ? LPC_FUND_INSTRUMENT
                                                   : id <= 8 ? LPC_FUND_GLOBAL
                                                             : LPC_FUND_OPERATOR);
            terms.instrument = static_cast<std::uint32_t>(id <= 6 && id > 3 ? 1 + id % 2 : 0);
            terms.asset = 1;
            terms.account = 1'000 + id;
            terms.caps = draw_caps(random);
            const std::int64_t balance = random.between(0, 4'000);
            BOOST_REQUIRE(fast.open(terms, balance, 0));
            model.open(terms, balance, 0);
        }
    }

    void earn_or_add(venue::Random& random) {
        const std::size_t at = random.below(model.pots.size());
        naive::Pot& pot = model.pots[at];
        const std::int64_t amount = std::max<std::int64_t>(
            random.between(-300, 400), -static_cast<std::int64_t>(pot.balance()));
        Tranche& tranche = *fast.find(pot.terms.id);
        if (random.below(2) == 0) {
            tranche.earn(now_ns, amount);
            pot.change(now_ns, amount, amount);
        } else {
            tranche.add(now_ns, amount);
            pot.change(now_ns, amount, 0);
        }
    }

    void agree() const {
        for (const naive::Pot& pot : model.pots) {
            for (const Tranche& tranche : fast.tranches()) {
                if (tranche.terms().id != pot.terms.id) continue;
                BOOST_REQUIRE(tranche.balance() == pot.balance());
                BOOST_REQUIRE(tranche.grantable(now_ns) == pot.grantable(now_ns));
            }
        }
    }
};

// Invariant I17: whoever pays less than it could is the last who pays.
void in_order(const Waterfall& before, const Ask& ask, const Poured& poured, std::int64_t now_ns) {
    std::int64_t below = poured.uncovered;
    for (auto tranche = before.tranches().rbegin(); tranche != before.tranches().rend();
         ++tranche) {
        std::int64_t paid = 0;
        for (const Poured::Draw& draw : poured.draws)
            paid += draw.tranche == tranche->terms().id ? draw.amount : 0;
        const std::int64_t could = tranche->grantable(
            now_ns, before.drawn(ask.liquidation, tranche->terms().id), ask.maintenance);
        BOOST_REQUIRE(paid <= could);
        const TrancheTerms& t = tranche->terms();
        const bool asked = t.asset == ask.asset &&
                           (t.kind != LPC_FUND_BACKSTOP || t.id == ask.backstop) &&
                           (t.kind != LPC_FUND_INSTRUMENT || t.instrument == ask.instrument);
        if (asked && below > 0) BOOST_REQUIRE(paid == could);
        below += paid;
    }
    const std::int64_t own[] = {ask.equity, ask.fees, ask.discount};
    for (std::size_t layer = 3; layer-- > 0;) {
        if (below > 0) BOOST_REQUIRE(poured.paid[layer] == own[layer]);
        below += poured.paid[layer];
    }
    BOOST_REQUIRE(below == ask.loss);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(waterfall_tapes)

BOOST_AUTO_TEST_CASE(random_losses_are_paid_as_a_model_with_the_whole_past_pays_them) {
    std::int64_t paid = 0, uncovered = 0;
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            Both both(random);
            for (int i = 0; i < 120; ++i) {
                both.now_ns += random.between(0, 30 * kMinute) * random.between(0, 2);
                if (random.below(4) == 0) both.earn_or_add(random);
                const Ask ask = draw_ask(random);
                const auto poured = both.fast.pour(ask, both.now_ns);
                BOOST_REQUIRE(poured);
                in_order(both.fast, ask, *poured, both.now_ns);
                const Poured expected = both.model.pour_and_pay(ask, both.now_ns);
                both.fast.pay(ask, *poured, both.now_ns);
                BOOST_REQUIRE(poured->paid == expected.paid);
                BOOST_REQUIRE(poured->uncovered == expected.uncovered);
                both.agree();
                paid += ask.loss - poured->uncovered;
                uncovered += poured->uncovered;
            }
        }
    }
    BOOST_TEST(paid > 100'000);
    BOOST_TEST(uncovered > 100'000);
}

// Invariant I13. What the account, its fees and the discount paid is no longer there.
BOOST_AUTO_TEST_CASE(a_loss_told_in_pieces_is_paid_as_if_it_were_told_at_once) {
    for (std::uint64_t seed = 1; seed <= 20'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            Both both(random);
            Waterfall pieces = both.fast;
            Ask ask = draw_ask(random);
            ask.loss = random.between(0, 20'000);
            const auto whole = both.fast.pour(ask, 0);
            BOOST_REQUIRE(whole);
            std::array<std::int64_t, kLayers> paid{};
            for (std::int64_t left = ask.loss; left > 0;) {
                Ask piece = ask;
                piece.loss = std::min(left, random.between(1, 1 + ask.loss / 3));
                piece.equity -= paid[0];
                piece.fees -= paid[1];
                piece.discount -= paid[2];
                const auto poured = pieces.pour(piece, 0);
                BOOST_REQUIRE(poured);
                pieces.pay(piece, *poured, 0);
                for (std::size_t i = 0; i < kLayers; ++i) paid[i] += poured->paid[i];
                left -= piece.loss;
            }
            BOOST_REQUIRE(paid == whole->paid);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_million_random_asks_conserve_exactly) {
    venue::Random random(4);
    std::uint64_t asks = 0;
    for (int round = 0; round < 1'000; ++round) {
        Both both(random);
        for (int i = 0; i < 1'000; ++i, ++asks) {
            both.now_ns += random.between(0, 20 * kMinute);
            const Ask ask = draw_ask(random);
            const auto poured = both.fast.pour(ask, both.now_ns);
            BOOST_REQUIRE(poured);
            std::int64_t sum = poured->uncovered, legs = 0;
            for (const std::int64_t amount : poured->paid) sum += amount;
            for (const Leg& leg : poured->legs(ask)) legs += leg.amount;
            if (sum != ask.loss || legs != 0)
                BOOST_FAIL("ask " << asks << " of seed 4: " << sum << " of " << ask.loss
                                  << " is accounted for, legs sum to " << legs);
            both.fast.pay(ask, *poured, both.now_ns);
            for (const Tranche& tranche : both.fast.tranches())
                if (tranche.balance() < 0) BOOST_FAIL("a tranche below zero, seed 4, ask " << asks);
        }
    }
    BOOST_TEST(asks == 1'000'000u);
}

BOOST_AUTO_TEST_SUITE_END()
