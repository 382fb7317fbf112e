// Reader of aggregated trades as Binance publishes them (USD-M): CSV with or without header, plain,
// gzip or zip, a file or a folder. The whole of it is read and judged before anything is returned.
// Runs at start-up; integers only; deterministic.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/market_source.hpp>
#include <string>
#include <vector>

namespace lpc::market_data {

struct AggTrade {
    std::int64_t time_ns = 0;
    std::int64_t price_ticks = 0;
    std::int64_t volume_lots = 0;
    bool buyer_is_maker = false;  // the seller took
};

struct AggTradeOptions {
    MarketUnits units;
    bool gaps_allowed = false;  // otherwise each agg_trade_id is the one before plus 1
};

// Ids rise; times never fall (many trades share a millisecond).
struct AggTrades {
    Provenance source;
    std::vector<AggTrade> rows;
};

[[nodiscard]] Result<AggTrades> read_agg_trades(const std::string& path,
                                                const AggTradeOptions& options);

// The same from a file's bytes, compressed or not; `name` stands for the path.
[[nodiscard]] Result<AggTrades> parse_agg_trades(std::string bytes, const std::string& name,
                                                 const AggTradeOptions& options);

}  // namespace lpc::market_data
