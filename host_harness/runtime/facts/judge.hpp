// Recomputes one account from the facts with the SDK's margin arithmetic: the guard's own opinion,
// independent of any plugin. Pure functions of the facts.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>

#include <lpc/sdk/margin.hpp>

#include "accounts.hpp"
#include "market.hpp"

namespace lpc::runtime {

// The account as the formulas see it. Valid while neither the market's nor the account's facts
// change.
struct Judgement {
    std::array<Exposure, LPC_POSITIONS_MAX> exposures;
    std::array<std::uint32_t, LPC_POSITIONS_MAX> instruments;
    std::size_t count = 0;  // positions that are not flat
    std::uint32_t numeraire = 0;
    bool fit = true;  // every price may be acted on
    Health health;

    std::span<const Exposure> positions() const { return {exposures.data(), count}; }
    const Exposure* position(std::uint32_t instrument) const;
};

// Nothing if the facts do not suffice: an unknown price, instrument or tier set, a type of
// instrument other than linear, or positions that settle in different assets.
std::optional<Judgement> judge(const Market& market, const AccountFacts& account);

// Would the largest numbers of this position stay within LPC_NOTIONAL_MAX at this price?
bool notional_within_limits(std::int64_t lots, std::int64_t price, std::int64_t multiplier);

}  // namespace lpc::runtime
