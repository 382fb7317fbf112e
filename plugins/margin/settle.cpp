// Bringing the accounts up to the marks: the scan, the rebuilding of those that had facts, and the
// assessment of one account.
#include <lpc/account.h>
#include <lpc/market.h>

#include "accounts.hpp"

namespace lpc::margin {

std::uint32_t Accounts::tiers_of(const Account& account, std::uint32_t instrument_id) const {
    return market_.tier_table(account.tier_set == 0 ? instrument_id
                                                    : static_cast<std::uint32_t>(account.tier_set));
}

// The scan: one instrument's mark has moved, so has every holder.
void Accounts::move_to_marks(Instrument& x) {
    if (x.scanned.ticks == x.mark.ticks) return;  // only its fitness changed
    Holders& holders = x.holders;
    const std::size_t count = holders.account.size();
    if (x.scanned.ticks == 0) {  // its first mark
        for (const std::uint32_t index : holders.account) mark_stale(index);
        return;
    }
    const std::int64_t moved = x.mark.ticks - x.scanned.ticks, mark = x.mark.ticks;
    // Plain pointers: the compiler cannot know that no column is written through another.
    const std::uint32_t* account = holders.account.data();
    const std::int64_t* weights = holders.weight.data();
    Hot* hot_accounts = hot_.data();
    std::uint32_t set = UINT32_MAX;
    const std::vector<NarrowRow>* rows = nullptr;
    for (std::size_t i = 0; i < count; ++i) {
        Hot& hot = hot_accounts[account[i]];
        const std::int64_t weight = weights[i];
        std::int64_t change = 0, equity = 0, size = 0, maintenance = 0;
        const bool overflows = __builtin_mul_overflow(weight, moved, &change) ||
                               __builtin_add_overflow(hot.equity, change, &equity) ||
                               __builtin_mul_overflow(weight < 0 ? -weight : weight, mark, &size);
        if (overflows || weight == 0) {
            hot.wide = true;
            continue;
        }
        if (holders.tiers[i] != set) {
            set = holders.tiers[i];
            rows = &market_.tiers(set).narrow;
        }
        const std::int64_t requirement = narrow_requirement(*rows, holders.row[i], size);
        const std::int64_t grown = requirement - holders.requirement[i];
        if (__builtin_add_overflow(hot.maintenance, grown, &maintenance)) hot.wide = true;
        holders.requirement[i] = requirement;
        hot.equity = equity;
        hot.maintenance = maintenance;
    }
}

void Accounts::rebuild(std::uint32_t index) {
    Hot& hot = hot_[index];
    hot.stale = false;
    const Account& account = accounts_[index];
    if (account.id == 0) return;
    assess(index, scratch_);
    constexpr Int128 kMax = LPC_MONEY_MAX;
    const Health& health = scratch_.health;
    hot.wide = scratch_.exposures.size() != account.holdings.size() || health.equity.units > kMax ||
               health.equity.units < -kMax || health.maintenance.units > kMax;
    for (std::size_t i = 0; i < account.holdings.size(); ++i) {
        const Holding& holding = account.holdings[i];
        Holders& holders = market_.at(holding.instrument).holders;
        holders.weight[holding.slot] = 0;
        if (hot.wide) continue;
        const Exposure& e = scratch_.exposures[i];
        std::int64_t weight = 0;
        hot.wide |= __builtin_mul_overflow(e.position.lots, e.multiplier.units, &weight);
        holders.tiers[holding.slot] = tiers_of(account, holding.instrument_id);
        holders.row[holding.slot] = 0;
        holders.weight[holding.slot] = hot.wide ? 0 : weight;
        holders.requirement[holding.slot] = published(maintenance_requirement(e));
    }
    hot.equity = published(health.equity);
    hot.maintenance = published(health.maintenance);
    enqueue(index);
}

void Accounts::settle(const StateRule& rule) {
    for (const std::uint32_t x : market_.changed()) move_to_marks(market_.at(x));
    if (rebuild_all_) {
        for (std::uint32_t i = 0; i < accounts_.size(); ++i) mark_stale(i);
    }
    for (const std::uint32_t index : stale_) rebuild(index);
    stale_.clear();
    for (const std::uint32_t x : market_.changed()) {
        for (const std::uint32_t index : market_.at(x).holders.account) {
            const Hot& hot = hot_[index];
            const bool quiet = !hot.wide && !hot.attention &&
                               state_of({hot.equity}, {hot.maintenance}, false, rule) == hot.state;
            if (!quiet) enqueue(index);
        }
    }
    if (look_at_all_) {
        for (std::uint32_t i = 0; i < accounts_.size(); ++i) enqueue(i);
    }
    rebuild_all_ = look_at_all_ = false;
    market_.settle_changed();
}

// Collateral in the numeraire, which is counted whole; `out.fit` falls if an asset's price may not
// be acted on.
Money Accounts::collateral(const Account& account, Assessment& out) const {
    Money sum;
    for (const Balance& balance : account.balances) {
        if (balance.asset == out.numeraire) {
            sum.units += balance.amount;
            continue;
        }
        const Asset& asset = market_.asset(balance.asset);
        if (balance.amount == 0 || asset.price.ticks <= 0 || asset.scale <= 0) continue;
        out.fit = out.fit && asset.code == LPC_PRICE_FIT;
        sum += collateral_value({balance.amount}, asset.scale, asset.price, {asset.haircut_ppb});
    }
    return sum;
}

void Accounts::assess(std::uint32_t index, Assessment& out) const {
    const Account& account = accounts_[index];
    out.exposures.clear();
    out.health = {};
    out.fit = account.mode == 0 || account.mode == LPC_MODE_CROSS;
    out.numeraire = account.balances.empty() ? 0 : account.balances[0].asset;
    if (!account.holdings.empty()) {
        out.numeraire = market_.at(account.holdings[0].instrument).settle_asset;
    }
    for (const Holding& holding : account.holdings) {
        const Instrument& x = market_.at(holding.instrument);
        const TierTable& tiers = market_.tiers(tiers_of(account, holding.instrument_id));
        out.fit = out.fit && x.fit();
        if (!x.known() || tiers.rows.empty() || x.settle_asset != out.numeraire) {
            out.fit = false;
            return;
        }
        out.exposures.push_back({{holding.lots}, {holding.cost}, x.mark, x.multiplier, tiers.rows});
    }
    out.health = health(collateral(account, out), out.exposures);
}

}  // namespace lpc::margin
