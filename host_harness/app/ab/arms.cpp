#include "arms.hpp"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <set>

#include <scenario/nearest_name.hpp>

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

Result<scenario::Settings> params_of(const ArmArgs& args) {
    scenario::Settings settings;
    for (const std::string& word : args.params) {
        const std::string place = "--" + args.name + "-param " + word;
        const std::size_t equals = word.find('=');
        if (equals == std::string::npos || equals == 0)
            return fail(place +
                        ": found no NAME=VALUE, expected one, as in interval_ns=1000000000");
        const std::string name = word.substr(0, equals), text = word.substr(equals + 1);
        std::int64_t value = 0;
        const char* end = text.data() + text.size();
        const auto [read, error] = std::from_chars(text.data(), end, value);
        if (error != std::errc{} || read != end)
            return fail(place + ": found '" + text + "' as the value of " + name +
                        ", expected a whole number of 64 bits");
        if (!settings.emplace(name, scenario::Setting{value, place}).second)
            return fail(place + ": found " + name + " twice, expected it once");
    }
    return settings;
}

// As the runtime would know it: who a stage's plugin says it is.
Result<runtime::PluginIdentity> identity_of(Plugins& plugins,
                                            const runtime::Attachment& attachment) {
    if (attachment.file.empty())
        return runtime::PluginIdentity{attachment.sha256, "built in", attachment.sha256};
    const auto code = plugins.source()(attachment);
    if (!code) return tl::unexpected(code.error());
    return code->identity;
}

// The one of the stage, which has no arms.
const runtime::Attachment& attachment_of(const std::vector<runtime::Attachment>& attachments,
                                         const std::string& stage) {
    return *std::find_if(
        attachments.begin(), attachments.end(),
        [&](const runtime::Attachment& attachment) { return attachment.stage == stage; });
}

// The id of the scenario's own plugin in the stage.
Result<std::string> own_id(Plugins& plugins, const scenario::ScenarioConfig& scenario,
                           const std::string& stage) {
    const auto attachments = plugins.attach(scenario);
    if (!attachments) return tl::unexpected(attachments.error());
    const auto identity = identity_of(plugins, attachment_of(*attachments, stage));
    if (!identity) return tl::unexpected(identity.error());
    return identity->id;
}

}  // namespace

Result<std::size_t> stage_index(const scenario::ScenarioConfig& scenario,
                                const std::string& named) {
    if (named.empty()) return 1;  // the first is risk, and there are at least two
    std::set<std::string, std::less<>> names;
    std::string listed;
    for (std::size_t i = 0; i < scenario.stages.size(); ++i) {
        const std::string& name = scenario.stages[i].name;
        if (name == named) return i;
        names.insert(name);
        listed += (listed.empty() ? "" : ", ") + name;
    }
    return fail("--stage " + named + ": found no such stage in " + scenario.file +
                ", expected one of: " + listed + "; the nearest is " +
                scenario::nearest_name(named, names));
}

Result<Arm> prepare_arm(Plugins& plugins, const scenario::ScenarioConfig& scenario,
                        std::size_t stage, const ArmArgs& args) {
    auto options = params_of(args);
    if (!options) return tl::unexpected(options.error());
    Arm arm{args.name, scenario, {}, {}};
    const scenario::StageConfig& own_stage = scenario.stages[stage];
    if (own_stage.arms.size() > 1)
        return fail(
            "ab: stage " + own_stage.name + " of " + scenario.file +
            " is split among arms of its own, expected a stage with one plugin, which a and "
            "b take turns to replace");
    const scenario::ArmConfig& own_arm = own_stage.arms.front();
    scenario::ArmConfig& ours = arm.config.stages[stage].arms.front();
    // Why: a path on the command line starts at the current folder, one in a scenario at the
    // scenario's.
    const bool path = args.file.find('/') != std::string::npos;
    ours.plugin = path ? fs::absolute(args.file).lexically_normal().string() : args.file;
    ours.plugin_place = "--" + args.name + " " + args.file;
    ours.params.clear();
    auto bare = plugins.attach(arm.config);
    if (!bare) return tl::unexpected(bare.error());
    const auto identity = identity_of(plugins, attachment_of(*bare, own_stage.name));
    if (!identity) return tl::unexpected(identity.error());
    if (!own_arm.params.empty()) {
        const auto own = own_id(plugins, scenario, own_stage.name);
        if (!own) return tl::unexpected(own.error());
        if (*own == identity->id)
            ours.params = own_arm.params;
        else
            arm.description.note = "the scenario's parameters of this stage are those of " + *own +
                                   ": not used here, the plugin's own defaults hold";
    }
    for (const auto& [name, setting] : *options) ours.params[name] = setting;
    auto attachments = plugins.attach(arm.config);
    if (!attachments) return tl::unexpected(attachments.error());
    arm.attachments = std::move(*attachments);
    arm.description.file = args.file;
    arm.description.id = identity->id;
    arm.description.version = identity->version;
    arm.description.sha256 = identity->sha256;
    for (const auto& [name, setting] : ours.params) arm.description.params[name] = setting.value;
    return arm;
}

}  // namespace lpc::app
