// Laws of the uniform-price clearing over random lots and bids. LPC_SEED=n begins elsewhere.
#include <lpc/limits.h>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <string>
#include <vector>

#include <venue/random.hpp>
#include "support/naive_clearing.hpp"

namespace {

using namespace lpc::test;
using lpc::Int128;
using lpc::auction::clear;
using lpc::venue::Random;

struct Case {
    std::vector<Bid> bids;
    Lot lot;
    ClearingRules rules;
};

Bid any_bid(Random& random, std::uint64_t id) {
    return {id, random.below(6) + 1, random.between(90, 110), random.between(1, 12)};
}

// Small, so that ties, caps, dust and shortages all come often.
Case any_case(Random& random) {
    Case c;
    const std::uint64_t count = random.below(9);
    for (std::uint64_t i = 0; i < count; ++i) {
        const std::uint64_t id = random.next() | 1;
        c.bids.push_back(any_bid(random, id));
        if (random.chance(300'000'000)) c.bids.back().price = 100;
    }
    const bool sold = random.chance(500'000'000);
    const std::int64_t reserve = random.between(88, 104);
    const std::int64_t behind = random.chance(300'000'000) ? 1'000'000 : random.between(0, 8);
    c.lot = {sold, random.between(1, 40), reserve, sold ? reserve - behind : reserve + behind};
    c.rules.dust_lots = random.chance(500'000'000) ? 1 : random.between(1, 8);
    c.rules.bidders_min = random.chance(800'000'000) ? 1 : random.between(1, 4);
    c.rules.capped_bidders_min = random.between(2, 4);
    c.rules.share_cap_ppb = random.between(100'000'000, 1'000'000'000);
    c.rules.key = {random.next(), random.next()};
    return c;
}

template <class Law>
void for_cases(int count, Law law) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t seed = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    Random random(seed);
    for (int i = 0; i < count; ++i) {
        const Case c = any_case(random);
        const std::string broken = law(c, random);
        if (!broken.empty()) BOOST_FAIL("LPC_SEED=" << seed << ", case " << i << ": " << broken);
    }
}

std::int64_t lots_of(const Clearing& cleared) {
    std::int64_t lots = 0;
    for (const Award& award : cleared.awards) lots += award.lots;
    return lots;
}
std::int64_t lots_of(const Clearing& cleared, std::uint64_t id) {
    std::int64_t lots = 0;
    for (const Award& award : cleared.awards) lots += award.bid_id == id ? award.lots : 0;
    return lots;
}
Int128 gain(const Case& c, const Clearing& cleared) {
    return lpc::test::gain(c.lot, cleared.price, lots_of(cleared));
}
bool worse(const Lot& lot, std::int64_t price, std::int64_t than) {
    return lot.sold ? price < than : price > than;
}
Clearing cleared(const Case& c) {
    return clear(c.bids, c.lot, c.rules);
}

// Nothing is recovered less, and the price is no worse unless more is sold.
std::string no_worse(const Case& c, const Clearing& before, const Clearing& after) {
    if (gain(c, after) < gain(c, before)) return "less is recovered";
    if (lots_of(before) > 0 && lots_of(after) <= lots_of(before) &&
        worse(c.lot, after.price, before.price))
        return "the price is worse, and no more is sold";
    return "";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_clearing_properties)

BOOST_AUTO_TEST_CASE(a_million_auctions_clear_as_lot_by_lot) {
    std::size_t sold = 0, left_over = 0;
    for_cases(1'000'000, [&](const Case& c, Random&) {
        const Clearing fast = cleared(c);
        sold += fast.awards.empty() ? 0u : 1u;
        left_over += lots_of(fast) < c.lot.lots ? 1u : 0u;
        return fast == naive_clear(c.bids, c.lot, c.rules) ? "" : "they differ";
    });
    BOOST_TEST(sold > 300'000u);
    BOOST_TEST(left_over > 300'000u);
}

BOOST_AUTO_TEST_CASE(awards_conserve_the_lot_and_keep_reserve_bids_and_dust) {
    for_cases(200'000, [](const Case& c, Random&) -> std::string {
        const Clearing result = cleared(c);
        const std::int64_t left = c.lot.lots - lots_of(result);
        if (left < 0) return "more is awarded than there is";
        if (result.awards.empty()) return "";
        if (left > 0 && left < c.rules.dust_lots) return "dust is left";
        if (worse(c.lot, result.price, c.lot.reserve_price)) return "beyond the reserve";
        bool at_price = false;
        for (const Award& award : result.awards) {
            const auto bid = std::find_if(c.bids.begin(), c.bids.end(),
                                          [&](const Bid& b) { return b.id == award.bid_id; });
            if (bid == c.bids.end() || award.lots < 1 || award.lots > bid->lots)
                return "not what was bid";
            if (!accepts(c.lot, *bid, result.price)) return "worse than the bidder's own price";
            at_price = at_price || bid->price == result.price;
        }
        return at_price ? "" : "the price is no accepted bid's";
    });
}

BOOST_AUTO_TEST_CASE(one_more_bidder_never_worsens_what_is_recovered) {
    for_cases(200'000, [](Case c, Random& random) {
        const Clearing before = cleared(c);
        c.bids.push_back(any_bid(random, random.next() & ~std::uint64_t{1}));
        c.bids.back().bidder = 7;
        return no_worse(c, before, cleared(c));
    });
}

BOOST_AUTO_TEST_CASE(a_better_bid_never_lowers_recovery) {
    for_cases(200'000, [](Case c, Random& random) -> std::string {
        if (c.bids.empty()) return "";
        const Clearing before = cleared(c);
        Bid& bid = c.bids[random.below(c.bids.size())];
        const std::int64_t by = random.between(0, 9);
        bid.price += c.lot.sold ? by : -by;
        bid.lots += random.between(0, 9);
        return no_worse(c, before, cleared(c));
    });
}

BOOST_AUTO_TEST_CASE(who_the_losers_are_does_not_matter) {
    for_cases(200'000, [](Case c, Random& random) -> std::string {
        const Clearing before = cleared(c);
        if (before.awards.empty()) return "";
        for (Bid& bid : c.bids) {
            if (accepts(c.lot, bid, before.price)) continue;
            bid.id = random.next() & ~std::uint64_t{1};
            bid.bidder = random.next();
        }
        return cleared(c) == before ? "" : "it does";
    });
}

BOOST_AUTO_TEST_CASE(the_order_of_bids_does_not_matter) {
    for_cases(200'000, [](Case c, Random& random) -> std::string {
        const Clearing before = cleared(c);
        for (std::size_t i = c.bids.size(); i > 1; --i)
            std::swap(c.bids[i - 1], c.bids[random.below(i)]);
        return cleared(c) == before ? "" : "it does";
    });
}

BOOST_AUTO_TEST_CASE(buying_back_is_selling_in_a_mirror) {
    for_cases(200'000, [](Case c, Random&) -> std::string {
        const Clearing before = cleared(c);
        for (Bid& bid : c.bids) bid.price = 1'000 - bid.price;
        c.lot.sold = !c.lot.sold;
        c.lot.reserve_price = 1'000 - c.lot.reserve_price;
        c.lot.unsold_price = 1'000 - c.lot.unsold_price;
        const Clearing after = cleared(c);
        if (after.awards != before.awards) return "other awards";
        return before.awards.empty() || after.price == 1'000 - before.price ? "" : "another price";
    });
}

BOOST_AUTO_TEST_CASE(prices_and_lots_scale) {
    for_cases(200'000, [](Case c, Random& random) -> std::string {
        const Clearing before = cleared(c);
        const std::int64_t by = random.between(2, 1'000'000), more = random.between(2, 1'000);
        for (Bid& bid : c.bids) bid.price *= by;
        c.lot.reserve_price *= by;
        c.lot.unsold_price *= by;
        const Clearing priced = cleared(c);
        if (priced.awards != before.awards || priced.price != before.price * by)
            return "prices do not";
        for (Bid& bid : c.bids) bid.lots *= more;
        c.lot.lots *= more;
        c.rules.dust_lots *= more;
        const Clearing sized = cleared(c);
        return sized.price == priced.price && lots_of(sized) == lots_of(before) * more
                   ? ""
                   : "lots do not";
    });
}

BOOST_AUTO_TEST_CASE(a_bidder_who_splits_gains_at_most_a_lot) {
    for_cases(200'000, [](Case c, Random& random) -> std::string {
        c.rules.capped_bidders_min = 1'000;
        c.rules.bidders_min = 1;
        if (c.bids.empty()) return "";
        const std::size_t who = random.below(c.bids.size());
        const Clearing before = cleared(c);
        Bid half = c.bids[who];
        half.id = random.next() & ~std::uint64_t{1};
        half.bidder = random.next();
        half.lots = random.between(0, half.lots - 1);
        c.bids[who].lots -= half.lots;
        const std::uint64_t id = c.bids[who].id, other = half.id;
        c.bids.push_back(half);
        const Clearing after = cleared(c);
        if (after.price != before.price || lots_of(after) != lots_of(before))
            return "the outcome is another";
        return lots_of(after, id) + lots_of(after, other) <= lots_of(before, id) + 1 ? "" : "more";
    });
}

BOOST_AUTO_TEST_CASE(the_cap_moves_lots_to_others_and_never_the_price) {
    std::size_t moved = 0;
    for_cases(200'000, [&](Case c, Random&) -> std::string {
        const Clearing capped = cleared(c);
        ClearingRules without = c.rules;
        without.capped_bidders_min = 1'000;
        const Clearing uncapped = clear(c.bids, c.lot, without);
        if (capped.price != uncapped.price || lots_of(capped) != lots_of(uncapped))
            return "it moves the outcome";
        moved += capped.awards == uncapped.awards ? 0u : 1u;
        std::map<std::uint64_t, std::int64_t> by_bidder, open;
        for (const Bid& bid : c.bids) {
            if (!accepts(c.lot, bid, capped.price) || capped.awards.empty()) continue;
            by_bidder[bid.bidder] += lots_of(capped, bid.id);
            open[bid.bidder] += bid.lots - lots_of(capped, bid.id);
        }
        if (static_cast<std::int64_t>(by_bidder.size()) < c.rules.capped_bidders_min) return "";
        const Int128 cap =
            (Int128{c.lot.lots} * c.rules.share_cap_ppb + 999'999'999) / 1'000'000'000;
        for (const auto& [bidder, lots] : by_bidder) {
            if (lots <= cap) continue;
            for (const auto& [other, left] : open) {
                if (by_bidder[other] < cap && left > 0) return "somebody is beyond it for nothing";
            }
        }
        return "";
    });
    BOOST_TEST(moved > 1'000u);
}

BOOST_AUTO_TEST_CASE(the_largest_numbers_do_not_wrap) {
    const std::int64_t most = LPC_LOTS_MAX;
    std::vector<Bid> bids;
    for (std::uint64_t i = 1; i <= 100; ++i) bids.push_back({i, i, LPC_PRICE_MAX, most});
    const Lot lot{true, most, 1, 1 - most};
    const Clearing result = clear(bids, lot, {});
    BOOST_TEST(result.price == LPC_PRICE_MAX);
    BOOST_TEST(lots_of(result) == most);
    BOOST_TEST(result.awards.size() == 100u);
}

BOOST_AUTO_TEST_SUITE_END()
