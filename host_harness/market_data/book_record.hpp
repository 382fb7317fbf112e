// Reader of a recorded order book: Binance's raw feeds as they came in, one `local_ns json` a line
// (a REST depth snapshot, depth updates, trades; best quotes are passed over), plain or gzip. The
// whole of it is read and judged before anything is returned: the chain of updates has no gap, time
// never falls, the book never crosses. Runs at start-up; integers only; deterministic.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <functional>
#include <map>
#include <market_data/market_source.hpp>
#include <market_data/price_path.hpp>
#include <string>
#include <vector>

namespace lpc::market_data {

// A level is now so many lots; 0: it is gone.
struct LevelChange {
    std::int64_t price_ticks = 0;
    std::int64_t lots = 0;
    bool bid = false;
};

// Changes that came together: [first, first + count) of the record's.
struct BookUpdate {
    std::int64_t time_ns = 0;
    std::size_t first = 0, count = 0;
};

struct RecordedTrade {
    std::int64_t time_ns = 0;
    std::int64_t volume_lots = 0;
};

// Times are those of receipt. The first update is the whole book, as changes from an empty one.
struct BookRecord {
    Provenance source;
    std::vector<LevelChange> changes;
    std::vector<BookUpdate> updates;
    std::vector<RecordedTrade> trades;
};

struct BookLevels {
    std::map<std::int64_t, std::int64_t, std::greater<>> bids;  // price -> lots, the best first
    std::map<std::int64_t, std::int64_t> asks;

    void apply(const BookRecord& record, const BookUpdate& update);
    bool sound() const {
        return bids.empty() || asks.empty() || bids.begin()->first < asks.begin()->first;
    }
};

[[nodiscard]] Result<BookRecord> read_book_record(const std::string& path,
                                                  const MarketUnits& units);

// The same from a file's bytes, compressed or not; `name` stands for the path.
[[nodiscard]] Result<BookRecord> parse_book_record(std::string bytes, const std::string& name,
                                                   const MarketUnits& units);

// The part of a record that a window wants: its first update, at from_ns, is the book as it stood
// then. The window must lie within the record's book.
[[nodiscard]] Result<BookRecord> cut(const BookRecord& record, const TimeWindow& window);

// A step each step_ns from the record's first book on: the middle of the best prices, rounded down,
// and the volume of the trades in [time, time + step_ns). The last step is the last that the record
// reaches. An error where a side is empty at a step.
[[nodiscard]] Result<PricePath> price_path(const BookRecord& record, std::int64_t step_ns);

}  // namespace lpc::market_data
