// What people read: money and prices by their scales, figures of a bench, and why an account had no
// share of the market.
#include <app/bench/figures.hpp>
#include <app/explain/shares.hpp>
#include <app/explain/units.hpp>
#include <boost/test/unit_test.hpp>
#include <lpc/sdk/fact.hpp>
#include <string>

using lpc::fact;
using lpc::app::Shares;
using lpc::app::three_digits;
using lpc::app::Units;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Units told(Units::Style style, std::int64_t scale) {
    Units units(style);
    units.take(fact({.instrument = 9}, lpc_fact_asset{scale, 0, 1}));
    units.take(fact({.instrument = 1}, lpc_fact_instrument{0, 1000, 0, 0, 9}));
    return units;
}

// Account 7 is to close 100 lots, as is account 8; others traded 1000 lots in the window, of which
// close-outs may take 10 %.
struct Market {
    Market() {
        lpc::runtime::Rulebook rules;
        rules.participation.ppb = 100'000'000;
        rules.participation_window_ns = 60 * kSecond;
        shares.configure(rules);
        for (const std::uint64_t account : {7u, 8u}) {
            tell(fact({.account = account, .instrument = 1}, lpc_fact_position{100, 0, 0, 0, 0}));
            own(fact({.account = account, .instrument = 1, .code = LPC_CLOSEOUT_RUNNING},
                     lpc_fact_closeout{0, 90, 95, 0}));
        }
        tell(fact({.instrument = 1}, lpc_fact_volume{1, 0}));
        now_ns = kSecond;
        tell(fact({.instrument = 1}, lpc_fact_volume{1001, 0}));
    }
    void tell(const lpc_fact& f) { shares.take_fact(f, true, now_ns); }
    void own(const lpc_fact& f) { shares.take_fact(f, false, now_ns); }
    void order(std::uint64_t id, std::uint64_t account, std::int64_t lots) {
        own(fact({.account = account, .instrument = 1, .code = LPC_ORDER_PENDING},
                 lpc_fact_order{id, 1, 95, lots, 0}));
    }
    void done(std::uint64_t id, std::uint64_t account, std::int64_t lots) {
        tell(fact({.account = account, .instrument = 1, .code = LPC_ORDER_DONE},
                  lpc_fact_order{id, 1, 95, 0, lots}));
    }
    std::string why() {
        return shares.why_zero(fact({.account = 7, .instrument = 1}, lpc_fact_budget{0, 0}),
                               now_ns);
    }
    Shares shares;
    std::int64_t now_ns = 0;
};

const std::string kShare = "10.00 % of what others traded in the last 60 s";

}  // namespace

BOOST_AUTO_TEST_SUITE(words)

BOOST_AUTO_TEST_CASE(money_and_prices_are_decimals_by_the_scales_that_facts_tell) {
    const Units people = told(Units::Style::people, 1'000'000);
    BOOST_TEST(people.price(1, 4300) == "4300 ticks (4.3)");
    BOOST_TEST(people.price(1, 1) == "1 ticks (0.001)");
    BOOST_TEST(people.money(9, 1'234'567) == "1.234567");
    BOOST_TEST(people.money(9, -20) == "-0.00002");
    BOOST_TEST(people.money(9, 0) == "0");
    BOOST_TEST(people.money(9, -5'000'000) == "-5");
    BOOST_TEST(people.money(9, INT64_MIN) == "-9223372036854.775808");
    BOOST_TEST(people.settled(1, 500'000) == "0.5");
    BOOST_TEST(people.level(1, 0) == "none");
    BOOST_TEST(people.lots(-3) == "-3 lots");
    // The largest price and multiplier together pass 64 bits.
    BOOST_TEST(people.price(1, INT64_MAX) == "9223372036854775807 ticks (9223372036854775.807)");
}

BOOST_AUTO_TEST_CASE(what_no_fact_tells_is_no_decimal) {
    const Units nothing(Units::Style::people);
    BOOST_TEST(nothing.price(1, 4300) == "4300 ticks");
    BOOST_TEST(nothing.money(9, 17) == "17 units");
    BOOST_TEST(nothing.settled(1, 17) == "17 units");
    BOOST_TEST(told(Units::Style::people, 250).money(9, 17) == "17 units");
    BOOST_TEST(told(Units::Style::people, 1).money(9, 17) == "17");
    const Units plain = told(Units::Style::plain, 1'000'000);
    BOOST_TEST(plain.price(1, 4300) == "4300");
    BOOST_TEST(plain.money(9, -17) == "-17");
    BOOST_TEST(plain.level(1, 0) == "0");
}

BOOST_AUTO_TEST_CASE(a_share_of_zero_is_told_with_its_cause) {
    Market market;
    BOOST_TEST(market.why() == "the 100 lots that are left of the close-outs' share, " + kShare +
                                   ", went to accounts with a worse margin ratio");
    market.order(1, 8, -60);
    BOOST_TEST(market.why() == "the 40 lots that are left of the close-outs' share, " + kShare +
                                   ", went to accounts with a worse margin ratio");
    market.order(2, 8, -40);
    BOOST_TEST(market.why() == "the 100 lots that are left of the close-outs' share, " + kShare +
                                   ", are held by orders that still work");
    market.done(1, 8, -60);
    market.done(1, 8, -60);  // told twice
    market.done(2, 8, -40);
    BOOST_TEST(market.why() == "close-outs have used up their share, " + kShare);
    // A window later all that was traded is forgotten, and nothing new was.
    market.now_ns += 61 * kSecond;
    BOOST_TEST(market.why() == "close-outs have used up their share, " + kShare);
    market.tell(fact({.instrument = 1}, lpc_fact_volume{1101, 100}));
    market.now_ns += 61 * kSecond;
    market.tell(fact({.instrument = 1}, lpc_fact_volume{2101, 100}));
    BOOST_TEST(market.why().starts_with("the 100 lots that are left"), market.why());
}

BOOST_AUTO_TEST_CASE(an_account_whose_orders_cover_its_need_has_no_share_for_that) {
    Market market;
    market.order(1, 7, -100);
    BOOST_TEST(market.why() == "its working orders cover all that is left to close");
}

BOOST_AUTO_TEST_CASE(a_take_over_takes_no_share_of_the_market) {
    Market market;
    lpc::runtime::Verdict take_over{};
    take_over.command.kind = LPC_CMD_TAKEOVER;
    market.shares.take_verdict(take_over);
    market.order(1, 8, -100);
    BOOST_TEST(market.why().starts_with("the 100 lots that are left"));
    market.done(1, 8, -100);
    BOOST_TEST(market.why().starts_with("the 100 lots that are left"));
}

BOOST_AUTO_TEST_CASE(figures_have_three_significant_digits) {
    BOOST_TEST(three_digits(2.62580943107605) == "2.63");
    BOOST_TEST(three_digits(0.22069329273325336) == "0.221");
    BOOST_TEST(three_digits(0.010684) == "0.0107");
    BOOST_TEST(three_digits(9.996) == "10.0");
    BOOST_TEST(three_digits(99.96) == "100");
    BOOST_TEST(three_digits(191.4) == "191");
    BOOST_TEST(three_digits(999.6) == "1,000");
    BOOST_TEST(three_digits(21'849'312.7) == "21,800,000");
    BOOST_TEST(three_digits(1) == "1.00");
    BOOST_TEST(three_digits(0) == "0");
}

BOOST_AUTO_TEST_CASE(a_figure_that_has_no_name_yet_is_shown_by_its_key) {
    const std::string text = lpc::app::figures_text(
        "abi", {{"virtual_call_ns", 2.0}, {"hook_run64_event_ns", 0.5}, {"brand_new_ns", 7.0}});
    BOOST_TEST(text.find("2.00 ns an event        (the baseline)") != std::string::npos, text);
    BOOST_TEST(text.find("0.500 ns an event        (0.250 x the baseline)") != std::string::npos,
               text);
    BOOST_TEST(text.find("brand_new_ns") != std::string::npos, text);
}

BOOST_AUTO_TEST_SUITE_END()
