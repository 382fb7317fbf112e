// The market-wide facts of the margin plugin as they are now: instruments with their holders,
// assets, tier sets. Owned by the policy, used within its turn only. Deterministic: nothing here is
// iterated in the order of a hash table.
#pragma once

#include <lpc/fact.h>
#include <lpc/sdk/margin.hpp>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <unordered_map>
#include <vector>

namespace lpc::margin {

// One row of a tier set in 64 bits, for the scan.
struct NarrowRow {
    std::int64_t floor, maintenance_ppb, deduction;
};

struct TierTable {
    std::map<std::uint8_t, TierRow> told;  // by the code of the fact
    std::vector<TierRow> rows;             // empty unless the set is whole and well formed
    std::vector<NarrowRow> narrow;
};

// The same number as maintenance_requirement(tiers, notional) in 64 bits. 0 <= notional < 2^63;
// rows not empty; `row` is where the search begins, and afterwards the row that the notional falls
// in. Inline, as the scan asks it of every holder.
inline std::int64_t narrow_requirement(const std::vector<NarrowRow>& rows, std::uint32_t& row,
                                       std::int64_t notional) {
    const NarrowRow* found = rows.data() + row;
    const NarrowRow* last = rows.data() + rows.size() - 1;
    while (found != last && found[1].floor <= notional) ++found;
    while (found != rows.data() && found->floor > notional) --found;
    row = static_cast<std::uint32_t>(found - rows.data());
    constexpr std::uint64_t kOne = LPC_RATE_ONE_PPB;
    const auto size = static_cast<std::uint64_t>(notional);
    const auto rate = static_cast<std::uint64_t>(found->maintenance_ppb);
    // Why split: ceil(n * r / 1e9) with n = a * 1e9 + b is a * r + ceil(b * r / 1e9), and as
    // r <= 1e9 each part fits 64 bits.
    const std::uint64_t share = size / kOne * rate + (size % kOne * rate + kOne - 1) / kOne;
    const std::int64_t requirement = static_cast<std::int64_t>(share) - found->deduction;
    return std::max(requirement, std::min<std::int64_t>(notional, 1));
}

// Who holds an instrument, as parallel arrays that the scan walks.
struct Holders {
    std::vector<std::uint32_t> account;
    std::vector<std::uint32_t> tiers;  // index of the tier table
    std::vector<std::uint32_t> row;    // of that table, as last found
    std::vector<std::int64_t> weight;  // lots * multiplier, signed; 0: does not fit, see Hot::wide
    std::vector<std::int64_t> requirement;  // at the mark last scanned
};

struct Instrument {
    std::uint32_t id = 0;
    std::uint32_t settle_asset = 0;
    Multiplier multiplier{};
    std::uint8_t type = 0, trading = 0, price_code = 0;
    Price mark{};
    std::uint64_t price_seq = 0;
    Price scanned{};       // the mark that equity and requirement of the holders stand at
    bool changed = false;  // waits in Market::changed_
    Holders holders;

    bool known() const;  // enough of it to compute with
    bool fit() const;    // and its price may be acted on
};

struct Asset {
    std::int64_t scale = 0, haircut_ppb = 0;
    Price price{};
    std::uint8_t code = 0;
    friend bool operator==(const Asset&, const Asset&) = default;
};

class Market {
  public:
    // Index of an instrument or tier set, made known if it is not.
    std::uint32_t instrument(std::uint32_t id);
    std::uint32_t tier_table(std::uint32_t id);
    Instrument& at(std::uint32_t index) { return instruments_[index]; }
    const Instrument& at(std::uint32_t index) const { return instruments_[index]; }
    const TierTable& tiers(std::uint32_t index) const { return tiers_[index]; }
    const Asset& asset(std::uint32_t id) const;

    // Each answers whether something changed that accounts must be looked at for.
    bool tell_instrument(const lpc_fact& fact);
    bool tell_tier(const lpc_fact& fact);
    bool tell_asset(const lpc_fact& fact);
    void tell_price(const lpc_fact& fact);

    // Instruments whose mark or fitness changed since the last call of settle_changed.
    const std::vector<std::uint32_t>& changed() const { return changed_; }
    void settle_changed();

    // Everything is gone but the holders: a retelling begins.
    void forget_facts();

  private:
    std::unordered_map<std::uint32_t, std::uint32_t> instrument_index_;
    std::unordered_map<std::uint32_t, std::uint32_t> tier_index_;
    std::unordered_map<std::uint32_t, Asset> assets_;
    // Deques, so that references stay good when one more becomes known.
    std::deque<Instrument> instruments_;
    std::deque<TierTable> tiers_;
    std::vector<std::uint32_t> changed_;
};

}  // namespace lpc::margin
