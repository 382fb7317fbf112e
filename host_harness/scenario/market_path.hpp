// The market of a run: the path of prices and volumes, from the data file or the scenario's
// waypoints.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include <market_data/book_record.hpp>
#include <market_data/market_source.hpp>
#include <market_data/price_path.hpp>
#include "scenario_config.hpp"

namespace lpc::scenario {

struct MarketPath {
    market_data::PricePath steps;
    std::optional<market_data::Provenance> data;  // none: synthetic
    // The book that the market is; none: agents make one around the path.
    std::shared_ptr<const market_data::BookRecord> book;
};

// `data`: the file or folder of --data; empty if none was given.
Result<MarketPath> load_market(const ScenarioConfig& config, const std::string& data);

// Where the scenario's market is a book. All of it, and the market that the config's window cuts
// from it.
Result<market_data::BookRecord> load_book(const ScenarioConfig& config, const std::string& data);
Result<MarketPath> market_of_book(const ScenarioConfig& config,
                                  const market_data::BookRecord& book);

}  // namespace lpc::scenario
