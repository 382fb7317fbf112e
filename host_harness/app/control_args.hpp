// The subcommands that speak to a running host, and those that make its keys and signatures: their
// options, and one function each from arguments to an exit code (0 done, 1 refused by the host, 2
// the command is wrong or nobody answered).
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <control/order.hpp>

namespace lpc::app {

struct ControlArgs {
    control::Verb verb = control::Verb::status;
    std::string endpoint, keys;
    std::string stage, file, arm, state;
    std::vector<std::string> params;  // NAME=VALUE
    std::optional<std::uint64_t> account;
    std::optional<std::uint32_t> instrument;
    bool everything = false;
    std::optional<std::uint64_t> expect_generation;
    std::uint64_t timeout_s = 60;
    bool json = false;
};
int control_command(const ControlArgs& args);

struct KeygenArgs {
    std::string out, server;
    bool signing = false;
};
int keygen_command(const KeygenArgs& args);

struct SignArgs {
    std::string file, key;
};
int sign_command(const SignArgs& args);

// Adds status, stages, swap, shadow, rollback, promote, pause, resume, hold, unhold, dismiss,
// keygen and sign. `chosen` is set to what the parsed command line asks for; it owns its arguments.
void add_control_commands(CLI::App& app, std::function<int()>& chosen);

}  // namespace lpc::app
