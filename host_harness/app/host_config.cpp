#include "host_config.hpp"

#include <cstdlib>
#include <filesystem>

#include <scenario/config_reader.hpp>

namespace lpc::app {
namespace {

namespace fs = std::filesystem;

std::string shipped_folder() {
    std::error_code ignored;
    const fs::path binary = fs::read_symlink("/proc/self/exe", ignored);
    return (binary.parent_path().parent_path() / "plugins").string();
}

std::string default_cache() {
    if (const char* home = std::getenv("XDG_CACHE_HOME"); home != nullptr && *home != '\0')
        return (fs::path(home) / "lpc" / "plugins").string();
    if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
        return (fs::path(home) / ".cache" / "lpc" / "plugins").string();
    return (fs::temp_directory_path() / "lpc-plugins").string();
}

HostConfig read(const scenario::ConfigTable& root, const fs::path& folder) {
    HostConfig config;
    const auto absolute = [&](const std::string& named) {
        return (folder / named).lexically_normal().string();
    };
    for (const std::string& named : root.required_strings("plugin_folders"))
        config.plugin_folders.push_back(absolute(named));
    const std::string cache = root.optional_string("cache_folder", "");
    config.cache_folder = cache.empty() ? default_cache() : absolute(cache);
    const std::string durability =
        root.optional_one_of("journal_durability", "write", {"none", "write", "fdatasync"});
    config.journal.durability = durability == "none"    ? journal::Durability::none
                                : durability == "write" ? journal::Durability::write
                                                        : journal::Durability::fdatasync;
    config.journal.segment_bytes = static_cast<std::uint64_t>(
        root.optional_int("journal_segment_bytes", 64 << 20, {1 << 16, std::int64_t{1} << 40}));
    config.snapshot_every_inputs = static_cast<std::uint64_t>(
        root.optional_int("snapshot_every_inputs", 200'000, {0, std::int64_t{1} << 40}));
    config.ledger_of_record = root.optional_bool("ledger_of_record", false);
    config.sidecar_patience_ns =
        root.optional_int("sidecar_patience_ns", 1'000'000'000, {1'000'000, 60'000'000'000});
    config.sidecar_memory_bytes = static_cast<std::uint64_t>(root.optional_int(
        "sidecar_memory_bytes", std::int64_t{1} << 30, {1 << 26, std::int64_t{1} << 40}));
    return config;
}

}  // namespace

placement::SidecarTerms sidecar_terms(const HostConfig& host) {
    std::error_code ignored;
    placement::SidecarTerms terms;
    terms.executable = fs::read_symlink("/proc/self/exe", ignored).string();
    terms.cache_folder = host.cache_folder;
    terms.patience = std::chrono::nanoseconds(host.sidecar_patience_ns);
    terms.memory_bytes = host.sidecar_memory_bytes;
    return terms;
}

std::string beside_scenarios(const std::string& scenario, const std::string& name) {
    // Why absolute: a bare file name has no folder above its own.
    const fs::path folder = fs::absolute(scenario).lexically_normal().parent_path();
    return (folder.parent_path() / name).string();
}

Result<HostConfig> load_host_config(const std::string& file, const std::string& scenario) {
    fs::path path = file;
    if (file.empty() && !scenario.empty()) path = beside_scenarios(scenario, "host.toml");
    HostConfig config;
    if (file.empty() && (scenario.empty() || !fs::exists(path))) {
        config.cache_folder = default_cache();
        config.journal.durability = journal::Durability::write;
    } else {
        auto opened = scenario::ConfigFile::load(path.string());
        if (!opened) return tl::unexpected(opened.error());
        auto read_config = opened->read(
            [&](const scenario::ConfigTable& root) { return read(root, path.parent_path()); });
        if (!read_config) return tl::unexpected(read_config.error());
        config = std::move(*read_config);
    }
    config.plugin_folders.push_back(shipped_folder());
    return config;
}

}  // namespace lpc::app
