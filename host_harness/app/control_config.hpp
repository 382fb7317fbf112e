// config/control.toml: who may command a running host, over what, and which plugin files may be
// loaded. Read at start-up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <control/plugin_policy.hpp>
#include <control/server.hpp>
#include <foundation/status.hpp>
#include <runtime/following/purpose.hpp>

namespace lpc::app {

struct ControlConfig {
    control::ServerConfig server;  // without its endpoint, which the command line names
    control::PluginPolicy plugins;
    std::int64_t slice_budget_ns = 50'000;
    runtime::Placement followers_place = runtime::Placement::worker;
    std::int64_t follower_lag_max = 1'000'000;    // records of 64 bytes
    std::int64_t probation_ns = 600'000'000'000;  // of engine time
};

// `plugin_folders`: of host.toml, the shipped one included. Reads the host's keys too.
Result<ControlConfig> load_control_config(const std::string& file,
                                          const std::vector<std::string>& plugin_folders);

}  // namespace lpc::app
