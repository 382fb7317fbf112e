// How long a close-out may take: as long as the account's buffer will probably last, and as slow as
// the market's volume asks. Pure, exact integers, any thread.
#pragma once

#include <lpc/sdk/rounding.hpp>

#include <cstdint>
#include <optional>

#include "volume.hpp"

namespace lpc::twap {

struct HorizonRule {
    std::int64_t unknown_ns = 0;          // where buffer or volatility are not known
    std::int64_t min_ns = 0, max_ns = 0;  // otherwise
    std::int64_t buffer_sigmas_ppb = 0;   // 0: always unknown_ns
    std::int64_t volatility_span_ns = 1;  // the time over which PRICE's volatility is meant
    std::int64_t participation_ppb = 0;   // 0: no bound by volume
};

// The account's buffer m: equity over the notional of its positions. [ppb], rounded down: the
// account's creditors benefit.
std::int64_t buffer_ppb(std::int64_t equity, Int128 notional);

// T = span * (m / (sigmas * sigma))^2: then the move of one standard deviation over T is m /
// sigmas, and a driftless path ends an even close-out beyond the bankruptcy price in 0.5 % of cases
// at 1.5 sigmas. Rounded down: sooner is safer. m at most 0: 0. sigma and sigmas positive.
std::int64_t buffer_horizon_ns(std::int64_t buffer_ppb, std::int64_t sigma_ppb,
                               const HorizonRule& rule);

// T >= Q / (share * rate): the least time in which `lots` are no more than the share of what others
// trade. Rounded up: the market benefits. Nothing traded: the end of time.
std::int64_t volume_horizon_ns(std::int64_t lots, const VolumeRate& rate,
                               std::int64_t participation_ppb);

// The larger of both, within [min_ns, max_ns]; unknown_ns (as long as volume asks for, if that is
// longer and at most max_ns) where the buffer or the volatility is not known.
struct HorizonFacts {
    std::int64_t lots = 0;
    std::optional<std::int64_t> buffer_ppb;
    std::int64_t sigma_ppb = 0;  // 0: not known
    std::optional<VolumeRate> rate;
};
std::int64_t horizon_ns(const HorizonFacts& facts, const HorizonRule& rule);

}  // namespace lpc::twap
