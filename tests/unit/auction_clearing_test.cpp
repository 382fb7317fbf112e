// The clearing in figures that can be checked by hand, and the hash that breaks its ties.
#include <auction/clearing.hpp>
#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using lpc::auction::Award;
using lpc::auction::Bid;
using lpc::auction::clear;
using lpc::auction::Clearing;
using lpc::auction::ClearingRules;
using lpc::auction::Lot;

// Sells as much as the reserve permits.
Lot sale(std::int64_t lots, std::int64_t reserve) {
    return {true, lots, reserve, reserve - 1'000'000};
}

bool is(const Clearing& found, std::int64_t price, const std::vector<Award>& awards) {
    return found.price == price && found.awards == awards;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_clearing)

BOOST_AUTO_TEST_CASE(all_winners_get_the_price_of_the_marginal_bid) {
    const std::vector<Bid> bids{{1, 1, 99, 60}, {2, 2, 100, 60}, {3, 3, 97, 60}};
    BOOST_TEST(is(clear(bids, sale(100, 90), {}), 99, {{2, 50}, {1, 50}}) == false);
    ClearingRules rules;
    rules.capped_bidders_min = 4;
    BOOST_TEST(is(clear(bids, sale(100, 90), rules), 99, {{2, 60}, {1, 40}}));
}

BOOST_AUTO_TEST_CASE(nothing_goes_beyond_the_reserve) {
    const std::vector<Bid> bids{{1, 1, 99, 60}, {2, 2, 89, 60}};
    BOOST_TEST(is(clear(bids, sale(100, 90), {}), 99, {{1, 60}}));
    BOOST_TEST(clear(bids, sale(100, 100), {}).awards.empty());
    BOOST_TEST(clear({}, sale(100, 1), {}).awards.empty());
    const Lot purchase{false, 100, 95, 1'000'000};
    BOOST_TEST(is(clear(bids, purchase, {}), 89, {{2, 60}}));
}

BOOST_AUTO_TEST_CASE(equals_share_by_size_and_the_largest_remainder_gets_the_odd_lot) {
    ClearingRules rules;
    rules.capped_bidders_min = 4;
    const std::vector<Bid> bids{{1, 1, 99, 50}, {2, 2, 99, 30}, {3, 3, 99, 20}};
    // 24 of 100: 12, 7.2 and 4.8.
    BOOST_TEST(is(clear(bids, sale(24, 90), rules), 99, {{1, 12}, {2, 7}, {3, 5}}));
}

BOOST_AUTO_TEST_CASE(the_key_decides_who_of_exact_equals_gets_the_odd_lot) {
    const std::vector<Bid> bids{{1, 1, 99, 1}, {2, 2, 99, 1}};
    bool first = false, second = false;
    for (std::uint64_t key = 0; key < 20; ++key) {
        ClearingRules rules;
        rules.key = {key, 0};
        const Clearing found = clear(bids, sale(1, 90), rules);
        BOOST_REQUIRE(found.awards.size() == 1u);
        (found.awards[0].bid_id == 1 ? first : second) = true;
    }
    BOOST_TEST(first);
    BOOST_TEST(second);
}

BOOST_AUTO_TEST_CASE(
    where_three_accept_the_price_none_gets_more_than_half_while_others_take_the_rest) {
    const std::vector<Bid> three{{1, 1, 100, 90}, {2, 2, 99, 30}, {3, 3, 99, 10}};
    BOOST_TEST(is(clear(three, sale(100, 90), {}), 99, {{1, 60}, {2, 30}, {3, 10}}));
    const std::vector<Bid> deep{{1, 1, 100, 90}, {2, 2, 99, 30}, {3, 3, 99, 30}};
    BOOST_TEST(is(clear(deep, sale(100, 90), {}), 99, {{1, 50}, {2, 25}, {3, 25}}));
    const std::vector<Bid> two{{1, 1, 100, 90}, {2, 2, 99, 60}};
    BOOST_TEST(is(clear(two, sale(100, 90), {}), 99, {{1, 90}, {2, 10}}));
}

BOOST_AUTO_TEST_CASE(a_cheap_last_lot_is_not_sold_where_that_would_cost_more_than_it_brings) {
    const std::vector<Bid> bids{{1, 1, 100, 99}, {2, 2, 81, 1}};
    const Lot patient{true, 100, 80, 80};
    BOOST_TEST(is(clear(bids, patient, {}), 100, {{1, 99}}));
    BOOST_TEST(is(clear(bids, sale(100, 80), {}), 81, {{1, 99}, {2, 1}}));
}

BOOST_AUTO_TEST_CASE(too_few_bidders_are_no_auction) {
    ClearingRules rules;
    rules.bidders_min = 3;
    const std::vector<Bid> two{{1, 1, 99, 60}, {2, 2, 99, 60}, {3, 2, 98, 60}};
    BOOST_TEST(clear(two, sale(100, 90), rules).awards.empty());
    const std::vector<Bid> one_below{{1, 1, 99, 60}, {2, 2, 99, 60}, {3, 3, 89, 60}};
    BOOST_TEST(clear(one_below, sale(100, 90), rules).awards.empty());
    const std::vector<Bid> three{{1, 1, 99, 60}, {2, 2, 99, 60}, {3, 3, 90, 60}};
    BOOST_TEST(!clear(three, sale(100, 90), rules).awards.empty());
}

// SipHash-2-4, appendix A of its paper with 8 and with 16 bytes; key 00 01 .. 0f.
BOOST_AUTO_TEST_CASE(the_hash_is_siphash) {
    constexpr lpc::auction::HashKey kKey{0x0706050403020100, 0x0f0e0d0c0b0a0908};
    BOOST_TEST((lpc::auction::keyed_hash<1>(kKey, {0x0706050403020100}) == 0x93f5f5799a932462));
    BOOST_TEST((lpc::auction::keyed_hash<2>(kKey, {0x0706050403020100, 0x0f0e0d0c0b0a0908}) ==
                0x3f2acc7f57c29bdb));
}

BOOST_AUTO_TEST_SUITE_END()
