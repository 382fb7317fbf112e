#include <fmt/format.h>

#include <scenario/compare/comparison_text.hpp>

#include "ab/arms.hpp"
#include "ab/pairs.hpp"
#include "commands.hpp"
#include "plugins.hpp"
#include "progress.hpp"

namespace lpc::app {
namespace {

struct Prepared {
    scenario::ScenarioConfig config;
    HostConfig host;
    std::size_t stage;
};

Result<Prepared> prepare(const AbArgs& args) {
    auto config = scenario::load_scenario(args.scenario);
    if (!config) return tl::unexpected(config.error());
    if (args.seed) config->seed = *args.seed;
    const auto stage = stage_index(*config, args.stage);
    if (!stage) return tl::unexpected(stage.error());
    auto host = load_host_config(args.host, args.scenario);
    if (!host) return tl::unexpected(host.error());
    host->plugin_folders.insert(host->plugin_folders.begin(), args.plugin_folders.begin(),
                                args.plugin_folders.end());
    return Prepared{std::move(*config), std::move(*host), *stage};
}

// The bar is gone when this returns: the table, or what went wrong, follows.
Result<PairsOutcome> with_progress(const Arm& a, const Arm& b, PairsOptions& options, bool wanted) {
    Progress progress(a.config.name, wanted);
    options.progress = [&](std::size_t done, std::size_t all) { progress.show(done, all); };
    return run_pairs(a, b, options);
}

}  // namespace

int ab_command(const AbArgs& args) {
    const auto prepared = prepare(args);
    if (!prepared) return wrong(prepared.error());
    const scenario::ScenarioConfig& config = prepared->config;
    Plugins plugins(prepared->host);
    const auto a = prepare_arm(plugins, config, prepared->stage, {"a", args.a, args.a_params});
    if (!a) return wrong(a.error());
    const auto b = prepare_arm(plugins, config, prepared->stage, {"b", args.b, args.b_params});
    if (!b) return wrong(b.error());
    PairsOptions options;
    options.first_seed = config.seed;
    options.runs = args.runs;
    options.data = args.data;
    options.out = args.out;
    options.journal = prepared->host.journal;
    options.code = plugins.source();
    const auto outcome = with_progress(*a, *b, options, !args.json);
    if (!outcome) return wrong(outcome.error());
    scenario::BootstrapOptions bootstrap;
    bootstrap.seed = config.seed;
    const scenario::Comparison comparison =
        scenario::compare(outcome->pairs, outcome->failed, bootstrap);
    const scenario::ComparisonSubject subject{config.name,    config.stages[prepared->stage].name,
                                              config.seed,    config.instrument.asset_scale,
                                              a->description, b->description,
                                              outcome->failed};
    fmt::print("{}\n", args.json ? scenario::comparison_json(comparison, subject)
                                 : scenario::comparison_table(comparison, subject));
    return outcome->failed.empty() ? 0 : 1;
}

}  // namespace lpc::app
