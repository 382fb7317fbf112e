#include <lpc/limits.h>

#include <chrono>
#include <cstddef>
#include <market_data/decimal.hpp>
#include <market_data/utc_time.hpp>

namespace lpc::market_data {

namespace {

constexpr std::int64_t kNsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

std::string padded(std::int64_t value, std::size_t width) {
    std::string digits = std::to_string(value);
    return digits.size() < width ? std::string(width - digits.size(), '0') + digits : digits;
}

// Nanoseconds from the fraction's digits, ".25" -> 250,000,000.
std::optional<std::int64_t> parse_fraction(std::string_view text) {
    if (text.size() < 2 || text.size() > 10 || text.front() != '.') return std::nullopt;
    auto value = parse_count(text.substr(1));
    if (!value) return std::nullopt;
    for (std::size_t size = text.size(); size < 10; ++size) *value *= 10;
    return value;
}

}  // namespace

std::optional<std::int64_t> unix_ns(const CivilTime& civil) {
    const std::chrono::year_month_day date{std::chrono::year{civil.year},
                                           std::chrono::month{civil.month},
                                           std::chrono::day{civil.day}};
    if (!date.ok() || civil.year < 1970 || civil.year > 2116) return std::nullopt;
    if (civil.hour > 23 || civil.minute > 59 || civil.second > 59) return std::nullopt;
    if (civil.nanosecond < 0 || civil.nanosecond >= kNsPerSecond) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
    const std::int64_t seconds =
        days * kSecondsPerDay + civil.hour * 3600 + civil.minute * 60 + civil.second;
    const std::int64_t time_ns = seconds * kNsPerSecond + civil.nanosecond;
    if (time_ns > LPC_TIME_MAX_NS) return std::nullopt;
    return time_ns;
}

std::optional<std::int64_t> parse_utc(std::string_view text) {
    constexpr std::string_view kShape = "0000-00-00T00:00:00";
    if (text.size() <= kShape.size() || text.back() != 'Z') return std::nullopt;
    for (std::size_t i = 0; i < kShape.size(); ++i) {
        const bool digit = text[i] >= '0' && text[i] <= '9';
        if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return std::nullopt;
    }
    const auto number = [&](std::size_t at, std::size_t size) {
        return static_cast<unsigned>(*parse_count(text.substr(at, size)));
    };
    CivilTime civil;
    civil.year = static_cast<int>(number(0, 4));
    civil.month = number(5, 2);
    civil.day = number(8, 2);
    civil.hour = number(11, 2);
    civil.minute = number(14, 2);
    civil.second = number(17, 2);
    const std::string_view rest = text.substr(kShape.size(), text.size() - kShape.size() - 1);
    if (!rest.empty()) {
        const auto fraction = parse_fraction(rest);
        if (!fraction) return std::nullopt;
        civil.nanosecond = *fraction;
    }
    return unix_ns(civil);
}

std::string utc_text(std::int64_t time_ns) {
    const std::int64_t seconds = time_ns / kNsPerSecond;
    const std::chrono::sys_days day{std::chrono::days{seconds / kSecondsPerDay}};
    const std::chrono::year_month_day date{day};
    const std::int64_t in_day = seconds % kSecondsPerDay;
    std::string text = padded(static_cast<int>(date.year()), 4) + "-" +
                       padded(static_cast<unsigned>(date.month()), 2) + "-" +
                       padded(static_cast<unsigned>(date.day()), 2) + "T" +
                       padded(in_day / 3600, 2) + ":" + padded(in_day / 60 % 60, 2) + ":" +
                       padded(in_day % 60, 2);
    if (const std::int64_t fraction = time_ns % kNsPerSecond; fraction != 0) {
        text += '.';
        text += padded(fraction, 9);
        while (text.back() == '0') text.pop_back();
    }
    return text + "Z";
}

}  // namespace lpc::market_data
