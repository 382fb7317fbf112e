// The stages of a report: who acted, what it said, and, where a stage was split among arms, what
// became of the accounts of each. Pure functions of a run that is over.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "run.hpp"

namespace lpc::scenario {

nlohmann::ordered_json stages_json(const Run& run);
std::string stages_text(const Run& run);

}  // namespace lpc::scenario
