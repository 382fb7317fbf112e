#include "pairs.hpp"

#include <app/clock.hpp>

#include <filesystem>
#include <future>
#include <optional>

#include <scenario/market_path.hpp>
#include <scenario/report.hpp>
#include <scenario/run.hpp>

#include "../log.hpp"
#include "../out_folder.hpp"
#include "discarding_folder.hpp"

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

struct ArmResult {
    scenario::Measured measured;
    std::vector<scenario::CheckResult> failed;
};

using StepsDone = std::function<void(std::size_t done, std::size_t all)>;

scenario::ScenarioConfig seeded(const scenario::ScenarioConfig& config, std::uint64_t seed) {
    scenario::ScenarioConfig copy = config;
    copy.seed = copy.faults.seed = seed;
    return copy;
}

Result<OutFolder> folder_of(const Arm& arm, std::uint64_t seed, const PairsOptions& options) {
    return OutFolder::look((fs::path(options.out) / arm.name / std::to_string(seed)).string(),
                           arm.config.name);
}

Result<journal::Writer> begin_journal(std::optional<OutFolder>& out, const PairsOptions& options) {
    if (out) return out->begin_journal(options.journal);
    journal::Options unkept = options.journal;
    unkept.durability = journal::Durability::none;
    return journal::Writer::create(std::make_shared<DiscardingFolder>(), unkept);
}

Result<ArmResult> run_arm(const Arm& arm, const scenario::ScenarioConfig& config,
                          const scenario::MarketPath& market, const PairsOptions& options,
                          const StepsDone& progress) {
    std::optional<OutFolder> out;
    if (!options.out.empty()) {
        auto folder = folder_of(arm, config.seed, options);
        if (!folder) return tl::unexpected(folder.error());
        out = std::move(*folder);
    }
    scenario::RunOptions run_options;
    run_options.attachments = arm.attachments;
    run_options.code = options.code;
    run_options.log = log_sink();
    run_options.clock_ns = monotonic_ns;
    run_options.progress = progress;
    const std::int64_t began = monotonic_ns();
    const auto run = scenario::Run::open(config, market, std::move(run_options));
    if (!run) return tl::unexpected(run.error());
    auto writer = begin_journal(out, options);
    if (!writer) return tl::unexpected(writer.error());
    if (const Status status = (*run)->go({*writer}); !status) return tl::unexpected(status.error());
    if (const Status status = writer->close(); !status) return tl::unexpected(status.error());
    const double wall_s = static_cast<double>(monotonic_ns() - began) / 1e9;
    const std::string report = scenario::report_json(**run, {wall_s});
    if (out) {
        if (const Status status = out->write_report(report); !status)
            return tl::unexpected(status.error());
    }
    auto measured = scenario::measured(report);
    if (!measured) return tl::unexpected(measured.error());
    ArmResult result{std::move(*measured), {}};
    for (scenario::CheckResult& check : (*run)->checks()) {
        if (!check.pass) result.failed.push_back(std::move(check));
    }
    return result;
}

// Of data there is one market for all seeds; a synthetic one is drawn for each.
class Markets {
  public:
    Markets(const scenario::ScenarioConfig& config, std::string data)
        : data_(std::move(data)),
          drawn_(config.prices.source == scenario::PriceConfig::Source::synthetic) {}
    Status open(const scenario::ScenarioConfig& config) {
        if (market_ && !drawn_) return {};
        auto market = scenario::load_market(config, data_);
        if (!market) return tl::unexpected(market.error());
        market_ = std::move(*market);
        return {};
    }
    const scenario::MarketPath& market() const { return *market_; }

  private:
    std::string data_;
    bool drawn_;
    std::optional<scenario::MarketPath> market_;
};

Status take_arm(const Arm& arm, std::uint64_t seed, const Result<ArmResult>& result,
                scenario::Measured& into, PairsOutcome& outcome) {
    if (!result)
        return fail_in("arm " + arm.name + ", seed " + std::to_string(seed), result.error());
    into = result->measured;
    for (const scenario::CheckResult& check : result->failed)
        outcome.failed.push_back({seed, arm.name, check.name, check.detail});
    return {};
}

Status look_at_folders(const Arm& a, const Arm& b, const PairsOptions& options) {
    if (options.out.empty()) return {};
    for (std::size_t i = 0; i < options.runs; ++i) {
        for (const Arm* arm : {&a, &b}) {
            const auto folder = folder_of(*arm, options.first_seed + i, options);
            if (!folder) return tl::unexpected(folder.error());
        }
    }
    return {};
}

}  // namespace

Result<PairsOutcome> run_pairs(const Arm& a, const Arm& b, const PairsOptions& options) {
    if (const Status status = look_at_folders(a, b, options); !status)
        return tl::unexpected(status.error());
    PairsOutcome outcome;
    Markets markets(a.config, options.data);
    for (std::size_t i = 0; i < options.runs; ++i) {
        const std::uint64_t seed = options.first_seed + i;
        const scenario::ScenarioConfig for_a = seeded(a.config, seed),
                                       for_b = seeded(b.config, seed);
        if (const Status status = markets.open(for_a); !status)
            return tl::unexpected(status.error());
        const scenario::MarketPath& market = markets.market();
        auto running =
            std::async(std::launch::async, [&] { return run_arm(b, for_b, market, options, {}); });
        const auto of_a =
            run_arm(a, for_a, market, options, [&](std::size_t done, std::size_t all) {
                options.progress(i * all + done, options.runs * all);
            });
        const auto of_b = running.get();
        scenario::Pair pair;
        pair.seed = seed;
        if (const Status status = take_arm(a, seed, of_a, pair.a, outcome); !status)
            return tl::unexpected(status.error());
        if (const Status status = take_arm(b, seed, of_b, pair.b, outcome); !status)
            return tl::unexpected(status.error());
        outcome.pairs.push_back(std::move(pair));
    }
    return outcome;
}

}  // namespace lpc::app
