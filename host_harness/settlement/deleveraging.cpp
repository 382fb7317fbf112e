#include <algorithm>
#include <bit>
#include <settlement/deleveraging.hpp>
#include <settlement/ranking.hpp>
#include <settlement/sharing.hpp>
#include <settlement/weighted_rank.hpp>
#include <string>

namespace lpc::settlement {
namespace {

constexpr Int128 kOne = LPC_RATE_ONE_PPB;

bool within(std::int64_t number, std::int64_t least, std::int64_t most) {
    return number >= least && number <= most;
}

std::int64_t magnitude(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

Status check(const Candidate& c) {
    const char* what = !within(c.lots, -LPC_LOTS_MAX, LPC_LOTS_MAX)       ? "lots"
                       : !within(c.net_lots, 0, magnitude(c.lots))        ? "net lots"
                       : !within(c.profit, -LPC_MONEY_MAX, LPC_MONEY_MAX) ? "profit"
                       : !within(c.taken, 0, LPC_MONEY_MAX)               ? "profit taken"
                       : !within(c.equity, -LPC_MONEY_MAX, LPC_MONEY_MAX) ? "equity"
                       : !within(c.notional, 0, LPC_MONEY_MAX)            ? "notional"
                                                                          : nullptr;
    if (what == nullptr) return {};
    return fail("deleveraging: account " + std::to_string(c.account) + ": its " + what +
                " cannot be");
}

Status check(const Need& need, const DeleveragingRule& rule) {
    if (!within(need.lots, -LPC_LOTS_MAX, LPC_LOTS_MAX) ||
        !within(need.cost_per_lot, 0, LPC_MONEY_MAX))
        return fail("deleveraging: " + std::to_string(need.lots) + " lots at a cost of " +
                    std::to_string(need.cost_per_lot) + " a lot cannot be");
    if (!within(rule.haircut_max_ppb, 0, LPC_RATE_ONE_PPB) || rule.reference_leverage_ppb < 1)
        return fail("deleveraging: the greatest haircut is " +
                    std::to_string(rule.haircut_max_ppb) + " ppb and the reference leverage " +
                    std::to_string(rule.reference_leverage_ppb) +
                    " ppb, expected 0 to 1,000,000,000 and at least 1");
    return {};
}

// The most lots that a candidate may give: what haircut_max_ppb of the profit it had pays for, less
// what was taken of it before. Rounded down, for the candidate.
std::int64_t cap_of(const Candidate& c, const Need& need, const DeleveragingRule& rule) {
    const Int128 had = Int128{c.profit} + c.taken;
    const Int128 may =
        std::min<Int128>(div_floor(had * rule.haircut_max_ppb, kOne) - c.taken, c.profit);
    if (may < 0) return 0;
    const std::int64_t lots = magnitude(c.lots);
    if (Int128{lots} * need.cost_per_lot <= may) return lots;
    return static_cast<std::int64_t>(may) / need.cost_per_lot;  // neither below 0: rounded down
}

// The root of a number of up to 62 bits that is at most 4 * guess^2, rounded down. Newton's method
// from a guess that is not below the root comes down to it and stops.
std::uint64_t root(std::uint64_t square, std::uint64_t guess) {
    for (;;) {
        const std::uint64_t next = (guess + square / guess) / 2;
        if (next >= guess) return guess;
        guess = next;
    }
}

// (leverage / reference) within 1/2 and 2, to the power of c. [ppb], rounded down.
class RiskFactor {
  public:
    explicit RiskFactor(const DeleveragingRule& rule)
        : risk_(rule.risk),
          inverse_(
              static_cast<std::uint64_t>(div_floor(kOne * kOne, rule.reference_leverage_ppb))) {}

    [[nodiscard]] std::uint64_t of(const Candidate& c) const {
        constexpr std::uint64_t kUnit = LPC_RATE_ONE_PPB;
        if (risk_ == RiskWeight::none) return kUnit;
        const std::uint64_t ratio = this->ratio(c);
        if (risk_ == RiskWeight::full) return ratio;
        // The mean of 1 and a number is not below its root.
        return root(ratio * kUnit, (kUnit + ratio) / 2 + 1);
    }

  private:
    [[nodiscard]] std::uint64_t ratio(const Candidate& c) const {
        constexpr std::uint64_t kLeast = LPC_RATE_ONE_PPB / 2, kMost = 2 * LPC_RATE_ONE_PPB;
        const Int128 leverage = Int128{c.notional} * static_cast<std::int64_t>(inverse_);
        if (c.equity <= 0 || leverage >= Int128{c.equity} * kMost) return kMost;
        if (leverage <= Int128{c.equity} * kLeast) return kLeast;
        return static_cast<std::uint64_t>(div_floor(leverage, c.equity));
    }

    RiskWeight risk_;
    std::uint64_t inverse_;  // of the reference [ppb]
};

// Those who may give something, with caps over net and hedged lots together.
Result<std::vector<Claim>> claims_of(const Need& need, std::span<const Candidate> candidates,
                                     const DeleveragingRule& rule) {
    std::vector<Claim> claims;
    claims.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& c = candidates[i];
        if (Status sound = check(c); !sound) return tl::unexpected(sound.error());
        const bool other_side = c.lots != 0 && (c.lots > 0) != (need.lots > 0);
        if (!other_side || c.profit <= 0) continue;
        if (const std::int64_t cap = cap_of(c, need, rule); cap > 0)
            claims.push_back({0, cap, c.account, static_cast<std::uint32_t>(i)});
    }
    return claims;
}

// Profit times risk, all divided by one power of two so that they add up to less than 2^63. What
// one unit of the reference's leverage then weighs is answered: how far they were shifted.
int weigh(std::vector<Claim>& claims, std::span<const Candidate> candidates,
          const DeleveragingRule& rule) {
    DeleveragingRule weighing = rule;
    if (rule.policy == Policy::min_max) weighing.risk = RiskWeight::none;
    const RiskFactor factor(weighing);
    std::vector<Int128> weights;
    weights.reserve(claims.size());
    Int128 sum = 0;
    for (const Claim& claim : claims) {
        const Candidate& c = candidates[claim.at];
        weights.push_back(Int128{c.profit} * static_cast<std::int64_t>(factor.of(c)));
        sum += weights.back();
    }
    int shift = 0;
    while ((sum >> shift) >= Int128{1} << 62) ++shift;
    for (std::size_t i = 0; i < claims.size(); ++i)
        claims[i].weight =
            std::max<std::uint64_t>(static_cast<std::uint64_t>(weights[i] >> shift), 1);
    return shift;
}

// What a level means as a part of the profit, at the reference's leverage. Rounded down.
std::int64_t level_ppb(const Level& level, int shift, std::int64_t cost_per_lot) {
    const Int128 profit =
        std::max<Int128>((Int128{static_cast<std::int64_t>(level.weight)} << shift) / kOne, 1);
    return clamp_to(Int128{level.lots} * cost_per_lot * kOne / profit, 0, LPC_RATE_ONE_PPB);
}

void share_by_queue(std::vector<Claim>& claims, std::span<const Candidate> candidates,
                    std::int64_t lots, const DeleveragingRule& rule,
                    std::span<std::int64_t> lots_of) {
    rank(claims, candidates, rule);
    for (const Claim& claim : claims) {
        const std::int64_t part = std::min(lots, claim.cap);
        lots_of[claim.at] += part;
        lots -= part;
    }
}

std::int64_t sum_of_caps(const std::vector<Claim>& claims) {
    Int128 sum = 0;
    for (const Claim& claim : claims) sum += claim.cap;
    return clamp_to(sum, 0, INT64_MAX);
}

// What no other leg offsets goes first: a position that hedges another one is touched only when
// the others are not enough. Answers the level of those who gave last.
Level share_by_level(std::vector<Claim>& claims, std::span<const Candidate> candidates,
                     std::int64_t lots, const DeleveragingRule& rule,
                     std::span<std::int64_t> lots_of) {
    std::vector<Claim> hedged;
    for (Claim& claim : claims) {
        const std::int64_t net = std::min(claim.cap, candidates[claim.at].net_lots);
        if (claim.cap > net) hedged.push_back(claim);
        if (claim.cap > net) hedged.back().cap -= net;
        claim.cap = net;
    }
    std::erase_if(claims, [](const Claim& claim) { return claim.cap == 0; });
    const auto share = rule.policy == Policy::min_max ? share_least_worst : share_in_proportion;
    const std::int64_t of_net = std::min(lots, sum_of_caps(claims));
    const Level level = share(claims, of_net, rule.tie_key, lots_of);
    return lots == of_net ? level : share(hedged, lots - of_net, rule.tie_key, lots_of);
}

void gather(Deleveraged& done, const Need& need, std::span<const Candidate> candidates,
            const std::vector<std::int64_t>& lots_of) {
    // The greatest haircut as a fraction; what is given up costs no more than the profit.
    std::int64_t haircut = 0, profit = 1;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& c = candidates[i];
        if (lots_of[i] == 0) continue;
        done.shares.push_back(
            {c.account, lots_of[i], std::max<std::int64_t>(lots_of[i] - c.net_lots, 0)});
        done.lots += lots_of[i];
        const std::int64_t given = lots_of[i] * need.cost_per_lot;
        if (Int128{given} * profit > Int128{haircut} * c.profit) haircut = given, profit = c.profit;
    }
    done.worst_haircut_ppb = static_cast<std::int64_t>(div_ceil(haircut * kOne, profit));
}

}  // namespace

Result<Deleveraged> deleverage(const Need& need, std::span<const Candidate> candidates,
                               const DeleveragingRule& rule) {
    if (Status sound = check(need, rule); !sound) return tl::unexpected(sound.error());
    auto claims = claims_of(need, candidates, rule);
    if (!claims) return tl::unexpected(claims.error());
    const std::int64_t wanted = magnitude(need.lots);
    const std::int64_t lots = std::min(wanted, sum_of_caps(*claims));
    std::vector<std::int64_t> lots_of(candidates.size());
    Deleveraged done;
    done.uncovered_lots = wanted - lots;
    if (rule.policy == Policy::queue) {
        share_by_queue(*claims, candidates, lots, rule, lots_of);
    } else {
        const int shift = weigh(*claims, candidates, rule);
        const Level level = share_by_level(*claims, candidates, lots, rule, lots_of);
        done.level_ppb = level_ppb(level, shift, need.cost_per_lot);
    }
    gather(done, need, candidates, lots_of);
    return done;
}

std::int64_t reference_leverage(std::span<const Candidate> candidates) {
    constexpr std::int64_t kMost = std::int64_t{1} << 62;
    Int128 profit = 0;
    for (const Candidate& c : candidates) profit += std::max<std::int64_t>(c.profit, 0);
    if (profit == 0) return LPC_RATE_ONE_PPB;
    // Half, rounded up, so that it is never nothing.
    const Rank median = weighted_rank(div_ceil(profit, 2), [&](auto&& take) {
        for (const Candidate& c : candidates) {
            if (c.profit <= 0) continue;
            const Int128 leverage =
                c.equity > 0 ? div_floor(Int128{c.notional} * LPC_RATE_ONE_PPB, c.equity) : kMost;
            take(Weighted{static_cast<std::uint64_t>(clamp_to(leverage, 1, kMost)), c.profit});
        }
    });
    return static_cast<std::int64_t>(median.number);
}

}  // namespace lpc::settlement
