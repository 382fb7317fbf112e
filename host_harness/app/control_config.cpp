#include "control_config.hpp"

#include <chrono>
#include <filesystem>
#include <utility>

#include <control/signing.hpp>
#include <scenario/config_reader.hpp>

namespace lpc::app {
namespace {

using scenario::ConfigTable;

std::uint64_t unix_now_ns() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(now).count());
}

control::DeskRules read_rules(const ConfigTable& root) {
    const auto count = [&](const char* key, std::int64_t fallback, std::int64_t min) {
        return root.optional_int(key, fallback, {min, 1'000'000});
    };
    control::DeskRules rules;
    rules.request_bytes_max = static_cast<std::size_t>(count("request_bytes_max", 16'384, 256));
    rules.rate.per_s = static_cast<std::uint32_t>(count("requests_per_s_max", 20, 1));
    rules.rate.burst = static_cast<std::uint32_t>(count("requests_burst_max", 40, 1));
    rules.undecided_max = static_cast<std::size_t>(count("undecided_requests_max", 16, 1));
    rules.remembered_max = static_cast<std::size_t>(count("remembered_requests_max", 1'024, 1));
    rules.ids_from_ns = unix_now_ns();
    if (!root.has("need_approval")) return rules;
    std::vector<std::string> names;
    for (const control::Verb verb : control::kVerbs) {
        if (changes_something(verb)) names.emplace_back(name_of(verb));
    }
    for (const std::string& name : root.several_of("need_approval", names))
        rules.need_approval.push_back(*control::verb_named(name));
    return rules;
}

ControlConfig read(const ConfigTable& root, std::string& keys_file) {
    ControlConfig config;
    control::ServerConfig& server = config.server;
    keys_file = root.optional_file("server_keys_file");
    server.clients_file = root.optional_file("clients_file");
    if (!keys_file.empty() && server.clients_file.empty())
        root.reject("server_keys_file", "a clients_file too: without one nobody gets in");
    server.events_endpoint = root.optional_string("events_endpoint", "");
    server.entrance.allow_plaintext_ipc = root.optional_bool("allow_plaintext_ipc", false);
    server.plaintext_role = *control::role_named(
        root.optional_one_of("plaintext_role", "viewer", {"viewer", "operator", "approver"}));
    server.rules = read_rules(root);
    server.shutdown_ms_max = root.optional_int("shutdown_ms_max", 2'000, {0, 60'000});
    constexpr std::int64_t kDayNs = 86'400'000'000'000;
    config.slice_budget_ns = root.optional_int("slice_budget_ns", 50'000, {1'000, 1'000'000'000});
    config.followers_place = *runtime::placement_named(
        root.optional_one_of("followers_place", "worker", {"worker", "engine", "sidecar"}));
    config.follower_lag_max = root.optional_int("follower_lag_max", 1'000'000, {1, 100'000'000});
    config.probation_ns = root.optional_int("probation_ns", 600'000'000'000, {0, kDayNs});
    config.plugins.require_signature = root.optional_bool("require_signature", false);
    if (root.has("signing_keys"))
        config.plugins.signing_keys = root.required_strings("signing_keys");
    for (const std::string& key : config.plugins.signing_keys) {
        if (!control::is_signing_key(key))
            root.reject("signing_keys", "public keys of 64 hexadecimal digits each");
    }
    if (config.plugins.require_signature && config.plugins.signing_keys.empty())
        root.reject("require_signature", "signing_keys too: without one nothing is loaded");
    return config;
}

}  // namespace

Result<ControlConfig> load_control_config(const std::string& file,
                                          const std::vector<std::string>& plugin_folders) {
    auto opened = scenario::ConfigFile::load(file);
    if (!opened) return tl::unexpected(opened.error());
    std::string keys_file;
    auto config = opened->read([&](const ConfigTable& root) { return read(root, keys_file); });
    if (!config) return config;
    config->plugins.folders = plugin_folders;
    if (keys_file.empty()) return config;
    auto keys = sockets::read_curve_keys(keys_file);
    if (!keys) return tl::unexpected(keys.error());
    config->server.entrance.keys = std::move(*keys);
    return config;
}

}  // namespace lpc::app
