// config/bidding.toml: where liquidity providers come to a run, and who they are. Read at start-up.
#pragma once

#include <string>
#include <vector>

#include <bidding/server.hpp>
#include <foundation/status.hpp>
#include <scenario/scenario_config.hpp>

namespace lpc::app {

// Reads the host's keys too. The accounts are those of the scenario's providers: the ones that are
// named come from outside from now on, with the capacity and bond of this file, and have no
// standing schedule until they set one.
Result<bidding::ServerConfig> load_bidding_config(const std::string& file, std::int64_t pace,
                                                  scenario::ScenarioConfig& scenario);

}  // namespace lpc::app
