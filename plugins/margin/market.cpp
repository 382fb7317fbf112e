#include "market.hpp"

#include <lpc/market.h>

#include <utility>

namespace lpc::margin {

bool Instrument::known() const {
    return type == LPC_INSTRUMENT_LINEAR && multiplier.units > 0 && mark.ticks > 0;
}
bool Instrument::fit() const {
    return known() && price_code == LPC_PRICE_FIT && trading == LPC_TRADING_OPEN;
}

std::uint32_t Market::instrument(std::uint32_t id) {
    const auto next = static_cast<std::uint32_t>(instruments_.size());
    const auto [it, added] = instrument_index_.try_emplace(id, next);
    if (added) instruments_.emplace_back().id = id;
    return it->second;
}

std::uint32_t Market::tier_table(std::uint32_t id) {
    const auto next = static_cast<std::uint32_t>(tiers_.size());
    const auto [it, added] = tier_index_.try_emplace(id, next);
    if (added) tiers_.emplace_back();
    return it->second;
}

const Asset& Market::asset(std::uint32_t id) const {
    static constexpr Asset kUnknown{};
    const auto it = assets_.find(id);
    return it == assets_.end() ? kUnknown : it->second;
}

bool Market::tell_instrument(const lpc_fact& fact) {
    Instrument& x = at(instrument(fact.instrument));
    const auto settle_asset = static_cast<std::uint32_t>(fact.u.instrument.settle_asset);
    const Multiplier multiplier{fact.u.instrument.multiplier};
    const bool changes = x.settle_asset != settle_asset || x.multiplier != multiplier ||
                         x.type != fact.code || x.trading != fact.reason;
    x.settle_asset = settle_asset;
    x.multiplier = multiplier;
    x.type = fact.code;
    x.trading = fact.reason;
    return changes;
}

bool Market::tell_tier(const lpc_fact& fact) {
    TierTable& table = tiers_[tier_table(fact.instrument)];
    const lpc_fact_tier& t = fact.u.tier;
    const TierRow row{{t.floor}, {t.maintenance_ppb}, {t.initial_ppb}, {t.deduction}};
    const auto [it, added] = table.told.try_emplace(fact.code, row);
    TierRow& known = it->second;
    const bool same = known.floor == row.floor && known.maintenance == row.maintenance &&
                      known.initial == row.initial && known.deduction == row.deduction;
    if (!added && same) return false;
    known = row;
    table.rows.clear();
    table.narrow.clear();
    for (const auto& [code, r] : table.told) table.rows.push_back(r);
    // Why: rows are told one by one; a set counts only once it is whole.
    if (!well_formed(table.rows)) table.rows.clear();
    for (const TierRow& r : table.rows) {
        table.narrow.push_back({published(r.floor), r.maintenance.ppb, published(r.deduction)});
    }
    return true;
}

bool Market::tell_asset(const lpc_fact& fact) {
    const lpc_fact_asset& a = fact.u.asset;
    const Asset told{a.scale, a.haircut_ppb, {a.price}, fact.code};
    Asset& known = assets_[fact.instrument];
    if (known == told) return false;
    known = told;
    return true;
}

void Market::tell_price(const lpc_fact& fact) {
    const std::uint32_t index = instrument(fact.instrument);
    Instrument& x = at(index);
    x.price_seq = fact.seq;
    if (x.mark.ticks == fact.u.price.mark && x.price_code == fact.code) return;
    x.mark = {fact.u.price.mark};
    x.price_code = fact.code;
    if (!x.changed) changed_.push_back(index);
    x.changed = true;
}

void Market::settle_changed() {
    for (const std::uint32_t index : changed_) {
        at(index).changed = false;
        at(index).scanned = at(index).mark;
    }
    changed_.clear();
}

void Market::forget_facts() {
    settle_changed();
    assets_.clear();
    for (TierTable& table : tiers_) table = {};
    for (Instrument& x : instruments_) {
        Instrument empty;
        empty.id = x.id;
        empty.holders = std::move(x.holders);
        x = std::move(empty);
    }
}

}  // namespace lpc::margin
