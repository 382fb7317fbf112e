#include <algorithm>
#include <settlement/ranking.hpp>
#include <settlement/tie_break.hpp>

namespace lpc::settlement {
namespace {

// Rounded down; without a positive divisor as much as can be.
std::int64_t ratio_ppb(std::int64_t dividend, std::int64_t divisor) {
    constexpr std::int64_t kMost = std::int64_t{1} << 62;
    if (divisor <= 0) return kMost;
    return clamp_to(div_floor(Int128{dividend} * LPC_RATE_ONE_PPB, divisor), 0, kMost);
}

Int128 score(const Candidate& c, Ranking ranking) {
    switch (ranking) {
        case Ranking::bitmex:
            return Int128{ratio_ppb(c.profit, c.cost)} * ratio_ppb(c.value, c.equity);
        case Ranking::binance:
            return Int128{ratio_ppb(c.profit, std::max<std::int64_t>(c.collateral, 1))} *
                   ratio_ppb(c.maintenance, c.equity);
        case Ranking::hyperliquid:
            return Int128{c.lots > 0 ? ratio_ppb(c.value, c.cost) : ratio_ppb(c.cost, c.value)} *
                   ratio_ppb(c.notional, c.equity);
        case Ranking::random_start:
            return 0;
    }
    return 0;
}

void rank_from_a_random_start(std::vector<Claim>& claims, std::uint64_t tie_key) {
    if (claims.empty()) return;
    std::sort(claims.begin(), claims.end(),
              [](const Claim& a, const Claim& b) { return a.account < b.account; });
    const std::uint64_t start = tie_break(tie_key, 0) % claims.size();
    std::rotate(claims.begin(), claims.begin() + static_cast<std::ptrdiff_t>(start), claims.end());
}

}  // namespace

void rank(std::vector<Claim>& claims, std::span<const Candidate> candidates,
          const DeleveragingRule& rule) {
    if (rule.ranking == Ranking::random_start)
        return rank_from_a_random_start(claims, rule.tie_key);
    struct Place {
        Int128 score;
        std::uint64_t tie;
        Claim claim;
    };
    std::vector<Place> places;
    places.reserve(claims.size());
    for (const Claim& claim : claims)
        places.push_back({score(candidates[claim.at], rule.ranking),
                          tie_break(rule.tie_key, claim.account), claim});
    std::sort(places.begin(), places.end(), [](const Place& a, const Place& b) {
        return a.score != b.score ? a.score > b.score : a.tie < b.tie;
    });
    for (std::size_t i = 0; i < places.size(); ++i) claims[i] = places[i].claim;
}

}  // namespace lpc::settlement
