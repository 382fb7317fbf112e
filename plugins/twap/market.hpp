// What the facts say of one instrument now, and what follows from it for a slice: price limit,
// depth, cost beyond the mark, lots for an amount of money. Pure functions of the facts; calls
// never overlap; owned by the policy.
#pragma once

#include <lpc/fact.h>
#include <lpc/market.h>
#include <lpc/sdk/rounding.hpp>

#include <cstdint>
#include <optional>
#include <vector>

namespace lpc::twap {

class Market {
  public:
    void tell(const lpc_fact& fact);  // PRICE, BOOK, INSTRUMENT, VOLUME

    // The price may be acted on, and trading is open.
    bool fit() const { return price_code_ == LPC_PRICE_FIT && trading_ == LPC_TRADING_OPEN; }
    std::int64_t sigma_ppb() const { return price_.volatility_ppb; }
    // Traded by others since the start, if VOLUME was told.
    std::optional<std::int64_t> others_lots() const;

    // Money that one lot is worth at the mark; 0: not known, or not linear.
    Int128 lot_worth() const;
    // Lots that are worth so much at the mark, rounded down or up; 0 if that is not known.
    std::int64_t lots_below(std::int64_t quote) const;
    std::int64_t lots_above(std::int64_t quote) const;

    // The stricter of the permitted price and the best price that a sale (a purchase) meets less
    // (plus) the slippage, rounded towards the best price. 0 ppb, or no best price: permitted.
    std::int64_t limit_price(bool sale, std::int64_t permitted, std::int64_t slippage_ppb) const;
    // Lots on the book that an order at this limit meets; nothing while BOOK is not told.
    std::optional<std::int64_t> depth_lots(bool sale, std::int64_t limit) const;
    // How far the best price lies beyond the mark, for whoever has to trade at it [ppb], rounded
    // up: the account benefits from a slice that is not sent. 0 if it is better, or not known.
    std::int64_t cost_beyond_mark_ppb(bool sale) const;

  private:
    struct Level {
        std::uint8_t code;
        lpc_fact_book book;
    };
    std::int64_t best(bool sale) const;  // 0: none

    std::uint8_t price_code_ = 0, type_ = 0;
    std::uint8_t trading_ = LPC_TRADING_OPEN;  // until INSTRUMENT says something else
    bool volume_known_ = false;
    lpc_fact_price price_{};
    std::int64_t multiplier_ = 0;
    lpc_fact_volume volume_{};
    std::vector<Level> levels_;  // in the order in which they were first told
};

}  // namespace lpc::twap
