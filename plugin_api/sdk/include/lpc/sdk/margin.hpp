// Margin arithmetic for linear instruments under cross margin: equity, requirement, bankruptcy,
// liquidation and fillable price, size to restore health. Pure functions of their arguments, exact
// integers, any thread. The margin plugin decides with them; the host's guard recomputes with them;
// so both speak of the same numbers.
#pragma once

#include <cstddef>
#include <span>

#include "value.hpp"

namespace lpc {

// One row of a risk tier set: from `floor` of notional up to the next row's floor the maintenance
// requirement is notional * maintenance - deduction. With deduction_k = deduction_{k-1} + floor_k *
// (rate_k - rate_{k-1}) it is continuous.
struct TierRow {
    Money floor;
    Rate maintenance;
    Rate initial;
    Money deduction;
};
using TierSet = std::span<const TierRow>;  // floors rising, the first is 0

// Is this a tier set that the formulas below may rely on? Floors rise from 0, rates rise within (0,
// 100 %], initial is at least maintenance, the requirement is continuous to within one unit at
// every floor and so convex.
bool well_formed(TierSet tiers);

// The row that a notional falls in; tiers non-empty.
const TierRow& tier_of(TierSet tiers, Money notional);

// Requirement to keep, and to open, a position of this notional. Rounded up, against the account.
Money maintenance_requirement(TierSet tiers, Money notional);
Money initial_requirement(TierSet tiers, Money notional);

// One position as the formulas see it.
struct Exposure {
    Quantity position;
    Money cost;  // signed money paid to open
    Price mark;
    Multiplier multiplier;
    TierSet tiers;
};

// What closing the position at the mark would bring beyond its cost: exact, either sign.
constexpr Money unrealised(const Exposure& e) {
    return value_at(e.position, e.mark, e.multiplier) - e.cost;
}
inline Money maintenance_requirement(const Exposure& e) {
    return maintenance_requirement(e.tiers, notional(e.position, e.mark, e.multiplier));
}

// Numeraire value of collateral in another asset: amount * price / scale less the haircut, rounded
// down, against the account. A debt (amount < 0) gets no haircut and is rounded down too, away from
// zero. Within +-LPC_MONEY_MAX. scale > 0.
Money collateral_value(Money amount, std::int64_t scale, Price price, Rate haircut);

// The health of an account: equity is collateral plus unrealised profit; the requirements are sums
// over positions.
struct Health {
    Money equity;
    Money maintenance;
    Money initial;
};
Health health(Money collateral, std::span<const Exposure> exposures);

// The rules by which positions are closed; ppb of one.
struct CloseRule {
    Rate target_buffer;      // closing stops at equity >= maintenance * (1 + target_buffer)
    Rate close_cost;         // expected cost of closing, of the notional closed (fees and slippage)
    Money full_close_below;  // a position of less notional is closed whole
    Rate bankruptcy_adjustment;  // BA of the fillable price
    Rate spread_to_maintenance;  // SMMR of the fillable price
};

// Equity that ends a close-out: maintenance * (1 + target_buffer), rounded up.
Money target_equity(Money maintenance, const CloseRule& rule);

// Price at which closing the position takes its share of the account's equity (by maintenance
// requirement) and no more, so that equity / maintenance stays as it is; for a single position
// closing leaves equity at exactly zero. [ticks]
//   p = mark - side * equity * (own maintenance / account maintenance) / (lots * multiplier)
// Rounded against the account (long up, short down): a close-out at this price never draws on the
// insurance fund. Clamped to [1, LPC_PRICE_MAX]. Position and maintenance are not zero. Source:
// dYdX v4, bankruptcy price; the same as the zero price of FTX and Lighter for linear margin.
Price bankruptcy_price(const Exposure& e, const Health& account);

// Worst price at which the host lets a sick account's position be sold (long) or bought back
// (short), widening as health falls.
//   p = mark - side * clamp(BA * (1 - equity / maintenance), 0, 1) * SMMR * own maintenance / (lots
//   * multiplier)    [ticks]
// Each factor is rounded towards the mark, so sells are rounded up and buys down. Source: dYdX v4,
// fillable price.
Price fillable_price(const Exposure& e, const Health& account, const CloseRule& rule);

// The stricter of the two: the highest for a sale, the lowest for a purchase.
Price permitted_price(const Exposure& e, const Health& account, const CloseRule& rule);

// Mark of this instrument at which equity would equal maintenance, all other prices as they are.
// [ticks], rounded against the account (long up, short down: told too early rather than too late).
// 0: there is none above zero within the limits.
Price liquidation_price(const Exposure& e, const Health& account);

// Lots (unsigned) of this position to close at the mark so that equity after close_cost reaches the
// target, all else as it is: the smallest d with  equity - close_cost * d * p * m >= (1 + buffer) *
// (maintenance(all) - maintenance(q) + maintenance(q - d)). Evaluated on each linear piece of the
// tier set, since health is not monotone in size where rates step. All of it where no d suffices or
// the position is below full_close_below. 0 if the account is at its target already. Bounded work:
// where many lots together free less than a unit of money, d may be larger than the smallest by
// lots worth four units of equity.
Quantity size_to_target(const Exposure& e, const Health& account, const CloseRule& rule);

}  // namespace lpc

#include "margin_formulas.hpp"
