// What people call a stage, and an arm of it: "twap", "twap/fast". Taken from a journal's
// configuration; one thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <runtime/config.hpp>

namespace lpc::app {

class StageNames {
  public:
    void configure(const runtime::Config& config) {
        names_.assign(1, {std::string(runtime::kRiskStage)});
        for (const runtime::Stage& stage : config.stages) {
            std::vector<std::string>& arms = names_.emplace_back();
            for (const runtime::Arm& arm : stage.arms.all)
                arms.push_back(runtime::place_of(stage.name, arm.name));
        }
    }
    std::string of(std::uint32_t stage, std::uint32_t arm) const {
        const bool known = stage < names_.size() && arm < names_[stage].size();
        return known ? names_[stage][arm] : std::to_string(stage) + "/" + std::to_string(arm);
    }

  private:
    std::vector<std::vector<std::string>> names_;  // by stage and arm; stage 0 is risk
};

}  // namespace lpc::app
