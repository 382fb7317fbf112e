// The procedure as a scenario says it: its stages, who acts in each of their arms, with which
// parameters. Read once at start-up; plain values.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include <runtime/config.hpp>
#include <runtime/following/purpose.hpp>

namespace lpc::scenario {

class ConfigTable;

// A number that a file sets, and where: "a.toml: line 3, key interval_ns".
struct Setting {
    std::int64_t value = 0;
    std::string place;
};
using Settings = std::map<std::string, Setting>;  // by key

// Who acts in one arm of a stage; a stage without arms has one, 'main'.
struct ArmConfig {
    std::string name{runtime::kOnlyArm};
    std::string plugin;  // a file name in the host's plugin folders, or builtin:NAME
    std::string plugin_place;
    std::string params_file;  // empty: none
    Settings params;          // what it says
    runtime::Placement placement = runtime::Placement::engine;
};

struct StageConfig {
    std::string name;
    std::vector<ArmConfig> arms;
};

// Who acts in which order, and the published conditions by which an account moves on.
struct ProcedureConfig {
    std::vector<StageConfig> stages;    // the first is risk
    std::vector<runtime::Stage> rules;  // of the others
};

// [[stages]]
ProcedureConfig read_procedure(const ConfigTable& root);

}  // namespace lpc::scenario
