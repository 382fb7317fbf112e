// What a book gives for a lot, in figures that can be checked by hand.
#include <lpc/limits.h>
#include <lpc/market.h>
#include <auction/reserve.hpp>
#include <boost/test/unit_test.hpp>

namespace {

using lpc::auction::book_price;
using lpc::auction::BookRule;
using lpc::auction::Market;
using lpc::auction::Side;

constexpr Side kSale{true}, kPurchase{false};

Market market() {
    Market m;
    m.price.kind = LPC_FACT_PRICE;
    m.price.u.price.mark = 1'000;
    m.book[1] = {999, 1'001, 10, 10};
    m.book[2] = {998, 1'003, 20, 10};
    return m;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_reserve)

BOOST_AUTO_TEST_CASE(a_lot_is_walked_through_the_levels_and_rounded_for_the_account) {
    BOOST_TEST(*book_price(market(), kSale, 10, {}) == 999);
    BOOST_TEST(*book_price(market(), kSale, 20, {}) == 999);  // 998.5
    BOOST_TEST(*book_price(market(), kSale, 30, {}) == 999);  // 998.33
    BOOST_TEST(*book_price(market(), kPurchase, 20, {}) == 1'002);
    BOOST_TEST(*book_price(market(), kPurchase, 11, {}) == 1'001);  // 1,001.18
}

BOOST_AUTO_TEST_CASE(beyond_the_known_depth_each_depth_more_costs_the_impact) {
    const BookRule rule{0, 10'000'000};  // 1 %: 10 ticks a depth of 30 lots for a sale
    // 10 at 999, 20 at 998 and 30 more at 998 - 5.
    BOOST_TEST(*book_price(market(), kSale, 60, rule) == 996);  // 995.67
    // 10 at 1,001, 10 at 1,003 and 20 more at 1,003 + 5.
    BOOST_TEST(*book_price(market(), kPurchase, 40, rule) == 1'005);
    BOOST_TEST(*book_price(market(), kSale, 1'000'000, rule) == 2);  // 1.03
}

BOOST_AUTO_TEST_CASE(a_margin_makes_the_book_worse) {
    BOOST_TEST(*book_price(market(), kSale, 10, {5'000'000, 0}) == 994);
    BOOST_TEST(*book_price(market(), kPurchase, 10, {5'000'000, 0}) == 1'006);
}

BOOST_AUTO_TEST_CASE(an_empty_side_gives_no_price) {
    Market m = market();
    m.book[1].bid = 0;
    m.book[2].bid_lots = 0;
    BOOST_TEST(!book_price(m, kSale, 10, {}).has_value());
    BOOST_TEST(book_price(m, kPurchase, 10, {}).has_value());
    BOOST_TEST(!book_price(Market{}, kSale, 10, {}).has_value());
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_do_not_wrap) {
    Market m;
    m.price.u.price.mark = LPC_PRICE_MAX;
    m.book[1] = {LPC_PRICE_MAX, LPC_PRICE_MAX, LPC_LOTS_MAX, 1};
    m.book[2] = {LPC_PRICE_MAX, LPC_PRICE_MAX, LPC_LOTS_MAX, 1};
    const BookRule most{LPC_RATE_ONE_PPB, LPC_RATE_ONE_PPB};
    BOOST_TEST(*book_price(m, kSale, LPC_LOTS_MAX, most) == 1);
    BOOST_TEST(*book_price(m, kPurchase, LPC_LOTS_MAX, most) == LPC_PRICE_MAX);
}

BOOST_AUTO_TEST_SUITE_END()
