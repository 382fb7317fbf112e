// How a report says its figures, to programs and to people. Pure functions.
#pragma once

#include <fmt/format.h>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include <lpc/sdk/rounding.hpp>

namespace lpc::scenario {

inline std::int64_t narrow(Int128 value) {
    return clamp_to(value, INT64_MIN, INT64_MAX);
}

template <class Value>
nlohmann::ordered_json or_null(const std::optional<Value>& value) {
    return value ? nlohmann::ordered_json(*value) : nlohmann::ordered_json(nullptr);
}

// 1234567.89 of a whole unit of the settlement asset, rounded to the nearest.
inline std::string money(Int128 units, std::int64_t scale) {
    const bool negative = units < 0;
    const Int128 hundredths = div_floor((negative ? -units : units) * 100 + scale / 2, scale);
    const std::int64_t value = narrow(hundredths);
    return fmt::format("{}{}.{:02}", negative ? "-" : "", value / 100, value % 100);
}

inline std::string share(const std::optional<std::int64_t>& ppb) {
    if (!ppb) return "-";
    const std::int64_t hundredths = narrow(div_floor(*ppb, 100'000));  // of a per cent
    const std::int64_t magnitude = hundredths < 0 ? -hundredths : hundredths;
    return fmt::format("{}{}.{:02} %", hundredths < 0 ? "-" : "", magnitude / 100, magnitude % 100);
}

template <class Value>
std::string figure(const std::optional<Value>& value, const char* unit) {
    return value ? fmt::format("{} {}", *value, unit) : "-";
}

inline std::string file_name(const std::string& path) {
    return path.substr(path.rfind('/') + 1);
}

}  // namespace lpc::scenario
