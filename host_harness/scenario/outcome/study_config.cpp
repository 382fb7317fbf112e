#include "study_config.hpp"

#include <algorithm>
#include <utility>

#include <market_data/utc_time.hpp>

#include "../config_reader.hpp"

namespace lpc::scenario {
namespace {

constexpr IntRange kTime{1, LPC_TIME_MAX_NS};
constexpr IntRange kMoney{1, LPC_NOTIONAL_MAX};
constexpr std::int64_t kBiddersMax = 64;

// An arm as it is written; its files are read once the study itself is known to be sound.
struct Named {
    std::string name, place, scenario, stage, params;
    std::int64_t bidders = 0;
    bool candidate = false;
};

struct Written {
    Study study;
    std::vector<Named> arms;
    std::string default_arm, default_place;
};

Written read_study(const ConfigTable& root) {
    Written written;
    Study& study = written.study;
    study.name = root.required_string("name");
    study.seed = static_cast<std::uint64_t>(root.optional_int("seed", 1, {0, LPC_MONEY_MAX}));
    study.closeouts_count = root.required_int("closeouts_count", {2, 100'000});
    study.notional_min = root.required_int("notional_min_quote", kMoney);
    study.notional_max = root.required_int("notional_max_quote", {study.notional_min, kMoney.max});
    study.horizon_ns = root.required_int("horizon_ns", kTime);
    study.tail_ns = root.required_int("tail_ns", kTime);
    study.slot_ns = root.required_int("slot_ns", {1, study.horizon_ns});
    if (study.horizon_ns / study.slot_ns > 1000)
        root.reject("slot_ns", "at most 1,000 slots in horizon_ns");
    study.blocks = static_cast<std::size_t>(root.required_int("blocks_count", {2, 10'000}));
    study.discount_max_ppb =
        root.optional_int("discount_max_ppb", 0, {0, bidding::kDiscountMaxPpb});
    written.default_arm = root.required_string("default");
    written.default_place = root.place_of("default");
    for (const ConfigTable& table : root.tables("arms", 1)) {
        Named arm;
        arm.name = table.required_string("name");
        arm.place = table.place_of("name");
        arm.scenario = table.required_file("scenario");
        arm.stage = table.optional_string("stage", "twap");
        arm.params = table.optional_file("params");
        arm.bidders = table.optional_int("bidders", 0, {0, kBiddersMax});
        arm.candidate = table.optional_bool("candidate", false);
        written.arms.push_back(std::move(arm));
    }
    return written;
}

Result<StudyArm> load_arm(const Named& named) {
    auto config = load_scenario(named.scenario);
    if (!config) return tl::unexpected(config.error());
    if (!config->prices.has_book())
        return fail(named.place + ": found scenario " + named.scenario +
                    " without a book, expected one whose prices have the source book or "
                    "block_book");
    StudyArm arm{named.name, std::move(*config), static_cast<std::size_t>(named.bidders),
                 named.candidate};
    if (named.params.empty()) return arm;
    const auto stage =
        std::find_if(arm.config.stages.begin(), arm.config.stages.end(),
                     [&](const StageConfig& one) { return one.name == named.stage; });
    if (stage == arm.config.stages.end() || stage->arms.size() != 1)
        return fail(named.place + ": found no stage " + named.stage + " with one plugin in " +
                    named.scenario + ", expected one, for params");
    auto params = load_settings(named.params);
    if (!params) return tl::unexpected(params.error());
    stage->arms.front().params = std::move(*params);
    return arm;
}

}  // namespace

Result<Study> load_study(const std::string& path) {
    auto file = ConfigFile::load(path);
    if (!file) return tl::unexpected(file.error());
    auto written = file->read(read_study);
    if (!written) return tl::unexpected(written.error());
    Study study = std::move(written->study);
    study.file = path;
    bool found = false;
    for (const Named& named : written->arms) {
        auto arm = load_arm(named);
        if (!arm) return tl::unexpected(arm.error());
        if (named.name == written->default_arm) {
            study.default_arm = study.arms.size();
            found = true;
        }
        study.arms.push_back(std::move(*arm));
        const ScenarioConfig& first = study.arms.front().config;
        const ScenarioConfig& last = study.arms.back().config;
        if (last.prices.source != first.prices.source ||
            last.prices.book.recovery_ns != first.prices.book.recovery_ns ||
            last.enter_after_ns != first.enter_after_ns)
            return fail(named.place + ": found scenario " + named.scenario +
                        " with another source, recovery_ns or enter_after_ns than the first arm's, "
                        "expected the same market for all");
    }
    if (!found)
        return fail(written->default_place + ": found '" + written->default_arm +
                    "', expected the name of an arm");
    return study;
}

Result<std::vector<Closeout>> draw_closeouts(const Study& study, std::int64_t first_ns,
                                             std::int64_t last_ns) {
    const ScenarioConfig& config = study.arms.front().config;
    const std::int64_t from_ns = first_ns + config.enter_after_ns;
    const std::int64_t to_ns = last_ns - study.horizon_ns - study.tail_ns;
    const std::int64_t stretch = (to_ns - from_ns - study.horizon_ns - study.tail_ns) / 2;
    if (stretch <= 0)
        return fail(study.file + ": found a book from " + market_data::utc_text(first_ns) + " to " +
                    market_data::utc_text(last_ns) +
                    ", expected one that reaches for enter_after_ns and two close-outs of "
                    "horizon_ns and tail_ns one after the other");
    std::size_t bidders = 0;
    for (const StudyArm& arm : study.arms) bidders = std::max(bidders, arm.bidders);
    venue::Random random(study.seed);
    const std::int64_t half = study.closeouts_count / 2;
    std::vector<Closeout> closeouts;
    for (std::int64_t i = 0; i < 2 * half; ++i) {
        Closeout one;
        one.held_out = i >= half;
        const std::int64_t begin = one.held_out ? to_ns - stretch : from_ns;
        one.start_ns =
            begin + static_cast<std::int64_t>(div_floor(Int128{stretch} * (i % half), half));
        one.is_long = random.chance(LPC_RATE_ONE_PPB / 2);
        one.notional = venue::log_uniform(random, study.notional_min, study.notional_max);
        for (std::size_t bidder = 0; bidder < bidders; ++bidder)
            one.discounts_ppb.push_back(random.between(0, study.discount_max_ppb));
        closeouts.push_back(std::move(one));
    }
    return closeouts;
}

ScenarioConfig config_of(const Study& study, const StudyArm& arm, const Closeout& closeout) {
    ScenarioConfig config = arm.config;
    config.seed = config.faults.seed = study.seed;
    config.prices.from_ns = closeout.start_ns - config.enter_after_ns;
    config.prices.to_ns = closeout.start_ns + study.horizon_ns + study.tail_ns;
    config.owners.accounts_count = 1;
    config.owners.long_share_ppb = closeout.is_long ? LPC_RATE_ONE_PPB : 0;
    config.owners.notional_min_money = config.owners.notional_max_money = closeout.notional;
    config.providers.clear();
    for (std::size_t bidder = 0; bidder < arm.bidders; ++bidder) {
        // Deep pockets: what is asked here is at which price they buy.
        constexpr std::int64_t kDeposit = std::int64_t{1} << 50;
        ProviderConfig provider;
        provider.provider.account = kFirstProviderAccount + bidder;
        provider.provider.capacity_lots = LPC_LOTS_MAX;
        provider.provider.bond = kDeposit;
        provider.provider.schedule = {{LPC_LOTS_MAX, closeout.discounts_ppb[bidder]}};
        provider.deposit = kDeposit;
        config.providers.push_back(std::move(provider));
    }
    return config;
}

}  // namespace lpc::scenario
