// The parts of a report that say who paid for losses: the layers of the waterfall, the tranches,
// what was socialised. Pure functions of a run that is over.
#pragma once

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "run.hpp"

namespace lpc::scenario {

// What checks may ask for.
std::map<std::string, Int128> layer_figures(const Run& run);

nlohmann::ordered_json layers_json(const Run& run);
nlohmann::ordered_json tranches_json(const Run& run);
nlohmann::ordered_json socialised_json(const Run& run);
// As lines of the table.
std::string layers_text(const Run& run);

}  // namespace lpc::scenario
