// The loss waterfall by example: the published order, each cap by itself, and what its answer moves
// in the ledger.
#include <lpc/auction.h>

#include <boost/test/unit_test.hpp>
#include <settlement/waterfall.hpp>

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::int64_t kHour = 3'600'000'000'000;
constexpr std::uint32_t kUsd = 1, kNear = 7, kBtc = 8;
constexpr std::uint64_t kBackstop = 1, kOfNear = 2, kOfBtc = 3, kGlobal = 4, kOperator = 5;

TrancheTerms terms(std::uint64_t id, std::uint8_t kind, std::uint32_t instrument = 0) {
    return {id, kind, instrument, kUsd, 100 + id, {}};
}

Waterfall five_tranches(const Caps& of_near = {}) {
    Waterfall waterfall;
    // Opened in another order than they pay in.
    BOOST_REQUIRE(waterfall.open(terms(kOperator, LPC_FUND_OPERATOR), 1'000, 0));
    BOOST_REQUIRE(waterfall.open(terms(kGlobal, LPC_FUND_GLOBAL), 1'000, 0));
    BOOST_REQUIRE(waterfall.open(terms(kOfBtc, LPC_FUND_INSTRUMENT, kBtc), 1'000, 0));
    TrancheTerms near = terms(kOfNear, LPC_FUND_INSTRUMENT, kNear);
    near.caps = of_near;
    BOOST_REQUIRE(waterfall.open(near, 1'000, 0));
    BOOST_REQUIRE(waterfall.open(terms(kBackstop, LPC_FUND_BACKSTOP), 1'000, 0));
    return waterfall;
}

Ask ask_for(std::int64_t loss) {
    return {.liquidation = 1,
            .account = 11,
            .instrument = kNear,
            .asset = kUsd,
            .backstop = kBackstop,
            .loss = loss,
            .equity = 10,
            .fees = 20,
            .discount = 30,
            .maintenance = 500};
}

Poured pour(const Waterfall& waterfall, const Ask& ask, std::int64_t now_ns = 0) {
    auto poured = waterfall.pour(ask, now_ns);
    BOOST_REQUIRE(poured);
    return *poured;
}

std::int64_t draw(Waterfall& waterfall, std::uint64_t liquidation, std::int64_t loss,
                  std::int64_t now_ns = 0) {
    Ask ask = ask_for(loss);
    ask.liquidation = liquidation;
    ask.equity = ask.fees = ask.discount = 0;
    ask.backstop = 0;
    const Poured poured = pour(waterfall, ask, now_ns);
    waterfall.pay(ask, poured, now_ns);
    return poured.of(Layer::instrument);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(waterfall)

BOOST_AUTO_TEST_CASE(layers_pay_in_the_published_order_and_none_before_the_one_above_is_empty) {
    const Waterfall all = five_tranches();
    const std::int64_t holds[] = {10, 20, 30, 1'000, 1'000, 1'000, 1'000};
    std::int64_t loss = 0;
    for (std::size_t layer = 0; layer < kLayers; ++layer) {
        const Poured one = pour(all, ask_for(loss + 1));
        loss += holds[layer];
        for (std::size_t i = 0; i < kLayers; ++i)
            BOOST_TEST(one.paid[i] == (i < layer ? holds[i] : i == layer ? 1 : 0));
        BOOST_TEST(one.uncovered == 0);
    }
    BOOST_TEST(pour(all, ask_for(loss)).uncovered == 0);
    BOOST_TEST(pour(all, ask_for(loss + 5)).uncovered == 5);
}

BOOST_AUTO_TEST_CASE(a_tranche_pays_only_for_its_instrument_and_a_backstop_only_for_what_it_took) {
    const Waterfall all = five_tranches();
    Ask ask = ask_for(10'000);
    ask.backstop = 0;
    ask.instrument = 99;
    const Poured poured = pour(all, ask);
    BOOST_TEST(poured.of(Layer::backstop) == 0);
    BOOST_TEST(poured.of(Layer::instrument) == 0);
    BOOST_TEST(poured.of(Layer::global) == 1'000);
    ask.asset = 2;
    BOOST_TEST(pour(all, ask).uncovered == 10'000 - 60);
}

BOOST_AUTO_TEST_CASE(what_moves_in_the_ledger_sums_to_zero_and_the_account_gets_what_others_paid) {
    const Ask ask = ask_for(1'500);
    const Poured poured = pour(five_tranches(), ask);
    std::int64_t sum = 0;
    for (const Leg& leg : poured.legs(ask)) sum += leg.amount;
    BOOST_TEST(sum == 0);
    const std::vector<Leg> legs = poured.legs(ask);
    BOOST_REQUIRE(legs.size() == 4u);
    BOOST_TEST((legs[0].book == Book::fees && legs[0].amount == -20));
    BOOST_TEST((legs[1].account == 100 + kBackstop && legs[1].amount == -1'000));
    BOOST_TEST((legs[2].account == 100 + kOfNear && legs[2].amount == -440));
    BOOST_TEST((legs[3].account == 11u && legs[3].amount == 1'460));
}

BOOST_AUTO_TEST_CASE(
    one_liquidation_gets_no_more_than_its_share_of_the_tranche_however_often_it_asks) {
    Caps caps;
    caps.liquidation_ppb = 50'000'000;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 20) == 20);
    BOOST_TEST(draw(all, 1, 20) == 20);
    BOOST_TEST(draw(all, 1, 20) == 10);  // 5 % of 1,000
    BOOST_TEST(draw(all, 1, 20) == 0);
    BOOST_TEST(draw(all, 2, 100) == 47);  // 5 % of 950, rounded down
    all.forget(1);
    BOOST_TEST(draw(all, 1, 100) == 45);  // 5 % of 903
}

BOOST_AUTO_TEST_CASE(one_liquidation_gets_no_more_than_its_share_of_the_accounts_requirement) {
    Caps caps;
    caps.maintenance_ppb = 500'000'000;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 200) == 200);
    BOOST_TEST(draw(all, 1, 200) == 50);  // half of 500
}

BOOST_AUTO_TEST_CASE(
    a_tranche_that_lost_30_percent_in_8_hours_pays_nothing_until_it_is_down_to_25) {
    Caps caps;
    caps.window_ns = 8 * kHour;
    caps.stop_ppb = 300'000'000;
    caps.resume_ppb = 250'000'000;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 60, 0) == 60);
    BOOST_TEST(draw(all, 2, 400, kHour) == 240);
    BOOST_TEST(all.find(kOfNear)->grantable(kHour) == 0);
    // 30 % lost, 1 % comes back: not enough to pay again; 5 % is.
    all.find(kOfNear)->earn(2 * kHour, 10);
    BOOST_TEST(draw(all, 3, 400, 2 * kHour) == 0);
    all.find(kOfNear)->earn(2 * kHour, 40);
    BOOST_TEST(draw(all, 4, 400, 2 * kHour) == 50);
    BOOST_TEST(draw(all, 5, 400, 2 * kHour) == 0);
    // The first hour's loss leaves the window, and its balance with it: of 940 now, 290 lost less.
    BOOST_TEST(all.find(kOfNear)->grantable(9 * kHour) == 0);
    BOOST_TEST(all.find(kOfNear)->grantable(20 * kHour) == 700 * 3 / 10);
}

BOOST_AUTO_TEST_CASE(a_backstop_loses_no_more_than_its_hard_limit_since_it_was_opened) {
    Caps caps;
    caps.loss_max = 70;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 50) == 50);
    BOOST_TEST(draw(all, 2, 50, 1'000 * kHour) == 20);
    all.find(kOfNear)->earn(1'000 * kHour, 5);
    BOOST_TEST(draw(all, 3, 50, 1'000 * kHour) == 5);
}

BOOST_AUTO_TEST_CASE(capital_put_in_is_not_income_and_does_not_end_a_stop_by_itself) {
    Caps caps;
    caps.window_ns = 8 * kHour;
    caps.stop_ppb = 300'000'000;
    caps.resume_ppb = 250'000'000;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 400) == 300);
    all.find(kOfNear)->add(0, 400);  // 1,100 now: 300 lost are 27 %
    BOOST_TEST(draw(all, 2, 400) == 0);
    all.find(kOfNear)->add(0, 100);  // 25 % of 1,200
    BOOST_TEST(draw(all, 3, 400) == 60);
}

BOOST_AUTO_TEST_CASE(the_fund_fact_says_what_the_caps_still_let_a_tranche_lose) {
    Caps caps;
    caps.window_ns = 8 * kHour;
    caps.stop_ppb = caps.resume_ppb = 300'000'000;
    Waterfall all = five_tranches(caps);
    BOOST_TEST(draw(all, 1, 100) == 100);
    const lpc_fact fact = all.find(kOfNear)->fact(0);
    BOOST_TEST((fact.kind == LPC_FACT_FUND && fact.code == LPC_FUND_INSTRUMENT));
    BOOST_TEST((fact.instrument == kNear && fact.account == 0));
    BOOST_TEST((fact.u.fund.tranche == kOfNear && fact.u.fund.asset == kUsd));
    BOOST_TEST(fact.u.fund.balance == 900);
    BOOST_TEST(fact.u.fund.grantable == 200);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_is_refused_in_a_sentence) {
    Waterfall all = five_tranches();
    BOOST_TEST(!all.open(terms(kGlobal, LPC_FUND_GLOBAL), 1, 0));
    BOOST_TEST(!all.open(terms(0, LPC_FUND_BACKSTOP), 1, 0));
    BOOST_TEST(!all.open(terms(9, LPC_FUND_OPERATOR + 1), 1, 0));
    BOOST_TEST(!all.open(terms(9, LPC_FUND_GLOBAL), -1, 0));
    TrancheTerms loose = terms(9, LPC_FUND_GLOBAL);
    loose.caps.stop_ppb = 100'000'000;
    BOOST_TEST(!all.open(loose, 1, 0));  // it would resume where it has not stopped
    const auto refused = all.pour(ask_for(-1), 0);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message ==
               "waterfall: liquidation 1 asks with an amount of -1, expected 0 to "
               "4611686018427387904");
}

BOOST_AUTO_TEST_SUITE_END()
