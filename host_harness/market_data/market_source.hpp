// What every reader of market data takes and gives besides its rows: the units of the numbers, and
// where they came from. Values only.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/csv_rows.hpp>
#include <market_data/decimal.hpp>
#include <string>

namespace lpc::market_data {

// Sizes as decimal text. Rounding is an error (kExact) unless the caller names another; volumes
// that are rounded down lose less than a lot a row.
struct MarketUnits {
    std::string tick_size;
    std::string lot_size;
    Rounding price_rounding = Rounding::kExact;
    Rounding volume_rounding = Rounding::kExact;
};

// For the report: which bytes a run stood on. Times are those of the first and the last row, in
// Unix ns.
struct Provenance {
    std::string path;
    std::string sha256;  // hex; of a folder: of its files' bytes as stored, one after the other in
                         // the order of names
    std::int64_t rows = 0;
    std::int64_t first_time_ns = 0;
    std::int64_t last_time_ns = 0;
};

// The same units, parsed: prices are 1 to LPC_PRICE_MAX ticks, volumes 0 to LPC_LOTS_MAX lots.
struct ParsedUnits {
    CsvUnit tick;
    CsvUnit lot;
};
[[nodiscard]] Result<ParsedUnits> parse_units(const MarketUnits& units);

}  // namespace lpc::market_data
