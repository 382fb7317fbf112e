#include <algorithm>
#include <array>
#include <cstddef>
#include <market_data/decimal.hpp>

namespace lpc::market_data {

namespace {

constexpr int kDigitsMax = 18;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

// 10^exponent, 0 <= exponent <= 18.
std::int64_t power_of_ten(int exponent) {
    static constexpr auto kPowers = [] {
        std::array<std::int64_t, kDigitsMax + 1> powers{1};
        for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
        return powers;
    }();
    return kPowers[static_cast<std::size_t>(exponent)];
}

// Invariant: the text holds digits only. Nothing if more than 18 are left after the leading zeros.
std::optional<std::int64_t> append_digits(std::int64_t value, std::string_view digits) {
    constexpr std::int64_t kLimit = 100'000'000'000'000'000;  // 10^17: one more digit still fits 18
    for (const char c : digits) {
        if (value >= kLimit) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::size_t leading_digits(std::string_view text) {
    std::size_t count = 0;
    while (count < text.size() && is_digit(text[count])) ++count;
    return count;
}

}  // namespace

std::optional<Decimal> parse_decimal(std::string_view text) {
    const bool negative = !text.empty() && text.front() == '-';
    if (negative) text.remove_prefix(1);
    const std::size_t whole_size = leading_digits(text);
    if (whole_size == 0) return std::nullopt;
    const std::string_view whole = text.substr(0, whole_size);
    std::string_view fraction;
    if (whole_size < text.size()) {
        if (text[whole_size] != '.') return std::nullopt;
        fraction = text.substr(whole_size + 1);
        if (fraction.empty() || leading_digits(fraction) != fraction.size()) return std::nullopt;
    }
    while (!fraction.empty() && fraction.back() == '0') fraction.remove_suffix(1);
    if (fraction.size() > kDigitsMax) return std::nullopt;
    const auto above = append_digits(0, whole);
    if (!above) return std::nullopt;
    const auto digits = append_digits(*above, fraction);
    if (!digits) return std::nullopt;
    return Decimal{negative ? -*digits : *digits, static_cast<int>(fraction.size())};
}

std::optional<Int128> count_units(Decimal value, Decimal unit, Rounding rounding) {
    // Each factor is at most 10^18, so the products are at most 10^36 and twice that fits 128 bits.
    const int places = std::max(value.places, unit.places);
    const Int128 dividend = Int128{value.digits} * power_of_ten(places - value.places);
    const Int128 divisor = Int128{unit.digits} * power_of_ten(places - unit.places);
    switch (rounding) {
        case Rounding::kExact:
            if (dividend % divisor != 0) return std::nullopt;
            return div_exact(dividend, divisor);
        case Rounding::kDown:
            return div_floor(dividend, divisor);
        case Rounding::kNearest:
            return div_floor(2 * dividend + divisor, 2 * divisor);
    }
    return std::nullopt;
}

std::optional<std::int64_t> parse_count(std::string_view text) {
    if (text.empty() || leading_digits(text) != text.size()) return std::nullopt;
    return append_digits(0, text);
}

}  // namespace lpc::market_data
