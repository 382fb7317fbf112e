// Fund money beyond the bankruptcy price: who gets it, how it is used up, when it is free again.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

// Buyers of 100 lots at 1,000, all closed out at 985; the account with the higher number is worse.
struct Queue : Rig {
    explicit Queue(const std::vector<std::uint64_t>& accounts, std::int64_t grantable = 500) {
        for (const std::uint64_t account : accounts)
            buyer(account, 6'000 - 10 * static_cast<std::int64_t>(account));
        price(kCoin, 985);
        volume(kCoin, 10'000);
        for (const std::uint64_t account : accounts)
            risk.say({margin_of(account), closeout_of(account)});
        fund(grantable);
        turn();
        for (const std::uint64_t account : accounts)
            BOOST_REQUIRE((held(account)->phase == runtime::Phase::running));
    }
    lpc_fact_grant granted(std::uint64_t account) const {
        return state().accounts.find(account)->find(LPC_FACT_GRANT, kCoin)->u.grant;
    }
    // One execution of the account's only order, told as the venue would.
    void fill(std::uint64_t account, std::int64_t lots, std::int64_t done_so_far, std::int64_t at) {
        tell(fill_fact(account, last_order_id(), lots, done_so_far, at));
        tell(order_fact(account, last_order_id(), LPC_ORDER_OPEN, -done_so_far));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_grants)

BOOST_AUTO_TEST_CASE(what_the_fund_has_reserved_for_one_account_is_not_granted_to_another) {
    Rig rig;
    rig.buyer(7);
    rig.buyer(8);
    rig.price(kCoin, 985);
    rig.risk.say({rig.closeout_of(7), rig.closeout_of(8)});
    rig.fund(500);
    rig.turn();
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 400)) == 0u);
    BOOST_TEST(rig.verdict_on(rig.first, grant(8, kCoin, 400)) == 0u);
    BOOST_TEST(rig.seen.facts_of(LPC_FACT_GRANT).back().u.grant.amount == 100);
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 300)) == 0u);  // its own is replaced
    BOOST_TEST(rig.seen.facts_of(LPC_FACT_GRANT).back().u.grant.amount == 300);
}

BOOST_AUTO_TEST_CASE(the_worst_margin_ratio_is_served_first_in_whatever_order_they_ask) {
    for (const std::vector<std::uint64_t>& order :
         {std::vector<std::uint64_t>{7, 8, 9}, {9, 8, 7}, {8, 9, 7}}) {
        Queue rig({7, 8, 9});
        for (const std::uint64_t account : order) rig.first.say(grant(account, kCoin, 300));
        rig.turn();
        BOOST_TEST(rig.granted(9).amount == 300);
        BOOST_TEST(rig.granted(8).amount == 200);
        BOOST_TEST(rig.state().accounts.find(7)->find(LPC_FACT_GRANT, kCoin) == nullptr);
        BOOST_TEST(rig.seen.verdicts.back().command.account == 7u);
        BOOST_TEST(rig.seen.verdicts.back().reason == std::uint32_t{LPC_REASON_NO_GRANT});
    }
}

BOOST_AUTO_TEST_CASE(a_grant_shrinks_by_what_fills_beyond_the_bankruptcy_price_cost) {
    Queue rig({7});
    const std::int64_t bankruptcy = rig.state().closeout(7, kCoin)->u.closeout.bankruptcy_price;
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 500)) == 0u);
    const std::int64_t bound = rig.granted(7).permitted_price;
    BOOST_TEST(bound == bankruptcy - 5);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -100, bound, 1)) == 0u);
    rig.release();
    rig.fill(7, -10, 10, bankruptcy + 3);  // at a better price the fund pays nothing
    BOOST_TEST(rig.granted(7).amount == 500);
    rig.fill(7, -20, 30, bankruptcy - 4);
    BOOST_TEST(rig.granted(7).amount == 420);
    BOOST_TEST(rig.granted(7).permitted_price == bound);
    rig.tell(rig.fill_fact(7, rig.last_order_id(), -20, 30, bankruptcy - 4));  // told twice
    BOOST_TEST(rig.granted(7).amount == 420);
    rig.fill(7, -70, 100, bound);
    BOOST_TEST(rig.granted(7).amount == 70);
}

BOOST_AUTO_TEST_CASE(what_was_spent_stays_reserved_until_the_case_is_closed) {
    Queue rig({7, 8});
    const std::int64_t bankruptcy = rig.state().closeout(7, kCoin)->u.closeout.bankruptcy_price;
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 500)) == 0u);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -100, bankruptcy - 5, 1)) == 0u);
    rig.release();
    rig.fill(7, -100, 100, bankruptcy - 5);
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_DONE, -100));
    BOOST_TEST(rig.granted(7).amount == 0);
    BOOST_TEST(rig.verdict_on(rig.first, grant(8, kCoin, 500)) ==
               std::uint32_t{LPC_REASON_NO_GRANT});
    rig.position(7, 0, 0);
    rig.balance(7, -500);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    rig.balance(7, 0);  // the fund has paid, and has got new money since
    rig.fund(500);
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(rig.verdict_on(rig.first, grant(8, kCoin, 500)) == 0u);
}

BOOST_AUTO_TEST_CASE(spent_money_counts_against_the_most_for_one_account) {
    Queue rig({7}, 10'000);
    const std::int64_t bankruptcy = rig.state().closeout(7, kCoin)->u.closeout.bankruptcy_price;
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 2'000)) == 0u);
    BOOST_TEST(rig.granted(7).amount == 1'000);  // grant_per_account_max_quote
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -50, bankruptcy - 10, 1)) == 0u);
    rig.release();
    rig.fill(7, -50, 50, bankruptcy - 10);
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 2'000)) == 0u);
    BOOST_TEST(rig.granted(7).amount == 500);
}

BOOST_AUTO_TEST_CASE(a_grant_that_is_used_up_permits_no_more_than_the_close_out) {
    Queue rig({7});
    const lpc_fact_closeout terms = rig.state().closeout(7, kCoin)->u.closeout;
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 50)) == 0u);  // less than a tick of each
    BOOST_TEST(rig.granted(7).permitted_price == terms.bankruptcy_price);
    BOOST_TEST(rig.verdict_on(rig.first, grant(7, kCoin, 100)) == 0u);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -100, terms.bankruptcy_price - 1, 1)) ==
               0u);
    rig.release();
    rig.fill(7, -100, 100, terms.bankruptcy_price - 1);
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_DONE, -100));
    BOOST_TEST(rig.granted(7).amount == 0);
    // The position is not told anew yet, so the guard still sees lots to close.
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, terms.bankruptcy_price - 1, 2)) ==
               std::uint32_t{LPC_REASON_BEYOND_PERMITTED_PRICE});
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
