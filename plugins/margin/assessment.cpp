#include "assessment.hpp"

#include <algorithm>
#include <numeric>

namespace lpc::margin {
namespace {

// equity < ratio * maintenance, without a division.
bool below(Money equity, Money maintenance, Rate ratio) {
    return equity.units * LPC_RATE_ONE_PPB < maintenance.units * ratio.ppb;
}

Health at_mark(const Exposure& e, const Health& account, Price mark) {
    Exposure moved = e;
    moved.mark = mark;
    return {account.equity + unrealised(moved) - unrealised(e),
            account.maintenance + maintenance_requirement(moved) - maintenance_requirement(e),
            {}};
}

}  // namespace

void lots_to_close(std::vector<Quantity>& lots, std::span<const Exposure> exposures,
                   const Health& account, const CloseRule& rule, bool whole) {
    lots.assign(exposures.size(), Quantity{});
    if (whole) {
        std::transform(exposures.begin(), exposures.end(), lots.begin(),
                       [](const Exposure& e) { return magnitude(e.position); });
        return;
    }
    std::vector<std::size_t> order(exposures.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return maintenance_requirement(exposures[a]) > maintenance_requirement(exposures[b]);
    });
    Health left = account;
    for (const std::size_t i : order) {
        const Exposure& e = exposures[i];
        lots[i] = size_to_target(e, left, rule);
        if (lots[i] < magnitude(e.position)) return;
        left.equity -= share_ceil(notional(e.position, e.mark, e.multiplier), rule.close_cost);
        left.maintenance -= maintenance_requirement(e);
    }
}

Price next_state_price(const Exposure& e, const Health& account, std::uint8_t state,
                       const StateRule& rule) {
    const Rate one{LPC_RATE_ONE_PPB};
    const auto worse = [&](Price mark) {
        const Health moved = at_mark(e, account, mark);
        switch (state) {
            case LPC_MARGIN_HEALTHY:
                return below(moved.equity, moved.maintenance, rule.warn_ratio);
            case LPC_MARGIN_WARNED:
                return below(moved.equity, moved.maintenance, one);
            default:
                return moved.equity < Money{};
        }
    };
    const Int128 reachable =
        div_floor(LPC_MONEY_MAX, Int128{magnitude(e.position).lots} * e.multiplier.units);
    Price good = e.mark;
    Price bad{e.position.lots > 0 ? 1 : clamp_to(reachable, 1, LPC_PRICE_MAX)};
    if (state == LPC_MARGIN_BANKRUPT || worse(good) || !worse(bad)) return {};
    while (good.ticks - bad.ticks > 1 || bad.ticks - good.ticks > 1) {
        const Price middle{bad.ticks + (good.ticks - bad.ticks) / 2};
        (worse(middle) ? bad : good) = middle;
    }
    return good;
}

}  // namespace lpc::margin
