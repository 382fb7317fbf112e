// The parameters of the TWAP plugin: what config may set, and how the policy sees them. One table
// names each with its limits and its field. Pure data.
#pragma once

#include <lpc/limits.h>
#include <lpc/param.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace lpc::twap {

struct Parameters {
    // when
    std::int64_t horizon_ns, interval_ns;
    std::int64_t buffer_sigmas_ppb, volatility_span_ns, horizon_min_ns, horizon_max_ns;
    std::int64_t participation_ppb, volume_window_ns;
    // how much
    std::int64_t half_life_ns, first_share_ppb, pause_ns, fraction_ppb;
    std::int64_t catch_up_ppb, min_slice_lots, min_slice_quote, slice_max_quote;
    std::int64_t whole_below_lots, whole_below_quote, depth_share_ppb;
    // at what price, and when not at all
    std::int64_t slippage_max_ppb, toxic_cost_ppb, no_liquidity_max;
    // hidden
    std::int64_t time_jitter_ppb, size_jitter_ppb, jitter_key_low, jitter_key_high, tie_key;

    Parameters();  // the initial values
    void set(std::uint64_t id, std::int64_t value);
};

struct ParameterField {
    lpc_param param;
    std::int64_t Parameters::*field;
};

namespace detail {
inline constexpr std::int64_t kMs = 1'000'000, kSecond = 1'000 * kMs, kDay = 86'400 * kSecond;
inline constexpr std::int64_t kOneRate = LPC_RATE_ONE_PPB, kAny = INT64_MAX;
using P = Parameters;
}  // namespace detail

inline constexpr std::array<ParameterField, 27> kFields{{
    {{1, "horizon_ns", "time over which a position is closed where its buffer says nothing [ns]",
      detail::kMs, detail::kDay, 60 * detail::kSecond},
     &detail::P::horizon_ns},
    {{2, "interval_ns", "time from one slice to the next [ns]", detail::kMs,
      3'600 * detail::kSecond, detail::kSecond},
     &detail::P::interval_ns},
    {{3, "catch_up_ppb", "largest slice, of the nominal slice [ppb]", detail::kOneRate,
      100 * detail::kOneRate, 3 * detail::kOneRate},
     &detail::P::catch_up_ppb},
    {{4, "min_slice_lots", "smallest slice; a rest below twice this goes as one [lots]", 1,
      LPC_LOTS_MAX, 1},
     &detail::P::min_slice_lots},
    {{5, "no_liquidity_max",
      "slices in a row without any fill before the next stage is asked for [count]", 1, 1'000'000,
      5},
     &detail::P::no_liquidity_max},
    {{6, "tie_key",
      "key of the hash that orders the accounts of one turn [any number; keep it secret]",
      INT64_MIN, INT64_MAX, 0},
     &detail::P::tie_key},
    {{7, "half_life_ns",
      "time in which half of a position goes (Almgren-Chriss: ln 2 / kappa); 0: equal slices [ns]",
      0, detail::kDay, 0},
     &detail::P::half_life_ns},
    {{8, "first_share_ppb", "share of a position in its first slice; 0: as the others [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::first_share_ppb},
    {{9, "pause_ns", "time from that first share to the second slice, at least an interval [ns]", 0,
      3'600 * detail::kSecond, 0},
     &detail::P::pause_ns},
    {{10, "fraction_ppb", "each slice is this share of what is left; 0: by the plan [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::fraction_ppb},
    {{11, "whole_below_lots", "a rest of at most this goes as one [lots]", 0, LPC_LOTS_MAX, 0},
     &detail::P::whole_below_lots},
    {{12, "whole_below_quote",
      "a rest worth at most this goes as one [smallest unit of the settlement asset]", 0,
      LPC_NOTIONAL_MAX, 0},
     &detail::P::whole_below_quote},
    {{13, "min_slice_quote",
      "least worth of a slice, beside min_slice_lots [smallest unit of the settlement asset]", 0,
      LPC_NOTIONAL_MAX, 0},
     &detail::P::min_slice_quote},
    {{14, "slice_max_quote",
      "largest worth of a slice; 0: any [smallest unit of the settlement asset]", 0,
      LPC_NOTIONAL_MAX, 0},
     &detail::P::slice_max_quote},
    {{15, "buffer_sigmas_ppb",
      "horizon: the move of how many standard deviations the buffer bears; 0: horizon_ns [ppb]", 0,
      100 * detail::kOneRate, 0},
     &detail::P::buffer_sigmas_ppb},
    {{16, "volatility_span_ns", "time over which the volatility in PRICE is meant [ns]",
      detail::kSecond, detail::kDay, detail::kDay},
     &detail::P::volatility_span_ns},
    {{17, "horizon_min_ns", "shortest horizon from the buffer [ns]", detail::kMs, detail::kDay,
      250 * detail::kMs},
     &detail::P::horizon_min_ns},
    {{18, "horizon_max_ns", "longest horizon from buffer or volume [ns]", detail::kMs, detail::kDay,
      900 * detail::kSecond},
     &detail::P::horizon_max_ns},
    {{19, "participation_ppb",
      "horizon: long enough to be no more than this share of others' volume; 0: any [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::participation_ppb},
    {{20, "volume_window_ns", "time over which others' volume is measured [ns]", detail::kSecond,
      3'600 * detail::kSecond, 60 * detail::kSecond},
     &detail::P::volume_window_ns},
    {{21, "depth_share_ppb",
      "largest slice, of the lots told of the book within its limit; 0: any [ppb]", 0,
      100 * detail::kOneRate, 0},
     &detail::P::depth_share_ppb},
    {{22, "slippage_max_ppb",
      "limit no further than this from the best price; 0: the permitted price [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::slippage_max_ppb},
    {{23, "toxic_cost_ppb",
      "fee and impact that a slice must leave worth its while, else it is not sent; -1: any [ppb]",
      -1, detail::kOneRate, -1},
     &detail::P::toxic_cost_ppb},
    {{24, "time_jitter_ppb", "how far into its interval a slice may be put off [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::time_jitter_ppb},
    {{25, "size_jitter_ppb", "by how much a slice may be smaller or larger [ppb]", 0,
      detail::kOneRate, 0},
     &detail::P::size_jitter_ppb},
    {{26, "jitter_key_low", "low half of the jitter's key [any number; keep it secret]", INT64_MIN,
      detail::kAny, 0},
     &detail::P::jitter_key_low},
    {{27, "jitter_key_high", "high half of the jitter's key [any number; keep it secret]",
      INT64_MIN, detail::kAny, 0},
     &detail::P::jitter_key_high},
}};

// As the ABI wants them.
inline constexpr auto kParameters = [] {
    std::array<lpc_param, kFields.size()> params{};
    for (std::size_t i = 0; i < params.size(); ++i) params[i] = kFields[i].param;
    return params;
}();

inline Parameters::Parameters() {
    for (const ParameterField& each : kFields) this->*each.field = each.param.initial;
}

inline void Parameters::set(std::uint64_t id, std::int64_t value) {
    for (const ParameterField& each : kFields) {
        if (each.param.id == id) this->*each.field = value;
    }
}

}  // namespace lpc::twap
