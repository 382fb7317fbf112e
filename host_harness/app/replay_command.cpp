#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include <journal/replay.hpp>

#include <placement/host_premises.hpp>
#include "commands.hpp"
#include "journal_source.hpp"
#include "log.hpp"

#include "plugins.hpp"

namespace lpc::app {
namespace {

// --stage NAME=FILE.so or NAME/ARM=FILE.so: the plugin there is replaced by another file.
Result<std::map<std::string, std::string>> load_replacements(
    Plugins& plugins, const std::vector<std::string>& stages) {
    std::map<std::string, std::string> sha256s;
    for (const std::string& text : stages) {
        const std::size_t at = text.find('=');
        if (at == std::string::npos || at == 0 || at + 1 == text.size())
            return fail("--stage: found '" + text + "', expected NAME=FILE.so");
        const Result<std::string> sha256 = plugins.load(text.substr(at + 1));
        if (!sha256) return tl::unexpected(sha256.error());
        sha256s[text.substr(0, at)] = *sha256;
    }
    return sha256s;
}

// The recorded parameters are those of the plugin that ran: one that the other does not have is
// left out.
void keep_declared(runtime::Attachment& attachment, const lpc_plugin& table) {
    std::erase_if(attachment.params, [&](const auto& given) {
        return std::none_of(table.params, table.params + table.param_count,
                            [&](const lpc_param& param) { return param.id == given.first; });
    });
}

nlohmann::ordered_json json_of(const journal::ReplayResult& result) {
    return {{"identical", result.first_difference.empty()},
            {"inputs", result.inputs},
            {"outcomes", result.outcomes},
            {"commands", result.commands},
            {"snapshots", result.snapshots},
            {"last_sequence", result.last_sequence},
            {"sealed", result.sealed},
            {"torn_tail", result.torn_tail},
            {"first_difference", result.first_difference},
            {"command_hash", fmt::format("{:016x}", result.command_hash)},
            {"state_hash", fmt::format("{:016x}", result.state_hash)}};
}

// `until`: where the user wanted it to stop; what lies behind is nobody's business then.
void print(const journal::ReplayResult& result, std::uint64_t until) {
    const bool to_the_end = until == 0 || result.last_sequence < until;
    if (!result.torn_tail.empty()) fmt::print("{}\n", result.torn_tail);
    if (result.first_difference.empty()) {
        fmt::print(
            "identical{}: {} inputs, {} outcomes, {} of them commands, {} snapshots, byte "
            "for byte\n",
            to_the_end && !result.sealed ? " as far as it goes" : "", result.inputs,
            result.outcomes, result.commands, result.snapshots);
    } else {
        fmt::print("{}\n", result.first_difference);
    }
    if (to_the_end && !result.sealed && result.first_difference.empty())
        fmt::print("{}\n", kNoSeal);
    fmt::print("command hash {:016x}, state hash {:016x}\n", result.command_hash,
               result.state_hash);
}

}  // namespace

int replay_command(const ReplayArgs& args) {
    auto reader = open_journal(args.journal);
    if (!reader) return wrong(reader.error());
    auto host = load_host_config(args.host, "");
    if (!host) return wrong(host.error());
    host->plugin_folders.insert(host->plugin_folders.begin(), args.plugin_folders.begin(),
                                args.plugin_folders.end());
    Plugins plugins(*host);
    auto replacements = load_replacements(plugins, args.stages);
    if (!replacements) return wrong(replacements.error());

    journal::ReplayOptions options;
    options.until_sequence = args.until;
    options.log = log_sink();
    options.code = plugins.source();
    // Why: what ended a sidecar then would end this process now.
    placement::HostPremises premises(sidecar_terms(*host));
    options.premises = &premises;
    if (args.stages.empty()) {  // another plugin's state is another
        auto snapshots = open_snapshots(args.journal);
        if (!snapshots) return wrong(snapshots.error());
        options.snapshots = std::move(*snapshots);
    }
    std::string stages;  // that the journal has
    options.attach = [&](runtime::Attachment& attachment) {
        const std::string place = runtime::place_of(attachment.stage, attachment.arm);
        stages += (stages.empty() ? "" : ", ") + place;
        const auto replacement = replacements->extract(place);
        if (replacement.empty()) return;
        attachment.sha256 = replacement.mapped();
        if (const auto code = options.code(attachment)) keep_declared(attachment, *code->table);
    };
    const auto result = journal::replay(*reader, options);
    if (!result) return wrong(result.error());
    if (!replacements->empty())
        return wrong(
            {"--stage: found '" + replacements->begin()->first + "', expected one of: " + stages});
    if (args.json) {
        fmt::print("{}\n", json_of(*result).dump(2));
    } else {
        print(*result, args.until);
    }
    return result->first_difference.empty() ? 0 : 1;
}

}  // namespace lpc::app
