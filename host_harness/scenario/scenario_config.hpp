// A scenario as its TOML file says it: market, accounts, agents, procedure, faults, checks. Read
// once at start-up; plain values.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <foundation/status.hpp>
#include <runtime/config.hpp>
#include <venue/account_owners.hpp>
#include <venue/market_maker.hpp>
#include <venue/noise_trader.hpp>

#include "block_book.hpp"
#include "exchange.hpp"
#include "recorded_market.hpp"
#include "stage_config.hpp"
#include "synthetic_path.hpp"
#include "timetable.hpp"

namespace lpc::scenario {

struct InstrumentConfig {
    std::string symbol;
    std::uint32_t id = 1;
    std::string tick_size, lot_size;  // decimal text
    std::uint32_t settle_asset = 1;
    std::int64_t asset_scale = 0;  // smallest units a whole
    venue::InstrumentTerms terms;
    std::vector<TierRow> tiers;
};

struct PriceConfig {
    enum class Source { klines, agg_trades, synthetic, book, block_book };
    Source source = Source::synthetic;
    std::int64_t from_ns = 0, to_ns = 0;  // of the data
    std::int64_t steps_per_minute = 60;
    std::int64_t mark_smoothing_ppb =
        0;  // weight of the new price in the mark; 1e9: the mark is the price
    SyntheticOptions synthetic;
    RecordedMarketRules book;  // where the market is a recorded book, or one of one block
    BlockBookOptions block;
    bool has_book() const { return source == Source::book || source == Source::block_book; }
};

struct ProviderConfig {
    std::string name;  // of its account
    bidding::Provider provider;
    std::int64_t deposit = 0;
};

struct Check {
    std::string name;
    std::int64_t value = 0;  // where the check compares with one
};

struct ScenarioConfig {
    std::string name;
    std::string file;
    std::uint64_t seed = 1;
    InstrumentConfig instrument;
    PriceConfig prices;
    venue::AccountOwnersConfig owners;
    FundConfig fund;
    std::int64_t enter_after_ns = 0;  // after the first step: until then there are no owners
    std::vector<venue::MarketMakerConfig> market_makers;
    venue::NoiseTraderConfig noise;
    std::int64_t noise_share_ppb = 0;  // of the data's volume that the noise trader trades
    std::vector<ProviderConfig> providers;
    bidding::DeskRules desk;
    std::vector<StageConfig> stages;  // the first is risk
    runtime::Config runtime;
    Settings rulebook;  // its file's numbers, for parameters of the same name
    ExchangeFaults faults;
    Timetable timetable;
    std::int64_t full_check_every_steps = 0;  // a naive look at all accounts; 0: never
    std::vector<Check> checks;
};

// House accounts of the reference exchange.
inline constexpr std::uint64_t kHouseAccount = std::uint64_t{1} << 62;
inline constexpr std::uint64_t kNoiseAccount = kHouseAccount + 1;
inline constexpr std::uint64_t kRecordAccount = kHouseAccount + 2;
inline constexpr std::uint64_t kFirstMakerAccount = kHouseAccount + 16;
// Members who bid for lots.
inline constexpr std::uint64_t kFirstProviderAccount = kHouseAccount + 65'536;

// Reads the scenario and the files that it names (paths are relative to the file that names them).
Result<ScenarioConfig> load_scenario(const std::string& path);

// The parts; each reads one file or one table.
Result<InstrumentConfig> load_instrument(const std::string& path);
Result<runtime::Rulebook> load_rulebook(const std::string& path);
// Any key with an integer: parameters of a plugin, or the rulebook's numbers.
Result<Settings> load_settings(const std::string& path);

// The names that a check may have.
const std::vector<std::string>& check_names();

}  // namespace lpc::scenario
