// Facts on their way in: the published limits with their sentences, what a refused fact leaves
// alone, who is told what, numbering.
#include <boost/test/unit_test.hpp>
#include <runtime/facts/validate.hpp>
#include <string>
#include <vector>

#include "support/fact_limits.hpp"
#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using lpc::testing::fact_of_kind;
using lpc::testing::resync;

std::string range(std::int64_t min, std::int64_t max) {
    return min == max ? std::to_string(min) : std::to_string(min) + " to " + std::to_string(max);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_entry)

BOOST_AUTO_TEST_CASE(every_number_is_held_to_its_published_limit) {
    Rig rig;
    for (const Kind& kind : kinds()) {
        BOOST_TEST(runtime::validate_told(kind.good).has_value(), kind.who);
        for (const Limit& limit : kind.limits) {
            lpc_fact f = kind.good;
            const auto sentence = [&] {
                return std::string(kind.who) + ": " + limit.name + " is " +
                       std::to_string(f.u.word[limit.word]) + ", expected " +
                       range(limit.min, limit.max);
            };
            for (const std::int64_t good : {limit.min, limit.max}) {
                f.u.word[limit.word] = good;
                BOOST_TEST(runtime::validate_told(f).has_value(), sentence());
            }
            f.u.word[limit.word] = limit.min - 1;
            BOOST_TEST(rig.refusal(f) == sentence());
            f.u.word[limit.word] = INT64_MIN;
            BOOST_TEST(rig.refusal(f) == sentence());
            if (limit.max == kAny) continue;
            f.u.word[limit.word] = limit.max + 1;
            BOOST_TEST(rig.refusal(f) == sentence());
        }
    }
}

BOOST_AUTO_TEST_CASE(every_code_is_a_known_one) {
    Rig rig;
    for (const Kind& kind : kinds()) {
        const int low = kind.code_max == 0 ? 0 : 1;
        for (const int code : {0, kind.code_max, kind.code_max + 1, 255}) {
            lpc_fact f = kind.good;
            f.code = static_cast<std::uint8_t>(code);
            const bool good = f.code >= low && f.code <= kind.code_max;
            BOOST_TEST(runtime::validate_told(f).has_value() == good, kind.who);
            if (good) continue;
            BOOST_TEST(rig.refusal(f) == std::string(kind.who) + ": code is " +
                                             std::to_string(f.code) + ", expected " +
                                             range(low, kind.code_max));
        }
        lpc_fact f = kind.good;
        if (f.kind == LPC_FACT_ORDER) continue;  // a venue's own reason
        f.reason = 6;
        const std::string expected = f.kind == LPC_FACT_INSTRUMENT ? "1 to 5" : "0";
        BOOST_TEST(rig.refusal(f) == std::string(kind.who) + ": reason is 6, expected " + expected);
    }
}

BOOST_AUTO_TEST_CASE(a_word_that_a_kind_does_not_use_is_0) {
    Rig rig;
    int tried = 0;
    for (const Kind& kind : kinds()) {
        std::vector<bool> used(5, false);
        for (const Limit& limit : kind.limits) used[limit.word] = true;
        if (kind.good.kind == LPC_FACT_TIER || kind.good.kind == LPC_FACT_ORDER ||
            kind.good.kind == LPC_FACT_FILL || kind.good.kind == LPC_FACT_FUND)
            used[0] = true;                                                      // an id or the set
        if (kind.good.kind == LPC_FACT_BID) used[0] = used[1] = used[2] = true;  // ids
        for (std::size_t i = 0; i < 5; ++i) {
            if (used[i]) continue;
            lpc_fact f = kind.good;
            f.u.word[i] = -9;
            BOOST_TEST(rig.refusal(f) == std::string(kind.who) + ": unused word " +
                                             std::to_string(i) + " is -9, expected 0");
            ++tried;
        }
    }
    BOOST_TEST(tried == 21);
}

BOOST_AUTO_TEST_CASE(a_fact_stands_where_its_kind_belongs) {
    Rig rig;
    const auto of = [](std::uint16_t kind, std::uint64_t account, std::uint32_t instrument) {
        return fact_of_kind(kind, {.account = account, .instrument = instrument, .code = 1});
    };
    const auto refused = [&](const lpc_fact& f, const char* sentence) {
        BOOST_TEST(rig.refusal(f) == sentence);
    };
    refused(of(LPC_FACT_PRICE, 7, 1),
            "PRICE of account 7, instrument 1: a market-wide fact, expected account 0");
    refused(of(LPC_FACT_BALANCE, 0, 1), "BALANCE, asset 1: expected an account other than 0");
    refused(of(LPC_FACT_BALANCE, 7, 0),
            "BALANCE of account 7: instrument is 0, expected 1 or more");
    refused(of(LPC_FACT_ACCOUNT, 7, 1),
            "ACCOUNT of account 7, instrument 1: instrument is 1, expected 0");
    refused(of(26, 0, 0), "fact of kind 26: expected 0 to 25");
    refused(of(65535, 0, 0), "fact of kind 65535: expected 0 to 25");
    refused(of(LPC_FACT_PARAM, 0, 0), "PARAM: only the runtime tells these facts");
    for (const std::uint16_t kind :
         {LPC_FACT_BUDGET, LPC_FACT_GRANT, LPC_FACT_LOT, LPC_FACT_LOT_TERMS, LPC_FACT_TIMER,
          LPC_FACT_REFUSED, LPC_FACT_DETACH})
        BOOST_TEST(rig.refusal(of(kind, 7, 1)) ==
                   std::string(runtime::fact_name(kind)) +
                       " of account 7, instrument 1: only the runtime tells these facts");
    BOOST_TEST(rig.refusal(of(LPC_FACT_RISK, 0, 1)) ==
               "RISK, instrument 1: this version of the runtime does not act on these facts");
    refused(fact({.instrument = 3, .code = 1}, lpc_fact_tier{4, 0, 1, 1, 0}),
            "TIER, set 3: set is 4, expected 3");
    refused(fact({.instrument = 9, .code = 1}, lpc_fact_price{1, 1, 0, 0}),
            "PRICE, instrument 9: unknown instrument, expected INSTRUMENT told before");
    refused(
        fact({.account = 7, .instrument = 9}, lpc_fact_position{1, 1, 0, 0, 0}),
        "POSITION of account 7, instrument 9: unknown instrument, expected INSTRUMENT told before");
    refused(
        of(LPC_FACT_MARGIN, 7, 1),
        "MARGIN of account 7, instrument 1: the risk stage publishes these; an engine tells them "
        "only without one");
}

BOOST_AUTO_TEST_CASE(a_positions_notional_stays_within_its_limit) {
    Rig rig;
    const auto position = [](std::int64_t lots) {
        return fact({.account = 7, .instrument = kCoin}, lpc_fact_position{lots, 0, 0, 0, 0});
    };
    const auto price = [](std::int64_t mark) {
        return fact({.instrument = kCoin, .code = 1}, lpc_fact_price{mark, 1, 0, 0});
    };
    const auto terms = [](std::int64_t multiplier) {
        return fact({.instrument = kCoin, .code = 1, .reason = 1},
                    lpc_fact_instrument{0, multiplier, 0, 0, 1});
    };
    const std::string passes =
        " makes the notional of a position pass the limit of 72057594037927936 units";
    const std::int64_t mark = std::int64_t{1} << 17;
    rig.tell(price(mark));
    const std::int64_t most = LPC_NOTIONAL_MAX / mark;  // 2^39 lots
    for (const std::int64_t side : std::initializer_list<std::int64_t>{1, -1})
        BOOST_TEST(rig.refusal(position(side * (most + 1))) ==
                   "POSITION of account 7, instrument 1: lots " +
                       std::to_string(side * (most + 1)) + passes);
    rig.tell(position(-most));
    BOOST_TEST(rig.refusal(price(mark + 1)) ==
               "PRICE, instrument 1: mark 131073 makes the notional of account 7's 549755813888 "
               "lots pass the limit of 72057594037927936 units");
    BOOST_TEST(rig.refusal(terms(2)) ==
               "INSTRUMENT, instrument 1: multiplier 2 makes the notional of account 7's "
               "549755813888 lots pass the limit of 72057594037927936 units");
    rig.tell(price(mark / 2));
    rig.tell(terms(2));
}

BOOST_AUTO_TEST_CASE(a_position_that_was_closed_stands_in_no_price_s_way) {
    Rig rig;
    const auto position = [](std::uint64_t account, std::int64_t lots) {
        return fact({.account = account, .instrument = kCoin}, lpc_fact_position{lots, 0, 0, 0, 0});
    };
    const auto price = [](std::int64_t mark) {
        return fact({.instrument = kCoin, .code = 1}, lpc_fact_price{mark, 1, 0, 0});
    };
    const std::int64_t mark = std::int64_t{1} << 17;
    const std::int64_t most = LPC_NOTIONAL_MAX / mark;
    rig.tell(price(mark));
    rig.tell(position(7, most));
    rig.tell(position(8, -most / 4));
    BOOST_TEST(!rig.refusal(price(2 * mark)).empty());
    rig.tell(position(7, 0));
    rig.tell(price(4 * mark));
    BOOST_TEST(!rig.refusal(price(4 * mark + 1)).empty());  // account 8 is at the limit
}

BOOST_AUTO_TEST_CASE(cumulative_volume_never_falls) {
    Rig rig;
    rig.volume(kCoin, 500, 40);
    const auto said = [&](std::int64_t market, std::int64_t own) {
        return rig.refusal(fact({.instrument = kCoin}, lpc_fact_volume{market, own}));
    };
    BOOST_TEST(
        said(499, 40) ==
        "VOLUME, instrument 1: market_lots is 499, expected at least 500 (it is cumulative)");
    const std::string contained = " (cumulative, contained in market_lots)";
    BOOST_TEST(said(500, 39) ==
               "VOLUME, instrument 1: own_lots is 39, expected 40 to 500" + contained);
    BOOST_TEST(said(500, 501) ==
               "VOLUME, instrument 1: own_lots is 501, expected 40 to 500" + contained);
    BOOST_TEST(said(500, 40) == "");
}

BOOST_AUTO_TEST_CASE(an_account_has_at_most_64_positions_that_are_not_flat) {
    Rig rig;
    for (std::uint32_t i = 1; i <= 66; ++i) rig.terms(i);
    for (std::uint32_t i = 1; i <= 64; ++i) rig.position(7, 1, 1, 0, 0, i);
    const auto one_more = [](std::int64_t lots) {
        return fact({.account = 7, .instrument = 65}, lpc_fact_position{lots, 0, 0, 0, 0});
    };
    BOOST_TEST(
        rig.refusal(one_more(1)) ==
        "POSITION of account 7, instrument 65: the account has 64 positions already, the most "
        "that are allowed");
    rig.tell(one_more(0));
    rig.position(7, 2, 2, 0, 0, 64);
    rig.position(7, 0, 0, 0, 0, 64);
    rig.tell(one_more(1));  // what was closed long ago does not count
}

BOOST_AUTO_TEST_CASE(an_answer_to_an_order_that_was_never_given_is_refused) {
    Rig rig;
    rig.run_closeout();
    rig.buyer(8);
    rig.first.say(order(7, kCoin, -10, 981, 1));
    rig.turn();
    rig.release();
    const std::uint64_t id = rig.last_order_id();
    const std::string name = std::to_string(id);
    const auto refused = [&](const lpc_fact& f, const std::string& sentence) {
        BOOST_TEST(rig.refusal(f) == sentence);
    };
    refused(rig.order_fact(7, 99, LPC_ORDER_OPEN, 0),
            "ORDER of account 7, instrument 1: order 99 is not one of the runtime's");
    refused(rig.fill_fact(7, 99, -1, 1),
            "FILL of account 7, instrument 1: order 99 is not one of the runtime's");
    refused(rig.order_fact(8, id, LPC_ORDER_OPEN, 0),
            "ORDER of account 8, instrument 1: order " + name + " is of account 7, instrument 1");
    refused(rig.order_fact(7, id, LPC_ORDER_OPEN, -11),
            "ORDER of account 7, instrument 1: done_lots is -11, expected between 0 and the "
            "order's -10");
    refused(
        rig.order_fact(7, id, LPC_ORDER_OPEN, 1),
        "ORDER of account 7, instrument 1: done_lots is 1, expected between 0 and the order's -10");
    for (const lpc_fact& f :
         {rig.fill_fact(8, id, -1, 1), rig.fill_fact(7, id, 1, 1), rig.fill_fact(7, id, 0, 1)})
        refused(f, "FILL of account " + std::to_string(f.account) +
                       ", instrument 1: does not match order " + name);
    refused(
        rig.fill_fact(7, id, -1, 11),
        "FILL of account 7, instrument 1: 11 lots done so far, expected at most the order's 10");
    refused(rig.fill_fact(7, id, -3, 2),
            "FILL of account 7, instrument 1: lots is -3, expected at most the 2 done so far");
}

BOOST_AUTO_TEST_CASE(a_resync_opens_once_and_no_turn_falls_inside) {
    Rig rig;
    rig.buyer(7);
    BOOST_TEST(rig.refusal(resync(7, LPC_RESYNC_END)) == "RESYNC of account 7: it is not open");
    BOOST_TEST(rig.refusal(resync(0, LPC_RESYNC_BEGIN)) ==
               "RESYNC of account 0: market-wide facts are absolute, tell them anew instead");
    rig.tell(resync(7, LPC_RESYNC_BEGIN));
    BOOST_TEST(rig.refusal(resync(8, LPC_RESYNC_BEGIN)) ==
               "RESYNC of account 8: one is open already");
    BOOST_TEST(rig.refusal(resync(8, LPC_RESYNC_END)) == "RESYNC of account 8: it is not open");
    const std::uint64_t before = rig.runtime.state_hash();
    const Status turned = rig.apply(runtime::encode_turn(kSecond));
    BOOST_REQUIRE(!turned.has_value());
    BOOST_TEST(turned.error().message ==
               "turn inside the RESYNC of account 7, expected its end before");
    BOOST_TEST(rig.runtime.state_hash() == before);
    rig.tell(resync(7, LPC_RESYNC_END));
    rig.turn();
}

BOOST_AUTO_TEST_CASE(what_was_not_told_between_begin_and_end_is_gone) {
    Rig rig;
    rig.open_market(2, 50);
    rig.buyer(7);
    rig.position(7, 5, 250, 0, 0, 2);
    rig.balance(7, 77, 3);
    rig.tell(resync(7, LPC_RESYNC_BEGIN));
    rig.balance(7, 6'000);
    rig.position(7, 100, 100'000);  // as it was: told, and so it stays
    rig.tell(resync(7, LPC_RESYNC_END));
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 100);
    BOOST_TEST(rig.state().position_lots(7, 2) == 0);
    BOOST_TEST(rig.state().accounts.find(7)->find(LPC_FACT_BALANCE, 3)->u.balance.amount == 0);
    BOOST_TEST(rig.state().accounts.find(7)->find(LPC_FACT_BALANCE, kMoney)->u.balance.amount ==
               6'000);
    rig.tell(resync(7, LPC_RESYNC_BEGIN));
    rig.tell(resync(7, LPC_RESYNC_END));  // what the one before was told does not count
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 0);
}

BOOST_AUTO_TEST_CASE(a_fact_that_passes_the_notional_limit_does_not_count_as_retold) {
    Rig rig;
    rig.price(kCoin, std::int64_t{1} << 20);
    rig.position(7, 10, 10);
    rig.tell(resync(7, LPC_RESYNC_BEGIN));
    BOOST_TEST(rig.refusal(fact({.account = 7, .instrument = kCoin},
                                lpc_fact_position{LPC_LOTS_MAX, 0, 0, 0, 0})) != "");
    rig.tell(resync(7, LPC_RESYNC_END));
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 0);
}

BOOST_AUTO_TEST_CASE(a_fact_told_twice_changes_nothing_and_keeps_its_number) {
    Rig rig;
    rig.buyer(7);
    rig.turn();
    const lpc_fact position = *rig.state().accounts.find(7)->find(LPC_FACT_POSITION, kCoin);
    const std::uint64_t before = rig.runtime.state_hash();
    rig.risk.heard.clear();
    rig.buyer(7);
    rig.open_market(kCoin, 1'000);
    BOOST_TEST(rig.runtime.state_hash() == before);
    rig.turn();
    BOOST_TEST(rig.risk.heard.empty());
    BOOST_TEST(rig.state().accounts.find(7)->find(LPC_FACT_POSITION, kCoin)->seq == position.seq);
    rig.position(7, 99, 99'000);
    BOOST_TEST(rig.state().accounts.find(7)->find(LPC_FACT_POSITION, kCoin)->seq ==
               rig.runtime.last_seq());
}

BOOST_AUTO_TEST_CASE(facts_are_numbered_by_the_runtime_and_rise) {
    Rig rig;
    lpc_fact f = fact({.account = 7, .instrument = kMoney, .seq = 123'456}, lpc_fact_balance{5});
    rig.tell(f);
    rig.run_closeout(8);
    rig.first.say({order(8, kCoin, -10, 981, 1), order(8, kCoin, -10, 981, 1),
                   timer(8, rig.now_ns + 2 * kSecond, 3)});
    rig.turn();
    rig.turn();
    for (const Script* script : {&rig.risk, &rig.first}) {
        std::uint64_t last = 0;
        for (const lpc_fact& heard : script->heard) {
            const bool once = heard.kind == LPC_FACT_REFUSED || heard.kind == LPC_FACT_TIMER;
            if (script == &rig.risk && !once) {
                BOOST_TEST(heard.seq > last);
                last = heard.seq;
            }
            BOOST_TEST(heard.seq < script->turns.back().seq);
        }
    }
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_REFUSED).size() == 1u);
}

BOOST_AUTO_TEST_CASE(what_nobody_hooks_is_not_told) {
    RigOptions options;
    options.market = false;
    options.with_risk = options.with_first = false;
    Rig rig(options);
    rig.risk.hooks().on_price = nullptr;
    rig.first.table().hooks_size = 8 * sizeof(lpc_hook);  // built against a shorter table
    rig.attach("risk");
    rig.attach("first");
    rig.open_market(kCoin, 1'000);
    rig.run_closeout();
    rig.turn();
    BOOST_TEST(rig.risk.heard_of(LPC_FACT_PRICE).empty());
    BOOST_TEST(rig.risk.heard_of(LPC_FACT_VOLUME).size() == 2u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_PRICE).size() == 2u);
    for (const lpc_fact& heard : rig.first.heard) BOOST_TEST(heard.kind < 8);
}

BOOST_AUTO_TEST_CASE(a_liquidator_hears_the_market_and_only_the_accounts_that_are_attached_to_it) {
    Rig rig;
    rig.buyer(8);
    rig.tell(fact({.account = 7}, lpc_fact_account{LPC_MODE_CROSS, 0, 0, 0}));
    rig.run_closeout();
    rig.position(8, 50, 50'000);
    rig.turn();
    std::vector<std::uint16_t> of_account;
    for (const lpc_fact& heard : rig.first.heard) {
        BOOST_TEST((heard.account == 0 || heard.account == 7));
        if (heard.account == 7) of_account.push_back(heard.kind);
    }
    const std::vector<std::uint16_t> whole{LPC_FACT_ACCOUNT, LPC_FACT_BALANCE,  LPC_FACT_POSITION,
                                           LPC_FACT_MARGIN,  LPC_FACT_CLOSEOUT, LPC_FACT_BUDGET};
    BOOST_TEST(of_account == whole);
    BOOST_TEST(int{rig.first.heard_of(LPC_FACT_CLOSEOUT)[0].code} == LPC_CLOSEOUT_RUNNING);
    for (const lpc_fact& heard : rig.last.heard) BOOST_TEST(heard.account == 0u);
    rig.first.say(escalate(7, LPC_ESCALATE_DEADLINE));
    rig.turn();
    rig.turn();
    rig.first.heard.clear();
    rig.balance(7, 5'999);
    rig.turn();
    BOOST_TEST(rig.first.heard.empty());  // it has left
    BOOST_TEST(rig.last.heard.back().u.balance.amount == 5'999);
}

BOOST_AUTO_TEST_CASE(whoever_is_attached_late_is_told_everything_that_concerns_it) {
    RigOptions options;
    options.with_risk = options.with_first = options.with_last = false;
    Rig rig(options);
    rig.buyer(7);
    rig.price(kCoin, 985);
    rig.volume(kCoin, 10'000);
    rig.tell(
        fact({.account = 7, .instrument = kCoin, .code = 1}, lpc_fact_closeout{0, 940, 981, 0}));
    rig.turn();  // RUNNING in the first stage, where nobody is yet
    rig.attach("first");
    rig.turn();
    BOOST_TEST(rig.first.heard_of(LPC_FACT_POSITION).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_CLOSEOUT).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_PRICE).size() == 1u);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -10, 981, 1)) == 0u);
    rig.balance(9, 1);  // other facts have come since
    rig.attach("risk");
    rig.turn();
    BOOST_TEST(rig.risk.heard_of(LPC_FACT_POSITION).size() == 1u);
    const lpc_fact retold = rig.risk.heard_of(LPC_FACT_ORDER).at(0);
    BOOST_TEST(retold.u.order.tag == 0u);  // not its own
    BOOST_TEST(retold.seq == rig.first.heard_of(LPC_FACT_ORDER).at(0).seq);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
