#include "bidding_config.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <lpc/limits.h>

#include <scenario/config_reader.hpp>
#include <sockets/curve_keys.hpp>

namespace lpc::app {
namespace {

using scenario::ConfigTable;
using scenario::ProviderConfig;

constexpr std::size_t kProvidersMax = 1'024;

bidding::ReceptionRules read_rules(const ConfigTable& root) {
    const auto count = [&](const char* key, std::int64_t fallback, std::int64_t min) {
        return root.optional_int(key, fallback, {min, 1'000'000});
    };
    bidding::ReceptionRules rules;
    rules.message_bytes_max = static_cast<std::size_t>(count("message_bytes_max", 2'048, 512));
    rules.rate.per_s = static_cast<std::uint32_t>(count("messages_per_s_max", 50, 1));
    rules.rate.burst = static_cast<std::uint32_t>(count("messages_burst_max", 100, 1));
    rules.undecided_max = static_cast<std::size_t>(count("undecided_messages_max", 64, 1));
    rules.silence_ms_max = root.optional_int("silence_ms_max", 10'000, {100, 3'600'000});
    return rules;
}

bidding::Member read_member(const ConfigTable& table, std::vector<ProviderConfig>& providers) {
    std::vector<std::string> names;
    for (const ProviderConfig& provider : providers) names.push_back(provider.name);
    const std::string name = table.one_of("account", names);
    auto& provider = std::find_if(providers.begin(), providers.end(), [&](const auto& one) {
                         return one.name == name;
                     })->provider;
    provider.capacity_lots = table.required_int("capacity_lots", {1, LPC_LOTS_MAX});
    provider.bond = table.required_int("bond_quote", {0, LPC_MONEY_MAX});
    provider.schedule.clear();
    const std::string key = table.required_string("key");
    if (!sockets::is_curve_key(key))
        table.reject("key", "a CURVE public key of 40 characters, as `lpc keygen` prints it");
    return {name, key, provider.account, provider.capacity_lots, provider.bond};
}

std::vector<bidding::Member> read_members(const ConfigTable& root,
                                          std::vector<ProviderConfig>& providers) {
    std::vector<bidding::Member> members;
    if (providers.empty()) {
        root.reject("providers", "a scenario that has providers");
        return members;
    }
    std::set<std::string> accounts, keys;
    for (const ConfigTable& table : root.tables("providers", 1)) {
        if (members.size() == kProvidersMax) {
            table.reject("account", "at most 1024 providers");
            break;
        }
        members.push_back(read_member(table, providers));
        if (!accounts.insert(members.back().name).second)
            table.reject("account", "each account once");
        if (!keys.insert(members.back().key).second) table.reject("key", "each key once");
    }
    return members;
}

}  // namespace

Result<bidding::ServerConfig> load_bidding_config(const std::string& file, std::int64_t pace,
                                                  scenario::ScenarioConfig& scenario) {
    auto opened = scenario::ConfigFile::load(file);
    if (!opened) return tl::unexpected(opened.error());
    std::string keys_file;
    auto config = opened->read([&](const ConfigTable& root) {
        bidding::ServerConfig read;
        read.endpoint = root.required_string("endpoint");
        keys_file = root.required_file("server_keys_file");
        read.rules = read_rules(root);
        read.members = read_members(root, scenario.providers);
        return read;
    });
    if (!config) return config;
    auto keys = sockets::read_curve_keys(keys_file);
    if (!keys) return tl::unexpected(keys.error());
    config->keys = std::move(*keys);
    config->rules.pace = pace;
    config->rules.schedule_delay_ns = scenario.desk.schedule_delay_ns;
    return config;
}

}  // namespace lpc::app
