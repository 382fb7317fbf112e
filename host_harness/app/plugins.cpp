#include "plugins.hpp"

#include <filesystem>
#include <optional>

#include <runtime/builtin/builtin.hpp>

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

// The rulebook's numbers under their published names, for the parameters of plugins that need the
// same ones.
std::map<std::string, std::int64_t> rulebook_numbers(const runtime::Rulebook& book) {
    return {{"target_buffer_ppb", book.close.target_buffer.ppb},
            {"close_cost_ppb", book.close.close_cost.ppb},
            {"full_close_below_quote", published(book.close.full_close_below)},
            {"bankruptcy_adjustment_ppb", book.close.bankruptcy_adjustment.ppb},
            {"spread_to_maintenance_ppb", book.close.spread_to_maintenance.ppb},
            {"participation_ppb", book.participation.ppb},
            {"tie_key", static_cast<std::int64_t>(book.tie_key)}};
}

std::string declared_names(const lpc_plugin& table) {
    std::string names;
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        if (i > 0) names += ", ";
        names += table.params[i].name;
    }
    return names.empty() ? "none" : names;
}

Result<std::vector<std::pair<std::uint64_t, std::int64_t>>> match_params(
    const lpc_plugin& table, const scenario::StageConfig& stage,
    const std::map<std::string, std::int64_t>& rulebook) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;
    std::size_t used = 0;
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& param = table.params[i];
        std::optional<std::int64_t> value;
        if (const auto it = rulebook.find(param.name); it != rulebook.end()) value = it->second;
        if (const auto it = stage.params.find(param.name); it != stage.params.end()) {
            value = it->second;
            ++used;
        }
        if (!value) continue;
        if (*value < param.min || *value > param.max)
            return fail("stage " + stage.name + ": parameter " + param.name + " is " +
                        std::to_string(*value) + ", expected " + std::to_string(param.min) +
                        " to " + std::to_string(param.max));
        params.emplace_back(param.id, *value);
    }
    if (used == stage.params.size()) return params;
    for (const auto& [name, value] : stage.params) {
        bool known = false;
        for (std::uint64_t i = 0; i < table.param_count; ++i)
            known = known || name == table.params[i].name;
        if (!known)
            return fail("stage " + stage.name + ": the stage's `params` file sets '" + name +
                        "', which plugin " + table.id +
                        " does not have, expected one of: " + declared_names(table));
    }
    return params;
}

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
    const auto rulebook = rulebook_numbers(scenario.runtime.rulebook);
    std::vector<runtime::Attachment> attachments;
    for (const scenario::StageConfig& stage : scenario.stages) {
        const std::uint32_t role = attachments.empty() ? LPC_ROLE_RISK : LPC_ROLE_LIQUIDATOR;
        runtime::Attachment attachment;
        attachment.stage = stage.name;
        const lpc_plugin* table = nullptr;
        if (const auto builtin = runtime::builtin_code(stage.plugin, role)) {
            attachment.sha256 = stage.plugin;
            table = builtin->table;
        } else {
            const Result<std::string> file = locate(stage.plugin, scenario.file);
            if (!file) return fail_in(scenario.file + ": stage " + stage.name, file.error());
            const Result<std::string> sha256 = load(*file);
            if (!sha256) return fail_in(scenario.file + ": stage " + stage.name, sha256.error());
            attachment.sha256 = *sha256;
            attachment.file = *file;
            table = images_[*sha256]->table;
        }
        if ((table->flags & role) == 0)
            return fail(scenario.file + ": stage " + stage.name + ": plugin " + table->id +
                        " is a " +
                        (role == LPC_ROLE_RISK ? "liquidator, expected a risk plugin"
                                               : "risk plugin, expected a liquidator"));
        auto params = match_params(*table, stage, rulebook);
        if (!params) return fail_in(scenario.file, params.error());
        attachment.params = std::move(*params);
        attachments.push_back(std::move(attachment));
    }
    return attachments;
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
