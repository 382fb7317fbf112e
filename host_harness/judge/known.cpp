#include "known.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace lpc::judge {
namespace {

constexpr std::uint64_t kAll = std::numeric_limits<std::uint64_t>::max();

void in_order_of_seq(std::vector<lpc_fact>& facts) {
    std::stable_sort(facts.begin(), facts.end(),
                     [](const lpc_fact& a, const lpc_fact& b) { return a.seq < b.seq; });
}

}  // namespace

Known::Key Known::key_of(const lpc_fact& fact) {
    return {fact.account, fact.kind, fact.instrument, part_of(fact)};
}

void Known::tell(const lpc_fact& fact) {
    if (happens_once(fact.kind)) return;
    if (fact.kind == LPC_FACT_DETACH) return forget(fact.account);
    if (fact.kind == LPC_FACT_RESYNC) {
        if (fact.code == LPC_RESYNC_BEGIN) forget(fact.account);
        return;
    }
    if (fact.kind == LPC_FACT_ORDER && !works(fact.code)) {
        facts_.erase(key_of(fact));
        return;
    }
    if (fact.kind == LPC_FACT_LOT && fact.code != LPC_LOT_OPEN) {
        const std::uint64_t lot = fact.u.lot.id;
        std::erase_if(facts_, [&](const auto& entry) {
            return entry.second.kind == LPC_FACT_BID && entry.second.account == fact.account &&
                   entry.second.u.bid.lot_id == lot;
        });
    }
    facts_[key_of(fact)] = fact;
}

void Known::forget(std::uint64_t account) {
    facts_.erase(facts_.lower_bound({account, 0, 0, 0}),
                 facts_.upper_bound({account, UINT16_MAX, UINT32_MAX, kAll}));
}

void Known::forget_kind(std::uint64_t account, std::uint16_t kind) {
    facts_.erase(facts_.lower_bound({account, kind, 0, 0}),
                 facts_.upper_bound({account, kind, UINT32_MAX, kAll}));
}

std::vector<lpc_fact> Known::of_account(std::uint64_t account) const {
    std::vector<lpc_fact> found;
    const auto end = facts_.upper_bound({account, UINT16_MAX, UINT32_MAX, kAll});
    for (auto it = facts_.lower_bound({account, 0, 0, 0}); it != end; ++it)
        found.push_back(it->second);
    in_order_of_seq(found);
    return found;
}

std::vector<lpc_fact> Known::all() const {
    std::vector<lpc_fact> found;
    for (const auto& entry : facts_) found.push_back(entry.second);
    in_order_of_seq(found);
    return found;
}

std::set<std::uint64_t> Known::accounts() const {
    std::set<std::uint64_t> found;
    for (const auto& entry : facts_) {
        if (entry.second.account != 0) found.insert(entry.second.account);
    }
    return found;
}

const lpc_fact* Known::find(std::uint16_t kind, std::uint64_t account, std::uint32_t instrument,
                            std::uint64_t which) const {
    const auto it = facts_.find({account, kind, instrument, which});
    return it == facts_.end() ? nullptr : &it->second;
}

bool Known::holds(const lpc_fact& fact) const {
    const auto it = facts_.find(key_of(fact));
    return it != facts_.end() && std::memcmp(&it->second, &fact, sizeof fact) == 0;
}

}  // namespace lpc::judge
