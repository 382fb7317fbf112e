// An outage of the venue and its restart, as the published runbook has it: while it is down nothing
// is answered and no price comes; then members may only cancel, then quotes may come back without
// trading, then trading is open while the mark is built from new prices; only then may anybody be
// closed out. Pure functions of engine time; any thread.
#pragma once

#include <cstdint>
#include <span>

namespace lpc::scenario {

struct Outage {
    std::int64_t at_ns = 0;  // after the first step; the durations follow one another
    std::int64_t halted_ns = 0;
    std::int64_t cancel_only_ns = 0;
    std::int64_t post_only_ns = 0;
    std::int64_t grace_ns = 0;

    std::int64_t back_ns() const { return at_ns + halted_ns; }
    std::int64_t over_ns() const { return back_ns() + cancel_only_ns + post_only_ns + grace_ns; }
};

enum class VenuePhase : std::uint8_t { normal, halted, cancel_only, post_only, grace };

// At so much time after the first step. Outages come one after the other.
VenuePhase phase_at(std::span<const Outage> outages, std::int64_t after_start_ns);

// What INSTRUMENT says of trading (LPC_TRADING_*), and PRICE of the price (LPC_PRICE_*).
std::uint8_t trading_in(VenuePhase phase);
std::uint8_t price_code_in(VenuePhase phase);

}  // namespace lpc::scenario
