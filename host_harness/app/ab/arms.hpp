// The two arms of `lpc ab`: one scenario with two plugins, or one plugin with two parameter sets,
// in one of its stages. Everything that can be wrong with them is found here, before anything runs.
#pragma once

#include <string>
#include <vector>

#include <runtime/runtime.hpp>
#include <scenario/compare/comparison_text.hpp>
#include <scenario/scenario_config.hpp>

#include "../plugins.hpp"

namespace lpc::app {

struct ArmArgs {
    std::string name;                 // "a" or "b", as its options are called
    std::string file;                 // a path, or a bare name in the plugin folders
    std::vector<std::string> params;  // NAME=VALUE
};

struct Arm {
    std::string name;
    scenario::ScenarioConfig config;  // with the arm's plugin and parameters in the stage
    std::vector<runtime::Attachment> attachments;
    scenario::ArmDescription description;
};

// Of `--stage NAME`; empty: the first liquidator's.
[[nodiscard]] Result<std::size_t> stage_index(const scenario::ScenarioConfig& scenario,
                                              const std::string& named);

// The parameters of the stage's file hold for an arm of the same algorithm (plugin id) as the
// scenario's own plugin there; another starts from its own defaults. The arm's options go on top.
[[nodiscard]] Result<Arm> prepare_arm(Plugins& plugins, const scenario::ScenarioConfig& scenario,
                                      std::size_t stage, const ArmArgs& args);

}  // namespace lpc::app
