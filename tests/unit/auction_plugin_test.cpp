// The auction policy through the table of the plugin file.
#include <boost/test/unit_test.hpp>

#include <vector>

#include "support/auction_world.hpp"

using namespace lpc::test;
using Key = AuctionWorld::Key;

namespace {

constexpr Key kLeg{7, 1};

std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands, std::uint16_t kind) {
    return AuctionWorld::of_kind(commands, kind);
}
std::vector<lpc_command> offers(const std::vector<lpc_command>& commands, std::uint8_t type) {
    auto found = of_kind(commands, LPC_CMD_OFFER);
    std::erase_if(found,
                  [type](const lpc_command& c) { return c.code != type || c.u.offer.lots == 0; });
    return found;
}
std::uint8_t escalation(const std::vector<lpc_command>& commands) {
    const auto found = of_kind(commands, LPC_CMD_ESCALATE);
    return found.empty() ? std::uint8_t{0} : found.front().code;
}

// A sealed lot of the position is open; the clock stands where it closes.
void to_the_close(AuctionWorld& w) {
    (void)w.turn(kSecond);
    BOOST_REQUIRE(w.legs[kLeg].lot_open);
    w.now_ns = w.legs[kLeg].lot.close_ns;
}

// The sealed lot found nobody: a descending one is open.
void to_the_descent(AuctionWorld& w) {
    to_the_close(w);
    (void)w.turn(w.now_ns);
    (void)w.turn(w.now_ns + kMs);
    BOOST_REQUIRE(w.legs[kLeg].lot_open);
    BOOST_REQUIRE(w.legs[kLeg].lot_type == LPC_AUCTION_DESCENDING);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_plugin)

BOOST_AUTO_TEST_CASE(a_position_goes_in_a_sealed_lot_at_the_price_of_its_marginal_bid) {
    for (const std::int64_t side : {1, -1}) {
        AuctionWorld w;
        w.start(kLeg, side * 100);
        to_the_close(w);
        w.bid(kLeg, 1, 10'000 - side * 10, 60);
        w.bid(kLeg, 2, 10'000 - side * 20, 60);
        w.bid(kLeg, 3, 10'000 - side * 30, 60);
        const auto awards = of_kind(w.turn(w.now_ns), LPC_CMD_AWARD);
        BOOST_REQUIRE(awards.size() == 2u);
        for (const lpc_command& c : awards) BOOST_TEST(c.u.award.price == 10'000 - side * 20);
        BOOST_TEST(awards[0].u.award.lots == -side * 60);
        BOOST_TEST(awards[1].u.award.lots == -side * 40);
        w.fill_all();
        BOOST_TEST(w.legs[kLeg].position == 0);
        BOOST_TEST(w.run(w.now_ns + 30 * kSecond, kSecond).empty());
    }
}

BOOST_AUTO_TEST_CASE(what_a_sealed_lot_leaves_goes_in_a_descending_one) {
    AuctionWorld w;
    w.start(kLeg, 100);
    to_the_close(w);
    w.bid(kLeg, 1, 9'990, 30);
    (void)w.turn(w.now_ns);
    w.fill_all();
    (void)w.turn(w.now_ns + kMs);
    BOOST_TEST(!w.legs[kLeg].lot_open);
    const auto next = offers(w.turn(w.now_ns + kMs), LPC_AUCTION_DESCENDING);
    BOOST_REQUIRE(next.size() == 1u);
    BOOST_TEST(next[0].u.offer.lots == -70);
    BOOST_TEST(next[0].u.offer.price == 10'000);
}

BOOST_AUTO_TEST_CASE(the_price_descends_by_its_rules_and_takes_of_one_turn_share) {
    AuctionWorld w({{"linear_pace_ms", 100'000}, {"step_ms", 100}});
    w.start(kLeg, 90);
    to_the_descent(w);
    const std::int64_t opened_ns = w.legs[kLeg].terms.opened_ns;
    const auto steps = offers(w.run(opened_ns + kSecond, 5 * kMs), LPC_AUCTION_DESCENDING);
    BOOST_TEST(steps.size() == 10u);
    BOOST_TEST(w.legs[kLeg].lot.price == 9'900);  // a thousandth each step
    w.bid(kLeg, 1, 9'900, 90);
    w.bid(kLeg, 2, 9'950, 45);
    w.bid(kLeg, 3, 9'899, 90);
    const auto awards = of_kind(w.turn(w.now_ns + kMs), LPC_CMD_AWARD);
    BOOST_REQUIRE(awards.size() == 2u);
    BOOST_TEST(awards[0].u.award.lots == -60);
    BOOST_TEST(awards[1].u.award.lots == -30);
    w.fill_all();
    BOOST_TEST(w.legs[kLeg].position == 0);
}

BOOST_AUTO_TEST_CASE(nobody_bids_so_it_is_offered_anew_and_then_the_next_stage_is_asked_for) {
    AuctionWorld w({{"resets_max", 2}, {"linear_pace_ms", 4'000'000}, {"tail_ns", kSecond}});
    w.start(kLeg, 100);
    const auto commands = w.run(20 * kSecond);
    BOOST_TEST(of_kind(commands, LPC_CMD_AWARD).empty());
    BOOST_TEST(escalation(commands) == LPC_ESCALATE_NO_LIQUIDITY);
    BOOST_TEST(offers(commands, LPC_AUCTION_SEALED).size() == 3u);
}

BOOST_AUTO_TEST_CASE(nothing_is_sold_below_the_reserve_however_long_nobody_bids_more) {
    AuctionWorld w;
    w.start(kLeg, 100);
    to_the_close(w);
    w.bid(kLeg, 1, 9'699, 100);  // permitted is 9,700
    BOOST_TEST(of_kind(w.turn(w.now_ns), LPC_CMD_AWARD).empty());
    BOOST_TEST(of_kind(w.run(w.now_ns + 60 * kSecond), LPC_CMD_AWARD).empty());
}

BOOST_AUTO_TEST_CASE(the_reserve_is_what_the_book_gives_where_that_is_better) {
    AuctionWorld w;
    w.book(1, {9'990, 10'010, 50, 50});
    w.start(kLeg, 100);
    const auto lot = offers(w.turn(kSecond), LPC_AUCTION_SEALED);
    BOOST_REQUIRE(lot.size() == 1u);
    // 50 lots at 9,990 and 50 beyond, which cost half of 10 ticks more.
    BOOST_TEST(lot[0].u.offer.reserve_price == 9'988);
    w.now_ns = w.legs[kLeg].lot.close_ns;
    w.book(1, {9'995, 10'010, 100, 50});
    w.bid(kLeg, 1, 9'994, 100);
    BOOST_TEST(of_kind(w.turn(w.now_ns), LPC_CMD_AWARD).empty());
}

BOOST_AUTO_TEST_CASE(a_descent_that_reaches_the_book_ends_and_the_next_stage_is_asked_for) {
    AuctionWorld w;
    w.book(1, {9'970, 10'030, 1'000, 1'000});
    w.start(kLeg, 100);
    const auto commands = w.run(5 * kSecond);
    BOOST_TEST(escalation(commands) == LPC_ESCALATE_NO_LIQUIDITY);
    const auto steps = offers(commands, LPC_AUCTION_DESCENDING);
    BOOST_REQUIRE(!steps.empty());
    BOOST_TEST(steps.back().u.offer.price >= 9'970);
    BOOST_TEST(steps.back().u.offer.price < 9'985);
}

BOOST_AUTO_TEST_CASE(beyond_the_bankruptcy_price_the_fund_is_asked_step_by_step_for_what_it_costs) {
    AuctionWorld w({{"linear_pace_ms", 10'000}, {"step_ms", 100}});
    w.start(kLeg, 100);
    w.closeout(kLeg, {0, 9'950, 9'950, 0});
    to_the_descent(w);
    std::int64_t expected = 0;
    for (int step = 1; step <= 3; ++step) {
        const auto asked =
            of_kind(w.turn(w.legs[kLeg].terms.opened_ns + step * 100 * kMs), LPC_CMD_GRANT);
        BOOST_REQUIRE(asked.size() == 1u);
        expected = (9'950 - (10'000 - 100 * step)) * 100 * AuctionWorld::kMultiplier;
        BOOST_TEST(asked[0].u.grant.amount == expected);
        w.granted(kLeg, expected, 10'000 - 100 * step);
        const auto steps = offers(w.turn(w.now_ns + kMs), LPC_AUCTION_DESCENDING);
        BOOST_REQUIRE(steps.size() == 1u);
        BOOST_TEST(steps[0].u.offer.price == 10'000 - 100 * step);
    }
}

BOOST_AUTO_TEST_CASE(a_fund_that_gives_nothing_or_too_little_ends_the_auction) {
    for (const bool little : {false, true}) {
        AuctionWorld w({{"linear_pace_ms", 10'000}, {"step_ms", 100}});
        w.start(kLeg, 100);
        w.closeout(kLeg, {0, 9'950, 9'950, 0});
        to_the_descent(w);
        const auto fund = [&](const lpc_command& c) {
            return c.kind == LPC_CMD_GRANT && !little ? std::uint8_t{LPC_REASON_NO_GRANT}
                                                      : std::uint8_t{0};
        };
        (void)w.turn(w.legs[kLeg].terms.opened_ns + 100 * kMs, fund);
        if (little) w.granted(kLeg, 1'000, 9'949);
        const auto commands = w.run(w.now_ns + kSecond);
        BOOST_TEST(escalation(commands) == LPC_ESCALATE_BANKRUPT);
        BOOST_TEST(of_kind(commands, LPC_CMD_GRANT).empty());
    }
}

BOOST_AUTO_TEST_CASE(an_account_that_is_bankrupt_at_the_mark_starts_at_the_mark_if_the_fund_pays) {
    AuctionWorld w;
    w.start(kLeg, 100);
    w.closeout(kLeg, {0, 10'100, 10'100, 0});
    const auto first = w.turn(kSecond);
    BOOST_TEST(of_kind(first, LPC_CMD_OFFER).empty());  // nobody pays more than the mark
    BOOST_REQUIRE(of_kind(first, LPC_CMD_GRANT).size() == 1u);
    BOOST_TEST(of_kind(first, LPC_CMD_GRANT)[0].u.grant.amount == 100 * 100 * 10);
    w.granted(kLeg, 100'000, 10'000);
    BOOST_TEST(offers(w.turn(kSecond + kMs), LPC_AUCTION_SEALED).size() == 1u);
}

BOOST_AUTO_TEST_CASE(while_the_price_is_unfit_or_trading_is_halted_nothing_is_offered_or_awarded) {
    for (const bool fit : {true, false}) {
        AuctionWorld w;
        w.start(kLeg, 100);
        to_the_close(w);
        w.bid(kLeg, 1, 9'990, 100);
        w.market(1, 10'000, fit, !fit);
        BOOST_TEST(of_kind(w.turn(w.now_ns), LPC_CMD_AWARD).empty());
        w.market(1, 10'000);
        w.stand_still(kLeg, kSecond);
        const std::int64_t close_ns = w.legs[kLeg].lot.close_ns;
        BOOST_TEST(of_kind(w.run(close_ns - 10 * kMs), LPC_CMD_AWARD).empty());
        BOOST_TEST(of_kind(w.turn(close_ns), LPC_CMD_AWARD).size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(a_descending_price_stands_while_its_clock_does) {
    AuctionWorld w;
    w.start(kLeg, 100);
    to_the_descent(w);
    w.market(1, 10'000, false);
    (void)w.run(w.now_ns + kSecond);
    BOOST_TEST(w.legs[kLeg].lot.price == 10'000);
    w.market(1, 10'000);
    w.stand_still(kLeg, kSecond);
    (void)w.run(w.legs[kLeg].terms.opened_ns + 200 * kMs);
    BOOST_TEST(w.legs[kLeg].lot.price == 10'000);
    (void)w.run(w.legs[kLeg].terms.opened_ns + 300 * kMs);
    BOOST_TEST(w.legs[kLeg].lot.price == 9'988);  // 9,987.5
}

BOOST_AUTO_TEST_CASE(each_circuit_level_stops_what_it_says_and_all_below) {
    const auto conducted = [](std::int64_t level, AuctionWorld& w) {
        w.start(kLeg, 100);
        to_the_close(w);
        w.set("circuit_level", level);
        w.start({8, 1}, 100);
        w.bid(kLeg, 1, 9'990, 30);
        return w.turn(w.now_ns);
    };
    for (const std::int64_t level : {1, 2}) {
        AuctionWorld w({{"tail_ns", kSecond}, {"linear_pace_ms", 4'000'000}});
        const auto now = conducted(level, w);
        BOOST_TEST(of_kind(now, LPC_CMD_AWARD).size() == 1u);
        const auto then = w.run(w.now_ns + 10 * kSecond);
        BOOST_TEST(offers(then, LPC_AUCTION_SEALED).size() == (level == 1 ? 2u : 0u));
        BOOST_TEST(escalation(now) == LPC_ESCALATE_NO_LIQUIDITY);  // the account without a lot
    }
    AuctionWorld w;
    const auto now = conducted(3, w);
    BOOST_TEST(of_kind(now, LPC_CMD_AWARD).empty());
    BOOST_TEST(escalation(w.turn(w.now_ns + kMs)) == LPC_ESCALATE_NO_LIQUIDITY);
}

BOOST_AUTO_TEST_CASE(a_lot_whose_mark_has_run_away_is_drawn_back_and_offered_anew) {
    AuctionWorld w({{"reset_move_ppb", 10'000'000}});
    w.start(kLeg, 100);
    to_the_descent(w);
    w.market(1, 9'880);
    (void)w.run(w.now_ns + 100 * kMs);
    BOOST_TEST(w.legs[kLeg].lot_open);
    BOOST_TEST(w.legs[kLeg].lot_type == LPC_AUCTION_SEALED);
    BOOST_TEST(w.legs[kLeg].lot.price == 9'880);
}

BOOST_AUTO_TEST_CASE(no_more_lots_of_an_account_are_open_at_once_than_may_be) {
    AuctionWorld w({{"lots_open_max", 1}});
    w.market(2, 500);
    w.start({7, 1}, 100);
    w.start({7, 2}, -100);
    BOOST_TEST(offers(w.turn(kSecond), LPC_AUCTION_SEALED).size() == 1u);
    w.now_ns = w.legs[kLeg].lot.close_ns;
    w.bid(kLeg, 1, 9'990, 100);
    (void)w.turn(w.now_ns);
    w.fill_all();
    const auto next = offers(w.turn(w.now_ns + kMs), LPC_AUCTION_SEALED);
    BOOST_REQUIRE(next.size() == 1u);
    BOOST_TEST(next[0].instrument == 2u);
}

BOOST_AUTO_TEST_CASE(a_large_position_goes_lot_after_lot) {
    AuctionWorld w({{"lot_lots_max", 40}});
    w.start(kLeg, 100);
    for (const std::int64_t lots : {40, 40, 20}) {
        const auto next = offers(w.turn(w.now_ns + kSecond), LPC_AUCTION_SEALED);
        BOOST_REQUIRE(next.size() == 1u);
        BOOST_TEST(next[0].u.offer.lots == -lots);
        w.now_ns = w.legs[kLeg].lot.close_ns;
        w.bid(kLeg, 1, 9'990, 40);
        (void)w.turn(w.now_ns);
        w.fill_all();
    }
    BOOST_TEST(w.legs[kLeg].position == 0);
}

BOOST_AUTO_TEST_CASE(a_swap_from_facts_alone_conducts_the_lot_by_the_rules_it_is_pinned_to) {
    AuctionWorld w({{"linear_pace_ms", 100'000}, {"step_ms", 100}});
    w.start(kLeg, 90);
    to_the_descent(w);
    w.set("step_ms", 70);
    w.set("linear_pace_ms", 1'000'000);
    lpc::testing::Instance fresh(auction_table());
    BOOST_REQUIRE(fresh.tell(w.host.current_facts(), 64) == LPC_OK);
    const std::int64_t at_ns = w.legs[kLeg].terms.opened_ns + 200 * kMs;
    const auto result = fresh.turn({w.host.last_seq() + 1, at_ns, LPC_TURN_ACTIVE, 0}, 64);
    const auto steps = offers(result.commands, LPC_AUCTION_DESCENDING);
    BOOST_REQUIRE(steps.size() == 1u);
    BOOST_TEST(steps[0].u.offer.price == 9'980);
    BOOST_TEST(steps[0].tag == static_cast<std::uint64_t>(w.legs[kLeg].terms.rules));
}

BOOST_AUTO_TEST_CASE(what_is_refused_is_asked_again_later_and_in_the_end_the_next_stage_is) {
    AuctionWorld w({{"refusals_max", 3}});
    w.start(kLeg, 100);
    std::vector<std::int64_t> at_ns;
    std::uint8_t why = 0;
    for (int i = 0; i < 200 && why == 0; ++i) {
        const auto commands = w.turn(w.now_ns + 10 * kMs, [](const lpc_command& c) {
            return c.kind == LPC_CMD_OFFER ? std::uint8_t{LPC_REASON_RATE} : std::uint8_t{0};
        });
        for (const lpc_command& c : of_kind(commands, LPC_CMD_OFFER)) {
            (void)c;
            at_ns.push_back(w.now_ns);
        }
        why = escalation(commands);
    }
    BOOST_REQUIRE(at_ns.size() == 3u);
    BOOST_TEST(at_ns[1] - at_ns[0] >= 250 * kMs);
    BOOST_TEST(at_ns[2] - at_ns[1] >= 250 * kMs);
    BOOST_TEST(why == LPC_ESCALATE_NO_LIQUIDITY);
}

BOOST_AUTO_TEST_CASE(where_there_is_no_next_stage_the_auction_begins_anew) {
    AuctionWorld w({{"resets_max", 0}, {"linear_pace_ms", 4'000'000}, {"tail_ns", kSecond}});
    w.start(kLeg, 100);
    std::size_t asked = 0, sealed = 0;
    for (int i = 0; i < 1'000; ++i) {
        const auto commands = w.turn(w.now_ns + 10 * kMs, [](const lpc_command& c) {
            return c.kind == LPC_CMD_ESCALATE ? std::uint8_t{LPC_REASON_WRONG_STAGE}
                                              : std::uint8_t{0};
        });
        asked += of_kind(commands, LPC_CMD_ESCALATE).size();
        sealed += offers(commands, LPC_AUCTION_SEALED).size();
        const AuctionWorld::Leg& leg = w.legs[kLeg];
        if (leg.lot_open && leg.lot_type == LPC_AUCTION_DESCENDING && w.now_ns >= leg.lot.close_ns)
            w.expire(kLeg);
    }
    BOOST_TEST(asked >= 5u);
    BOOST_TEST(sealed >= asked);
    BOOST_TEST(sealed <= asked + 1);
}

BOOST_AUTO_TEST_CASE(at_the_deadline_the_lot_is_drawn_back_and_the_account_leaves) {
    AuctionWorld w;
    w.start(kLeg, 100, 2 * kSecond);
    (void)w.turn(kSecond);
    (void)w.run(2 * kSecond - 10 * kMs);
    BOOST_TEST(w.legs[kLeg].lot_open);
    (void)w.turn(2 * kSecond);
    BOOST_TEST(!w.legs[kLeg].lot_open);
    BOOST_TEST(escalation(w.turn(2 * kSecond + kMs)) == LPC_ESCALATE_DEADLINE);
}

BOOST_AUTO_TEST_CASE(too_few_bidders_are_no_sealed_auction) {
    AuctionWorld w({{"bidders_min", 3}});
    w.start(kLeg, 100);
    to_the_close(w);
    w.bid(kLeg, 1, 9'990, 60);
    w.bid(kLeg, 2, 9'990, 60);
    BOOST_TEST(of_kind(w.turn(w.now_ns), LPC_CMD_AWARD).empty());
    BOOST_TEST(offers(w.turn(w.now_ns + kMs), LPC_AUCTION_DESCENDING).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_account_whose_position_is_closed_by_others_has_its_lot_drawn_back) {
    AuctionWorld w;
    w.start(kLeg, 100);
    (void)w.turn(kSecond);
    w.position(kLeg, 0);
    (void)w.turn(kSecond + kMs);
    BOOST_TEST(!w.legs[kLeg].lot_open);
    BOOST_TEST(w.run(20 * kSecond).empty());
}

BOOST_AUTO_TEST_SUITE_END()
