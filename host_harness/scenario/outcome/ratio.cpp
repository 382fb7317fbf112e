#include "ratio.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <optional>

#include <venue/random.hpp>

namespace lpc::scenario {
namespace {

std::optional<std::int64_t> ppb_of(const Quotient& sum) {
    if (sum.whole <= 0) return std::nullopt;
    return clamp_to(div_floor(sum.part * LPC_RATE_ONE_PPB, sum.whole), INT64_MIN, INT64_MAX);
}

void add(Quotient& sum, const Quotient& part) {
    sum.part += part.part;
    sum.whole += part.whole;
}

std::vector<Quotient> blocks_of(const std::vector<Quotient>& parts, std::size_t blocks) {
    std::vector<Quotient> sums(std::min(blocks, parts.size()));
    for (std::size_t i = 0; i < parts.size(); ++i)
        add(sums[i * sums.size() / parts.size()], parts[i]);
    return sums;
}

}  // namespace

RatioEstimate bootstrap_ratio(const std::vector<Quotient>& parts, std::size_t blocks,
                              const BootstrapOptions& options) {
    RatioEstimate estimate;
    const std::vector<Quotient> sums = blocks_of(parts, blocks);
    Quotient all;
    for (const Quotient& sum : sums) add(all, sum);
    const auto ratio = ppb_of(all);
    if (!ratio) return estimate;
    estimate.count = static_cast<std::int64_t>(parts.size());
    estimate.ppb = estimate.low_ppb = estimate.high_ppb = *ratio;
    venue::Random random(options.seed);
    std::vector<std::int64_t> drawn;
    for (std::size_t i = 0; i < options.resamples; ++i) {
        Quotient sum;
        for (std::size_t k = 0; k < sums.size(); ++k) add(sum, sums[random.below(sums.size())]);
        if (const auto one = ppb_of(sum)) drawn.push_back(*one);
    }
    if (drawn.empty()) return estimate;
    std::sort(drawn.begin(), drawn.end());
    const std::size_t tail = drawn.size() / 40;  // 2.5 %
    estimate.low_ppb = drawn[tail];
    estimate.high_ppb = drawn[drawn.size() - 1 - tail];
    return estimate;
}

}  // namespace lpc::scenario
