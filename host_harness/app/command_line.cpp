#include "command_line.hpp"

#include <scenario/nearest_name.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <vector>

namespace lpc::app {
namespace {

using Names = std::set<std::string, std::less<>>;

const CLI::App& chosen(const CLI::App& app) {
    const std::vector<CLI::App*> subcommands = app.get_subcommands();
    return subcommands.empty() ? app : *subcommands.front();
}

Names option_names(const CLI::App& command) {
    Names names;
    for (const CLI::Option* option : command.get_options()) {
        if (option->get_positional()) continue;
        for (const std::string& name : option->get_lnames()) names.insert("--" + name);
    }
    return names;
}

// "the journal's folder and ..." of what a command takes besides options.
std::string positionals(const CLI::App& command) {
    std::string text;
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_positional()) continue;
        text += (text.empty() ? "" : " and ") + option->get_name(true);
    }
    return text;
}

// What CLI11 left over: an option that nobody knows, or a word too many. Empty if nothing.
std::string left_over(const CLI::App& command, const std::string& where) {
    const std::vector<std::string> rest = command.remaining();
    const auto option = std::find_if(rest.begin(), rest.end(), [](const std::string& word) {
        return word.size() > 1 && word.front() == '-';
    });
    if (option != rest.end()) {
        const std::string name = option->substr(0, option->find('='));
        return where + ": found the unknown option '" + name +
               "', expected one of its options (--help lists them), of which the nearest is " +
               scenario::nearest_name(name, option_names(command));
    }
    if (rest.empty()) return {};
    const std::string takes = positionals(command);
    return where + ": found '" + rest.front() + "' too many, expected " +
           (takes.empty() ? "options only" : "only " + takes + " and options");
}

std::string missing_positional(const CLI::App& command, const std::string& where) {
    for (const CLI::Option* option : command.get_options()) {
        if (!option->get_positional() || !option->get_required() || option->count() > 0) continue;
        return where + ": found no " + option->get_name(true) + ", expected " +
               option->get_description();
    }
    return {};
}

}  // namespace

// Why not CLI11's own: it takes "-3" for a number without a sign, and wraps it.
CLI::Validator whole_number(std::uint64_t min, std::uint64_t max) {
    return CLI::Validator(
        [min, max](std::string& text) {
            std::uint64_t value = 0;
            const char* end = text.data() + text.size();
            const auto [read, error] = std::from_chars(text.data(), end, value);
            if (error == std::errc{} && read == end && value >= min && value <= max)
                return std::string();
            return "found '" + text + "', expected a whole number from " + std::to_string(min) +
                   " to " + std::to_string(max);
        },
        "");
}

std::string unknown_subcommand(const CLI::App& app, int argc, char** argv) {
    const std::string found = argc < 2 ? "" : argv[1];
    if (!found.empty() && found.front() == '-') return {};
    Names names;
    std::string listed;
    for (const CLI::App* subcommand : app.get_subcommands({})) {
        if (subcommand->get_name() == found) return {};
        names.insert(subcommand->get_name());
        listed += (listed.empty() ? "" : ", ") + subcommand->get_name();
    }
    if (found.empty()) return "found no subcommand, expected one of: " + listed;
    return "found '" + found + "', expected one of: " + listed + "; the nearest is " +
           scenario::nearest_name(found, names);
}

std::string empty_text(const CLI::App& app) {
    const CLI::App& command = chosen(app);
    for (const CLI::Option* option : command.get_options()) {
        const std::vector<std::string>& given = option->results();
        if (std::none_of(given.begin(), given.end(),
                         [](const std::string& text) { return text.empty(); }))
            continue;
        return command.get_name() + ": found an empty text " +
               (option->get_positional() ? "as " + option->get_name(true)
                                         : "after --" + option->get_lnames().front()) +
               ", expected one with something in it";
    }
    return {};
}

std::string wrong_command_line(const CLI::App& app, const CLI::ParseError& error) {
    const CLI::App& command = chosen(app);
    const std::string where = &command == &app ? std::string("command line") : command.get_name();
    if (const std::string said = left_over(command, where); !said.empty()) return said;
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        if (const std::string said = missing_positional(command, where); !said.empty()) return said;
    }
    std::string said = error.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr)
        return where + ": found no value after " + said.substr(0, said.find(':')) +
               ", expected one (--help tells what it means)";
    std::replace(said.begin(), said.end(), '\n', ' ');
    return where + ": " + said;
}

}  // namespace lpc::app
