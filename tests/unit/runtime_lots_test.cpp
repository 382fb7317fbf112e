// Auction lots: what an OFFER opens, what its rules permit, when its clock stands still, who is
// awarded what, and how it ends.
#include <boost/test/unit_test.hpp>
#include <functional>
#include <lpc/sdk/auction.hpp>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

constexpr std::uint64_t kSeller = 7, kBidder = 50;
// One per cent of the start each second, as a line that reaches 0 after 100 s.
constexpr LotRules kFalling{LPC_CURVE_LINEAR, 1'000, 100'000};

lpc_command offer(std::uint8_t type, std::int64_t lots, std::int64_t price, std::int64_t reserve,
                  std::int64_t close_ns, std::uint64_t rules = 0) {
    lpc_command made = command(LPC_CMD_OFFER, kSeller, kCoin, rules);
    made.code = type;
    made.u.offer = {lots, price, reserve, close_ns};
    return made;
}
lpc_command withdrawal(std::uint8_t type = LPC_AUCTION_SEALED) {
    return offer(type, 0, 0, 0, 0);
}
lpc_command award(std::uint64_t lot, std::uint64_t bid, std::int64_t lots, std::int64_t price,
                  std::uint64_t tag) {
    lpc_command made = command(LPC_CMD_AWARD, kSeller, kCoin, tag);
    made.u.award = {lot, bid, lots, price};
    return made;
}

RigOptions with_auctions() {
    RigOptions options;
    options.config.stages[0].permits |= permit({LPC_CMD_OFFER, LPC_CMD_AWARD});
    return options;
}

// A long of 100 lots in a close-out: bankrupt at 940, permitted from a little below the mark of 985
// up. A sealed lot closes at 5 s.
struct Seller : Rig {
    Seller() : Rig(with_auctions()) {
        fund(0);
        run_closeout(kSeller);
        permitted = state().closeout(kSeller, kCoin)->u.closeout.permitted_price;
    }
    std::uint32_t say(const lpc_command& said) { return verdict_on(first, said); }
    void open_sealed(std::int64_t lots = -100) {
        BOOST_REQUIRE(say(offer(LPC_AUCTION_SEALED, lots, 985, permitted, 5 * kSecond)) == 0u);
    }
    void open_falling(std::int64_t reserve = 0) {
        BOOST_REQUIRE(
            say(offer(LPC_AUCTION_DESCENDING, -100, 1'000, reserve == 0 ? permitted : reserve,
                      now_ns + 20 * kSecond, pack(kFalling))) == 0u);
    }
    lpc_fact bid_fact(std::uint64_t id, std::int64_t price, std::int64_t lots,
                      std::uint64_t lot = 1) const {
        return fact({.account = kSeller, .instrument = kCoin, .code = LPC_BID_SEALED},
                    lpc_fact_bid{lot, id, kBidder + id, price, lots});
    }
    const lpc_fact_lot& lot() const {
        return state().accounts.find(kSeller)->find(LPC_FACT_LOT, kCoin)->u.lot;
    }
    std::uint8_t lot_state() const {
        return state().accounts.find(kSeller)->find(LPC_FACT_LOT, kCoin)->code;
    }
    const lpc_fact_lot_terms& lot_terms() const {
        return state().accounts.find(kSeller)->find(LPC_FACT_LOT_TERMS, kCoin)->u.lot_terms;
    }
    std::int64_t permitted = 0;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_lots)

BOOST_AUTO_TEST_CASE(an_offer_opens_a_lot_pins_its_rules_and_calls_the_providers) {
    Seller rig;
    rig.open_falling();
    const std::vector<lpc_fact> terms = rig.first.heard_of(LPC_FACT_LOT_TERMS);
    BOOST_REQUIRE(terms.empty());  // heard in the next turn
    rig.turn();
    BOOST_REQUIRE(rig.first.heard_of(LPC_FACT_LOT_TERMS).size() == 1u);
    const lpc_fact pinned = rig.first.heard_of(LPC_FACT_LOT_TERMS)[0];
    BOOST_TEST(pinned.code == LPC_AUCTION_DESCENDING);
    BOOST_TEST(pinned.u.lot_terms.lot_id == 1u);
    BOOST_TEST(pinned.u.lot_terms.opened_ns == kSecond);
    BOOST_TEST(pinned.u.lot_terms.start_price == 1'000);
    BOOST_TEST(pinned.u.lot_terms.lots == -100);
    BOOST_TEST(static_cast<std::uint64_t>(pinned.u.lot_terms.rules) == pack(kFalling));
    rig.release();
    BOOST_REQUIRE(rig.ports.notices.size() == 1u);
    const runtime::LotNotice& notice = rig.ports.notices[0];
    BOOST_TEST(notice.lot == 1u);
    BOOST_TEST(notice.account == kSeller);
    BOOST_TEST(notice.type == LPC_AUCTION_DESCENDING);
    BOOST_TEST(notice.state == LPC_LOT_OPEN);
    BOOST_TEST(notice.lots == -100);
    BOOST_TEST(notice.price == 1'000);
}

BOOST_AUTO_TEST_CASE(a_sealed_lot_is_awarded_after_it_closes_at_one_price_that_no_bid_exceeds) {
    Seller rig;
    rig.open_sealed();
    rig.turn(5 * kSecond - 1);
    rig.tell(rig.bid_fact(1, 984, 60));
    rig.tell(rig.bid_fact(2, 983, 60));
    BOOST_TEST(rig.say(award(1, 1, -60, 983, 1)) == LPC_REASON_NO_LOT);  // not closed yet
    rig.turn(5 * kSecond);
    BOOST_TEST(rig.say(award(1, 1, -60, 985, 1)) == LPC_REASON_LOT_RULES);  // more than it bid
    BOOST_TEST(rig.say(award(1, 1, -61, 983, 1)) == LPC_REASON_LOT_RULES);  // more than it wants
    BOOST_TEST(rig.say(award(1, 1, -60, 983, 1)) == 0u);
    BOOST_TEST(rig.lot().lots_left == -40);
    BOOST_TEST(rig.say(award(1, 2, -40, 982, 2)) == LPC_REASON_LOT_RULES);  // another price
    BOOST_TEST(rig.say(award(1, 2, -40, 983, 2)) == 0u);
    BOOST_TEST(rig.lot_state() == LPC_LOT_SOLD);
    BOOST_TEST(rig.say(award(1, 2, -20, 983, 3)) == LPC_REASON_NO_LOT);
    rig.release();
    BOOST_REQUIRE(rig.ports.awards.size() == 2u);
    BOOST_TEST(rig.ports.awards[0].bidder == kBidder + 1);
    BOOST_TEST(rig.ports.awards[0].lots == -60);
    BOOST_TEST(rig.ports.awards[1].bid == 2u);
    BOOST_TEST(rig.held(kSeller)->leg(kCoin)->working_lots == -100);
    // They are settled like orders, and take no share of the market.
    for (const runtime::AwardRequest& r : rig.ports.awards) {
        rig.tell(rig.fill_fact(kSeller, r.order, r.lots, -r.lots, r.price));
        rig.tell(rig.order_fact(kSeller, r.order, LPC_ORDER_DONE, r.lots));
    }
    rig.position(kSeller, 0, 0);
    rig.turn();
    BOOST_TEST(rig.held(kSeller)->leg(kCoin)->working_lots == 0);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_FILL).size() == 2u);
}

BOOST_AUTO_TEST_CASE(an_award_that_cannot_be_settled_is_told_as_refused_by_the_venue) {
    Seller rig;
    rig.open_sealed();
    rig.turn(5 * kSecond);
    rig.tell(rig.bid_fact(1, 984, 100));
    BOOST_TEST(rig.say(award(1, 1, -100, 984, 9)) == 0u);
    rig.release();
    rig.tell(rig.order_fact(kSeller, rig.ports.awards[0].order, LPC_ORDER_REJECTED, 0));
    rig.turn();
    const lpc_fact refused = rig.first.heard_of(LPC_FACT_REFUSED).back();
    BOOST_TEST(refused.reason == LPC_REASON_VENUE);
    BOOST_TEST(refused.u.refused.kind == LPC_CMD_AWARD);
    BOOST_TEST(refused.u.refused.tag == 9u);
    BOOST_TEST(rig.held(kSeller)->leg(kCoin)->working_lots == 0);
}

BOOST_AUTO_TEST_CASE(a_descending_lots_price_is_what_its_rules_say_and_nothing_else) {
    Seller rig;
    rig.open_falling();
    const std::int64_t close_ns = rig.lot().close_ns;
    const auto priced = [&](std::int64_t price, std::int64_t lots = -100) {
        return offer(LPC_AUCTION_DESCENDING, lots, price, rig.permitted, close_ns, pack(kFalling));
    };
    rig.turn(2 * kSecond);  // one step
    BOOST_TEST(rig.say(priced(991)) == LPC_REASON_LOT_RULES);
    BOOST_TEST(rig.say(priced(989)) == LPC_REASON_LOT_RULES);
    BOOST_TEST(rig.say(priced(990, -99)) == LPC_REASON_LOT_RULES);
    lpc_command other = priced(990);
    other.u.offer.close_ns += 1;
    BOOST_TEST(rig.say(other) == LPC_REASON_LOT_RULES);
    other = priced(990);
    other.u.offer.reserve_price -= 1;
    BOOST_TEST(rig.say(other) == LPC_REASON_BEYOND_PERMITTED_PRICE);
    other = priced(990);
    other.tag = pack({LPC_CURVE_LINEAR, 1'000, 200'000});
    BOOST_TEST(rig.say(other) == LPC_REASON_LOT_RULES);
    BOOST_TEST(rig.lot().price == 1'000);
    BOOST_TEST(rig.say(priced(990)) == 0u);
    BOOST_TEST(rig.lot().price == 990);
    rig.tell(rig.bid_fact(1, 990, 30));
    BOOST_TEST(rig.say(award(1, 1, -30, 989, 1)) == LPC_REASON_LOT_RULES);  // not its price
    BOOST_TEST(rig.say(award(1, 1, -30, 990, 1)) == 0u);
    BOOST_TEST(rig.lot().lots_left == -70);
    // Never below the reserve, whatever the curve says.
    rig.turn(19 * kSecond);
    BOOST_TEST(rig.say(priced(820, -70)) == LPC_REASON_LOT_RULES);
    BOOST_TEST(rig.say(priced(rig.permitted, -70)) == 0u);
}

BOOST_AUTO_TEST_CASE(a_lots_clock_stands_still_while_nobody_may_act_on_the_price) {
    Seller rig;
    rig.open_falling();
    rig.release();
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    rig.turn(4 * kSecond);
    rig.release();
    BOOST_TEST(rig.ports.notices.back().close_ns == LPC_TIME_MAX_NS);
    rig.turn(60 * kSecond);  // long past its close
    BOOST_TEST(rig.lot_state() == LPC_LOT_OPEN);
    rig.terms(kCoin, LPC_TRADING_HALTED);
    rig.price(kCoin, 985);  // fit, but not open
    rig.turn(70 * kSecond);
    BOOST_TEST(rig.lot_terms().opened_ns == kSecond);
    rig.terms(kCoin);
    rig.turn(74 * kSecond);
    BOOST_TEST(rig.lot_terms().opened_ns == 71 * kSecond);  // stood still for 70 s
    BOOST_TEST(rig.lot().close_ns == 91 * kSecond);
    rig.release();
    BOOST_TEST(rig.ports.notices.back().close_ns == 91 * kSecond);
    const std::int64_t three_steps = 970 < rig.permitted ? rig.permitted : 970;
    BOOST_TEST(rig.say(offer(LPC_AUCTION_DESCENDING, -100, three_steps, rig.permitted, 91 * kSecond,
                             pack(kFalling))) == 0u);
    rig.turn(91 * kSecond);
    BOOST_TEST(rig.lot_state() == LPC_LOT_EXPIRED);
    BOOST_TEST(rig.state().lots.boards().empty());
}

BOOST_AUTO_TEST_CASE(a_lot_ends_with_its_stage_its_close_out_or_a_withdrawal) {
    const std::vector<std::function<void(Seller&)>> ends{
        [](Seller& rig) { BOOST_TEST(rig.say(withdrawal()) == 0u); },
        [](Seller& rig) {
            BOOST_TEST(rig.say(escalate(kSeller, LPC_ESCALATE_NO_LIQUIDITY)) == 0u);
            rig.turn();
        },
        [](Seller& rig) {
            rig.price(kCoin, 1'100);
            rig.risk.say(command(LPC_CMD_RELEASE, kSeller));
            rig.turn();
        }};
    for (const auto& end : ends) {
        Seller rig;
        rig.open_sealed();
        rig.tell(rig.bid_fact(1, 984, 10));
        end(rig);
        rig.release();
        BOOST_TEST(rig.ports.notices.back().state == LPC_LOT_WITHDRAWN);
        BOOST_TEST(rig.state().lots.boards().empty());
        BOOST_TEST(rig.state().accounts.find(kSeller)->of_kind(LPC_FACT_BID).empty());
        rig.tell(rig.bid_fact(2, 984, 10));  // late: nothing comes of it
        BOOST_TEST(rig.state().accounts.find(kSeller)->of_kind(LPC_FACT_BID).empty());
    }
}

BOOST_AUTO_TEST_CASE(a_bid_is_firm_and_of_somebody_else) {
    Seller rig;
    rig.open_sealed();
    rig.tell(rig.bid_fact(1, 984, 10));
    BOOST_TEST(rig.refusal(rig.bid_fact(1, 984, 11)) ==
               "BID of account 7, instrument 1: bid 1 is firm, expected the same with fewer lots");
    BOOST_TEST(rig.refusal(rig.bid_fact(1, 983, 10)) ==
               "BID of account 7, instrument 1: bid 1 is firm, expected the same with fewer lots");
    rig.tell(rig.bid_fact(1, 984, 9));
    BOOST_TEST(
        rig.refusal(rig.bid_fact(2, 984, -10)) ==
        "BID of account 7, instrument 1: lots is -10, expected more than 0, the lot is sold");
    BOOST_TEST(rig.refusal(rig.bid_fact(2, 984, 10, 3)) ==
               "BID of account 7, instrument 1: lot 3 is not one of the runtime's");
    lpc_fact own = rig.bid_fact(2, 984, 10);
    own.u.bid.bidder = kSeller;
    BOOST_TEST(rig.refusal(own) ==
               "BID of account 7, instrument 1: the bidder is the account itself");
}

BOOST_AUTO_TEST_CASE(lots_that_are_out_stay_within_the_rulebooks_cap) {
    RigOptions options = with_auctions();
    options.config.rulebook.lots_outstanding_max = {985 * 60};
    Rig rig(options);
    rig.fund(0);
    rig.run_closeout(kSeller);
    const std::int64_t p = rig.state().closeout(kSeller, kCoin)->u.closeout.permitted_price;
    const auto of = [&](std::int64_t lots) {
        return offer(LPC_AUCTION_SEALED, lots, 985, p, 5 * kSecond);
    };
    BOOST_TEST(rig.verdict_on(rig.first, of(-61)) == LPC_REASON_OVER_BUDGET);
    BOOST_TEST(rig.verdict_on(rig.first, of(-60)) == 0u);
    BOOST_TEST(rig.seen.verdicts.back().reason == 0u);
}

BOOST_AUTO_TEST_CASE(a_snapshot_holds_open_lots_their_bids_and_their_clocks) {
    Seller rig;
    rig.open_falling();
    rig.tell(rig.bid_fact(1, 984, 10));
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    rig.turn();
    rig.release();
    const auto snapshot = rig.runtime.snapshot();
    BOOST_REQUIRE(snapshot);
    Seller other;
    const auto find = [&](const runtime::Attachment& a) {
        return other.find({a.stage, a.stage, "", {}});
    };
    runtime::Runtime restored(find, other.seen, [](int, const std::string&) {});
    const Status done = restored.restore(*snapshot);
    BOOST_REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    BOOST_TEST(restored.state_hash() == rig.runtime.state_hash());
    BOOST_TEST(restored.state().lots.boards().at(kCoin).stopped_ns ==
               rig.state().lots.boards().at(kCoin).stopped_ns);
}

BOOST_AUTO_TEST_CASE(who_offers_against_the_rules_is_refused_for_his_own_reason) {
    struct Case {
        lpc_command said;
        std::uint32_t reason;
        const char* what;
    };
    Seller rig;
    const std::int64_t p = rig.permitted, end = 9 * kSecond;
    const std::uint64_t rules = pack(kFalling);
    const auto descending = [&](std::int64_t lots, std::int64_t price, std::int64_t reserve,
                                std::int64_t close, std::uint64_t tag) {
        return offer(LPC_AUCTION_DESCENDING, lots, price, reserve, close, tag);
    };
    lpc_command nobodys = offer(LPC_AUCTION_SEALED, -100, 985, p, end);
    nobodys.account = 8;
    const std::vector<Case> cases{
        {offer(3, -100, 985, p, end), LPC_REASON_BAD_VALUE, "no such type"},
        {offer(LPC_AUCTION_SEALED, -100, 985, p, kSecond), LPC_REASON_BAD_VALUE, "closes now"},
        {descending(-100, 985, 986, end, rules), LPC_REASON_BAD_VALUE, "reserve above the start"},
        {descending(-100, 985, p, end, rules | 3), LPC_REASON_BAD_VALUE, "no such curve"},
        {descending(-100, 985, p, end, rules | std::uint64_t{1} << 54), LPC_REASON_BAD_VALUE,
         "bits beyond the rules"},
        {nobodys, LPC_REASON_NOT_YOUR_ACCOUNT, "somebody else's account"},
        {withdrawal(), LPC_REASON_NO_LOT, "nothing to withdraw"},
        {offer(LPC_AUCTION_SEALED, 100, 985, 985, end), LPC_REASON_WRONG_DIRECTION, "away"},
        {offer(LPC_AUCTION_SEALED, -101, 985, p, end), LPC_REASON_WRONG_DIRECTION, "past the end"},
        {offer(LPC_AUCTION_SEALED, -100, 985, p - 1, end), LPC_REASON_BEYOND_PERMITTED_PRICE,
         "reserve beyond the permitted price"},
    };
    for (const Case& c : cases) {
        BOOST_TEST_CONTEXT(c.what) {
            BOOST_TEST(rig.say(c.said) == c.reason);
            BOOST_TEST(rig.state().lots.boards().empty());
        }
    }
    rig.price(kCoin, 985, LPC_PRICE_STALE);
    BOOST_TEST(rig.say(offer(LPC_AUCTION_SEALED, -100, 985, p, end)) == LPC_REASON_UNFIT_PRICE);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
