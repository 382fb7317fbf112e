// Uniform-price clearing of a lot: which bids are taken, at what one price, and how many lots of
// each. A pure function of its arguments, exact integers, any thread; in whatever order the bids
// come, the result is the same.
//
// The price is that of the marginal bid: the worst that is taken. Among all bids' prices it is the
// one that recovers most for the account, where a lot that stays unsold counts as unsold_price; of
// equals, the one that sells more. So one more bidder or a better bid never lowers what is
// recovered, and never the price unless more is sold. With unsold_price far behind the reserve this
// is "sell as much as the reserve permits".
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "keyed_hash.hpp"

namespace lpc::auction {

struct Bid {
    std::uint64_t id = 0, bidder = 0;
    std::int64_t price = 0;  // its worst [ticks]
    std::int64_t lots = 0;   // at most; unsigned
};

struct Lot {
    bool sold = true;       // false: it is bought back, and lower prices are better
    std::int64_t lots = 0;  // unsigned
    std::int64_t reserve_price = 0;
    std::int64_t unsold_price = 0;  // no better than the reserve
};

struct ClearingRules {
    // What is left of a lot is nothing or at least this. [lots]
    std::int64_t dust_lots = 1;
    // Fewer different bidders, and nothing is sold.
    std::int64_t bidders_min = 1;
    // Where at least so many bidders accept the price, none gets more than this share of the lot
    // (rounded up) as long as the others take the rest at that same price. The cap never moves the
    // price: if it did, the bidder who brings it about would cost the account money.
    std::int64_t capped_bidders_min = 3;
    std::int64_t share_cap_ppb = 500'000'000;
    HashKey key;  // of the hash that decides who of equals gets an odd lot
};

struct Award {
    std::uint64_t bid_id = 0;
    std::int64_t lots = 0;
    friend bool operator==(const Award&, const Award&) = default;
};

struct Clearing {
    std::int64_t price = 0;
    std::vector<Award> awards;  // the best bid first; of equals by id
    friend bool operator==(const Clearing&, const Clearing&) = default;
};

// Bids that beat the price are filled first; those at it share the rest pro rata by size, odd lots
// by largest remainder, then by keyed hash. No awards: nothing is sold.
Clearing clear(std::span<const Bid> bids, const Lot& lot, const ClearingRules& rules);

}  // namespace lpc::auction
