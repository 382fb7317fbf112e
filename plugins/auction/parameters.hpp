// The parameters of the auction plugin: what config may set, and how the policy sees them. Pure
// data.
#pragma once

#include <lpc/auction.h>
#include <lpc/limits.h>
#include <lpc/param.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace lpc::auction {

enum ParameterId : std::uint64_t {
    kWindow = 1,
    kWindowJitter,
    kBiddersMin,
    kShareCap,
    kCappedBiddersMin,
    kUnsoldCost,
    kDust,
    kLotMax,
    kLotsOpenMax,
    kCurve,
    kStep,
    kLinearPace,
    kStairPace,
    kStart,
    kTail,
    kResetMove,
    kResetsMax,
    kBookMargin,
    kImpact,
    kLevel,
    kRetry,
    kRefusalsMax,
    kKeyLow,
    kKeyHigh,
    kParameterEnd
};

inline constexpr std::array<lpc_param, kParameterEnd - 1> kParameters{{
    {kWindow, "window_ns", "time for sealed bids [ns]", 1'000'000, 3'600'000'000'000, 150'000'000},
    {kWindowJitter, "window_jitter_ppb",
     "the window is longer by a keyed random share of itself, at most this [ppb]", 0,
     LPC_RATE_ONE_PPB, 500'000'000},
    {kBiddersMin, "bidders_min",
     "fewer different bidders are no sealed auction; the lot goes on to the descending one [count]",
     1, 1'000, 1},
    {kShareCap, "share_cap_ppb",
     "most of a sealed lot for one bidder while others take the rest at the same price [ppb]", 1,
     LPC_RATE_ONE_PPB, 500'000'000},
    {kCappedBiddersMin, "capped_bidders_min",
     "the cap holds where at least so many bidders accept the price [count]", 2, 1'000, 3},
    {kUnsoldCost, "unsold_cost_ppb",
     "a sealed lot left unsold counts as the reserve less this share of the mark [ppb]", 0,
     LPC_RATE_ONE_PPB, 20'000'000},
    {kDust, "dust_lots", "what is left of a lot is nothing or at least this [lots]", 1,
     LPC_LOTS_MAX, 1},
    {kLotMax, "lot_lots_max", "largest lot; more is sold lot after lot [lots]", 1, LPC_LOTS_MAX,
     LPC_LOTS_MAX},
    {kLotsOpenMax, "lots_open_max", "lots of one account that are open at once [count]", 1,
     LPC_POSITIONS_MAX, 4},
    {kCurve, "curve", "of a descending lot: 1 linear, 2 stairstep [choice]", LPC_CURVE_LINEAR,
     LPC_CURVE_STAIRSTEP, LPC_CURVE_LINEAR},
    {kStep, "step_ms", "time from one price of a descending lot to the next [ms]", 1, (1 << 20) - 1,
     250},
    {kLinearPace, "linear_pace_ms", "linear: time in which a price would fall to nothing [ms]", 1,
     UINT32_MAX, 200'000},
    {kStairPace, "stair_pace_ppb", "stairstep: each price as a share of the last [ppb]", 1,
     LPC_RATE_ONE_PPB - 1, 998'750'000},
    {kStart, "start_ppb",
     "start price of a descending lot: better for the account than the mark by this [ppb]",
     -500'000'000, LPC_RATE_ONE_PPB, 0},
    {kTail, "tail_ns", "a descending lot expires after this [ns]", 1'000'000, 86'400'000'000'000,
     10'000'000'000},
    {kResetMove, "reset_move_ppb",
     "a descending lot is drawn back once the mark is further from its start price [ppb]", 1,
     LPC_RATE_ONE_PPB, 100'000'000},
    {kResetsMax, "resets_max", "new auctions for what one has not sold [count]", 0, 1'000, 2},
    {kBookMargin, "book_margin_ppb",
     "the book counts as worse than it is by this share of the mark [ppb]", 0, LPC_RATE_ONE_PPB, 0},
    {kImpact, "impact_ppb",
     "beyond its known levels the book gets worse by this share of the mark for each further depth "
     "like theirs [ppb]",
     0, LPC_RATE_ONE_PPB, 1'000'000},
    {kLevel, "circuit_level",
     "1: no new lots, 2: no resets either, 3: no awards either and lots are drawn back [level]", 0,
     3, 0},
    {kRetry, "retry_ns",
     "time until something that was refused, or a market that was closed, is looked at again [ns]",
     1'000'000, 3'600'000'000'000, 250'000'000},
    {kRefusalsMax, "refusals_max",
     "refusals in a row after which the next stage is asked for [count]", 1, 1'000'000, 20},
    {kKeyLow, "hash_key_low", "key of odd lots and jitter, lower half [any number; keep it secret]",
     INT64_MIN, INT64_MAX, 0},
    {kKeyHigh, "hash_key_high",
     "key of odd lots and jitter, upper half [any number; keep it secret]", INT64_MIN, INT64_MAX,
     0},
}};

// The value of each parameter, by its id.
class Parameters {
  public:
    constexpr Parameters() {
        for (const lpc_param& p : kParameters) set(p.id, p.initial);
    }
    constexpr void set(std::uint64_t id, std::int64_t value) {
        if (id < values_.size()) values_[id] = value;
    }
    constexpr std::int64_t operator[](ParameterId id) const { return values_[id]; }

  private:
    std::array<std::int64_t, kParameterEnd> values_{};
};

}  // namespace lpc::auction
