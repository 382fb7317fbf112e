// A made-up market: a line through waypoints with bounded noise that returns to the line, and a
// volume that varies. The same options give the same path on every machine (seeded, integers only).
// Pure; the path is the caller's.
#pragma once

#include <lpc/limits.h>

#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/price_path.hpp>
#include <vector>

namespace lpc::scenario {

struct Waypoint {
    std::int64_t at_ns = 0;  // since the start of the path
    std::int64_t price_ticks = 0;
};

inline constexpr std::int64_t kNoiseMaxPpb = LPC_RATE_ONE_PPB - 1;
inline constexpr std::int64_t kPathVolumeMax = LPC_LOTS_MAX / 2;  // a spread may double it

struct SyntheticOptions {
    std::int64_t start_ns = 0;  // engine time of the first step
    std::int64_t step_ns = 1'000'000'000;
    std::vector<Waypoint> waypoints;  // at least 2; the first at 0, each later than the one before
    std::int64_t noise_max_ppb = 0;   // the furthest from the line, at most kNoiseMaxPpb
    std::int64_t noise_step_ppb = 0;  // the largest draw of one step; at most kNoiseMaxPpb
    std::int64_t reversion_ppb = 0;   // share of the noise that is forgotten each step; at most 1e9
    std::int64_t volume_lots = 0;     // of a step; at most kPathVolumeMax
    std::int64_t volume_spread_ppb =
        0;  // each step's volume is within this share of it; at most 1e9
    std::uint64_t seed = 1;
};

// Steps at start_ns, start_ns + step_ns, ... up to and including the last waypoint. The first price
// is the first waypoint's. With x the noise of the step: x' = clamp(x - floor(x * reversion) + u,
// +-noise_max), u uniform in +-noise_step; price = line + round(line * x), halves up, at least 1
// tick; the line is rounded down. volume = floor(volume * (1 + v)).
[[nodiscard]] Result<market_data::PricePath> synthetic_path(const SyntheticOptions& options);

}  // namespace lpc::scenario
