// `lpc`: the command line. The only place that wires clocks, files and terminal to the rest.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <exception>
#include <functional>
#include <string>

#include "command_line.hpp"
#include "commands.hpp"
#include "control_args.hpp"

namespace lpc::app {

int wrong(const Error& error) {
    fmt::print(stderr, "lpc: {}\n", error.message);
    return 2;
}

namespace {

// What is printed last may still wait in the buffer.
bool all_is_said() {
    errno = 0;
    if (std::fflush(stdout) == 0 && std::ferror(stdout) == 0) return true;
    const char* why = errno != 0 ? std::strerror(errno) : "an earlier write failed";
    std::fprintf(stderr,
                 "lpc: standard output: cannot be written (%s), expected a place that takes the "
                 "whole answer\n",
                 why);
    return false;
}

using Chosen = std::function<int()>;

constexpr std::uint64_t kSeedMax = std::uint64_t{1} << 62;  // as in a scenario
constexpr std::uint64_t kPaceMax = 1'000'000'000;
constexpr std::uint64_t kAccountsMax = 10'000'000;
constexpr std::uint64_t kRunsMax = 100'000;
constexpr std::uint64_t kRepeatsMax = 1'000'000;

void add_run(CLI::App& app, RunArgs& args, Chosen& chosen) {
    CLI::App* run = app.add_subcommand("run", "run a scenario");
    run->add_option("scenario", args.scenario, "the scenario's TOML file")->required();
    run->add_option("--data", args.data,
                    "market data file or folder, where the scenario wants one");
    run->add_option("--seed", args.seed, "instead of the scenario's own")
        ->check(whole_number(0, kSeedMax));
    run->add_option("--out", args.out,
                    "folder for report.json and journal/, made if it is not there; refused if it "
                    "holds a run. Default: out/ and the scenario's name, where an earlier run is "
                    "replaced. What LPC did not write is never touched");
    run->add_flag("--resume", args.resume,
                  "go on with the run that was cut short in that folder: the same command with "
                  "this added");
    run->add_option("--pace", args.pace, "times real time; 0 as fast as it goes")
        ->check(whole_number(0, kPaceMax));
    run->add_option(
        "--control", args.control,
        "let operators command the run at this endpoint, ipc://PATH or tcp://127.0.0.1:PORT");
    run->add_option("--control-config", args.control_config,
                    "control.toml (default: the one beside the scenarios)");
    run->add_option("--bidders", args.bidders,
                    "let liquidity providers of other processes bid: bidding.toml; wants --pace");
    run->add_option("--host", args.host, "host.toml (default: the one beside the scenarios)");
    run->add_option("--plugin-folder", args.plugin_folders, "looked through before the host's own");
    run->add_flag("--json", args.json, "print report.json instead of a table");
    run->callback([&] { chosen = [&args] { return run_command(args); }; });
}

void add_bidder(CLI::App& app, BidderArgs& args, Chosen& chosen) {
    CLI::App* bidder = app.add_subcommand(
        "bidder", "bid in a run that was started with --bidders, by a configured strategy");
    bidder->add_option("config", args.config, "the bidder's TOML file")->required();
    bidder->callback([&] { chosen = [&args] { return bidder_command(args); }; });
}

void add_replay(CLI::App& app, ReplayArgs& args, Chosen& chosen) {
    CLI::App* replay = app.add_subcommand("replay", "replay a journal and compare, byte for byte");
    replay->add_option("journal", args.journal, "a run's journal folder, or the run's own")
        ->required();
    replay->add_option("--until", args.until, "stop after this sequence number")
        ->check(whole_number(1, UINT64_MAX));
    replay->add_option("--stage", args.stages,
                       "NAME=FILE.so, NAME/ARM=FILE.so: another file there");
    replay->add_option("--host", args.host, "host.toml");
    replay->add_option("--plugin-folder", args.plugin_folders, "where plugins may lie too");
    replay->add_flag("--json", args.json, "one JSON object");
    replay->callback([&] { chosen = [&args] { return replay_command(args); }; });
}

void add_explain(CLI::App& app, ExplainArgs& args, Chosen& chosen) {
    CLI::App* explain = app.add_subcommand(
        "explain", "the accounts that were liquidated, or the story of one, from the journal");
    explain->add_option("journal", args.journal, "a run's journal folder, or the run's own")
        ->required();
    explain->add_option("account", args.account, "the account's id; without it: who was liquidated")
        ->check(whole_number(0, UINT64_MAX));
    explain->add_flag("--all", args.all, "list every account, not only the first 20");
    explain->add_flag("--json", args.json, "one JSON object");
    explain->callback([&] { chosen = [&args] { return explain_command(args); }; });
}

void add_check(CLI::App& app, CheckArgs& args, Chosen& chosen) {
    CLI::App* check =
        app.add_subcommand("check", "judge a plugin file: load rules and the five laws");
    check->add_option("file", args.file, "the plugin file (.so)")->required();
    check->add_option("--only", args.only, "one case, by its name");
    check->add_option("--seed", args.seed, "of the worlds that it lives in")
        ->check(whole_number(0, kSeedMax));
    check->add_flag("--quick", args.quick, "what a host runs before each swap");
    check->add_flag("--json", args.json, "one JSON object");
    check->callback([&] { chosen = [&args] { return check_command(args); }; });
}

void add_ab(CLI::App& app, AbArgs& args, Chosen& chosen) {
    CLI::App* ab = app.add_subcommand(
        "ab", "compare two plugins, or two parameter sets, in paired runs of a scenario");
    ab->add_option("scenario", args.scenario, "the scenario's TOML file")->required();
    ab->add_option("--a", args.a, "plugin file of arm a; a bare name is one in a plugin folder")
        ->required();
    ab->add_option("--b", args.b, "plugin file of arm b")->required();
    ab->add_option("--runs", args.runs, "pairs, each with its own seed; at least 10 for a verdict")
        ->required()
        ->check(whole_number(1, kRunsMax));
    ab->add_option("--stage", args.stage, "where (default: the first liquidator stage)");
    ab->add_option("--a-param", args.a_params, "NAME=VALUE of arm a's plugin, as often as needed")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    ab->add_option("--b-param", args.b_params, "NAME=VALUE of arm b's plugin, as often as needed")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    ab->add_option("--data", args.data, "market data, where the scenario wants some");
    ab->add_option("--seed", args.seed, "of the first pair, instead of the scenario's own")
        ->check(whole_number(0, kSeedMax));
    ab->add_option("--out", args.out,
                   "keep report.json and journal/ of every run in OUT/a/SEED and OUT/b/SEED");
    ab->add_option("--host", args.host, "host.toml (default: the one beside the scenarios)");
    ab->add_option("--plugin-folder", args.plugin_folders, "looked through before the host's own");
    ab->add_flag("--json", args.json, "one JSON object");
    ab->callback([&] { chosen = [&args] { return ab_command(args); }; });
}

void add_outcome(CLI::App& app, OutcomeArgs& args, Chosen& chosen) {
    CLI::App* outcome = app.add_subcommand(
        "outcome", "what close-outs cost in a book, by many arms, against the best in hindsight");
    outcome->add_option("study", args.study, "the study's TOML file")->required();
    outcome->add_option("--data", args.data, "the recorded book, where the study wants one");
    outcome->add_option("--seed", args.seed, "of the close-outs, instead of the study's own")
        ->check(whole_number(0, kSeedMax));
    outcome->add_option("--host", args.host, "host.toml (default: the one beside the studies)");
    outcome->add_option("--plugin-folder", args.plugin_folders,
                        "looked through before the host's own");
    outcome->add_flag("--json", args.json, "one JSON object");
    outcome->callback([&] { chosen = [&args] { return outcome_command(args); }; });
}

// Not for people: a host starts it.
void add_sidecar(CLI::App& app, placement::SidecarOrder& order, Chosen& chosen) {
    CLI::App* sidecar =
        app.add_subcommand("sidecar", "a plugin's process, started by a host")->group("");
    sidecar->add_option("--parent", order.parent, "the host's process")->required();
    sidecar->add_option("--cache", order.cache_folder, "the host's plugin cache")->required();
    sidecar->add_option("--sha256", order.sha256, "of the plugin")->required();
    sidecar->add_option("--memory", order.memory_bytes, "that it may use [bytes]")->required();
    sidecar->callback([&] { chosen = [&] { return sidecar_command(order); }; });
}

void add_bench(CLI::App& app, BenchArgs& args, Chosen& chosen) {
    CLI::App* bench = app.add_subcommand("bench", "measure, each time beside its baseline");
    bench
        ->add_option("name", args.name,
                     "abi, auction, book, deleverage, journal, sidecar, slices or swap")
        ->required();
    bench->add_option("--accounts", args.accounts, "where the bench has accounts")
        ->check(whole_number(0, kAccountsMax));
    bench->add_option("--repeats", args.repeats, "more repeats, steadier medians")
        ->check(whole_number(0, kRepeatsMax));
    bench->add_flag("--json", args.json, "one JSON object");
    bench->callback([&] { chosen = [&args] { return bench_command(args); }; });
}

int main_of(int argc, char** argv) {
    CLI::App app{"Liquidation Process Control: liquidation plugins in a matching engine"};
    app.require_subcommand(1);
    Chosen chosen;
    RunArgs run;
    BidderArgs bidder;
    ReplayArgs replay;
    ExplainArgs explain;
    CheckArgs check;
    AbArgs ab;
    OutcomeArgs outcome;
    BenchArgs bench;
    bool version_json = false;
    add_run(app, run, chosen);
    add_replay(app, replay, chosen);
    add_explain(app, explain, chosen);
    add_check(app, check, chosen);
    add_ab(app, ab, chosen);
    add_outcome(app, outcome, chosen);
    add_bench(app, bench, chosen);
    add_bidder(app, bidder, chosen);
    add_control_commands(app, chosen);
    placement::SidecarOrder sidecar;
    add_sidecar(app, sidecar, chosen);
    CLI::App* version = app.add_subcommand("version", "version, ABI, compiler, revision");
    version->add_flag("--json", version_json, "one JSON object");
    version->callback([&] { chosen = [&] { return version_command(version_json); }; });
    if (const std::string unknown = unknown_subcommand(app, argc, argv); !unknown.empty())
        return wrong({unknown});
    try {
        app.parse(argc, argv);
    } catch (const CLI::Success& help) {
        return app.exit(help);
    } catch (const CLI::ParseError& error) {
        return wrong({wrong_command_line(app, error)});
    }
    if (const std::string empty = empty_text(app); !empty.empty()) return wrong({empty});
    return chosen();
}

}  // namespace
}  // namespace lpc::app

int main(int argc, char** argv) {
    // Why: a file that may not grow further is then told as a full disk is.
    std::signal(SIGXFSZ, SIG_IGN);
    int code = 2;
    try {
        code = lpc::app::main_of(argc, argv);
    } catch (const std::exception& error) {
        // A write to standard output that failed throws too.
        if (std::ferror(stdout) == 0)
            std::fprintf(stderr, "lpc: unexpected failure: %s\n", error.what());
    }
    return lpc::app::all_is_said() ? code : 2;
}
