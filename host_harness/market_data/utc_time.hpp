// UTC time as text ("2025-02-03T01:30:00Z") and as Unix time in ns, the engine time of runs on real
// data. Years 1970 to 2116 (LPC_TIME_MAX_NS). Leap seconds do not exist in Unix time and are
// refused. Pure, any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace lpc::market_data {

struct CivilTime {
    int year = 1970;
    unsigned month = 1;
    unsigned day = 1;
    unsigned hour = 0;
    unsigned minute = 0;
    unsigned second = 0;
    std::int64_t nanosecond = 0;
};

// Unix time [ns]; nothing if there is no such moment or it is outside the range.
[[nodiscard]] std::optional<std::int64_t> unix_ns(const CivilTime& civil);

// YYYY-MM-DDTHH:MM:SS[.1 to 9 digits]Z; nothing for any other text.
[[nodiscard]] std::optional<std::int64_t> parse_utc(std::string_view text);

// The reverse, the fraction only where there is one. time_ns >= 0.
[[nodiscard]] std::string utc_text(std::int64_t time_ns);

}  // namespace lpc::market_data
