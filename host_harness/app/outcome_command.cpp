#include <fmt/format.h>

#include <scenario/outcome/outcome.hpp>

#include "commands.hpp"
#include "outcome/closeouts.hpp"
#include "plugins.hpp"
#include "progress.hpp"

namespace lpc::app {
namespace {

// The bar is gone when this returns: the table, or what went wrong, follows.
Result<StudyScores> with_progress(const scenario::Study& study, Plugins& plugins,
                                  const OutcomeArgs& args) {
    Progress progress(study.name, !args.json);
    return run_study(study, plugins, args.data,
                     [&](std::size_t done, std::size_t all) { progress.show(done, all); });
}

}  // namespace

int outcome_command(const OutcomeArgs& args) {
    auto study = scenario::load_study(args.study);
    if (!study) return wrong(study.error());
    if (args.seed) study->seed = *args.seed;
    auto host = load_host_config(args.host, args.study);
    if (!host) return wrong(host.error());
    host->plugin_folders.insert(host->plugin_folders.begin(), args.plugin_folders.begin(),
                                args.plugin_folders.end());
    Plugins plugins(*host);
    const auto scores = with_progress(*study, plugins, args);
    if (!scores) return wrong(scores.error());
    const scenario::Outcome outcome =
        scenario::judge_outcome(*study, scores->closeouts, scores->scores);
    fmt::print("{}\n", args.json ? scenario::outcome_json(*study, outcome)
                                 : scenario::outcome_table(*study, outcome));
    for (const std::string& check : scores->failed_checks) fmt::print(stderr, "lpc: {}\n", check);
    return scores->failed_checks.empty() ? 0 : 1;
}

}  // namespace lpc::app
