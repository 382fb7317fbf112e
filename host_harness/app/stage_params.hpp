// The parameters of an arm of a stage matched with what its plugin declares. Pure.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <foundation/status.hpp>
#include <scenario/scenario_config.hpp>
#include <utility>
#include <vector>

namespace lpc::app {

// (id, value) of every parameter that is set: by the arm, or by the rulebook under the same name.
// An error names the place, what was found and what the plugin expects.
Result<std::vector<std::pair<std::uint64_t, std::int64_t>>> match_params(
    const lpc_plugin& table, const std::string& place, const scenario::Settings& set,
    const scenario::Settings& rulebook);

}  // namespace lpc::app
