#include "horizon.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>

namespace lpc::twap {

std::int64_t buffer_ppb(std::int64_t equity, Int128 notional) {
    return clamp_to(div_floor(Int128{equity} * LPC_RATE_ONE_PPB, notional), -LPC_RATE_ONE_PPB,
                    LPC_RATE_ONE_PPB);
}

std::int64_t buffer_horizon_ns(std::int64_t buffer_ppb, std::int64_t sigma_ppb,
                               const HorizonRule& rule) {
    if (buffer_ppb <= 0) return 0;
    // Why so much: a span of a second a million times over is beyond any horizon, and the square of
    // this times a day still fits into 128 bits.
    constexpr std::int64_t kRatioMax_ppb = 1'000 * LPC_RATE_ONE_PPB;
    constexpr Int128 kOne_ppb2 = Int128{LPC_RATE_ONE_PPB} * LPC_RATE_ONE_PPB;
    const Int128 ratio =
        div_floor(buffer_ppb * kOne_ppb2, Int128{rule.buffer_sigmas_ppb} * sigma_ppb);
    const Int128 ratio_ppb = std::min<Int128>(ratio, kRatioMax_ppb);
    return clamp_to(div_floor(ratio_ppb * ratio_ppb * rule.volatility_span_ns, kOne_ppb2), 0,
                    LPC_TIME_MAX_NS);
}

std::int64_t volume_horizon_ns(std::int64_t lots, const VolumeRate& rate,
                               std::int64_t participation_ppb) {
    if (rate.lots <= 0) return LPC_TIME_MAX_NS;
    return clamp_to(div_ceil(Int128{lots} * rate.span_ns * LPC_RATE_ONE_PPB,
                             Int128{rate.lots} * participation_ppb),
                    0, LPC_TIME_MAX_NS);
}

std::int64_t horizon_ns(const HorizonFacts& facts, const HorizonRule& rule) {
    const bool known = rule.buffer_sigmas_ppb > 0 && facts.buffer_ppb && facts.sigma_ppb > 0;
    std::int64_t wished =
        known ? std::clamp(buffer_horizon_ns(*facts.buffer_ppb, facts.sigma_ppb, rule), rule.min_ns,
                           std::max(rule.min_ns, rule.max_ns))
              : rule.unknown_ns;
    if (rule.participation_ppb > 0 && facts.rate) {
        const std::int64_t by_volume =
            volume_horizon_ns(facts.lots, *facts.rate, rule.participation_ppb);
        wished = std::max(wished, std::min(by_volume, rule.max_ns));
    }
    return wished;
}

}  // namespace lpc::twap
