// The reserve of a lot: never worse than the permitted price, and never worse than executing the
// same lots in the book now. Pure functions of their arguments, exact integers, any thread.
#pragma once

#include <lpc/fact.h>

#include <cstdint>
#include <map>
#include <optional>

namespace lpc::auction {

// What is known of an instrument.
struct Market {
    lpc_fact price{}, instrument{};              // kind 0: not told (PARAM is never kept here)
    std::map<std::uint8_t, lpc_fact_book> book;  // by level, 1 is the best

    [[nodiscard]] bool told() const { return price.kind != 0 && instrument.kind != 0; }
    // The price may be acted on, and trading is open.
    [[nodiscard]] bool open() const;
    [[nodiscard]] std::int64_t mark() const { return price.u.price.mark; }
    [[nodiscard]] std::int64_t multiplier() const { return instrument.u.instrument.multiplier; }
};

// Prices compared for the account: a sale wants high ones, a purchase low ones.
struct Side {
    bool sold = true;
    [[nodiscard]] bool worse(std::int64_t price, std::int64_t than) const {
        return sold ? price < than : price > than;
    }
    [[nodiscard]] std::int64_t better_of(std::int64_t a, std::int64_t b) const {
        return worse(a, b) ? b : a;
    }
    [[nodiscard]] std::int64_t worse_of(std::int64_t a, std::int64_t b) const {
        return worse(a, b) ? a : b;
    }
    // The price moved by so many ticks in the account's favour; within the limits of a price.
    [[nodiscard]] std::int64_t shifted(std::int64_t price, std::int64_t ticks) const;
};

struct BookRule {
    std::int64_t margin_ppb = 0, impact_ppb = 0;
};

// Average price of executing `lots` (unsigned) against the levels that are known. What they cannot
// hold goes at the price of the last known level, worse by impact_ppb of the mark for each further
// depth like the known one: on average by half of what the last lot costs. Then margin_ppb of the
// mark worse. [ticks] Rounded for the account: up for a sale, down for a purchase. Nothing if that
// side of the book is empty or was not told.
std::optional<std::int64_t> book_price(const Market& market, Side side, std::int64_t lots,
                                       const BookRule& rule);

}  // namespace lpc::auction
