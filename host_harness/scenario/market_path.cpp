#include "market_path.hpp"

#include <utility>

#include <market_data/agg_trades.hpp>
#include <market_data/kline.hpp>

namespace lpc::scenario {
namespace {

template <class Path, class Source>
Result<MarketPath> made_of(Path&& path, Source&& source) {
    if (!path) return fail_in(source.path, path.error());
    return MarketPath{std::move(*path), std::move(source)};
}

}  // namespace

Result<MarketPath> load_market(const ScenarioConfig& config, const std::string& data) {
    const PriceConfig& prices = config.prices;
    if (prices.source == PriceConfig::Source::synthetic) {
        if (!data.empty())
            return fail(config.file + ": prices are synthetic, found --data " + data +
                        ", expected no data file");
        SyntheticOptions options = prices.synthetic;
        options.seed = config.seed;
        Result<market_data::PricePath> path = synthetic_path(options);
        if (!path) return fail_in(config.file, path.error());
        return MarketPath{std::move(*path), std::nullopt};
    }
    if (data.empty())
        return fail(config.file + ": prices come from market data, expected --data FILE");
    market_data::MarketUnits units;
    units.tick_size = config.instrument.tick_size;
    units.lot_size = config.instrument.lot_size;
    units.volume_rounding = market_data::Rounding::kDown;
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
