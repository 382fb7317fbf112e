#include "scenario_config.hpp"

#include <algorithm>
#include <functional>

#include "config_reader.hpp"

namespace lpc::scenario {
namespace {

constexpr IntRange kPpb{0, LPC_RATE_ONE_PPB};
constexpr IntRange kMoney{0, LPC_NOTIONAL_MAX};
constexpr IntRange kTime{0, LPC_TIME_MAX_NS};
constexpr IntRange kPositive{1, LPC_LOTS_MAX};
constexpr IntRange kPpm{0, 1'000'000};
constexpr std::int64_t kSecondsMax = 86'400 * 366;

// Owners enter within entry_spread_ppm of the first price, so below twice as much.
constexpr std::int64_t kFirstPriceMax = LPC_PRICE_MAX / 2;

// A share that is 0 or that makes sense: a smaller one was meant as a per cent.
constexpr std::int64_t kShareMinPpb = 1000;

std::int64_t required_share(const ConfigTable& table, std::string_view key, std::int64_t min = 0) {
    const std::int64_t ppb = table.required_int(key, {min, LPC_RATE_ONE_PPB});
    if (ppb > 0 && ppb < kShareMinPpb)
        table.reject(key, "a share of " + std::to_string(kShareMinPpb) + " to " +
                              std::to_string(LPC_RATE_ONE_PPB) +
                              (min == 0 ? " ppb, or 0" : " ppb") + " (1 % is 10,000,000 ppb)");
    return ppb;
}

// It is also the name of the run's folder.
std::string required_name(const ConfigTable& table, std::string_view key) {
    std::string name = table.required_string(key);
    const bool plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    if (!plain) table.reject(key, "letters, digits, _ and - only: a run's folder is named so");
    return name;
}

template <class Value>
Result<Value> read_file(const std::string& path,
                        const std::function<Value(const ConfigTable&)>& fill) {
    Result<ConfigFile> file = ConfigFile::load(path);
    if (!file) return tl::unexpected(file.error());
    return file->read(fill);
}

// Paths that a scenario names; the files behind them are read once the scenario itself is known to
// be sound.
struct Named {
    std::string instrument, rulebook;
    std::string procedure;  // empty: the scenario has its own [[stages]]
};

void read_waypoints(const ConfigTable& table, SyntheticOptions& path) {
    constexpr std::int64_t kSecond_ns = 1'000'000'000;
    IntRange at{0, 0};
    for (const ConfigTable& point : table.tables("waypoints", 2)) {
        const bool first = path.waypoints.empty();
        const std::int64_t at_s = point.required_int("at_s", at);
        path.waypoints.push_back(
            {at_s * kSecond_ns,
             point.required_int("price_ticks", {1, first ? kFirstPriceMax : LPC_PRICE_MAX})});
        if (at_s * kSecond_ns / path.step_ns >= market_data::kPathStepsMax)
            point.reject("at_s", "at most " + std::to_string(market_data::kPathStepsMax) +
                                     " steps, of which steps_per_minute make a minute");
        at = {at_s + 1, kSecondsMax};
    }
}

void read_book_rules(const ConfigTable& table, RecordedMarketRules& rules) {
    rules.recovery_ns = table.required_int("recovery_ns", {1, LPC_TIME_MAX_NS});
    rules.bands_count = table.optional_int("bands_count", rules.bands_count, {0, 254});
    rules.band_ppm = table.optional_int("band_ppm", rules.band_ppm, {1, 10'000});
}

void read_block_book(const ConfigTable& table, PriceConfig& prices) {
    prices.source = PriceConfig::Source::block_book;
    read_book_rules(table, prices.book);
    BlockBookOptions& block = prices.block;
    block.start_ns = table.optional_time("start", 0);
    block.step_ns = 60'000'000'000 / prices.steps_per_minute;
    block.duration_ns = table.required_int("duration_s", {1, 86'400}) * std::int64_t{1'000'000'000};
    block.price_ticks = table.required_int("price_ticks", {2, kFirstPriceMax});
    block.levels_count = table.required_int("levels_count", {1, 10'000});
    if (block.levels_count >= block.price_ticks)
        table.reject("levels_count", "fewer than price_ticks: bids go down a tick a level");
    block.lots_per_level = table.required_int("lots_per_level", {1, 1'000'000'000});
    block.volume_lots_per_step = table.required_int("volume_lots_per_step", {0, kPathVolumeMax});
}

void read_prices(const ConfigTable& table, const InstrumentConfig&, PriceConfig& prices) {
    const std::string source =
        table.one_of("source", {"klines", "agg_trades", "synthetic", "book", "block_book"});
    prices.mark_smoothing_ppb =
        table.optional_int("mark_smoothing_ppb", LPC_RATE_ONE_PPB, {1, LPC_RATE_ONE_PPB});
    prices.steps_per_minute =
        table.optional_int("steps_per_minute", 60, {4, market_data::kStepsPerMinuteMax});
    if (source == "block_book") return read_block_book(table, prices);
    if (source != "synthetic") {
        prices.source = source == "klines"       ? PriceConfig::Source::klines
                        : source == "agg_trades" ? PriceConfig::Source::agg_trades
                                                 : PriceConfig::Source::book;
        if (prices.source == PriceConfig::Source::book) read_book_rules(table, prices.book);
        prices.from_ns = table.required_time("from");
        prices.to_ns = table.required_time("to");
        if (prices.to_ns <= prices.from_ns) table.reject("to", "a time after `from`");
        return;
    }
    SyntheticOptions& path = prices.synthetic;
    path.start_ns = table.optional_time("start", 0);
    path.step_ns = 60'000'000'000 / prices.steps_per_minute;
    path.noise_max_ppb = table.optional_int("noise_max_ppb", 0, {0, kNoiseMaxPpb});
    path.noise_step_ppb = table.optional_int("noise_step_ppb", 0, {0, kNoiseMaxPpb});
    path.reversion_ppb = table.optional_int("reversion_ppb", 0, kPpb);
    path.volume_lots = table.required_int("volume_lots_per_step", {0, kPathVolumeMax});
    path.volume_spread_ppb = table.optional_int("volume_spread_ppb", 0, kPpb);
    read_waypoints(table, path);
}

void read_owners(const ConfigTable& table, venue::AccountOwnersConfig& owners,
                 std::int64_t& enter_after_ns) {
    owners.accounts_count = table.required_int("count", {1, 10'000'000});
    owners.long_share_ppb = required_share(table, "long_share_ppb");
    owners.notional_min_money = table.required_int("notional_min_quote", {1, LPC_NOTIONAL_MAX});
    owners.notional_max_money = table.required_int("notional_max_quote", {1, LPC_NOTIONAL_MAX});
    owners.entry_spread_ppm = table.optional_int("entry_spread_ppm", 0, {0, 100'000});
    enter_after_ns = table.optional_int("enter_after_ns", 0, kTime);
    owners.house_account = kHouseAccount;
    for (const ConfigTable& row : table.tables("leverages", 1)) {
        owners.leverages.push_back(
            {row.required_int("leverage", {1, 1000}), row.required_int("weight", {1, 1'000'000})});
    }
}

void read_agents(const ConfigTable& root, ScenarioConfig& scenario) {
    std::uint64_t account = kFirstMakerAccount;
    // A recorded book is all the market there is.
    const bool book = scenario.prices.has_book();
    for (const ConfigTable& table : root.tables("market_makers", book ? 0 : 1)) {
        if (book) table.reject("levels_count", "no market makers beside a book");
        venue::MarketMakerConfig maker;
        maker.account = account++;
        maker.levels_count =
            static_cast<std::uint32_t>(table.required_int("levels_count", {1, 200}));
        maker.level_lots = table.required_int("level_lots", kPositive);
        maker.level_variation_ppm = table.optional_int("level_variation_ppm", 0, {0, 999'999});
        maker.half_spread_ppm = table.required_int("half_spread_ppm", kPpm);
        maker.level_step_ppm = table.required_int("level_step_ppm", kPpm);
        maker.widening_ppm = table.optional_int("widening_ppm", 1'000'000, {0, 100'000'000});
        maker.withdraw_volatility_ppb = table.optional_int("withdraw_volatility_ppb", 0, kPpb);
        scenario.market_makers.push_back(maker);
    }
    if (const auto table = root.optional_table("noise")) {
        if (book) table->reject("volume_share_ppb", "no noise beside a book");
        scenario.noise_share_ppb = required_share(*table, "volume_share_ppb");
        scenario.noise.orders_per_step = table->optional_int("orders_per_step", 2, {1, 1000});
        scenario.noise.slippage_max_ppm = table->optional_int("slippage_max_ppm", 20'000, kPpm);
    }
    scenario.noise.account = kNoiseAccount;
}

// Each with its standing schedule; without steps it bids only when it is asked to.
void read_providers(const ConfigTable& root, ScenarioConfig& scenario) {
    std::uint64_t account = kFirstProviderAccount;
    for (const ConfigTable& table : root.tables("providers", 0)) {
        ProviderConfig config;
        config.provider.account = account++;
        config.name = table.optional_string(
            "name", "provider_" + std::to_string(scenario.providers.size() + 1));
        if (std::any_of(scenario.providers.begin(), scenario.providers.end(),
                        [&](const ProviderConfig& other) { return other.name == config.name; }))
            table.reject("name", "one that no other provider has");
        config.provider.capacity_lots = table.required_int("capacity_lots", kPositive);
        config.provider.bond = table.required_int("bond_quote", kMoney);
        config.deposit = table.required_int("deposit_quote", kMoney);
        for (const ConfigTable& row : table.tables("steps", 0)) {
            config.provider.schedule.push_back(
                {row.required_int("lots", kPositive),
                 row.required_int("discount_ppb",
                                  {-bidding::kDiscountMaxPpb, bidding::kDiscountMaxPpb})});
            if (const Status sound = bidding::validate(config.provider.schedule); !sound)
                row.reject("discount_ppb", "rising from step to step");
        }
        scenario.providers.push_back(std::move(config));
    }
}

void read_faults(const ConfigTable& root, ExchangeFaults& faults) {
    const auto table = root.optional_table("faults");
    if (!table) return;
    faults.order_latency_ns =
        table->optional_int("order_latency_ns", faults.order_latency_ns, kTime);
    faults.answer_latency_ns =
        table->optional_int("answer_latency_ns", faults.answer_latency_ns, kTime);
    faults.answer_delay_max_ns = table->optional_int("answer_delay_max_ns", 0, kTime);
    faults.lost_ppb = table->optional_int("lost_ppb", 0, kPpb);
    faults.doubled_ppb = table->optional_int("doubled_ppb", 0, kPpb);
    faults.reconcile_after_ns =
        table->optional_int("reconcile_after_ns", faults.reconcile_after_ns, kTime);
}

void read_timetable(const ConfigTable& root, Timetable& timetable) {
    constexpr std::int64_t kSecond_ns = 1'000'000'000;
    constexpr IntRange kSeconds{0, kSecondsMax};
    std::vector<Outage>& outages = timetable.outages;
    const auto from_s = [&] {
        return outages.empty() ? 1 : outages.back().over_ns() / kSecond_ns + 1;
    };
    for (const ConfigTable& table : root.tables("outages", 0)) {
        Outage outage;
        outage.at_ns = table.required_int("at_s", {from_s(), kSecondsMax}) * kSecond_ns;
        outage.halted_ns = table.required_int("halted_s", {1, kSecondsMax}) * kSecond_ns;
        outage.cancel_only_ns = table.required_int("cancel_only_s", kSeconds) * kSecond_ns;
        outage.post_only_ns = table.required_int("post_only_s", kSeconds) * kSecond_ns;
        outage.grace_ns = table.required_int("grace_s", kSeconds) * kSecond_ns;
        outages.push_back(outage);
    }
    if (const auto table = root.optional_table("delisting")) {
        Delisting delisting;
        delisting.at_ns = table->required_int("at_s", {from_s(), kSecondsMax}) * kSecond_ns;
        delisting.cancel_only_ns = table->required_int("cancel_only_s", kSeconds) * kSecond_ns;
        const IntRange averaged{0, delisting.settled_ns() / kSecond_ns};
        delisting.averaged_ns = table->required_int("averaged_s", averaged) * kSecond_ns;
        timetable.delisting = delisting;
    }
}

void read_checks(const ConfigTable& root, ScenarioConfig& scenario) {
    scenario.full_check_every_steps =
        root.optional_int("full_check_every_steps", 60, {0, LPC_LOTS_MAX});
    for (const ConfigTable& table : root.tables("checks", 1)) {
        Check check;
        check.name = table.one_of("name", check_names());
        if (check.name.ends_with("_at_least") || check.name.ends_with("_at_most"))
            check.value = table.required_int("value");
        scenario.checks.push_back(check);
    }
}

void take_procedure(ProcedureConfig procedure, ScenarioConfig& scenario) {
    scenario.stages = std::move(procedure.stages);
    scenario.runtime.stages = std::move(procedure.rules);
}

ScenarioConfig read_scenario(const ConfigTable& root, Named& named) {
    ScenarioConfig scenario;
    scenario.name = required_name(root, "name");
    scenario.seed = static_cast<std::uint64_t>(root.optional_int("seed", 1, {0, LPC_MONEY_MAX}));
    named.instrument = root.required_file("instrument");
    named.rulebook = root.required_file("rulebook");
    scenario.fund = read_fund(root);
    read_prices(root.required_table("prices"), scenario.instrument, scenario.prices);
    read_owners(root.required_table("accounts"), scenario.owners, scenario.enter_after_ns);
    read_agents(root, scenario);
    read_providers(root, scenario);
    named.procedure = root.optional_file("procedure");
    if (named.procedure.empty()) {
        take_procedure(read_procedure(root), scenario);
    } else if (root.has("stages")) {
        root.reject("stages", "none beside `procedure`, which names a file of them");
    }
    read_faults(root, scenario.faults);
    read_timetable(root, scenario.timetable);
    using Source = PriceConfig::Source;
    const Source source = scenario.prices.source;
    if (source == Source::book || source == Source::block_book) {
        for (const char* key : {"outages", "delisting"}) {
            if (root.has(key))
                root.reject(key, "none in a recorded market, which goes on by itself");
        }
    }
    read_checks(root, scenario);
    return scenario;
}

}  // namespace

const std::vector<std::string>& check_names() {
    static const std::vector<std::string> names{"zero_residual",
                                                "positions_net_to_zero",
                                                "no_liquidation_above_maintenance",
                                                "nobody_below_maintenance_is_missed",
                                                "no_fill_beyond_permitted_price",
                                                "fund_not_negative_without_deficit",
                                                "ledger_agrees_with_accounts",
                                                "nobody_is_closed_on_unfit_prices",
                                                "no_plugin_failed",
                                                "liquidated_at_least",
                                                "liquidated_at_most",
                                                "still_running_at_most",
                                                "restored_at_least",
                                                "deposits_at_least",
                                                "settled_quote_at_least",
                                                "open_lots_at_most",
                                                "auction_quote_at_least",
                                                "auction_quote_at_most",
                                                "backstop_quote_at_least",
                                                "deleveraged_quote_at_least",
                                                "deleveraged_quote_at_most",
                                                "tranche_caps_hold",
                                                "losses_add_up",
                                                "backstop_paid_quote_at_least",
                                                "backstop_paid_quote_at_most",
                                                "instrument_paid_quote_at_least",
                                                "instrument_paid_quote_at_most",
                                                "global_paid_quote_at_least",
                                                "global_paid_quote_at_most",
                                                "operator_paid_quote_at_least",
                                                "operator_paid_quote_at_most",
                                                "given_up_quote_at_least",
                                                "given_up_quote_at_most",
                                                "socialised_quote_at_least",
                                                "socialised_quote_at_most",
                                                "claimed_quote_at_least",
                                                "claimed_quote_at_most",
                                                "repaid_quote_at_least",
                                                "fees_quote_at_least",
                                                "unwound_lots_at_least",
                                                "fund_draw_quote_at_most",
                                                "bad_debt_quote_at_most"};
    return names;
}

Result<runtime::Rulebook> load_rulebook(const std::string& path) {
    return read_file<runtime::Rulebook>(path, [](const ConfigTable& root) {
        runtime::Rulebook book;
        book.close.target_buffer.ppb = root.required_int("target_buffer_ppb", kPpb);
        book.close.close_cost.ppb = root.required_int("close_cost_ppb", {0, LPC_RATE_ONE_PPB / 10});
        book.close.full_close_below.units = root.required_int("full_close_below_quote", kMoney);
        book.close.bankruptcy_adjustment.ppb =
            root.required_int("bankruptcy_adjustment_ppb", {0, 100 * LPC_RATE_ONE_PPB});
        book.close.spread_to_maintenance.ppb =
            root.required_int("spread_to_maintenance_ppb", {0, 10 * LPC_RATE_ONE_PPB});
        book.participation.ppb = required_share(root, "participation_ppb");
        book.participation_window_ns =
            root.required_int("participation_window_ns", {1, LPC_TIME_MAX_NS});
        book.claim_share.ppb = required_share(root, "claim_share_ppb", 1);
        book.orders_per_account_max = root.required_int("orders_per_account_max", {1, 1'000'000});
        book.rate_window_ns = root.required_int("rate_window_ns", {1, LPC_TIME_MAX_NS});
        book.grant_per_account_max.units = root.required_int("grant_per_account_max_quote", kMoney);
        book.lots_outstanding_max.units =
            root.optional_int("lots_outstanding_max_quote", 0, kMoney);
        book.strikes_max = root.required_int("strikes_max", {1, 1'000'000'000});
        book.commands_per_turn_max = root.required_int("commands_per_turn_max", {1, 100'000'000});
        book.tie_key = static_cast<std::uint64_t>(root.required_int("tie_key", {0, LPC_MONEY_MAX}));
        return book;
    });
}

Result<Settings> load_settings(const std::string& path) {
    return read_file<Settings>(path, [](const ConfigTable& root) {
        Settings settings;
        for (const std::string& key : root.keys())
            settings[key] = {root.required_int(key), root.place_of(key)};
        return settings;
    });
}

Result<ScenarioConfig> load_scenario(const std::string& path) {
    Named named;
    auto scenario = read_file<ScenarioConfig>(
        path, [&](const ConfigTable& root) { return read_scenario(root, named); });
    if (!scenario) return scenario;
    scenario->file = path;
    auto instrument = load_instrument(named.instrument);
    if (!instrument) return tl::unexpected(instrument.error());
    scenario->instrument = std::move(*instrument);
    const auto rulebook = load_rulebook(named.rulebook);
    if (!rulebook) return tl::unexpected(rulebook.error());
    scenario->runtime.rulebook = *rulebook;
    auto numbers = load_settings(named.rulebook);
    if (!numbers) return tl::unexpected(numbers.error());
    scenario->rulebook = std::move(*numbers);
    if (!named.procedure.empty()) {
        auto procedure = read_file<ProcedureConfig>(named.procedure, read_procedure);
        if (!procedure) return tl::unexpected(procedure.error());
        take_procedure(std::move(*procedure), *scenario);
    }
    for (StageConfig& stage : scenario->stages) {
        for (ArmConfig& arm : stage.arms) {
            if (arm.params_file.empty()) continue;
            auto params = load_settings(arm.params_file);
            if (!params) return tl::unexpected(params.error());
            arm.params = std::move(*params);
        }
    }
    if (const Status status = runtime::validate(scenario->runtime); !status)
        return fail_in(path, status.error());
    scenario->owners.instrument = scenario->instrument.id;
    scenario->owners.multiplier = scenario->instrument.terms.multiplier;
    for (venue::MarketMakerConfig& maker : scenario->market_makers)
        maker.instrument = scenario->instrument.id;
    scenario->noise.instrument = scenario->instrument.id;
    return scenario;
}

}  // namespace lpc::scenario
