#include "reserve.hpp"

#include <lpc/limits.h>
#include <lpc/market.h>
#include <lpc/sdk/rounding.hpp>

#include <algorithm>

namespace lpc::auction {

bool Market::open() const {
    return told() && price.code == LPC_PRICE_FIT && instrument.reason == LPC_TRADING_OPEN;
}

std::int64_t Side::shifted(std::int64_t price, std::int64_t ticks) const {
    return clamp_to(Int128{price} + (sold ? ticks : -Int128{ticks}), 1, LPC_PRICE_MAX);
}

std::optional<std::int64_t> book_price(const Market& market, Side side, std::int64_t lots,
                                       const BookRule& rule) {
    Int128 value = 0;
    std::int64_t depth = 0, last = 0;
    for (const auto& [level, row] : market.book) {
        const std::int64_t price = side.sold ? row.bid : row.ask;
        const std::int64_t there = side.sold ? row.bid_lots : row.ask_lots;
        if (price < 1 || there < 1) continue;
        const std::int64_t taken = std::min(there, lots - std::min(depth, lots));
        value += Int128{taken} * price;
        depth = clamp_to(Int128{depth} + there, 0, LPC_LOTS_MAX);
        last = price;
    }
    if (depth == 0) return std::nullopt;
    const Int128 mark = market.mark();
    if (const std::int64_t beyond = lots - std::min(depth, lots); beyond > 0) {
        const Int128 drop = div_floor(mark * rule.impact_ppb, LPC_RATE_ONE_PPB) * beyond;
        const std::int64_t average = clamp_to(div_floor(drop, 2 * Int128{depth}), 0, LPC_PRICE_MAX);
        value += Int128{beyond} * side.shifted(last, -average);
    }
    const std::int64_t price =
        clamp_to(side.sold ? div_ceil(value, lots) : div_floor(value, lots), 1, LPC_PRICE_MAX);
    const std::int64_t margin =
        clamp_to(div_floor(mark * rule.margin_ppb, LPC_RATE_ONE_PPB), 0, LPC_PRICE_MAX);
    return side.shifted(price, -margin);
}

}  // namespace lpc::auction
