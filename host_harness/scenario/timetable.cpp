#include "timetable.hpp"

#include <lpc/plugin.h>

#include <lpc/sdk/rounding.hpp>

namespace lpc::scenario {

VenuePhase phase_at(const Timetable& timetable, std::int64_t after_start_ns) {
    if (const auto& delisting = timetable.delisting; delisting) {
        if (after_start_ns >= delisting->settled_ns()) return VenuePhase::settled;
        if (after_start_ns >= delisting->at_ns) return VenuePhase::closing;
    }
    for (const Outage& outage : timetable.outages) {
        if (after_start_ns < outage.at_ns || after_start_ns >= outage.over_ns()) continue;
        const std::int64_t back = after_start_ns - outage.back_ns();
        if (back < 0) return VenuePhase::halted;
        if (back < outage.cancel_only_ns) return VenuePhase::cancel_only;
        if (back < outage.cancel_only_ns + outage.post_only_ns) return VenuePhase::post_only;
        return VenuePhase::grace;
    }
    return VenuePhase::normal;
}

std::uint8_t trading_in(VenuePhase phase) {
    switch (phase) {
        case VenuePhase::halted:
            return LPC_TRADING_HALTED;
        case VenuePhase::cancel_only:
        case VenuePhase::closing:
            return LPC_TRADING_CANCEL_ONLY;
        case VenuePhase::post_only:
            return LPC_TRADING_POST_ONLY;
        case VenuePhase::settled:
            return LPC_TRADING_SETTLED;
        case VenuePhase::grace:
        case VenuePhase::normal:
            break;
    }
    return LPC_TRADING_OPEN;
}

std::uint8_t price_code_in(VenuePhase phase) {
    switch (phase) {
        case VenuePhase::normal:
        case VenuePhase::closing:
        case VenuePhase::settled:
            return LPC_PRICE_FIT;
        case VenuePhase::grace:
            return LPC_PRICE_UNCERTAIN;
        default:
            return LPC_PRICE_STALE;
    }
}

bool has_prices(VenuePhase phase) {
    return phase != VenuePhase::halted && phase != VenuePhase::settled;
}

bool has_quotes(VenuePhase phase) {
    return phase == VenuePhase::normal || phase == VenuePhase::grace ||
           phase == VenuePhase::post_only;
}

std::int64_t final_price(const Delisting& delisting,
                         std::span<const market_data::PriceStep> steps) {
    const std::int64_t to_ns = steps.front().time_ns + delisting.settled_ns();
    Int128 sum = 0;
    std::int64_t count = 0;
    for (const market_data::PriceStep& step : steps) {
        if (step.time_ns > to_ns) break;
        if (step.time_ns < to_ns - delisting.averaged_ns) continue;
        sum += step.price_ticks;
        ++count;
    }
    return static_cast<std::int64_t>(div_floor(2 * sum + count, 2 * count));
}

}  // namespace lpc::scenario
