#include "stage_params.hpp"

#include <scenario/nearest_name.hpp>
#include <set>
#include <string>

namespace lpc::app {
namespace {

Status unknown_parameter(const lpc_plugin& table, const std::string& stage, const std::string& name,
                         const scenario::Setting& setting) {
    std::set<std::string, std::less<>> declared;
    for (std::uint64_t i = 0; i < table.param_count; ++i) declared.emplace(table.params[i].name);
    const std::string plugin = "plugin " + std::string(table.id) + " in stage " + stage;
    return fail(setting.place + ": found an unknown key, expected " +
                (declared.empty() ? "none: " + plugin + " has no parameters"
                                  : "a parameter of " + plugin + ", of which the nearest is " +
                                        scenario::nearest_name(name, declared)));
}

Status check_range(const lpc_plugin& table, const std::string& stage, const lpc_param& param,
                   const scenario::Setting& setting) {
    if (setting.value >= param.min && setting.value <= param.max) return {};
    return fail(setting.place + ": found " + std::to_string(setting.value) +
                ", expected an integer from " + std::to_string(param.min) + " to " +
                std::to_string(param.max) + ", as plugin " + table.id + " in stage " + stage +
                " declares it (" + param.help + ")");
}

}  // namespace

Result<std::vector<std::pair<std::uint64_t, std::int64_t>>> match_params(
    const lpc_plugin& table, const std::string& place, const scenario::Settings& set,
    const scenario::Settings& rulebook) {
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;
    scenario::Settings unknown = set;
    for (std::uint64_t i = 0; i < table.param_count; ++i) unknown.erase(table.params[i].name);
    if (!unknown.empty()) {
        const auto& [name, setting] = *unknown.begin();
        return tl::unexpected(unknown_parameter(table, place, name, setting).error());
    }
    for (std::uint64_t i = 0; i < table.param_count; ++i) {
        const lpc_param& param = table.params[i];
        auto setting = set.find(param.name);
        if (setting == set.end()) {
            setting = rulebook.find(param.name);
            if (setting == rulebook.end()) continue;
        }
        if (const Status status = check_range(table, place, param, setting->second); !status)
            return tl::unexpected(status.error());
        params.emplace_back(param.id, setting->second.value);
    }
    return params;
}

}  // namespace lpc::app
