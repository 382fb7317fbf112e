#include <market_data/agg_trades.hpp>
#include <market_data/csv_source.hpp>
#include <market_data/found_text.hpp>
#include <market_data/utc_time.hpp>
#include <utility>

namespace lpc::market_data {

namespace {

enum Column : std::size_t {
    kId,
    kPrice,
    kQuantity,
    kFirstTradeId,
    kLastTradeId,
    kTime,
    kBuyerIsMaker
};

const CsvLayout& layout() {
    static const CsvLayout columns = {
        {"agg_trade_id"},         {"price"},         {"quantity"},      {"first_trade_id", false},
        {"last_trade_id", false}, {"transact_time"}, {"is_buyer_maker"}};
    return columns;
}

class AggTradeReader {
  public:
    AggTradeReader(ParsedUnits units, bool gaps_allowed)
        : units_(std::move(units)), gaps_allowed_(gaps_allowed) {}

    RowVisitor visitor() {
        return [this](const CsvRows& row) { return add_row(row); };
    }

    Result<AggTrades> finish(const std::string& path, Result<std::string> sha256) {
        if (!sha256) return tl::make_unexpected(sha256.error());
        // Invariant: a text without rows is an error, so there is a first one.
        trades_.source = {path, std::move(*sha256), static_cast<std::int64_t>(trades_.rows.size()),
                          trades_.rows.front().time_ns, trades_.rows.back().time_ns};
        return std::move(trades_);
    }

  private:
    Status add_row(const CsvRows& row) {
        const auto id = row.count(kId);
        if (!id) return tl::make_unexpected(id.error());
        const auto price = row.units(kPrice, units_.tick);
        if (!price) return tl::make_unexpected(price.error());
        const auto volume = row.units(kQuantity, units_.lot);
        if (!volume) return tl::make_unexpected(volume.error());
        for (const Column column : {kFirstTradeId, kLastTradeId}) {
            if (const Status status = row.number(column); !status) return status;
        }
        const auto time = row.time_ns(kTime);
        if (!time) return tl::make_unexpected(time.error());
        const auto maker = row.flag(kBuyerIsMaker);
        if (!maker) return tl::make_unexpected(maker.error());
        if (const Status status = judge_order(row, *id, *time); !status) return status;
        trades_.rows.push_back({*time, *price, *volume, *maker});
        last_id_ = *id;
        return {};
    }

    Status judge_order(const CsvRows& row, std::int64_t id, std::int64_t time_ns) const {
        if (trades_.rows.empty()) return {};
        if (id <= last_id_) {
            return row.wrong(kId, "an id above the row before, " + std::to_string(last_id_));
        }
        if (id != last_id_ + 1 && !gaps_allowed_) {
            return row.wrong(kId, "no gap, the next id " + std::to_string(last_id_ + 1));
        }
        if (const std::int64_t before_ns = trades_.rows.back().time_ns; time_ns < before_ns) {
            return row.wrong(kTime, quoted(row.text(kTime)) + " (" + utc_text(time_ns) + ")",
                             "no time before the row before, " + utc_text(before_ns));
        }
        return {};
    }

    ParsedUnits units_;
    bool gaps_allowed_;
    std::int64_t last_id_ = 0;
    AggTrades trades_;
};

Result<AggTradeReader> make_reader(const AggTradeOptions& options) {
    auto units = parse_units(options.units);
    if (!units) return tl::make_unexpected(units.error());
    return AggTradeReader(std::move(*units), options.gaps_allowed);
}

}  // namespace

Result<AggTrades> read_agg_trades(const std::string& path, const AggTradeOptions& options) {
    auto reader = make_reader(options);
    if (!reader) return tl::make_unexpected(reader.error());
    return reader->finish(path, visit_rows(path, layout(), reader->visitor()));
}

Result<AggTrades> parse_agg_trades(std::string bytes, const std::string& name,
                                   const AggTradeOptions& options) {
    auto reader = make_reader(options);
    if (!reader) return tl::make_unexpected(reader.error());
    return reader->finish(name, visit_rows_of(std::move(bytes), name, layout(), reader->visitor()));
}

}  // namespace lpc::market_data
