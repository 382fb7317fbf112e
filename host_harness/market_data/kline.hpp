// Reader of klines as Binance publishes them (USD-M): CSV with or without header, plain, gzip or
// zip, a file or a folder. The whole of it is read and judged before anything is returned. Runs at
// start-up; integers only; deterministic.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/market_source.hpp>
#include <string>
#include <vector>

namespace lpc::market_data {

// Invariant: 1 <= low <= open, close <= high.
struct Kline {
    std::int64_t open_time_ns = 0;
    std::int64_t open_ticks = 0;
    std::int64_t high_ticks = 0;
    std::int64_t low_ticks = 0;
    std::int64_t close_ticks = 0;
    std::int64_t volume_lots = 0;
};

inline constexpr std::int64_t kMinuteNs = 60'000'000'000;
inline constexpr std::int64_t kKlineIntervalMaxNs = std::int64_t{31} * 24 * 60 * kMinuteNs;

struct KlineOptions {
    MarketUnits units;
    std::int64_t interval_ns = kMinuteNs;  // 1 to kKlineIntervalMaxNs
    bool gaps_allowed = false;             // otherwise each kline opens where the one before ends
};

// Rows rise in time and never overlap; each lasts interval_ns. Provenance times are open times.
struct Klines {
    Provenance source;
    std::int64_t interval_ns = 0;
    std::vector<Kline> rows;
};

[[nodiscard]] Result<Klines> read_klines(const std::string& path, const KlineOptions& options);

// The same from a file's bytes, compressed or not; `name` stands for the path.
[[nodiscard]] Result<Klines> parse_klines(std::string bytes, const std::string& name,
                                          const KlineOptions& options);

}  // namespace lpc::market_data
