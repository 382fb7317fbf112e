// The subcommands of `lpc`, each one function from its arguments to an exit code: 0 all well, 1 ran
// but a check failed, 2 the command, config or input is wrong, the run was stopped, or its answer
// could not be written (one sentence on standard error).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <foundation/status.hpp>
#include <placement/sidecar_main.hpp>

namespace lpc::app {

struct RunArgs {
    std::string scenario, data, out, host;
    std::string control, control_config;  // endpoint; empty: nobody commands
    std::vector<std::string> plugin_folders;
    std::optional<std::uint64_t> seed;
    std::int64_t pace = 0;  // times real time; 0: as fast as it goes
    std::string bidders;    // bidding.toml; empty: nobody bids from outside
    bool resume = false;    // goes on with the run in `out`
    bool json = false;
};
int run_command(const RunArgs& args);

struct BidderArgs {
    std::string config;
};
int bidder_command(const BidderArgs& args);

struct ReplayArgs {
    std::string journal, host;
    std::vector<std::string> plugin_folders;
    std::vector<std::string> stages;  // NAME=FILE.so
    std::uint64_t until = 0;
    bool json = false;
};
int replay_command(const ReplayArgs& args);

struct ExplainArgs {
    std::string journal;
    std::optional<std::uint64_t> account;  // none: list those that were liquidated
    bool all = false;                      // list every one
    bool json = false;
};
int explain_command(const ExplainArgs& args);

struct CheckArgs {
    std::string file;
    std::string only;  // one case; empty: all
    std::uint64_t seed = 1;
    bool quick = false;  // what a host runs before each swap
    bool json = false;
};
int check_command(const CheckArgs& args);

struct AbArgs {
    std::string scenario, a, b, stage, data, out, host;
    std::vector<std::string> a_params, b_params;  // NAME=VALUE
    std::vector<std::string> plugin_folders;
    std::optional<std::uint64_t> seed;
    std::size_t runs = 0;
    bool json = false;
};
int ab_command(const AbArgs& args);

struct OutcomeArgs {
    std::string study, data, host;
    std::vector<std::string> plugin_folders;
    std::optional<std::uint64_t> seed;
    bool json = false;
};
int outcome_command(const OutcomeArgs& args);

struct BenchArgs {
    std::string name;
    std::uint64_t accounts = 0;
    std::uint32_t repeats = 0;
    bool json = false;
};
int bench_command(const BenchArgs& args);

int version_command(bool json);

// What a host starts as its sidecar; see placement/sidecar_main.hpp.
int sidecar_command(const placement::SidecarOrder& order);

// Prints the sentence on standard error; 2.
int wrong(const Error& error);

}  // namespace lpc::app
