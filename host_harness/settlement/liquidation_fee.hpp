// What a liquidation brings the insurance fund: never more than what the close-out got beyond the
// bankruptcy price, so no fee makes an account owe. Formulas of public venues, to compare with.
// Pure, constexpr, any thread. Rounded down, for the account.
#pragma once

#include <lpc/limits.h>

#include <algorithm>
#include <cstdint>
#include <lpc/sdk/rounding.hpp>

namespace lpc::settlement {

// dYdX v4: what the fund gets (+) or pays (-) for one fill. Both values are signed money of the
// closed size: + received for a sale, - paid to buy back. [smallest units]
constexpr std::int64_t fund_delta(std::int64_t fill_value, std::int64_t bankruptcy_value,
                                  std::int64_t fee_max_ppb) {
    const Int128 value = fill_value < 0 ? -Int128{fill_value} : Int128{fill_value};
    const Int128 fee = div_floor(value * fee_max_ppb, LPC_RATE_ONE_PPB);
    return static_cast<std::int64_t>(std::min(fee, Int128{fill_value} - bankruptcy_value));
}

// Drift: the fee for the fund that still lets a close-out cover the account's shortage: 95 % of
// what the maintenance rate leaves after the liquidator's fee and the shortage. [ppb], 0 to cap.
struct FundFeeTerms {
    std::int64_t maintenance_ppb = 0;
    std::int64_t liquidator_ppb = 0;
    std::int64_t cap_ppb = 0;
};
constexpr std::int64_t fund_fee_ppb(std::int64_t shortage, std::int64_t notional,
                                    const FundFeeTerms& terms) {
    constexpr std::int64_t kPart = 950'000'000;
    // Rounded up: what the shortage needs comes first.
    const Int128 needed = div_ceil(Int128{shortage} * LPC_RATE_ONE_PPB, notional);
    const Int128 leaves = Int128{terms.maintenance_ppb} - terms.liquidator_ppb - needed;
    return clamp_to(div_floor(leaves * kPart, LPC_RATE_ONE_PPB), 0, terms.cap_ppb);
}

// Drift: the liquidator's fee, which rises while nobody liquidates: after a grace by so much for
// each slot since the beginning, up to a maximum. [ppb]
struct FeeRamp {
    std::int64_t base_ppb = 0;
    std::int64_t max_ppb = 0;
    std::int64_t grace_slots = 1'500;
    std::int64_t per_slot_ppb = 1'000;
};
constexpr std::int64_t ramped_fee_ppb(std::int64_t elapsed_slots, const FeeRamp& ramp) {
    if (elapsed_slots < ramp.grace_slots) return ramp.base_ppb;
    return clamp_to(Int128{elapsed_slots} * ramp.per_slot_ppb + ramp.base_ppb, 0, ramp.max_ppb);
}

}  // namespace lpc::settlement
