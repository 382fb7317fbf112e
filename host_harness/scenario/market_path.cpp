#include "market_path.hpp"

#include <memory>
#include <utility>

#include <market_data/agg_trades.hpp>
#include <market_data/kline.hpp>

namespace lpc::scenario {
namespace {

template <class Path, class Source>
Result<MarketPath> made_of(Path&& path, Source&& source) {
    if (!path) return fail_in(source.path, path.error());
    return MarketPath{std::move(*path), std::move(source), nullptr};
}

Status want_data(const ScenarioConfig& config, const std::string& data, bool wanted) {
    if (!wanted && !data.empty())
        return fail(config.file + ": prices are synthetic, found --data " + data +
                    ", expected no data file");
    if (wanted && data.empty())
        return fail(config.file + ": prices come from market data, expected --data FILE");
    return {};
}

market_data::MarketUnits units_of(const InstrumentConfig& instrument) {
    market_data::MarketUnits units;
    units.tick_size = instrument.tick_size;
    units.lot_size = instrument.lot_size;
    units.volume_rounding = market_data::Rounding::kDown;
    return units;
}

}  // namespace

Result<market_data::BookRecord> load_book(const ScenarioConfig& config, const std::string& data) {
    const bool recorded = config.prices.source == PriceConfig::Source::book;
    if (const Status status = want_data(config, data, recorded); !status)
        return tl::unexpected(status.error());
    if (!recorded) return block_book(config.prices.block);
    return market_data::read_book_record(data, units_of(config.instrument));
}

Result<MarketPath> market_of_book(const ScenarioConfig& config,
                                  const market_data::BookRecord& book) {
    const PriceConfig& prices = config.prices;
    const bool recorded = prices.source == PriceConfig::Source::book;
    // A book of one block has no window of its own; a study gives it one.
    const bool windowed = prices.to_ns > 0;
    const std::int64_t from_ns = windowed ? prices.from_ns : book.source.first_time_ns;
    const std::int64_t to_ns = windowed ? prices.to_ns : book.source.last_time_ns;
    const std::string& where = recorded ? book.source.path : config.file;
    auto part = market_data::cut(book, {from_ns, to_ns});
    if (!part) return fail_in(where, part.error());
    auto path = market_data::price_path(*part, market_data::kMinuteNs / prices.steps_per_minute);
    if (!path) return fail_in(where, path.error());
    MarketPath market;
    market.steps = std::move(*path);
    if (recorded) market.data = book.source;
    market.book = std::make_shared<const market_data::BookRecord>(std::move(*part));
    return market;
}

Result<MarketPath> load_market(const ScenarioConfig& config, const std::string& data) {
    const PriceConfig& prices = config.prices;
    if (prices.has_book()) {
        const auto book = load_book(config, data);
        if (!book) return tl::unexpected(book.error());
        return market_of_book(config, *book);
    }
    const bool synthetic = prices.source == PriceConfig::Source::synthetic;
    if (const Status status = want_data(config, data, !synthetic); !status)
        return tl::unexpected(status.error());
    if (synthetic) {
        SyntheticOptions options = prices.synthetic;
        options.seed = config.seed;
        Result<market_data::PricePath> path = synthetic_path(options);
        if (!path) return fail_in(config.file, path.error());
        return MarketPath{std::move(*path), std::nullopt, nullptr};
    }
    const market_data::MarketUnits units = units_of(config.instrument);
    const market_data::TimeWindow window{prices.from_ns, prices.to_ns};
    if (prices.source == PriceConfig::Source::klines) {
        Result<market_data::Klines> klines =
            market_data::read_klines(data, {units, market_data::kMinuteNs, false});
        if (!klines) return tl::unexpected(klines.error());
        return made_of(market_data::price_path(*klines, {window, prices.steps_per_minute}),
                       std::move(klines->source));
    }
    Result<market_data::AggTrades> trades = market_data::read_agg_trades(data, {units, false});
    if (!trades) return tl::unexpected(trades.error());
    return made_of(market_data::price_path(
                       *trades, {window, market_data::kMinuteNs / prices.steps_per_minute}),
                   std::move(trades->source));
}

}  // namespace lpc::scenario
