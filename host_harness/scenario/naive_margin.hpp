// Margin the obvious way, from the venue's own accounts: the opinion against which a run is
// checked. It shares no line with the SDK's arithmetic. Pure.
#pragma once

#include <cstdint>
#include <span>

#include <lpc/sdk/value.hpp>
#include <venue/accounts.hpp>

namespace lpc::scenario {

struct NaiveTier {
    std::int64_t floor, maintenance_ppb, deduction;
};

struct NaiveHealth {
    Int128 equity = 0;
    Int128 maintenance = 0;
};

// Tiers in order of their floors; a requirement's fraction of a unit counts as a whole unit.
inline Int128 naive_requirement(std::span<const NaiveTier> tiers, Int128 notional) {
    Int128 requirement = 0;
    for (const NaiveTier& tier : tiers) {
        if (notional < tier.floor) break;
        const Int128 scaled = notional * tier.maintenance_ppb;
        requirement =
            scaled / 1'000'000'000 + (scaled % 1'000'000'000 != 0 ? 1 : 0) - tier.deduction;
    }
    return notional > 0 && requirement < 1 ? Int128{1} : requirement;
}

// One instrument, one tier set: what the scenarios have.
inline NaiveHealth naive_health(const venue::Accounts& accounts, std::uint64_t account,
                                std::uint32_t instrument, std::int64_t mark,
                                std::span<const NaiveTier> tiers) {
    const venue::Position position = accounts.position(account, instrument);
    const Int128 value = Int128{position.lots} * mark * accounts.multiplier(instrument);
    NaiveHealth health;
    health.equity = accounts.cash(account).balance() + value - position.cost;
    health.maintenance = naive_requirement(tiers, value < 0 ? -value : value);
    return health;
}

}  // namespace lpc::scenario
