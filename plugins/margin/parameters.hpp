// The parameters of the margin plugin: what config may set, and how the policy sees them. Five of
// them have the names of the host's rulebook, because its guard recomputes with the same formulas.
// Pure data.
#pragma once

#include <lpc/param.h>
#include <lpc/sdk/margin.hpp>

#include <array>
#include <cstdint>

namespace lpc::margin {

enum ParameterId : std::uint64_t {
    kWarnRatio = 1,
    kTargetBuffer = 2,
    kCloseCost = 3,
    kFullCloseBelow = 4,
    kBankruptcyAdjustment = 5,
    kSpreadToMaintenance = 6,
    kDeadline = 7,
    kTieKey = 8
};

// Why these bounds: within them no product of the margin arithmetic leaves 128 bits.
inline constexpr std::array<lpc_param, 8> kParameters{{
    {kWarnRatio, "warn_ratio_ppb",
     "an account is warned below this multiple of its maintenance requirement [ppb]", 1'000'000'000,
     10'000'000'000, 1'200'000'000},
    {kTargetBuffer, "target_buffer_ppb",
     "closing stops at equity >= maintenance * (1 + this) [ppb]", 0, 1'000'000'000, 150'000'000},
    {kCloseCost, "close_cost_ppb", "expected cost of closing, of the notional closed [ppb]", 0,
     100'000'000, 1'500'000},
    {kFullCloseBelow, "full_close_below_quote",
     "a position of less notional is closed whole [smallest unit of the settlement asset]", 0,
     LPC_NOTIONAL_MAX, 0},
    {kBankruptcyAdjustment, "bankruptcy_adjustment_ppb",
     "how fast the fillable price widens as health falls [ppb]", 0, 100'000'000'000, 1'000'000'000},
    {kSpreadToMaintenance, "spread_to_maintenance_ppb",
     "widest spread of the fillable price, of the position's maintenance requirement [ppb]", 0,
     10'000'000'000, 1'500'000'000},
    {kDeadline, "deadline_ns", "from the first request to close out until its deadline [ns]", 1,
     LPC_TIME_MAX_NS / 2, 600'000'000'000},
    {kTieKey, "tie_key",
     "key of the hash that orders equally sick accounts [any number; keep it secret]", INT64_MIN,
     INT64_MAX, 0},
}};

struct Parameters {
    Rate warn_ratio{};
    CloseRule close{};
    std::int64_t deadline_ns = 0;
    std::uint64_t tie_key = 0;

    constexpr Parameters() {
        for (const lpc_param& p : kParameters) (void)set(p.id, p.initial);
    }
    // True if something changed.
    constexpr bool set(std::uint64_t id, std::int64_t value) {
        switch (id) {
            case kWarnRatio:
                return change(warn_ratio.ppb, value);
            case kTargetBuffer:
                return change(close.target_buffer.ppb, value);
            case kCloseCost:
                return change(close.close_cost.ppb, value);
            case kFullCloseBelow:
                return change(close.full_close_below.units, Int128{value});
            case kBankruptcyAdjustment:
                return change(close.bankruptcy_adjustment.ppb, value);
            case kSpreadToMaintenance:
                return change(close.spread_to_maintenance.ppb, value);
            case kDeadline:
                return change(deadline_ns, value);
            case kTieKey:
                return change(tie_key, static_cast<std::uint64_t>(value));
            default:
                return false;
        }
    }

  private:
    template <class T>
    static constexpr bool change(T& field, T value) {
        if (field == value) return false;
        field = value;
        return true;
    }
};

}  // namespace lpc::margin
