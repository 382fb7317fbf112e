#include "outage.hpp"

#include <lpc/plugin.h>

namespace lpc::scenario {

VenuePhase phase_at(std::span<const Outage> outages, std::int64_t after_start_ns) {
    for (const Outage& outage : outages) {
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
            return LPC_TRADING_CANCEL_ONLY;
        case VenuePhase::post_only:
            return LPC_TRADING_POST_ONLY;
        case VenuePhase::grace:
        case VenuePhase::normal:
            break;
    }
    return LPC_TRADING_OPEN;
}

std::uint8_t price_code_in(VenuePhase phase) {
    if (phase == VenuePhase::normal) return LPC_PRICE_FIT;
    return phase == VenuePhase::grace ? LPC_PRICE_UNCERTAIN : LPC_PRICE_STALE;
}

}  // namespace lpc::scenario
