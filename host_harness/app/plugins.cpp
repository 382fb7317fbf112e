#include "plugins.hpp"

#include <filesystem>

#include <runtime/builtin/builtin.hpp>

#include "stage_params.hpp"

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

}  // namespace

Result<std::string> Plugins::locate(const std::string& name,
                                    const std::string& scenario_file) const {
    if (name.find('/') != std::string::npos) {
        const fs::path beside = fs::path(scenario_file).parent_path() / name;
        if (fs::exists(beside)) return beside.lexically_normal().string();
        return fail("plugin " + name + ": no such file as " + beside.lexically_normal().string());
    }
    std::string looked;
    for (const std::string& folder : host_.plugin_folders) {
        const fs::path candidate = fs::path(folder) / name;
        if (fs::exists(candidate)) return candidate.string();
        looked += (looked.empty() ? "" : ", ") + folder;
    }
    return fail("plugin " + name + ": not found in the plugin folders (" + looked + ")");
}

Result<std::string> Plugins::load(const std::string& file) {
    const auto cache = runtime::PluginCache::open(host_.cache_folder);
    if (!cache) return tl::unexpected(cache.error());
    auto image = runtime::PluginLibrary::load(file, *cache);
    if (!image) return tl::unexpected(image.error());
    const std::string sha256 = (*image)->sha256;
    images_[sha256] = std::move(*image);
    return sha256;
}

Result<std::vector<runtime::Attachment>> Plugins::attach(const scenario::ScenarioConfig& scenario) {
    for (const std::string& folder : host_.plugin_folders) {
        if (!fs::is_directory(folder))
            return fail("plugin folder " + folder + ": no such folder, expected one with plugins");
    }
    std::vector<runtime::Attachment> attachments;
    for (const scenario::StageConfig& stage : scenario.stages) {
        const std::uint32_t role = attachments.empty() ? LPC_ROLE_RISK : LPC_ROLE_LIQUIDATOR;
        for (const scenario::ArmConfig& arm : stage.arms) {
            auto attachment = attach(scenario, stage, arm, role);
            if (!attachment) return tl::unexpected(attachment.error());
            attachments.push_back(std::move(*attachment));
        }
    }
    return attachments;
}

Result<runtime::Attachment> Plugins::attach(const scenario::ScenarioConfig& scenario,
                                            const scenario::StageConfig& stage,
                                            const scenario::ArmConfig& arm, std::uint32_t role) {
    const std::string place = runtime::place_of(stage.name, arm.name);
    const std::string where = arm.plugin_place + ": stage " + place;
    runtime::Attachment attachment;
    attachment.stage = stage.name;
    attachment.arm = arm.name;
    attachment.placement = arm.placement;
    const lpc_plugin* table = nullptr;
    if (const auto builtin = runtime::builtin_code(arm.plugin, role)) {
        attachment.sha256 = arm.plugin;
        table = builtin->table;
    } else {
        const Result<std::string> file = locate(arm.plugin, scenario.file);
        if (!file) return fail_in(where, file.error());
        const Result<std::string> sha256 = load(*file);
        if (!sha256) return fail_in(where, sha256.error());
        attachment.sha256 = *sha256;
        attachment.file = *file;
        table = images_[*sha256]->table;
    }
    if ((table->flags & role) == 0)
        return fail(where + ": plugin " + table->id + " is a " +
                    (role == LPC_ROLE_RISK ? "liquidator, expected a risk plugin"
                                           : "risk plugin, expected a liquidator"));
    auto params = match_params(*table, place, arm.params, scenario.rulebook);
    if (!params) return tl::unexpected(params.error());
    attachment.params = std::move(*params);
    return attachment;
}

Result<runtime::PluginCode> Plugins::code_of(const runtime::Attachment& attachment) {
    auto it = images_.find(attachment.sha256);
    if (it == images_.end()) {
        std::vector<std::string> candidates{
            (fs::path(host_.cache_folder) / (attachment.sha256 + ".so")).string(), attachment.file};
        for (const std::string& folder : host_.plugin_folders)
            candidates.push_back(
                (fs::path(folder) / fs::path(attachment.file).filename()).string());
        for (const std::string& candidate : candidates) {
            if (!fs::is_regular_file(candidate)) continue;
            const Result<std::string> sha256 = load(candidate);
            if (sha256 && *sha256 == attachment.sha256) break;
        }
        it = images_.find(attachment.sha256);
    }
    if (it == images_.end())
        return fail("stage " + attachment.stage + ": plugin " + attachment.file + " with sha256 " +
                    attachment.sha256 + " is neither in the cache nor in the plugin folders");
    const runtime::PluginImage& image = *it->second;
    return runtime::PluginCode{image.table, {image.id, image.version, image.sha256}, it->second};
}

runtime::CodeSource Plugins::source() {
    return [this](const runtime::Attachment& attachment) { return code_of(attachment); };
}

}  // namespace lpc::app
