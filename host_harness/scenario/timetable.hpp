// When the venue trades, as published runbooks have it. An outage: while it is down nothing is
// answered and no price comes; then members may only cancel, then quotes may come back without
// trading, then trading is open while the mark is built from new prices; only then may anybody be
// closed out. A delisting: members may only cancel, then every position is settled at the mean of
// the prices before. Pure functions of engine time; any thread.
#pragma once

#include <cstdint>
#include <market_data/price_path.hpp>
#include <optional>
#include <span>
#include <vector>

namespace lpc::scenario {

// at_ns, of both: after the first step.
struct Outage {
    std::int64_t at_ns = 0;  // the durations follow one another
    std::int64_t halted_ns = 0;
    std::int64_t cancel_only_ns = 0;
    std::int64_t post_only_ns = 0;
    std::int64_t grace_ns = 0;

    std::int64_t back_ns() const { return at_ns + halted_ns; }
    std::int64_t over_ns() const { return back_ns() + cancel_only_ns + post_only_ns + grace_ns; }
};

struct Delisting {
    std::int64_t at_ns = 0;
    std::int64_t cancel_only_ns = 0;
    std::int64_t averaged_ns = 0;  // before the settlement

    std::int64_t settled_ns() const { return at_ns + cancel_only_ns; }
};

struct Timetable {
    std::vector<Outage> outages;         // one after the other
    std::optional<Delisting> delisting;  // after them
};

enum class VenuePhase : std::uint8_t {
    normal,
    halted,
    cancel_only,
    post_only,
    grace,
    closing,  // to be delisted: members may only cancel
    settled,  // for good
};

// At so much time after the first step.
VenuePhase phase_at(const Timetable& timetable, std::int64_t after_start_ns);

// What INSTRUMENT says of trading (LPC_TRADING_*), and PRICE of the price (LPC_PRICE_*).
std::uint8_t trading_in(VenuePhase phase);
std::uint8_t price_code_in(VenuePhase phase);

// Does the mark move, and do agents quote?
bool has_prices(VenuePhase phase);
bool has_quotes(VenuePhase phase);

// The final price: the mean of the steps of the last averaged_ns before the settlement, to the
// nearest tick, half a tick up. The path must reach the settlement.
std::int64_t final_price(const Delisting& delisting, std::span<const market_data::PriceStep> steps);

}  // namespace lpc::scenario
