#include <algorithm>
#include <queue>
#include <settlement/sharing.hpp>
#include <settlement/tie_break.hpp>
#include <settlement/weighted_rank.hpp>
#include <utility>

namespace lpc::settlement {
namespace {

__extension__ typedef unsigned __int128 Wide;

// Invariant: a claim that stays is below its cap at this level, so one lot more never passes it.
Level fill_to_level(std::vector<Claim>& claims, std::int64_t lots,
                    std::span<std::int64_t> lots_of) {
    Level level{lots, 0};
    for (const Claim& claim : claims) level.weight += claim.weight;
    for (bool risen = true; risen && !claims.empty();) {
        Level next = level;
        std::size_t kept = 0;
        for (const Claim& claim : claims) {
            const Wide reached = Wide{claim.weight} * static_cast<std::uint64_t>(level.lots);
            if (reached >= Wide{level.weight} * static_cast<std::uint64_t>(claim.cap)) {
                lots_of[claim.at] += claim.cap;
                next.lots -= claim.cap;
                next.weight -= claim.weight;
            } else {
                if (&claims[kept] != &claim) claims[kept] = claim;
                ++kept;
            }
        }
        risen = kept < claims.size();
        claims.resize(kept);
        level = next;
    }
    return claims.empty() ? Level{} : level;
}

// What a claim gets at a level in whole lots, rounded down, and what is cut off.
struct Part {
    std::int64_t lots = 0;
    std::uint64_t rest = 0;
};
Part part_of(const Claim& claim, const Level& level) {
    const Wide dividend = Wide{claim.weight} * static_cast<std::uint64_t>(level.lots);
    const auto lots = static_cast<std::uint64_t>(dividend / level.weight);
    return {static_cast<std::int64_t>(lots),
            static_cast<std::uint64_t>(dividend - Wide{lots} * level.weight)};
}

// One lot more to each of the `lots` claims that miss the least to a whole one.
void give_to_the_nearest(const std::vector<Claim>& claims, std::span<const std::uint64_t> misses,
                         std::int64_t lots, std::uint64_t tie_key,
                         std::span<std::int64_t> lots_of) {
    if (lots == 0) return;
    const Rank last = weighted_rank(misses, lots, [](std::size_t) { return 1; });
    std::vector<std::pair<std::uint64_t, std::size_t>> tied;  // hash, place in claims
    for (std::size_t i = 0; i < claims.size(); ++i) {
        if (misses[i] < last.number) ++lots_of[claims[i].at];
        if (misses[i] == last.number) tied.emplace_back(tie_break(tie_key, claims[i].account), i);
    }
    const auto winners = static_cast<std::ptrdiff_t>(lots - last.below);
    if (winners < static_cast<std::ptrdiff_t>(tied.size()))
        std::nth_element(tied.begin(), tied.begin() + winners, tied.end());
    for (std::ptrdiff_t i = 0; i < winners; ++i)
        ++lots_of[claims[tied[static_cast<std::size_t>(i)].second].at];
}

}  // namespace

Level share_in_proportion(std::vector<Claim>& claims, std::int64_t lots, std::uint64_t tie_key,
                          std::span<std::int64_t> lots_of) {
    const Level level = fill_to_level(claims, lots, lots_of);
    std::int64_t left = level.lots;
    std::vector<std::uint64_t> misses;
    misses.reserve(claims.size());
    for (const Claim& claim : claims) {
        const Part part = part_of(claim, level);
        lots_of[claim.at] += part.lots;
        left -= part.lots;
        misses.push_back(level.weight - part.rest);
    }
    give_to_the_nearest(claims, misses, left, tie_key, lots_of);
    return level;
}

// At the level of the fractions everybody has its share rounded down; each lot that is left goes to
// whoever is then the least badly off. Whole lots cannot do better: a worst share that admits the
// sum admits at least what has been given so far.
Level share_least_worst(std::vector<Claim>& claims, std::int64_t lots, std::uint64_t tie_key,
                        std::span<std::int64_t> lots_of) {
    const Level level = fill_to_level(claims, lots, lots_of);
    std::int64_t left = level.lots;
    struct Next {
        std::int64_t lots;  // with one more
        std::uint64_t tie;
        const Claim* claim;
    };
    const auto worse = [](const Next& a, const Next& b) {
        const Wide one = Wide{static_cast<std::uint64_t>(a.lots)} * b.claim->weight;
        const Wide other = Wide{static_cast<std::uint64_t>(b.lots)} * a.claim->weight;
        return std::pair(one, a.tie) > std::pair(other, b.tie);
    };
    std::priority_queue<Next, std::vector<Next>, decltype(worse)> queue(worse);
    for (const Claim& claim : claims) {
        const std::int64_t floor = part_of(claim, level).lots;
        lots_of[claim.at] += floor;
        left -= floor;
        queue.push({floor + 1, tie_break(tie_key, claim.account), &claim});
    }
    for (; left > 0; --left) {
        Next next = queue.top();
        queue.pop();
        ++lots_of[next.claim->at];
        if (++next.lots <= next.claim->cap) queue.push(next);
    }
    return level;
}

}  // namespace lpc::settlement
