// The bodies of margin.hpp. Included by it; include that one.
#pragma once

#include "margin.hpp"

namespace lpc {

inline bool well_formed(TierSet tiers) {
    if (tiers.empty() || tiers.size() > LPC_TIERS_MAX || tiers[0].floor.units != 0) return false;
    if (tiers[0].deduction.units != 0) return false;
    for (std::size_t k = 0; k < tiers.size(); ++k) {
        const TierRow& row = tiers[k];
        if (row.maintenance.ppb <= 0 || row.initial.ppb < row.maintenance.ppb) return false;
        if (row.initial.ppb > LPC_RATE_ONE_PPB) return false;
        if (k == 0) continue;
        const TierRow& below = tiers[k - 1];
        if (row.floor.units <= below.floor.units || row.floor.units > LPC_MONEY_MAX) return false;
        if (row.maintenance < below.maintenance || row.initial < below.initial) return false;
        const Int128 step = row.floor.units * (row.maintenance.ppb - below.maintenance.ppb) -
                            (row.deduction.units - below.deduction.units) * LPC_RATE_ONE_PPB;
        if (step > LPC_RATE_ONE_PPB || step < -LPC_RATE_ONE_PPB) return false;
    }
    return true;
}

inline const TierRow& tier_of(TierSet tiers, Money notional) {
    std::size_t k = tiers.size() - 1;
    while (k > 0 && tiers[k].floor > notional) --k;
    return tiers[k];
}

inline Money maintenance_requirement(TierSet tiers, Money notional) {
    if (notional.units <= 0) return {};
    const TierRow& row = tier_of(tiers, notional);
    const Money requirement = share_ceil(notional, row.maintenance) - row.deduction;
    // Why at least 1: a deduction may be a unit more than continuity wants, and whoever has a
    // position needs margin; ratios to the requirement rely on it.
    return requirement.units > 1 ? requirement : Money{1};
}

inline Money initial_requirement(TierSet tiers, Money notional) {
    return share_ceil(notional, tier_of(tiers, notional).initial);
}

inline Money collateral_value(Money amount, std::int64_t scale, Price price, Rate haircut) {
    // Why clamped: within the limits amount * price reaches 2^102, and a collateral beyond
    // LPC_MONEY_MAX is no number to reckon with; less of it is against the account.
    const Money value{
        clamp_to(div_floor(amount.units * price.ticks, scale), -LPC_MONEY_MAX, LPC_MONEY_MAX)};
    if (value.units <= 0) return value;
    return share_floor(value, Rate{LPC_RATE_ONE_PPB - haircut.ppb});
}

inline Health health(Money collateral, std::span<const Exposure> exposures) {
    Health sum{collateral, {}, {}};
    for (const Exposure& e : exposures) {
        const Money size = notional(e.position, e.mark, e.multiplier);
        sum.equity += unrealised(e);
        sum.maintenance += maintenance_requirement(e.tiers, size);
        sum.initial += initial_requirement(e.tiers, size);
    }
    return sum;
}

inline Money target_equity(Money maintenance, const CloseRule& rule) {
    return share_ceil(maintenance, Rate{LPC_RATE_ONE_PPB + rule.target_buffer.ppb});
}

namespace detail {

// mark moved by `ticks` away from the account's favour (down for a long, up for a short), into the
// range of prices.
inline Price worse_by(const Exposure& e, Int128 ticks) {
    return {clamp_to(e.mark.ticks - sign(e.position) * ticks, 1, LPC_PRICE_MAX)};
}

inline Int128 money_a_tick(const Exposure& e) {
    return Int128{magnitude(e.position).lots} * e.multiplier.units;
}

// equity - maintenance of the account if this instrument's mark were `at`.
inline Int128 surplus_at(const Exposure& e, const Health& account, Int128 own_maintenance,
                         Price at) {
    const Money moved =
        value_at(e.position, at, e.multiplier) - value_at(e.position, e.mark, e.multiplier);
    const Money own = maintenance_requirement(e.tiers, notional(e.position, at, e.multiplier));
    return (account.equity + moved).units - (account.maintenance.units - own_maintenance) -
           own.units;
}

}  // namespace detail

inline Price bankruptcy_price(const Exposure& e, const Health& account) {
    const Int128 own = maintenance_requirement(e).units;
    const Int128 room = account.equity.units * own;
    const Int128 divisor = account.maintenance.units * detail::money_a_tick(e);
    // Why floor: `room / divisor` is how far the price may move against the account; less of it is
    // the stricter price.
    return detail::worse_by(e, div_floor(room, divisor));
}

inline Price fillable_price(const Exposure& e, const Health& account, const CloseRule& rule) {
    const Int128 missing = account.maintenance.units - account.equity.units;
    if (missing <= 0) return e.mark;
    const Int128 health_lost =
        div_floor(missing * rule.bankruptcy_adjustment.ppb, account.maintenance.units);
    const Rate lost{clamp_to(health_lost, 0, LPC_RATE_ONE_PPB)};
    const Rate spread{static_cast<std::int64_t>(
        div_floor(Int128{lost.ppb} * rule.spread_to_maintenance.ppb, LPC_RATE_ONE_PPB))};
    const Money room = share_floor(maintenance_requirement(e), spread);
    return detail::worse_by(e, div_floor(room.units, detail::money_a_tick(e)));
}

inline Price permitted_price(const Exposure& e, const Health& account, const CloseRule& rule) {
    const Price bankruptcy = bankruptcy_price(e, account);
    const Price fillable = fillable_price(e, account, rule);
    const bool bankruptcy_is_stricter =
        sign(e.position) > 0 ? bankruptcy > fillable : bankruptcy < fillable;
    return bankruptcy_is_stricter ? bankruptcy : fillable;
}

inline Price liquidation_price(const Exposure& e, const Health& account) {
    const bool is_long = sign(e.position) > 0;
    const Int128 own = maintenance_requirement(e).units;
    const Int128 reachable = div_floor(Int128{LPC_MONEY_MAX}, detail::money_a_tick(e));
    Price low{1};
    Price high{clamp_to(reachable, 1, LPC_PRICE_MAX)};
    const auto safe = [&](Price at) { return detail::surplus_at(e, account, own, at) >= 0; };
    // Invariant: the safe prices of a long are an upper range, those of a short a lower one (rates
    // are at most 100 %).
    if (is_long ? safe(low) || !safe(high) : safe(high) || !safe(low)) return {};
    while (high.ticks - low.ticks > 1) {
        const Price middle{low.ticks + (high.ticks - low.ticks) / 2};
        (safe(middle) == is_long ? high : low) = middle;
    }
    return is_long ? high : low;
}

namespace detail {

// The largest notional that may remain within one tier row so that the account is at its target,
// requirements not rounded, and never more than `top`; negative if none may. A row in which closing
// costs more than it frees asks to keep all of `top`.
inline Int128 largest_remainder(const TierRow& row, Int128 top, Int128 equity,
                                Int128 other_maintenance, Int128 whole, const CloseRule& rule) {
    constexpr Int128 kOne = LPC_RATE_ONE_PPB;
    const Int128 buffered = kOne + rule.target_buffer.ppb;
    const Int128 slope = buffered * row.maintenance.ppb - kOne * rule.close_cost.ppb;
    if (slope <= 0) return top;
    const Int128 room = equity * kOne * kOne - kOne * rule.close_cost.ppb * whole -
                        buffered * kOne * (other_maintenance - row.deduction.units);
    if (room < 0) return -1;
    const Int128 remainder = div_floor(room, slope);
    return remainder < top ? remainder : top;
}

inline bool at_target_after(const Exposure& e, const Health& account, const CloseRule& rule,
                            Quantity closed) {
    const Money value = notional(closed, e.mark, e.multiplier);
    const Quantity left = magnitude(e.position) - closed;
    const Money maintenance =
        account.maintenance - maintenance_requirement(e) +
        maintenance_requirement(e.tiers, notional(left, e.mark, e.multiplier));
    return account.equity - share_ceil(value, rule.close_cost) >= target_equity(maintenance, rule);
}

}  // namespace detail

inline Quantity size_to_target(const Exposure& e, const Health& account, const CloseRule& rule) {
    if (account.equity >= target_equity(account.maintenance, rule)) return {};
    // Each of the three roundings against the account (requirement, target, cost) takes less than
    // two units; so this many more than the unrounded formula wants is always enough.
    constexpr Int128 kRounding = 4;
    constexpr int kStepsMax = 64;
    const Quantity all = magnitude(e.position);
    const Money whole = notional(all, e.mark, e.multiplier);
    if (whole < rule.full_close_below) return all;
    const Int128 other = account.maintenance.units - maintenance_requirement(e).units;
    const Int128 lot_value = Int128{e.mark.ticks} * e.multiplier.units;
    for (std::size_t k = e.tiers.size(); k-- > 0;) {
        const TierRow& row = e.tiers[k];
        if (row.floor > whole) continue;
        const bool topmost = k + 1 == e.tiers.size() || e.tiers[k + 1].floor > whole;
        const Int128 top = topmost ? whole.units : e.tiers[k + 1].floor.units;
        // The lots that may stay if `equity` is all there is; -1 if none of this row.
        const auto kept = [&](Int128 equity) {
            const Int128 lots = div_floor(
                detail::largest_remainder(row, top, equity, other, whole.units, rule), lot_value);
            return lots * lot_value < row.floor.units ? Int128{-1} : lots;
        };
        const Int128 wanted = kept(account.equity.units);
        if (wanted < 0) continue;
        Quantity closed{all.lots - static_cast<std::int64_t>(wanted)};
        for (int step = 0; step < kStepsMax && closed <= all; ++step, ++closed.lots) {
            if (detail::at_target_after(e, account, rule, closed)) return closed;
        }
        const Int128 sure = kept(account.equity.units - kRounding);
        closed = Quantity{all.lots - static_cast<std::int64_t>(sure)};
        if (sure >= 0 && detail::at_target_after(e, account, rule, closed)) return closed;
    }
    return all;
}

}  // namespace lpc
