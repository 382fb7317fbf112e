// How long it takes to clear a sealed lot with the schedules of 64 bidders of 16 steps each, beside
// the bare sorting of the same bids by price.
#include <algorithm>
#include <app/bench/bench.hpp>
#include <app/bench/samples.hpp>
#include <auction/clearing.hpp>
#include <chrono>
#include <vector>
#include <venue/random.hpp>

namespace lpc::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kBidders = 64, kSteps = 16;
constexpr std::uint32_t kLots = 20'000;
constexpr std::int64_t kMark = 1'000'000;

double ns_since(Clock::time_point start) {
    return std::chrono::duration<double, std::nano>(Clock::now() - start).count();
}

// Schedules as providers set them: each further step is larger and further from the mark; many
// bidders share round prices, so there are ties.
std::vector<auction::Bid> schedules(venue::Random& random) {
    std::vector<auction::Bid> bids;
    for (std::uint64_t bidder = 1; bidder <= kBidders; ++bidder) {
        std::int64_t discount = random.between(0, 40);
        for (std::uint64_t step = 0; step < kSteps; ++step) {
            discount += random.between(1, 20);
            bids.push_back({bids.size() + 1, bidder, kMark - 25 * discount,
                            static_cast<std::int64_t>(step + 1) * random.between(1, 500)});
        }
    }
    return bids;
}

bool conserved(const auction::Clearing& cleared, const auction::Lot& lot,
               const std::vector<auction::Bid>& bids) {
    std::int64_t lots = 0;
    for (const auction::Award& award : cleared.awards) {
        const auction::Bid& bid = bids[award.bid_id - 1];
        if (award.lots < 1 || award.lots > bid.lots || bid.price < cleared.price) return false;
        lots += award.lots;
    }
    return lots <= lot.lots && cleared.price >= lot.reserve_price;
}

}  // namespace

Json bench_auction(const BenchOptions& options) {
    const std::uint32_t lots = options.repeats != 0 ? options.repeats : kLots;
    venue::Random random(1);
    auction::ClearingRules rules;
    rules.key = {random.next(), random.next()};
    std::vector<double> clear_ns, sort_ns;
    bool all_conserved = true;
    for (std::uint32_t i = 0; i < lots; ++i) {
        const std::vector<auction::Bid> bids = schedules(random);
        const std::int64_t reserve = kMark - 25 * random.between(100, 400);
        const auction::Lot lot{true, random.between(1, 4'000'000), reserve, reserve - kMark / 50};
        std::vector<auction::Bid> sorted = bids;
        const auto begun = Clock::now();
        std::sort(sorted.begin(), sorted.end(), [](const auction::Bid& a, const auction::Bid& b) {
            return a.price != b.price ? a.price > b.price : a.id < b.id;
        });
        sort_ns.push_back(ns_since(begun));
        const auto start = Clock::now();
        const auction::Clearing cleared = auction::clear(bids, lot, rules);
        clear_ns.push_back(ns_since(start));
        all_conserved =
            all_conserved && sorted.size() == bids.size() && conserved(cleared, lot, bids);
    }
    Json json;
    json["params"] = {{"bidders", kBidders}, {"steps", kSteps}, {"lots", lots}};
    json["results"] = {{"clear_ns_p99", percentile(clear_ns, 99)},
                       {"clear_ns_p50", median(clear_ns)},
                       {"sort_ns_p99", percentile(sort_ns, 99)},
                       {"sort_ns_p50", median(sort_ns)},
                       {"conserved", all_conserved}};
    return json;
}

}  // namespace lpc::app
