#include <algorithm>
#include <array>
#include <market_data/decimal.hpp>
#include <optional>
#include <span>

#include "config_reader.hpp"
#include "scenario_config.hpp"

namespace lpc::scenario {
namespace {

constexpr IntRange kMoney{0, LPC_NOTIONAL_MAX};
constexpr IntRange kRate{1, LPC_RATE_ONE_PPB};

// What one tick of one lot is worth in smallest units of the quote; nothing if that is no whole
// number from 1 to LPC_MULTIPLIER_MAX.
std::optional<std::int64_t> quote_per_tick_lot(const InstrumentConfig& instrument) {
    const auto tick = market_data::parse_decimal(instrument.tick_size);
    const auto lot = market_data::parse_decimal(instrument.lot_size);
    if (!tick || !lot) return std::nullopt;
    std::array<std::int64_t, 3> factors{tick->digits, lot->digits, instrument.asset_scale};
    for (int place = tick->places + lot->places; place > 0; --place) {
        for (const std::int64_t prime : {2, 5}) {
            const auto divisible =
                std::find_if(factors.begin(), factors.end(),
                             [prime](std::int64_t factor) { return factor % prime == 0; });
            if (divisible == factors.end()) return std::nullopt;
            *divisible /= prime;
        }
    }
    Int128 product = 1;
    for (const std::int64_t factor : factors) {
        product *= factor;
        if (product < 1 || product > LPC_MULTIPLIER_MAX) return std::nullopt;
    }
    return static_cast<std::int64_t>(product);
}

void read_units(const ConfigTable& root, InstrumentConfig& instrument) {
    constexpr const char* kKey = "multiplier_quote_per_tick_lot";
    instrument.tick_size = root.required_size("tick_size");
    instrument.lot_size = root.required_size("lot_size");
    instrument.asset_scale = root.required_int("quote_units_per_whole", {1, 1'000'000'000'000});
    instrument.terms.multiplier = root.required_int(kKey, {1, LPC_MULTIPLIER_MAX});
    const auto due = quote_per_tick_lot(instrument);
    if (due && *due == instrument.terms.multiplier) return;
    const std::string product = "tick_size " + instrument.tick_size + " times lot_size " +
                                instrument.lot_size + " times quote_units_per_whole " +
                                std::to_string(instrument.asset_scale);
    root.reject(kKey, due ? std::to_string(*due) + ": " + product
                          : product + ", which is no whole number from 1 to " +
                                std::to_string(LPC_MULTIPLIER_MAX));
}

// Why the newest of these tiers does not go with those below it: the key and what it should be.
std::pair<const char*, std::string> tier_objection(TierSet tiers) {
    const TierRow& row = tiers.back();
    if (tiers.size() == 1) {
        if (row.floor.units != 0) return {"floor_quote", "0 in the first tier"};
        if (row.deduction.units != 0) return {"deduction_quote", "0 in the first tier"};
    }
    if (row.initial < row.maintenance) return {"initial_ppb", "at least maintenance_ppb"};
    if (tiers.size() > LPC_TIERS_MAX)
        return {"floor_quote", "at most " + std::to_string(LPC_TIERS_MAX) + " tiers"};
    const TierRow& below = tiers[tiers.size() - 2];
    if (row.floor <= below.floor) return {"floor_quote", "more than in the tier before"};
    if (row.maintenance < below.maintenance)
        return {"maintenance_ppb", "at least that of the tier before"};
    if (row.initial < below.initial) return {"initial_ppb", "at least that of the tier before"};
    const Int128 step = row.floor.units * (row.maintenance.ppb - below.maintenance.ppb);
    const Money due{below.deduction.units + div_floor(step, LPC_RATE_ONE_PPB)};
    return {"deduction_quote", std::to_string(published(due)) +
                                   ", at which the requirement goes on from tier to tier"};
}

void read_tiers(const ConfigTable& root, InstrumentConfig& instrument) {
    for (const ConfigTable& row : root.tables("tiers", 1)) {
        instrument.tiers.push_back({{row.required_int("floor_quote", kMoney)},
                                    {row.required_int("maintenance_ppb", kRate)},
                                    {row.required_int("initial_ppb", kRate)},
                                    {row.required_int("deduction_quote", kMoney)}});
        if (well_formed(instrument.tiers)) continue;
        const auto [key, expected] = tier_objection(instrument.tiers);
        return row.reject(key, expected);
    }
}

InstrumentConfig read_instrument(const ConfigTable& root) {
    InstrumentConfig instrument;
    instrument.symbol = root.required_string("symbol");
    instrument.id = static_cast<std::uint32_t>(root.optional_int("id", 1, {1, UINT32_MAX}));
    instrument.terms.id = instrument.id;
    read_units(root, instrument);
    instrument.terms.maker_fee_ppm = root.required_int("maker_fee_ppm", {-10'000, 10'000});
    instrument.terms.taker_fee_ppm = root.required_int("taker_fee_ppm", {-10'000, 10'000});
    read_tiers(root, instrument);
    return instrument;
}

}  // namespace

Result<InstrumentConfig> load_instrument(const std::string& path) {
    auto file = ConfigFile::load(path);
    if (!file) return tl::unexpected(file.error());
    return file->read(read_instrument);
}

}  // namespace lpc::scenario
