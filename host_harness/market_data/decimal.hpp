// Decimal text ("2.7390") turned into whole multiples of a step ("0.001"), exactly or with a
// rounding that the caller names. No floating point anywhere. Pure, any thread, no allocation.
#pragma once

#include <cstdint>
#include <lpc/sdk/rounding.hpp>
#include <optional>
#include <string_view>

namespace lpc::market_data {

// digits * 10^-places, with trailing zeros of the fraction dropped. |digits| < 10^18, 0 <= places
// <= 18.
struct Decimal {
    std::int64_t digits = 0;
    int places = 0;
};

enum class Rounding {
    kExact,   // what is not a whole multiple is refused
    kDown,    // towards minus infinity
    kNearest  // halves towards plus infinity
};

// [-]digits[.digits], at most 18 significant digits and 18 places; nothing for any other text.
[[nodiscard]] std::optional<Decimal> parse_decimal(std::string_view text);

// How many units make the value; nothing if `rounding` is kExact and it is not a whole multiple.
// unit.digits > 0. At most 10^36 either side, so the caller checks its own range before narrowing.
[[nodiscard]] std::optional<Int128> count_units(Decimal value, Decimal unit, Rounding rounding);

// Digits only, at most 18 of them; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> parse_count(std::string_view text);

}  // namespace lpc::market_data
