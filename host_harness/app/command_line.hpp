// What is wrong with a command line, in one sentence: found, expected, and the nearest known name.
// CLI11's own words name neither. Pure.
#pragma once

#include <CLI/CLI.hpp>

#include <cstdint>
#include <string>

namespace lpc::app {

// Empty if argv names a subcommand, or an option instead.
std::string unknown_subcommand(const CLI::App& app, int argc, char** argv);

// Of an option that takes a whole number within these limits.
CLI::Validator whole_number(std::uint64_t min, std::uint64_t max);

// Empty unless a value on the command line is an empty text, as of a shell's unset variable.
std::string empty_text(const CLI::App& app);

// `error`: thrown by app.parse().
std::string wrong_command_line(const CLI::App& app, const CLI::ParseError& error);

}  // namespace lpc::app
