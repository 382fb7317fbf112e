// What a report says of those that followed as shadows when the run ended: how what they said
// compares with what was done. Pure functions of the finished run.
#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "run.hpp"

namespace lpc::scenario {

nlohmann::ordered_json shadows_json(const Run& run);
std::string shadows_text(const Run& run);

}  // namespace lpc::scenario
