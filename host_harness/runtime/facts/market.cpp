#include "market.hpp"

#include <cstring>

namespace lpc::runtime {

bool same_content(const lpc_fact& a, const lpc_fact& b) {
    lpc_fact left = a;
    left.seq = b.seq;
    return std::memcmp(&left, &b, sizeof left) == 0;
}

Market::Key Market::key_of(const lpc_fact& fact) {
    std::uint64_t part = 0;
    if (fact.kind == LPC_FACT_TIER || fact.kind == LPC_FACT_BOOK) part = fact.code;
    if (fact.kind == LPC_FACT_FUND) part = fact.u.fund.tranche;
    return {fact.kind, fact.instrument, part};
}

bool Market::tell(const lpc_fact& fact) {
    const auto [it, added] = facts_.try_emplace(key_of(fact), fact);
    if (!added) {
        if (same_content(it->second, fact)) return false;
        it->second = fact;
    }
    if (fact.kind == LPC_FACT_TIER) rebuild_tiers(fact.instrument);
    return true;
}

const lpc_fact* Market::find(std::uint16_t kind, std::uint32_t instrument,
                             std::uint64_t part) const {
    const auto it = facts_.find({kind, instrument, part});
    return it == facts_.end() ? nullptr : &it->second;
}

TierSet Market::tiers(std::uint32_t set) const {
    const auto it = tiers_.find(set);
    return it == tiers_.end() ? TierSet{} : TierSet{it->second};
}

bool Market::fit(std::uint32_t instrument) const {
    const lpc_fact* price = find(LPC_FACT_PRICE, instrument);
    const lpc_fact* terms = find(LPC_FACT_INSTRUMENT, instrument);
    return price != nullptr && terms != nullptr && price->code == LPC_PRICE_FIT &&
           terms->reason == LPC_TRADING_OPEN;
}

void Market::for_each(const std::function<void(const lpc_fact&)>& visit) const {
    for (const auto& entry : facts_) visit(entry.second);
}

void Market::rebuild_tiers(std::uint32_t set) {
    std::vector<TierRow> rows;
    const auto end = facts_.upper_bound({LPC_FACT_TIER, set, UINT64_MAX});
    for (auto it = facts_.lower_bound({LPC_FACT_TIER, set, 0}); it != end; ++it) {
        const lpc_fact_tier& tier = it->second.u.tier;
        rows.push_back(
            {{tier.floor}, {tier.maintenance_ppb}, {tier.initial_ppb}, {tier.deduction}});
    }
    // Why: rows are told one by one; a set counts only once it is whole.
    if (well_formed(rows)) {
        tiers_[set] = std::move(rows);
    } else {
        tiers_.erase(set);
    }
}

}  // namespace lpc::runtime
