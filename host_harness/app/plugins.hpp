// Finds, checks and loads the plugins that a scenario's stages name, before the engine starts. What
// the runtime later asks for by content is then only a look-up.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <scenario/scenario_config.hpp>

#include "host_config.hpp"

namespace lpc::app {

class Plugins {
  public:
    explicit Plugins(const HostConfig& host) : host_(host) {}

    // The attachments of a scenario's stages and their arms, in order, with every parameter checked
    // against what the plugin declares. A parameter that the arm does not set and that is named
    // like a number of the rulebook takes the rulebook's value.
    Result<std::vector<runtime::Attachment>> attach(const scenario::ScenarioConfig& scenario);

    // Loads a file; its sha256.
    Result<std::string> load(const std::string& file);

    // Answers by content. A file not loaded yet is looked for where the attachment says it was, and
    // in the plugin folders.
    runtime::CodeSource source();

  private:
    Result<runtime::Attachment> attach(const scenario::ScenarioConfig& scenario,
                                       const scenario::StageConfig& stage,
                                       const scenario::ArmConfig& arm, std::uint32_t role);
    Result<std::string> locate(const std::string& name, const std::string& scenario_file) const;
    Result<runtime::PluginCode> code_of(const runtime::Attachment& attachment);

    HostConfig host_;
    std::map<std::string, std::shared_ptr<const runtime::PluginImage>> images_;  // by sha256
};

}  // namespace lpc::app
