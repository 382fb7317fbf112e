// Socialised loss: everybody who leaves bears the same part, whenever; what is held back comes back
// from later income; no unit is lost; and the gate for withdrawals.
#include <boost/test/unit_test.hpp>
#include <map>
#include <settlement/liquidation_fee.hpp>
#include <settlement/socialised_loss.hpp>
#include <venue/random.hpp>

using namespace lpc;
using namespace lpc::settlement;

namespace {

std::int64_t sum_of(const std::vector<Leg>& legs) {
    std::int64_t sum = 0;
    for (const Leg& leg : legs) sum += leg.amount;
    return sum;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(socialised_loss)

BOOST_AUTO_TEST_CASE(a_withdrawal_bears_the_shortfalls_part_of_all_balances_rounded_up) {
    BOOST_TEST(withdrawal_factor_ppb(100, 1'000) == 100'000'000);
    BOOST_TEST(withdrawal_factor_ppb(1, 3) == 333'333'334);
    BOOST_TEST(withdrawal_factor_ppb(0, 0) == 0);
    BOOST_TEST(withdrawal_factor_ppb(5, 5) == LPC_RATE_ONE_PPB);
    BOOST_TEST(withdrawal_factor_ppb(5, 0) == LPC_RATE_ONE_PPB);
    BOOST_TEST(reduced(33, 100, 1'000).held_back == 4);
    BOOST_TEST(reduced(33, 100, 1'000).paid == 29);
    BOOST_TEST(reduced(33, 0, 0).paid == 33);
    BOOST_TEST(reduced(33, 2'000, 1'000).paid == 0);
}

BOOST_AUTO_TEST_CASE(leaving_first_and_leaving_last_bear_the_same_part) {
    SocialisedLoss loss;
    loss.add(1'000);
    Int128 balances = 10'000;
    for (std::uint64_t account = 1; account <= 10; ++account) {
        const Withdrawal one = loss.withdraw(account, 1'000, balances);
        BOOST_TEST(one.held_back == 100);
        balances -= 1'000;
    }
    BOOST_TEST(!loss.open());
    BOOST_TEST((loss.claimed() == 1'000));
}

BOOST_AUTO_TEST_CASE(no_withdrawal_makes_the_factor_higher_for_those_who_stay) {
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            SocialisedLoss loss;
            Int128 balances = random.between(1, 1'000'000);
            loss.add(random.between(1, static_cast<std::int64_t>(balances)));
            for (int i = 0; i < 50 && balances > 0; ++i) {
                const std::int64_t before = loss.shortfall();
                const Int128 all = balances;
                const auto amount =
                    random.between(1, static_cast<std::int64_t>(balances) >> random.below(6) | 1);
                const Withdrawal one = loss.withdraw(1, amount, balances);
                balances -= amount;
                BOOST_REQUIRE(one.paid >= 0);
                BOOST_REQUIRE(one.paid + one.held_back == amount);
                BOOST_REQUIRE(loss.shortfall() * all <= before * balances);
                // Rounding takes less than a unit.
                BOOST_REQUIRE((one.held_back - 1) * all < Int128{before} * amount);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(income_goes_to_those_who_left_and_those_who_stayed_as_each_have_lost) {
    SocialisedLoss loss;
    loss.add(1'000);
    BOOST_TEST(loss.withdraw(1, 2'000, 10'000).held_back == 200);
    BOOST_TEST(loss.withdraw(2, 2'000, 8'000).held_back == 200);
    const auto first = loss.repay(250);  // 400 of 1,000 are claims
    BOOST_TEST(first.to_claims == 100);
    BOOST_TEST(first.to_shortfall == 150);
    BOOST_REQUIRE(first.claims.size() == 1u);  // the oldest alone
    BOOST_TEST(first.claims[0].account == 1u);
    const auto second = loss.repay(10'000);
    BOOST_REQUIRE(second.claims.size() == 2u);
    BOOST_TEST(second.claims[0].amount == 100);
    BOOST_TEST(second.claims[1].amount == 200);
    BOOST_TEST(second.to_shortfall == 450);
    BOOST_TEST(second.left == 9'250);
    BOOST_TEST(!loss.open());
    BOOST_TEST(loss.claims().empty());
}

BOOST_AUTO_TEST_CASE(random_tapes_lose_no_unit_and_repay_claims_in_their_order) {
    for (std::uint64_t seed = 1; seed <= 500; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            venue::Random random(seed);
            Ledger ledger;
            BOOST_REQUIRE(ledger.open_asset(1));
            Int128 balances = 0;
            for (std::uint64_t account = 1; account <= 20; ++account) {
                BOOST_REQUIRE(ledger.open_account(account));
                BOOST_REQUIRE(ledger.deposit(account, 1, 1'000'000));
                balances += 1'000'000;
            }
            SocialisedLoss loss;
            for (int i = 0; i < 100; ++i) {
                const std::uint64_t account = 1 + random.below(20);
                const std::uint64_t kind = random.below(4);
                if (kind == 0) {  // a winner is paid what nobody could pay
                    const std::int64_t deficit = random.between(1, 50'000);
                    const Leg legs[] = {{Book::deficit, 0, 1, -deficit},
                                        {Book::cash, account, 1, deficit}};
                    BOOST_REQUIRE(ledger.post({Event::cover, legs}));
                    loss.add(deficit);
                    balances += deficit;
                } else if (kind == 1) {
                    const std::int64_t income = random.between(1, 30'000);
                    BOOST_REQUIRE(ledger.deposit(kInsuranceFund, 1, income));
                    const auto repaid = loss.repay(income);
                    const auto legs = repaid.legs(kInsuranceFund, 1);
                    BOOST_REQUIRE(sum_of(legs) == 0);
                    BOOST_REQUIRE(repaid.to_claims + repaid.to_shortfall + repaid.left == income);
                    if (!legs.empty()) BOOST_REQUIRE(ledger.post({Event::transfer, legs}));
                    balances += repaid.to_claims;
                } else if (const std::int64_t owned = ledger.cash(account, 1); owned > 0) {
                    const std::int64_t amount = random.between(1, owned);
                    const auto legs = loss.withdraw(account, amount, balances).legs(account, 1);
                    BOOST_REQUIRE(sum_of(legs) == 0);
                    BOOST_REQUIRE(ledger.post({Event::withdrawal, legs}));
                    balances -= amount;
                }
                // The shortfall is the deficit that stands in the ledger, to the unit.
                BOOST_REQUIRE(ledger.balance(Book::deficit, 0, 1) == -loss.shortfall());
                Int128 claimed = 0;
                for (const auto& claim : loss.claims()) claimed += claim.amount;
                BOOST_REQUIRE(claimed == loss.claimed());
            }
            BOOST_REQUIRE(ledger.recompute_residual(1) == 0);
        }
    }
}

// Invariant I20.
BOOST_AUTO_TEST_CASE(while_a_deficit_is_open_profit_that_is_not_realised_lets_nothing_out) {
    BOOST_TEST(withdrawable({1'000, 500, 800}, false) == 700);
    BOOST_TEST(withdrawable({1'000, 500, 800}, true) == 200);
    BOOST_TEST(withdrawable({1'000, -500, 800}, true) == 0);
    BOOST_TEST(withdrawable({1'000, -100, 800}, false) == 100);
    BOOST_TEST(withdrawable({1'000, 5'000, 800}, false) == 1'000);  // no more than it owns
    BOOST_TEST(withdrawable({-10, 5'000, 800}, false) == 0);
}

BOOST_AUTO_TEST_CASE(
    a_loss_spread_over_positions_is_covered_and_its_surplus_is_less_than_a_unit_a_lot) {
    const Spread spread = spread_over_positions(100, 11);
    BOOST_TEST(spread.per_lot == 10);
    BOOST_TEST((spread.surplus == 10));
    BOOST_TEST((spread_over_positions(99, 11).surplus == 0));
}

BOOST_AUTO_TEST_CASE(a_fill_beyond_the_bankruptcy_price_is_paid_by_the_fund) {
    BOOST_TEST(fund_delta(5'000, 5'100, 5'000'000) == -100);
    BOOST_TEST(fund_delta(-5'000, -4'900, 5'000'000) == -100);
}

BOOST_AUTO_TEST_SUITE_END()
