#include <algorithm>
#include <array>
#include <settlement/deleveraging.hpp>
#include <settlement/ranking.hpp>
#include <settlement/sharing.hpp>
#include <settlement/weighted_rank.hpp>
#include <string>

namespace lpc::settlement {
namespace {

__extension__ typedef unsigned __int128 Wide;

constexpr std::uint64_t kUnit = LPC_RATE_ONE_PPB;

bool within(std::int64_t number, std::int64_t least, std::int64_t most) {
    return number >= least && number <= most;
}

std::int64_t magnitude(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

bool sound(const Candidate& c) {
    return within(c.lots, -LPC_LOTS_MAX, LPC_LOTS_MAX) &&
           within(c.net_lots, 0, magnitude(c.lots)) &&
           within(c.profit, -LPC_MONEY_MAX, LPC_MONEY_MAX) && within(c.taken, 0, LPC_MONEY_MAX) &&
           within(c.equity, -LPC_MONEY_MAX, LPC_MONEY_MAX) && within(c.notional, 0, LPC_MONEY_MAX);
}

tl::unexpected<Error> refuse(const Candidate& c) {
    const char* what = !within(c.lots, -LPC_LOTS_MAX, LPC_LOTS_MAX)       ? "lots"
                       : !within(c.net_lots, 0, magnitude(c.lots))        ? "net lots"
                       : !within(c.profit, -LPC_MONEY_MAX, LPC_MONEY_MAX) ? "profit"
                       : !within(c.taken, 0, LPC_MONEY_MAX)               ? "profit taken"
                       : !within(c.equity, -LPC_MONEY_MAX, LPC_MONEY_MAX) ? "equity"
                                                                          : "notional";
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

// A share of an amount of at least 0, rounded down, in 64 bits: whole units of the share apart from
// the rest of them.
std::int64_t share_of(std::uint64_t amount, std::int64_t ppb) {
    const auto share = static_cast<std::uint64_t>(ppb);
    return static_cast<std::int64_t>(amount / kUnit * share + amount % kUnit * share / kUnit);
}

// The most lots that a candidate may give: what haircut_max_ppb of the profit it had pays for, less
// what was taken of it before. Rounded down, for the candidate.
std::int64_t cap_of(const Candidate& c, const Need& need, const DeleveragingRule& rule) {
    const auto had = static_cast<std::uint64_t>(c.profit) + static_cast<std::uint64_t>(c.taken);
    const std::int64_t may = std::min(share_of(had, rule.haircut_max_ppb) - c.taken, c.profit);
    if (may < 0) return 0;
    const std::int64_t lots = magnitude(c.lots);
    if (Int128{lots} * need.cost_per_lot <= may) return lots;
    return may / need.cost_per_lot;  // neither below 0: rounded down
}

constexpr std::uint64_t kLeastRatio = kUnit / 2, kGreatestRatio = 2 * kUnit;

// Of steps of 1/500 from the least ratio to one beyond the greatest: root(ratio * 1e9), rounded
// down. Newton's method from a guess that is not below the root comes down to it.
constexpr std::uint64_t kRootStep = kUnit / 500;
constexpr std::array<std::uint64_t, 752> kRoots = [] {
    std::array<std::uint64_t, 752> roots{};
    for (std::size_t i = 0; i < roots.size(); ++i) {
        const std::uint64_t square = (kLeastRatio + i * kRootStep) * kUnit;
        std::uint64_t root = 2 * kUnit;
        while (root > square / root) root = (root + square / root) / 2;
        roots[i] = root;
    }
    return roots;
}();

// root(ratio * 1e9), rounded down: on the straight line between two steps, which is never above it
// and off by less than a millionth, then one step of Newton's method.
std::uint64_t root_of(std::uint64_t ratio) {
    const std::uint64_t i = (ratio - kLeastRatio) / kRootStep;
    const std::uint64_t past = (ratio - kLeastRatio) % kRootStep;
    const std::uint64_t line = kRoots[i] + (kRoots[i + 1] - kRoots[i]) * past / kRootStep;
    const std::uint64_t root = (line + ratio * kUnit / line) / 2;
    return root * root > ratio * kUnit ? root - 1 : root;
}

// (leverage / reference) within 1/2 and 2, to the power of c. [ppb], rounded down.
class RiskFactor {
  public:
    explicit RiskFactor(const DeleveragingRule& rule)
        : risk_(rule.policy == Policy::min_max ? RiskWeight::none : rule.risk),
          inverse_(kUnit * kUnit / static_cast<std::uint64_t>(rule.reference_leverage_ppb)) {}

    [[nodiscard]] std::uint64_t of(const Candidate& c) const {
        if (risk_ == RiskWeight::none) return kUnit;
        const std::uint64_t held = ratio(c);
        return risk_ == RiskWeight::full ? held : root_of(held);
    }

  private:
    [[nodiscard]] std::uint64_t ratio(const Candidate& c) const {
        if (c.equity <= 0) return kGreatestRatio;
        const auto equity = static_cast<std::uint64_t>(c.equity);
        const Wide leverage = Wide{static_cast<std::uint64_t>(c.notional)} * inverse_;
        if (leverage >= Wide{equity} * kGreatestRatio) return kGreatestRatio;
        if (leverage <= Wide{equity} * kLeastRatio) return kLeastRatio;
        return static_cast<std::uint64_t>(leverage / equity);
    }

    RiskWeight risk_;
    std::uint64_t inverse_;  // of the reference [ppb]
};

// Claims with their weights, profit times risk, as wide as they are.
struct Tier {
    std::vector<Claim> claims;
    std::vector<Wide> weights;

    void add(const Claim& claim, Wide weight) {
        if (claim.cap == 0) return;
        claims.push_back(claim);
        weights.push_back(weight);
    }
    [[nodiscard]] std::int64_t caps() const {
        Int128 sum = 0;
        for (const Claim& claim : claims) sum += claim.cap;
        return clamp_to(sum, 0, INT64_MAX);
    }
};

// Those who may give something. What no other leg of a hedge group offsets goes first: a position
// that hedges another one is touched only when the others are not enough.
struct Tiers {
    Tier net;
    Tier hedged;  // empty in a queue, which knows no hedges
    int shift = 0;

    // All weights are shifted alike, so that they add up to less than 2^63.
    void shift_weights() {
        Wide sum = 0;
        for (const Tier* tier : {&net, &hedged}) {
            for (const Wide weight : tier->weights) sum += weight;
        }
        while ((sum >> shift) >= Wide{1} << 62) ++shift;
        for (Tier* tier : {&net, &hedged}) {
            for (std::size_t i = 0; i < tier->claims.size(); ++i)
                tier->claims[i].weight = std::max<std::uint64_t>(
                    static_cast<std::uint64_t>(tier->weights[i] >> shift), 1);
        }
    }
};

Result<Tiers> tiers_of(const Need& need, std::span<const Candidate> candidates,
                       const DeleveragingRule& rule) {
    const RiskFactor factor(rule);
    Tiers tiers;
    tiers.net.claims.reserve(candidates.size());
    tiers.net.weights.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& c = candidates[i];
        if (!sound(c)) return refuse(c);
        const bool other_side = c.lots != 0 && (c.lots > 0) != (need.lots > 0);
        if (!other_side || c.profit <= 0) continue;
        const std::int64_t cap = cap_of(c, need, rule);
        const std::int64_t net = rule.policy == Policy::queue ? cap : std::min(cap, c.net_lots);
        const Wide weight = Wide{static_cast<std::uint64_t>(c.profit)} * factor.of(c);
        const auto at = static_cast<std::uint32_t>(i);
        tiers.net.add({1, net, c.account, at}, weight);
        tiers.hedged.add({1, cap - net, c.account, at}, weight);
    }
    tiers.shift_weights();
    return tiers;
}

// What a level means as a part of the profit, at the reference's leverage. Rounded down.
std::int64_t level_ppb(const Level& level, int shift, std::int64_t cost_per_lot) {
    const Wide profit = std::max<Wide>((Wide{level.weight} << shift) / kUnit, 1);
    const Wide costs =
        Wide{static_cast<std::uint64_t>(level.lots)} * static_cast<std::uint64_t>(cost_per_lot);
    return static_cast<std::int64_t>(std::min<Wide>(costs * kUnit / profit, kUnit));
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

// Answers the level of those who gave last.
Level share_by_level(Tiers& tiers, std::int64_t lots, const DeleveragingRule& rule,
                     std::span<std::int64_t> lots_of) {
    const auto share = rule.policy == Policy::min_max ? share_least_worst : share_in_proportion;
    const std::int64_t of_net = std::min(lots, tiers.net.caps());
    const Level level = share(tiers.net.claims, of_net, rule.tie_key, lots_of);
    if (lots == of_net) return level;
    return share(tiers.hedged.claims, lots - of_net, rule.tie_key, lots_of);
}

void gather(Deleveraged& done, const Need& need, std::span<const Candidate> candidates,
            const std::vector<std::int64_t>& lots_of) {
    // The greatest haircut as a fraction; what is given up costs no more than the profit.
    std::int64_t haircut = 0, profit = 1;
    done.shares.reserve(candidates.size());
    for (std::size_t i = 0; i < candidates.size(); ++i) {
        const Candidate& c = candidates[i];
        if (lots_of[i] == 0) continue;
        done.shares.push_back(
            {c.account, lots_of[i], std::max<std::int64_t>(lots_of[i] - c.net_lots, 0)});
        done.lots += lots_of[i];
        const std::int64_t given = lots_of[i] * need.cost_per_lot;
        if (Int128{given} * profit > Int128{haircut} * c.profit) haircut = given, profit = c.profit;
    }
    done.worst_haircut_ppb =
        static_cast<std::int64_t>(div_ceil(Int128{haircut} * LPC_RATE_ONE_PPB, profit));
}

}  // namespace

Result<Deleveraged> deleverage(const Need& need, std::span<const Candidate> candidates,
                               const DeleveragingRule& rule) {
    if (Status sound = check(need, rule); !sound) return tl::unexpected(sound.error());
    auto tiers = tiers_of(need, candidates, rule);
    if (!tiers) return tl::unexpected(tiers.error());
    const std::int64_t wanted = magnitude(need.lots);
    const Int128 could = Int128{tiers->net.caps()} + tiers->hedged.caps();
    const auto lots = static_cast<std::int64_t>(std::min<Int128>(wanted, could));
    std::vector<std::int64_t> lots_of(candidates.size());
    Deleveraged done;
    done.uncovered_lots = wanted - lots;
    if (rule.policy == Policy::queue) {
        share_by_queue(tiers->net.claims, candidates, lots, rule, lots_of);
    } else {
        const Level level = share_by_level(*tiers, lots, rule, lots_of);
        done.level_ppb = level_ppb(level, tiers->shift, need.cost_per_lot);
    }
    gather(done, need, candidates, lots_of);
    return done;
}

std::int64_t reference_leverage(std::span<const Candidate> candidates) {
    constexpr std::int64_t kMost = std::int64_t{1} << 62;
    std::vector<std::uint64_t> leverages;
    std::vector<std::int64_t> profits;
    leverages.reserve(candidates.size());
    profits.reserve(candidates.size());
    Int128 profit = 0;
    for (const Candidate& c : candidates) {
        if (c.profit <= 0) continue;
        const Wide notional = Wide{static_cast<std::uint64_t>(c.notional)} * kUnit;
        const Wide leverage =
            c.equity > 0 ? notional / static_cast<std::uint64_t>(c.equity) : kMost;
        leverages.push_back(static_cast<std::uint64_t>(std::clamp<Wide>(leverage, 1, kMost)));
        profits.push_back(c.profit);
        profit += c.profit;
    }
    if (profits.empty()) return LPC_RATE_ONE_PPB;
    // Half, rounded up, so that it is never nothing.
    const Rank median =
        weighted_rank(leverages, div_ceil(profit, 2), [&](std::size_t i) { return profits[i]; });
    return static_cast<std::int64_t>(median.number);
}

}  // namespace lpc::settlement
