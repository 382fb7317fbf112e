// The clearing of plugins/auction as its rules read, lot by lot: the reference of the fast one in
// property tests. Pure.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <algorithm>
#include <auction/clearing.hpp>
#include <cstdint>
#include <limits>
#include <map>
#include <set>
#include <vector>

namespace lpc::test {

using auction::Award;
using auction::Bid;
using auction::Clearing;
using auction::ClearingRules;
using auction::Lot;

inline bool accepts(const Lot& lot, const Bid& bid, std::int64_t price) {
    return lot.sold ? bid.price >= price : bid.price <= price;
}

// What an award recovers beyond what the same lots are worth unsold.
inline Int128 gain(const Lot& lot, std::int64_t price, std::int64_t lots) {
    return Int128{lot.sold ? price - lot.unsold_price : lot.unsold_price - price} * lots;
}

inline std::int64_t naive_demand(const std::vector<Bid>& bids, const Lot& lot, std::int64_t price,
                                 std::int64_t dust_lots) {
    std::int64_t wanted = 0;
    for (const Bid& bid : bids) wanted += accepts(lot, bid, price) ? bid.lots : 0;
    if (wanted >= lot.lots) return lot.lots;
    return std::max<std::int64_t>(std::min(wanted, lot.lots - dust_lots), 0);
}

// Each lot in turn to whoever is furthest behind his share.
inline void naive_share(const std::vector<Bid>& margin,
                        std::map<std::uint64_t, std::int64_t>& given,
                        const std::map<std::uint64_t, std::int64_t>& room, std::int64_t lots,
                        const auction::HashKey& key) {
    std::int64_t all = 0;
    for (const Bid& bid : margin) all += room.at(bid.id);
    const std::int64_t shared = std::min(lots, all);
    std::map<std::uint64_t, std::int64_t> got;
    for (std::int64_t lot = 0; lot < shared; ++lot) {
        const Bid* next = nullptr;
        const auto behind = [&](const Bid& bid) {
            return Int128{room.at(bid.id)} * shared - Int128{got[bid.id]} * all;
        };
        for (const Bid& bid : margin) {
            if (next == nullptr || behind(bid) > behind(*next) ||
                (behind(bid) == behind(*next) &&
                 auction::keyed_hash<1>(key, {bid.id}) < auction::keyed_hash<1>(key, {next->id})))
                next = &bid;
        }
        ++got[next->id];
    }
    for (const auto& [id, count] : got) given[id] += count;
}

inline Clearing naive_clear(const std::vector<Bid>& all_bids, const Lot& lot,
                            const ClearingRules& rules) {
    std::vector<Bid> bids;
    std::set<std::uint64_t> bidders;
    for (const Bid& bid : all_bids) {
        if (!accepts(lot, bid, lot.reserve_price)) continue;
        bids.push_back(bid);
        bidders.insert(bid.bidder);
    }
    if (static_cast<std::int64_t>(bidders.size()) < rules.bidders_min) return {};
    std::int64_t price = 0, sold = 0;
    for (const Bid& candidate : bids) {
        const std::int64_t lots = naive_demand(bids, lot, candidate.price, rules.dust_lots);
        const Int128 better = gain(lot, candidate.price, lots) - gain(lot, price, sold);
        if (lots > 0 && (sold == 0 || better > 0 || (better == 0 && lots > sold))) {
            price = candidate.price;
            sold = lots;
        }
    }
    if (sold == 0) return {};
    std::erase_if(bids, [&](const Bid& bid) { return !accepts(lot, bid, price); });
    std::sort(bids.begin(), bids.end(), [&](const Bid& a, const Bid& b) {
        return a.price != b.price ? (a.price > b.price) == lot.sold : a.id < b.id;
    });
    bidders.clear();
    for (const Bid& bid : bids) bidders.insert(bid.bidder);
    const bool capped = static_cast<std::int64_t>(bidders.size()) >= rules.capped_bidders_min;
    const auto cap = static_cast<std::int64_t>(
        (Int128{lot.lots} * rules.share_cap_ppb + 999'999'999) / 1'000'000'000);

    std::map<std::uint64_t, std::int64_t> given, by_bidder;
    for (const bool with_cap : {true, false}) {
        std::map<std::uint64_t, std::int64_t> room;
        std::vector<Bid> margin;
        by_bidder.clear();
        for (const Bid& bid : bids) {
            std::int64_t& used = by_bidder[bid.bidder];
            const std::int64_t may = capped && with_cap ? std::max<std::int64_t>(cap, 1) - used
                                                        : std::numeric_limits<std::int64_t>::max();
            room[bid.id] = std::min(bid.lots - given[bid.id], may);
            if (bid.price == price) {
                margin.push_back(bid);
            } else {
                room[bid.id] = std::min(room[bid.id], sold);
                given[bid.id] += room[bid.id];
                sold -= room[bid.id];
            }
            used += room[bid.id];
        }
        std::int64_t before = 0, after = 0;
        for (const Bid& bid : margin) before += given[bid.id];
        naive_share(margin, given, room, sold, rules.key);
        for (const Bid& bid : margin) after += given[bid.id];
        sold -= after - before;
    }
    Clearing cleared{price, {}};
    for (const Bid& bid : bids) {
        if (given[bid.id] > 0) cleared.awards.push_back({bid.id, given[bid.id]});
    }
    return cleared;
}

}  // namespace lpc::test
