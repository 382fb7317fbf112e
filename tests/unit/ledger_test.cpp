// The ledger's laws by example: what each event does to which account, and what is refused; and the
// figures of a fund that are read from it.
#include <lpc/limits.h>

#include <boost/test/unit_test.hpp>
#include <limits>

#include "support/one_fund.hpp"

using namespace lpc;
using namespace lpc::settlement;

namespace {

constexpr std::uint32_t kUsd = 1;
constexpr std::uint32_t kBtc = 2;
constexpr std::uint64_t kAlice = 11;
constexpr std::uint64_t kBob = 12;

struct House {
    House() {
        for (const std::uint32_t asset : {kUsd, kBtc}) BOOST_REQUIRE(ledger.open_asset(asset));
        for (const std::uint64_t account : {kAlice, kBob}) {
            BOOST_REQUIRE(ledger.open_account(account));
            BOOST_REQUIRE(ledger.deposit(account, kUsd, 1000));
        }
    }
    ~House() {
        for (const std::uint32_t asset : {kUsd, kBtc}) {
            BOOST_CHECK(ledger.residual(asset) == 0);
            BOOST_CHECK(ledger.recompute_residual(asset) == 0);
        }
    }

    // Leaves Alice with `debt` less than nothing in cash, flat: she bought and Bob, who sold, got
    // her money.
    void bankrupt_alice(std::int64_t debt) {
        const std::int64_t loss = 1000 + debt;
        BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -loss, 0, 0}, {kAlice, loss, 0, 0}}));
        BOOST_REQUIRE(ledger.fill({kUsd, {kBob, 0, loss, 0}, {kAlice, 0, -loss, 0}}));
        BOOST_REQUIRE_EQUAL(cash(kAlice), -debt);
    }

    std::int64_t cash(std::uint64_t account) const { return ledger.cash(account, kUsd); }
    std::int64_t open(std::uint64_t account) const {
        return ledger.balance(Book::open, account, kUsd);
    }
    std::int64_t house(Book book) const { return ledger.balance(book, 0, kUsd); }

    // The event is refused for this reason, and nothing has changed.
    template <class Call>
    void refused(Call call, const std::string& why) {
        const std::uint64_t before = ledger.state_hash();
        const std::uint64_t events = ledger.events();
        const auto answer = call();
        BOOST_REQUIRE(!answer);
        BOOST_CHECK_MESSAGE(answer.error().message.find(why) != std::string::npos,
                            answer.error().message << " -- expected: " << why);
        BOOST_TEST(ledger.state_hash() == before);
        BOOST_TEST(ledger.events() == events);
    }

    Ledger ledger;
    OneFund fund{ledger};
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(ledger_events, House)

BOOST_AUTO_TEST_CASE(a_deposit_comes_from_outside_and_a_withdrawal_goes_back) {
    BOOST_REQUIRE(ledger.deposit(kAlice, kUsd, 500));
    BOOST_REQUIRE(ledger.withdraw(kAlice, kUsd, 1200));
    BOOST_TEST(cash(kAlice) == 300);
    BOOST_TEST(house(Book::external) == -1300);
    refused([&] { return ledger.withdraw(kAlice, kUsd, 301); }, "account 11 owns 300 of asset 1");
}

BOOST_AUTO_TEST_CASE(a_buy_debits_the_buyers_open_and_credits_the_sellers) {
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -700, 0, -1}, {kAlice, 700, 0, 3}}));
    BOOST_TEST(open(kAlice) == -700);
    BOOST_TEST(open(kBob) == 700);
    BOOST_TEST(cash(kAlice) == 997);
    BOOST_TEST(cash(kBob) == 1001);
    BOOST_TEST(house(Book::fees) == 2);
}

BOOST_AUTO_TEST_CASE(realised_profit_moves_from_open_to_cash) {
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -700, 0, 0}, {kAlice, 700, 0, 0}}));
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, 750, -50, 0}, {kAlice, -750, 50, 0}}));
    BOOST_TEST(open(kAlice) == 0);
    BOOST_TEST(open(kBob) == 0);
    BOOST_TEST(cash(kAlice) == 1050);
    BOOST_TEST(cash(kBob) == 950);
}

BOOST_AUTO_TEST_CASE(a_trade_with_oneself_changes_nothing_but_fees) {
    BOOST_REQUIRE(ledger.fill({kUsd, {kAlice, -700, 0, 1}, {kAlice, 700, 0, 2}}));
    BOOST_TEST(open(kAlice) == 0);
    BOOST_TEST(cash(kAlice) == 997);
}

BOOST_AUTO_TEST_CASE(a_transfer_and_a_fee_move_cash_and_may_leave_a_debt) {
    BOOST_REQUIRE(ledger.transfer(kAlice, kBob, kUsd, 1100));
    BOOST_TEST(cash(kAlice) == -100);
    BOOST_TEST(cash(kBob) == 2100);
    BOOST_REQUIRE(ledger.fee(kBob, kUsd, 7));
    BOOST_TEST(cash(kBob) == 2093);
    BOOST_TEST(house(Book::fees) == 7);
}

BOOST_AUTO_TEST_CASE(assets_are_apart_from_each_other) {
    BOOST_REQUIRE(ledger.deposit(kAlice, kBtc, 5));
    BOOST_TEST(cash(kAlice) == 1000);
    BOOST_TEST(ledger.cash(kAlice, kBtc) == 5);
    const Leg legs[] = {{Book::cash, kAlice, kUsd, -3}, {Book::cash, kAlice, kBtc, 3}};
    refused(
        [&] {
            return ledger.post({Event::transfer, legs});
        },
        "its legs leave a sum of -3 in asset 1, expected 0");
}

BOOST_AUTO_TEST_CASE(legs_that_do_not_sum_to_zero_are_refused) {
    refused(
        [&] {
            return ledger.fill({kUsd, {kBob, -700, 0, 0}, {kAlice, 701, 0, 0}});
        },
        "fill refused: its legs leave a sum of -1 in asset 1, expected 0");
    const Leg legs[] = {
        {Book::cash, kAlice, kUsd, 5}, {Book::cash, kBob, kUsd, -2}, {Book::fees, 0, kUsd, -2}};
    refused([&] { return ledger.post({Event::transfer, legs}); }, "leave a sum of 1 in asset 1");
}

BOOST_AUTO_TEST_CASE(what_the_ledger_does_not_know_is_refused) {
    refused([&] { return ledger.deposit(13, kUsd, 1); }, "deposit refused: no account 13");
    refused([&] { return ledger.deposit(kAlice, 9, 1); }, "deposit refused: no asset 9");
    refused([&] { return ledger.fill({kUsd, {kBob, 0, 0, 0}, {13, 0, 0, 0}}); }, "no account 13");
    const Leg legs[] = {{Book::fees, kAlice, kUsd, 0}};
    refused([&] { return ledger.post({Event::fee, legs}); }, "no account 11 in that book");
    BOOST_TEST(!ledger.open_account(0));
    BOOST_TEST(!ledger.open_asset(0));
    BOOST_TEST(ledger.cash(13, kUsd) == 0);
    BOOST_TEST(!ledger.has_account(13));
}

BOOST_AUTO_TEST_CASE(amounts_beyond_the_limit_are_refused_and_never_wrap) {
    constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
    for (const std::int64_t amount :
         {std::int64_t{0}, std::int64_t{-1}, LPC_MONEY_MAX + 1, kLeast}) {
        refused([&] { return ledger.deposit(kAlice, kUsd, amount); }, "deposit refused: amount");
        refused([&] { return ledger.withdraw(kAlice, kUsd, amount); },
                "withdrawal refused: amount");
        refused([&] { return ledger.transfer(kAlice, kBob, kUsd, amount); }, "refused: amount");
        refused([&] { return ledger.fee(kAlice, kUsd, amount); }, "fee refused: amount");
    }
    for (const std::int64_t amount : {LPC_MONEY_MAX + 1, kLeast}) {
        for (const Side& side :
             {Side{kAlice, amount, 0, 0}, Side{kAlice, 0, amount, 0}, Side{kAlice, 0, 0, amount}}) {
            refused([&] { return ledger.fill({kUsd, side, {kBob, 0, 0, 0}}); }, "beyond");
            refused([&] { return ledger.fill({kUsd, {kBob, 0, 0, 0}, side}); }, "beyond");
        }
        const Leg legs[] = {{Book::cash, kAlice, kUsd, amount}};
        refused([&] { return ledger.post({Event::transfer, legs}); }, "a leg of");
        refused([&] { return fund.take_over({kAlice, kUsd, amount, 0, 0}); }, "beyond");
    }
}

BOOST_AUTO_TEST_CASE(a_balance_beyond_the_limit_is_refused_whole) {
    refused([&] { return ledger.deposit(kAlice, kUsd, LPC_MONEY_MAX - 1999); },
            "to -4611686018427387905");
    BOOST_REQUIRE(ledger.deposit(kAlice, kUsd, LPC_MONEY_MAX - 2000));
    BOOST_TEST(cash(kAlice) == LPC_MONEY_MAX - 1000);
    refused(
        [&] {
            return ledger.fill({kUsd, {kAlice, 0, 1001, 0}, {kBob, 0, 0, 0}});
        },
        "to 4611686018427387905");
}

BOOST_AUTO_TEST_CASE(opening_twice_changes_nothing) {
    const std::uint64_t before = ledger.state_hash();
    BOOST_REQUIRE(ledger.open_account(kAlice));
    BOOST_REQUIRE(ledger.open_asset(kUsd));
    BOOST_TEST(ledger.state_hash() == before);
    BOOST_REQUIRE(ledger.open_account(13));
    BOOST_TEST(ledger.state_hash() != before);
}

BOOST_AUTO_TEST_CASE(an_asset_opened_late_and_many_accounts_are_all_there) {
    constexpr std::uint64_t kAccounts = 100'000;
    for (std::uint64_t i = 1; i <= kAccounts; ++i) {
        BOOST_REQUIRE(ledger.open_account(i << 32));
    }
    BOOST_REQUIRE(ledger.open_asset(3));
    for (std::uint64_t i = 1; i <= kAccounts; ++i) {
        BOOST_REQUIRE(ledger.deposit(i << 32, 3, static_cast<std::int64_t>(i)));
    }
    for (std::uint64_t i = 1; i <= kAccounts; ++i) {
        BOOST_REQUIRE_EQUAL(ledger.cash(i << 32, 3), static_cast<std::int64_t>(i));
    }
    BOOST_TEST((ledger.recompute_residual(3) == 0));
    BOOST_TEST(cash(kAlice) == 1000);
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(insurance_fund, House)

BOOST_AUTO_TEST_CASE(the_fund_covers_what_an_account_owes) {
    BOOST_REQUIRE(fund.deposit(kUsd, 500));
    bankrupt_alice(120);
    const auto cover = fund.cover(kAlice, kUsd, 120);
    BOOST_REQUIRE(cover);
    BOOST_TEST(cover->paid == 120);
    BOOST_TEST(cover->deficit == 0);
    BOOST_TEST(cash(kAlice) == 0);
    BOOST_TEST(fund.balance(kUsd) == 380);
    BOOST_TEST((fund.figures(kUsd).drawn() == 120));
}

BOOST_AUTO_TEST_CASE(what_the_fund_cannot_pay_is_booked_as_deficit_and_the_fund_stays_at_zero) {
    BOOST_REQUIRE(fund.deposit(kUsd, 50));
    bankrupt_alice(120);
    const auto cover = fund.cover(kAlice, kUsd, 120);
    BOOST_REQUIRE(cover);
    BOOST_TEST(cover->paid == 50);
    BOOST_TEST(cover->deficit == 70);
    BOOST_TEST(cash(kAlice) == 0);
    BOOST_TEST(fund.balance(kUsd) == 0);
    BOOST_TEST(house(Book::deficit) == -70);
    BOOST_TEST(fund.figures(kUsd).deficit_booked == 70);
}

BOOST_AUTO_TEST_CASE(no_more_is_covered_than_is_owed) {
    BOOST_REQUIRE(fund.deposit(kUsd, 500));
    bankrupt_alice(120);
    refused([&] { return fund.cover(kAlice, kUsd, 121); },
            "account 11 owes 120 of asset 1, not 121");
    refused([&] { return fund.cover(kBob, kUsd, 1); }, "account 12 owes 0 of asset 1, not 1");
    refused([&] { return fund.cover(kAlice, kUsd, 0); }, "not 0");
    refused([&] { return fund.cover(kAlice, kUsd, -1); }, "not -1");
    refused([&] { return fund.cover(99, kUsd, 1); }, "account 99 owes 0");
    refused([&] { return fund.cover(kInsuranceFund, kUsd, 1); }, "the fund's own debt");
    BOOST_REQUIRE(fund.cover(kAlice, kUsd, 20));
    BOOST_TEST(cash(kAlice) == -100);
}

BOOST_AUTO_TEST_CASE(
    a_position_is_taken_over_at_the_bankruptcy_price_and_leaves_the_account_at_zero) {
    BOOST_REQUIRE(fund.deposit(kUsd, 500));
    // Alice is long at a cost of 5000; sold for 4000 her loss is all that she owns.
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -5000, 0, 0}, {kAlice, 5000, 0, 0}}));
    BOOST_REQUIRE(fund.take_over({kAlice, kUsd, -4000, -1000, 0}));
    BOOST_TEST(cash(kAlice) == 0);
    BOOST_TEST(open(kAlice) == 0);
    BOOST_TEST(open(kInsuranceFund) == -4000);
    BOOST_TEST(fund.balance(kUsd) == 500);
}

BOOST_AUTO_TEST_CASE(a_loss_of_the_fund_beyond_its_cash_is_booked_when_settled) {
    BOOST_REQUIRE(fund.deposit(kUsd, 500));
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -5000, 0, 0}, {kAlice, 5000, 0, 0}}));
    BOOST_REQUIRE(fund.take_over({kAlice, kUsd, -4000, -1000, 0}));
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, 3300, 0, 0}, {kInsuranceFund, -3300, -700, 10}}));
    BOOST_TEST(fund.balance(kUsd) == -210);
    BOOST_TEST(!fund.sound(kUsd));
    const auto missing = fund.settle_fund(kUsd);
    BOOST_REQUIRE(missing);
    BOOST_TEST(*missing == 210);
    BOOST_TEST(fund.balance(kUsd) == 0);
    BOOST_TEST(open(kInsuranceFund) == 0);
    const FundFigures figures = fund.figures(kUsd);
    BOOST_TEST(figures.deficit_booked == 210);
    BOOST_TEST((figures.lost == 500));
    BOOST_TEST((figures.balance() == 0));
    BOOST_TEST(fund.settle_fund(kUsd).value() == 0);
}

BOOST_AUTO_TEST_CASE(liquidation_fees_and_profits_fill_the_fund) {
    BOOST_REQUIRE(fund.receive_fee(kAlice, kUsd, 30));
    refused([&] { return fund.receive_fee(kAlice, kUsd, 0); }, "expected more than 0");
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, -900, 0, 0}, {kAlice, 900, 0, 0}}));
    BOOST_REQUIRE(fund.take_over({kAlice, kUsd, -800, -100, 0}));
    BOOST_REQUIRE(ledger.fill({kUsd, {kBob, 850, 50, 0}, {kInsuranceFund, -850, 50, 0}}));
    const FundFigures figures = fund.figures(kUsd);
    BOOST_TEST((figures.fees_received == 30));
    BOOST_TEST((figures.gained == 50));
    BOOST_TEST((figures.drawn() == 0));
    BOOST_TEST(fund.balance(kUsd) == 80);
    BOOST_TEST((figures.balance() == 80));
}

BOOST_AUTO_TEST_CASE(a_take_over_has_the_fund_on_one_side_and_only_one) {
    refused(
        [&] {
            return ledger.take_over({kUsd, {kBob, -1, 0, 0}, {kAlice, 1, 0, 0}});
        },
        "one side must be the insurance fund");
    refused([&] { return fund.take_over({kInsuranceFund, kUsd, 1, 0, 0}); }, "one side must be");
    refused([&] { return fund.take_over({99, kUsd, 1, 0, 0}); }, "no account 99");
}

BOOST_AUTO_TEST_SUITE_END()
