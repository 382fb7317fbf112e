#include "clearing.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <numeric>

namespace lpc::auction {
namespace {

// How good a price is for the account: higher is better, whichever side the lot is on.
std::int64_t worth(const Lot& lot, std::int64_t price) {
    return lot.sold ? price : -price;
}

// A bid in the ladder from best to worst.
struct Step {
    std::int64_t worth = 0;
    std::uint64_t id = 0;
    std::int64_t lots = 0;  // what it still takes
    std::int64_t awarded = 0;
    std::uint32_t bidder = 0;  // index among the bidders of this lot
};

// Gives each bidder a small number, the same whenever it is named again.
class Bidders {
  public:
    explicit Bidders(std::size_t bids)
        : slots_(std::bit_ceil(2 * bids)), shift_(std::countl_zero(slots_.size() - 1)) {}

    std::uint32_t index(std::uint64_t bidder) {
        std::size_t at = (bidder * 0x9e3779b97f4a7c15ULL) >> shift_;
        while (slots_[at].used && slots_[at].bidder != bidder) at = (at + 1) & (slots_.size() - 1);
        if (!slots_[at].used) slots_[at] = {bidder, count_++, true};
        return slots_[at].index;
    }
    [[nodiscard]] std::uint32_t count() const { return count_; }

  private:
    struct Slot {
        std::uint64_t bidder = 0;
        std::uint32_t index = 0;
        bool used = false;
    };
    std::vector<Slot> slots_;  // a power of two, twice as many as bidders: a search ends
    int shift_;
    std::uint32_t count_ = 0;
};

// The best first, of equals by id. Why not std::sort: bids come by rising id, and a stable pass for
// each byte in which their prices differ takes a fraction of the time.
void sort_best_first(std::vector<Step>& steps) {
    const auto by_id = [](const Step& a, const Step& b) { return a.id < b.id; };
    if (!std::is_sorted(steps.begin(), steps.end(), by_id))
        std::sort(steps.begin(), steps.end(), by_id);
    std::int64_t best = INT64_MIN, worst = INT64_MAX;
    for (const Step& step : steps) {
        best = std::max(best, step.worth);
        worst = std::min(worst, step.worth);
    }
    std::vector<Step> sorted(steps.size());
    for (int shift = 0; shift < 64 && best > worst && (best - worst) >> shift != 0; shift += 8) {
        const auto byte = [&](const Step& step) {
            return static_cast<std::size_t>((best - step.worth) >> shift & 0xff);
        };
        std::array<std::size_t, 257> begin{};
        for (const Step& step : steps) ++begin[byte(step) + 1];
        std::partial_sum(begin.begin(), begin.end(), begin.begin());
        for (const Step& step : steps) sorted[begin[byte(step)]++] = step;
        steps.swap(sorted);
    }
}

// Those bids that keep the reserve, the best first.
std::vector<Step> ladder(std::span<const Bid> bids, const Lot& lot, Bidders& bidders) {
    std::vector<Step> steps;
    steps.reserve(bids.size());
    for (const Bid& bid : bids) {
        const std::int64_t value = worth(lot, bid.price);
        if (bid.lots <= 0 || value < worth(lot, lot.reserve_price)) continue;
        steps.push_back({value, bid.id, bid.lots, 0, bidders.index(bid.bidder)});
    }
    sort_best_first(steps);
    return steps;
}

// What of a lot is sold to so many lots of bids: all of it, or so much that no dust is left.
std::int64_t sold_to(Int128 wanted, const Lot& lot, std::int64_t dust_lots) {
    if (wanted >= lot.lots) return lot.lots;
    return std::min(clamp_to(wanted, 0, lot.lots), std::max<std::int64_t>(lot.lots - dust_lots, 0));
}

struct Cut {
    std::size_t better = 0, taken = 0;  // bids that beat the price; these and those at it
    std::int64_t lots = 0;              // sold
};

Cut best_cut(const std::vector<Step>& steps, const Lot& lot, std::int64_t dust_lots) {
    Cut best;
    Int128 most = -1, wanted = 0;
    for (std::size_t from = 0, to = 0; from < steps.size(); from = to) {
        for (; to < steps.size() && steps[to].worth == steps[from].worth; ++to)
            wanted += steps[to].lots;
        const std::int64_t lots = sold_to(wanted, lot, dust_lots);
        const Int128 gain = Int128{steps[from].worth - worth(lot, lot.unsold_price)} * lots;
        if (lots > best.lots && gain >= most) {
            best = {from, to, lots};
            most = gain;
        }
        if (lots == lot.lots) break;  // what follows sells no more, at worse prices
    }
    return best;
}

// Gives `lots` to the steps, in proportion to what each takes, all of which is at least `lots`.
void share_pro_rata(std::span<Step> steps, std::int64_t lots, const std::vector<std::int64_t>& room,
                    const HashKey& key) {
    struct Share {
        Int128 remainder = 0;
        std::uint64_t tie = 0, id = 0;
        std::size_t at = 0;
    };
    const Int128 all = std::accumulate(room.begin(), room.end(), Int128{0});
    std::vector<Share> odd;
    std::int64_t left = lots;
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const Int128 exact = Int128{room[i]} * lots;
        const auto whole = static_cast<std::int64_t>(div_floor(exact, all));
        steps[i].awarded += whole;
        left -= whole;
        const Int128 remainder = exact - all * whole;
        if (remainder > 0)
            odd.push_back({remainder, keyed_hash<1>(key, {steps[i].id}), steps[i].id, i});
    }
    // Invariant: the remainders sum to `left` times `all`, so at least `left` shares are odd.
    const auto more = [](const Share& a, const Share& b) {
        if (a.remainder != b.remainder) return a.remainder > b.remainder;
        return a.tie != b.tie ? a.tie < b.tie : a.id < b.id;
    };
    std::sort(odd.begin(), odd.end(), more);
    for (std::int64_t i = 0; i < left; ++i) ++steps[odd[static_cast<std::size_t>(i)].at].awarded;
}

// One round: `limit` is what each bidder may still get. Answers what is left of `lots`.
std::int64_t give_out(std::span<Step> steps, std::size_t better, std::int64_t lots,
                      std::vector<std::int64_t>& limit, const HashKey& key) {
    const auto room_of = [&](const Step& step) {
        return std::min(step.lots - step.awarded, limit[step.bidder]);
    };
    for (Step& step : steps.first(better)) {
        const std::int64_t given = std::min(room_of(step), lots);
        step.awarded += given;
        limit[step.bidder] -= given;
        lots -= given;
    }
    const std::span<Step> margin = steps.subspan(better);
    std::vector<std::int64_t> room;
    Int128 all = 0;
    for (const Step& step : margin) {
        room.push_back(room_of(step));
        limit[step.bidder] -= room.back();
        all += room.back();
    }
    if (all <= lots) {
        for (std::size_t i = 0; i < margin.size(); ++i) margin[i].awarded += room[i];
        return lots - static_cast<std::int64_t>(all);
    }
    if (lots > 0) share_pro_rata(margin, lots, room, key);
    return 0;
}

}  // namespace

Clearing clear(std::span<const Bid> bids, const Lot& lot, const ClearingRules& rules) {
    Bidders bidders(bids.size());
    std::vector<Step> steps = ladder(bids, lot, bidders);
    if (bidders.count() < rules.bidders_min) return {};
    const Cut cut = best_cut(steps, lot, rules.dust_lots);
    if (cut.lots == 0) return {};
    const std::span<Step> taken(steps.data(), cut.taken);

    std::vector<bool> accepts(bidders.count());
    for (const Step& step : taken) accepts[step.bidder] = true;
    const bool capped =
        std::count(accepts.begin(), accepts.end(), true) >= rules.capped_bidders_min;
    const Int128 cap = div_ceil(Int128{lot.lots} * rules.share_cap_ppb, LPC_RATE_ONE_PPB);
    std::vector<std::int64_t> limit(bidders.count(),
                                    capped ? clamp_to(cap, 1, LPC_LOTS_MAX) : LPC_LOTS_MAX);
    std::int64_t left = give_out(taken, cut.better, cut.lots, limit, rules.key);
    // What the capped leave, and nobody else takes at this price, they take after all.
    std::fill(limit.begin(), limit.end(), LPC_LOTS_MAX);
    if (left > 0) left = give_out(taken, cut.better, left, limit, rules.key);

    Clearing cleared{lot.sold ? taken.back().worth : -taken.back().worth, {}};
    for (const Step& step : taken) {
        if (step.awarded > 0) cleared.awards.push_back({step.id, step.awarded});
    }
    return cleared;
}

}  // namespace lpc::auction
