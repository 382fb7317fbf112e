#include "market.hpp"

#include <lpc/limits.h>

#include <algorithm>

namespace lpc::twap {

void Market::tell(const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_PRICE:
            price_code_ = fact.code;
            price_ = fact.u.price;
            return;
        case LPC_FACT_INSTRUMENT:
            type_ = fact.code;
            trading_ = fact.reason;
            multiplier_ = fact.u.instrument.multiplier;
            return;
        case LPC_FACT_VOLUME:
            volume_known_ = true;
            volume_ = fact.u.volume;
            return;
        case LPC_FACT_BOOK: {
            const auto known = std::find_if(levels_.begin(), levels_.end(),
                                            [&](const Level& l) { return l.code == fact.code; });
            if (known == levels_.end()) {
                levels_.push_back({fact.code, fact.u.book});
            } else {
                known->book = fact.u.book;
            }
            return;
        }
        default:
            return;
    }
}

std::optional<std::int64_t> Market::others_lots() const {
    if (!volume_known_) return std::nullopt;
    return volume_.market_lots - volume_.own_lots;
}

Int128 Market::lot_worth() const {
    return type_ == LPC_INSTRUMENT_LINEAR ? Int128{price_.mark} * multiplier_ : 0;
}

std::int64_t Market::lots_below(std::int64_t quote) const {
    const Int128 worth = lot_worth();
    return worth <= 0 ? 0 : clamp_to(div_floor(quote, worth), 0, LPC_LOTS_MAX);
}

std::int64_t Market::lots_above(std::int64_t quote) const {
    const Int128 worth = lot_worth();
    return worth <= 0 ? 0 : clamp_to(div_ceil(quote, worth), 0, LPC_LOTS_MAX);
}

std::int64_t Market::limit_price(bool sale, std::int64_t permitted,
                                 std::int64_t slippage_ppb) const {
    const std::int64_t from = best(sale);
    if (slippage_ppb == 0 || from == 0) return permitted;
    const std::int64_t slip =
        clamp_to(div_floor(Int128{from} * slippage_ppb, LPC_RATE_ONE_PPB), 0, LPC_PRICE_MAX);
    return sale ? std::max(permitted, from - slip) : std::min(permitted, from + slip);
}

std::optional<std::int64_t> Market::depth_lots(bool sale, std::int64_t limit) const {
    if (levels_.empty()) return std::nullopt;
    Int128 depth = 0;
    for (const Level& level : levels_) {
        const lpc_fact_book& book = level.book;
        if (sale && book.bid != 0 && book.bid >= limit) depth += book.bid_lots;
        if (!sale && book.ask != 0 && book.ask <= limit) depth += book.ask_lots;
    }
    return clamp_to(depth, 0, LPC_LOTS_MAX);
}

std::int64_t Market::cost_beyond_mark_ppb(bool sale) const {
    const std::int64_t price = best(sale);
    if (price == 0 || price_.mark <= 0) return 0;
    const Int128 beyond = sale ? Int128{price_.mark} - price : Int128{price} - price_.mark;
    return clamp_to(div_ceil(beyond * LPC_RATE_ONE_PPB, price_.mark), 0, INT64_MAX);
}

std::int64_t Market::best(bool sale) const {
    for (const Level& level : levels_) {
        if (level.code == LPC_BOOK_BEST) return sale ? level.book.bid : level.book.ask;
    }
    return 0;
}

}  // namespace lpc::twap
