// The parameters of the TWAP plugin: what config may set, and how the policy sees them. Pure data.
#pragma once

#include <lpc/limits.h>
#include <lpc/param.h>

#include <array>
#include <cstdint>

namespace lpc::twap {

enum ParameterId : std::uint64_t {
    kHorizon = 1,
    kInterval = 2,
    kCatchUp = 3,
    kMinSlice = 4,
    kNoLiquidityMax = 5,
    kTieKey = 6
};

inline constexpr std::array<lpc_param, 6> kParameters{{
    {kHorizon, "horizon_ns",
     "time over which a position is closed, if its deadline leaves as much [ns]", 1'000'000,
     86'400'000'000'000, 60'000'000'000},
    {kInterval, "interval_ns", "time from one slice to the next [ns]", 1'000'000, 3'600'000'000'000,
     1'000'000'000},
    {kCatchUp, "catch_up_ppb", "largest slice, of the nominal slice [ppb]", 1'000'000'000,
     100'000'000'000, 3'000'000'000},
    {kMinSlice, "min_slice_lots", "smallest slice; a rest below twice this goes as one [lots]", 1,
     LPC_LOTS_MAX, 1},
    {kNoLiquidityMax, "no_liquidity_max",
     "slices in a row without any fill before the next stage is asked for [count]", 1, 1'000'000,
     5},
    {kTieKey, "tie_key",
     "key of the hash that orders the accounts of one turn [any number; keep it secret]", INT64_MIN,
     INT64_MAX, 0},
}};

struct Parameters {
    std::int64_t horizon_ns = 0, interval_ns = 0, catch_up_ppb = 0, min_slice_lots = 0,
                 no_liquidity_max = 0, tie_key = 0;

    constexpr Parameters() {
        for (const lpc_param& p : kParameters) set(p.id, p.initial);
    }
    constexpr void set(std::uint64_t id, std::int64_t value) {
        switch (id) {
            case kHorizon:
                horizon_ns = value;
                return;
            case kInterval:
                interval_ns = value;
                return;
            case kCatchUp:
                catch_up_ppb = value;
                return;
            case kMinSlice:
                min_slice_lots = value;
                return;
            case kNoLiquidityMax:
                no_liquidity_max = value;
                return;
            case kTieKey:
                tie_key = value;
                return;
            default:
                return;
        }
    }
};

}  // namespace lpc::twap
