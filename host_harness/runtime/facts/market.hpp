// The market-wide facts as they are now: assets, instruments, tiers, prices, books, volumes, fund.
// Engine thread only; iteration order is that of (kind, instrument, part), so a retelling is the
// same on every machine.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>
#include <vector>

#include <lpc/sdk/margin.hpp>

namespace lpc::runtime {

class Market {
  public:
    // Stores the fact if it says something new; false: it was so already.
    bool tell(const lpc_fact& fact);

    // The fact as it is now, or nullptr. `part` is the tier's row, the book's level or the fund's
    // tranche, else 0.
    const lpc_fact* find(std::uint16_t kind, std::uint32_t instrument,
                         std::uint64_t part = 0) const;

    // Rows in order; empty if the set is unknown or not well formed (yet).
    TierSet tiers(std::uint32_t set) const;

    // May the instrument's price be acted on: fit, and trading open?
    bool fit(std::uint32_t instrument) const;

    template <class Visit>
    void for_each_of(std::uint16_t kind, Visit&& visit) const {
        for (auto it = facts_.lower_bound({kind, 0, 0});
             it != facts_.end() && it->second.kind == kind; ++it)
            visit(it->second);
    }
    void for_each(const std::function<void(const lpc_fact&)>& visit) const;

    template <class Archive>
    void archive(Archive& a) {
        a(facts_);
        if constexpr (Archive::loads) {
            for (const auto& [key, fact] : facts_) {
                a.check(key == key_of(fact));
                if (fact.kind == LPC_FACT_TIER) rebuild_tiers(fact.instrument);
            }
        }
    }

  private:
    using Key = std::tuple<std::uint16_t, std::uint32_t, std::uint64_t>;
    static Key key_of(const lpc_fact& fact);
    void rebuild_tiers(std::uint32_t set);

    std::map<Key, lpc_fact> facts_;
    std::map<std::uint32_t, std::vector<TierRow>> tiers_;  // well-formed sets only
};

// Do the two say the same (everything but seq)?
bool same_content(const lpc_fact& a, const lpc_fact& b);

}  // namespace lpc::runtime
