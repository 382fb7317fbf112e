#include <market_data/csv_source.hpp>
#include <market_data/found_text.hpp>
#include <market_data/kline.hpp>
#include <market_data/utc_time.hpp>
#include <utility>

namespace lpc::market_data {

namespace {

enum Column : std::size_t {
    kOpenTime,
    kOpen,
    kHigh,
    kLow,
    kClose,
    kVolume,
    kCloseTime,
    kQuoteVolume,
    kCount,
    kTakerBuyVolume,
    kTakerBuyQuoteVolume
};

const CsvLayout& layout() {
    static const CsvLayout columns = {{"open_time"},
                                      {"open"},
                                      {"high"},
                                      {"low"},
                                      {"close"},
                                      {"volume"},
                                      {"close_time", false},
                                      {"quote_volume", false},
                                      {"count", false},
                                      {"taker_buy_volume", false},
                                      {"taker_buy_quote_volume", false},
                                      {"ignore", false}};
    return columns;
}

std::string found_time(const CsvRows& row, Column column, std::int64_t time_ns) {
    return quoted(row.text(column)) + " (" + utc_text(time_ns) + ")";
}

class KlineReader {
  public:
    KlineReader(ParsedUnits units, const KlineOptions& options)
        : units_(std::move(units)), gaps_allowed_(options.gaps_allowed) {
        klines_.interval_ns = options.interval_ns;
    }

    RowVisitor visitor() {
        return [this](const CsvRows& row) { return add_row(row); };
    }

    Result<Klines> finish(const std::string& path, Result<std::string> sha256) {
        if (!sha256) return tl::make_unexpected(sha256.error());
        // Invariant: a text without rows is an error, so there is a first one.
        klines_.source = {path, std::move(*sha256), static_cast<std::int64_t>(klines_.rows.size()),
                          klines_.rows.front().open_time_ns, klines_.rows.back().open_time_ns};
        return std::move(klines_);
    }

  private:
    Status add_row(const CsvRows& row) {
        Kline kline;
        const auto time = row.time_ns(kOpenTime);
        if (!time) return tl::make_unexpected(time.error());
        kline.open_time_ns = *time;
        const std::pair<Column, std::int64_t*> prices[] = {{kOpen, &kline.open_ticks},
                                                           {kHigh, &kline.high_ticks},
                                                           {kLow, &kline.low_ticks},
                                                           {kClose, &kline.close_ticks}};
        for (const auto& [column, ticks] : prices) {
            const auto price = row.units(column, units_.tick);
            if (!price) return tl::make_unexpected(price.error());
            *ticks = *price;
        }
        const auto volume = row.units(kVolume, units_.lot);
        if (!volume) return tl::make_unexpected(volume.error());
        kline.volume_lots = *volume;
        for (const Column column : {kQuoteVolume, kCount, kTakerBuyVolume, kTakerBuyQuoteVolume}) {
            if (const Status status = row.number(column); !status) return status;
        }
        if (const Status status = judge_time(row, kline); !status) return status;
        if (const Status status = judge_prices(row, kline); !status) return status;
        klines_.rows.push_back(kline);
        return {};
    }

    Status judge_time(const CsvRows& row, const Kline& kline) const {
        if (row.has(kCloseTime)) {
            const auto close = row.time_ns(kCloseTime);
            if (!close) return tl::make_unexpected(close.error());
            const std::int64_t end_ns = kline.open_time_ns + klines_.interval_ns;
            if (*close < kline.open_time_ns || *close >= end_ns) {
                return row.wrong(kCloseTime, found_time(row, kCloseTime, *close),
                                 "a time from " + utc_text(kline.open_time_ns) + " to before " +
                                     utc_text(end_ns));
            }
        }
        if (klines_.rows.empty()) return {};
        const std::int64_t before_ns = klines_.rows.back().open_time_ns;
        const std::int64_t next_ns = before_ns + klines_.interval_ns;
        if (kline.open_time_ns == next_ns) return {};
        const std::string found = found_time(row, kOpenTime, kline.open_time_ns);
        if (kline.open_time_ns <= before_ns) {
            return row.wrong(kOpenTime, found,
                             "a time after the row before, " + utc_text(before_ns));
        }
        if (kline.open_time_ns < next_ns) {
            return row.wrong(kOpenTime, found,
                             "no overlap with the row before, which ends at " + utc_text(next_ns));
        }
        if (gaps_allowed_) return {};
        return row.wrong(kOpenTime, found, "no gap, the next row at " + utc_text(next_ns));
    }

    static Status judge_prices(const CsvRows& row, const Kline& kline) {
        if (kline.high_ticks < kline.low_ticks) {
            return row.wrong(kHigh, "at least the low of " + quoted(row.text(kLow)));
        }
        const std::pair<Column, std::int64_t> inner[] = {{kOpen, kline.open_ticks},
                                                         {kClose, kline.close_ticks}};
        for (const auto& [column, ticks] : inner) {
            if (ticks < kline.low_ticks || ticks > kline.high_ticks) {
                return row.wrong(column, "a price from the low of " + quoted(row.text(kLow)) +
                                             " to the high of " + quoted(row.text(kHigh)));
            }
        }
        return {};
    }

    ParsedUnits units_;
    bool gaps_allowed_;
    Klines klines_;
};

Result<KlineReader> make_reader(const KlineOptions& options) {
    if (options.interval_ns < 1 || options.interval_ns > kKlineIntervalMaxNs) {
        return fail("interval_ns: found " + std::to_string(options.interval_ns) +
                    ", expected an integer from 1 to " + std::to_string(kKlineIntervalMaxNs));
    }
    auto units = parse_units(options.units);
    if (!units) return tl::make_unexpected(units.error());
    return KlineReader(std::move(*units), options);
}

}  // namespace

Result<Klines> read_klines(const std::string& path, const KlineOptions& options) {
    auto reader = make_reader(options);
    if (!reader) return tl::make_unexpected(reader.error());
    return reader->finish(path, visit_rows(path, layout(), reader->visitor()));
}

Result<Klines> parse_klines(std::string bytes, const std::string& name,
                            const KlineOptions& options) {
    auto reader = make_reader(options);
    if (!reader) return tl::make_unexpected(reader.error());
    return reader->finish(name, visit_rows_of(std::move(bytes), name, layout(), reader->visitor()));
}

}  // namespace lpc::market_data
