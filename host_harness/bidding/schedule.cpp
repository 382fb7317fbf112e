#include "schedule.hpp"

#include <lpc/limits.h>

#include <lpc/sdk/rounding.hpp>
#include <string>

namespace lpc::bidding {

Status validate(std::span<const Step> schedule) {
    if (schedule.empty() || schedule.size() > kStepsMax)
        return fail("schedule: found " + std::to_string(schedule.size()) +
                    " steps, expected 1 to " + std::to_string(kStepsMax));
    Int128 lots = 0;
    for (std::size_t i = 0; i < schedule.size(); ++i) {
        const Step& step = schedule[i];
        const std::string where = "schedule, step " + std::to_string(i + 1) + ": ";
        lots += step.lots;
        if (step.lots < 1 || lots > LPC_LOTS_MAX)
            return fail(where + "lots is " + std::to_string(step.lots) +
                        ", expected at least 1 and in all at most " + std::to_string(LPC_LOTS_MAX));
        if (step.discount_ppb < -kDiscountMaxPpb || step.discount_ppb > kDiscountMaxPpb)
            return fail(where + "discount_ppb is " + std::to_string(step.discount_ppb) +
                        ", expected within " + std::to_string(kDiscountMaxPpb) + " either way");
        if (i > 0 && step.discount_ppb <= schedule[i - 1].discount_ppb)
            return fail(where + "discount_ppb is " + std::to_string(step.discount_ppb) +
                        ", expected more than the step before, " +
                        std::to_string(schedule[i - 1].discount_ppb));
    }
    return {};
}

std::int64_t price_of(std::int64_t reference, std::int64_t lots, std::int64_t discount_ppb) {
    const Int128 share =
        lots < 0 ? LPC_RATE_ONE_PPB - discount_ppb : LPC_RATE_ONE_PPB + discount_ppb;
    const Int128 exact = Int128{reference} * share;
    return clamp_to(
        lots < 0 ? div_floor(exact, LPC_RATE_ONE_PPB) : div_ceil(exact, LPC_RATE_ONE_PPB), 1,
        LPC_PRICE_MAX);
}

std::int64_t lots_at(std::span<const Step> schedule, std::int64_t reference, std::int64_t lots,
                     std::int64_t price) {
    std::int64_t sum = 0;
    for (const Step& step : schedule) {
        const std::int64_t worst = price_of(reference, lots, step.discount_ppb);
        if (lots < 0 ? price > worst : price < worst) break;
        sum += step.lots;
    }
    return sum;
}

}  // namespace lpc::bidding
