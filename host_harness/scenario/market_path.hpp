// The market of a run: the path of prices and volumes, from the data file or the scenario's
// waypoints.
#pragma once

#include <optional>
#include <string>

#include <market_data/market_source.hpp>
#include <market_data/price_path.hpp>
#include "scenario_config.hpp"

namespace lpc::scenario {

struct MarketPath {
    market_data::PricePath steps;
    std::optional<market_data::Provenance> data;  // none: synthetic
};

// `data`: the file or folder of --data; empty if none was given.
Result<MarketPath> load_market(const ScenarioConfig& config, const std::string& data);

}  // namespace lpc::scenario
