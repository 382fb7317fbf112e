// Deleveraging told a second time, as naively as can be: the level is found by trying, whole lots
// are given one at a time, caps and weights are written out anew. For few accounts and small
// numbers. The reference of settlement/deleveraging.hpp. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <settlement/deleveraging.hpp>
#include <settlement/tie_break.hpp>
#include <tuple>
#include <vector>

namespace lpc::settlement::naive {

struct Member {
    std::uint64_t account = 0;
    std::uint64_t tie = 0;
    Int128 weight = 0;
    Int128 cap = 0;
};

using Given = std::map<std::uint64_t, std::int64_t>;  // lots by account, only those above 0

inline Int128 cap_of(const Candidate& c, const Need& need, const DeleveragingRule& rule) {
    const Int128 may =
        (Int128{c.profit} + c.taken) * rule.haircut_max_ppb / 1'000'000'000 - c.taken;
    Int128 lots = 0;
    while (lots < (c.lots < 0 ? -c.lots : c.lots) && (lots + 1) * need.cost_per_lot <= may &&
           (lots + 1) * need.cost_per_lot <= c.profit)
        ++lots;
    return lots;
}

inline std::int64_t factor_of(const Candidate& c, const DeleveragingRule& rule) {
    constexpr std::int64_t kOne = 1'000'000'000;
    if (rule.risk == RiskWeight::none || rule.policy == Policy::min_max) return kOne;
    const Int128 inverse = Int128{kOne} * kOne / rule.reference_leverage_ppb;
    Int128 ratio = c.equity > 0 ? c.notional * inverse / c.equity : 2 * kOne;
    ratio = std::clamp<Int128>(ratio, kOne / 2, 2 * kOne);
    if (rule.risk == RiskWeight::full) return static_cast<std::int64_t>(ratio);
    std::int64_t low = 0, high = 2 * kOne;
    while (low < high) {
        const std::int64_t middle = low + (high - low + 1) / 2;
        if (Int128{middle} * middle <= ratio * kOne) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    return low;
}

// Who is at its cap: the fewest for which nobody else is beyond its own.
inline void in_proportion(std::vector<Member> members, Int128 lots, Given& given) {
    std::sort(members.begin(), members.end(),
              [](const Member& a, const Member& b) { return a.cap * b.weight < b.cap * a.weight; });
    for (;;) {
        Int128 weight = 0;
        for (const Member& m : members) weight += m.weight;
        if (members.empty() || lots * members[0].weight < members[0].cap * weight) break;
        given[members[0].account] += static_cast<std::int64_t>(members[0].cap);
        lots -= members[0].cap;
        members.erase(members.begin());
    }
    Int128 weight = 0, left = lots;
    for (const Member& m : members) weight += m.weight;
    std::vector<std::tuple<Int128, std::uint64_t, std::uint64_t>> rests;  // - rest, tie, account
    for (const Member& m : members) {
        given[m.account] += static_cast<std::int64_t>(lots * m.weight / weight);
        left -= lots * m.weight / weight;
        rests.emplace_back(-(lots * m.weight % weight), m.tie, m.account);
    }
    std::sort(rests.begin(), rests.end());
    for (std::size_t i = 0; i < static_cast<std::size_t>(left); ++i) ++given[std::get<2>(rests[i])];
}

// One lot after another to whoever is then the least badly off.
inline void least_worst(const std::vector<Member>& members, Int128 lots, Given& given) {
    std::map<std::uint64_t, Int128> has;
    for (; lots > 0; --lots) {
        const Member* best = nullptr;
        for (const Member& m : members) {
            if (has[m.account] == m.cap) continue;
            const auto before = [&](const Member& other) {
                const Int128 mine = (has[m.account] + 1) * other.weight;
                const Int128 theirs = (has[other.account] + 1) * m.weight;
                return mine != theirs ? mine < theirs : m.tie < other.tie;
            };
            if (best == nullptr || before(*best)) best = &m;
        }
        ++has[best->account];
        ++given[best->account];
    }
}

inline Int128 sum(const std::vector<Member>& members) {
    Int128 all = 0;
    for (const Member& m : members) all += m.cap;
    return all;
}

// pro_rata and min_max.
inline Given deleverage(const Need& need, const std::vector<Candidate>& candidates,
                        const DeleveragingRule& rule) {
    std::vector<Member> net, hedged;
    for (const Candidate& c : candidates) {
        if (c.profit <= 0 || c.lots == 0 || (c.lots > 0) == (need.lots > 0)) continue;
        const Int128 cap = cap_of(c, need, rule);
        const Int128 first = std::min<Int128>(cap, c.net_lots);
        const Member m{c.account, tie_break(rule.tie_key, c.account),
                       Int128{c.profit} * factor_of(c, rule), first};
        if (m.cap > 0) net.push_back(m);
        if (cap > first) hedged.push_back({m.account, m.tie, m.weight, cap - first});
    }
    Given given;
    Int128 wanted = need.lots < 0 ? -need.lots : need.lots;
    for (const auto& tier : {net, hedged}) {
        const Int128 lots = std::min(wanted, sum(tier));
        rule.policy == Policy::min_max ? least_worst(tier, lots, given)
                                       : in_proportion(tier, lots, given);
        wanted -= lots;
    }
    std::erase_if(given, [](const auto& one) { return one.second == 0; });
    return given;
}

}  // namespace lpc::settlement::naive
