// config/bidder.toml: where the reference bidder goes, as whom, and its strategy. Read at start-up.
#pragma once

#include <cstdint>
#include <string>

#include <bidding/client.hpp>
#include <foundation/status.hpp>

#include "strategy.hpp"

namespace lpc::app {

struct BidderConfig {
    bidding::ClientConfig client;
    StrategyConfig strategy;
    std::int64_t latency_ms = 0, latency_jitter_ms = 0;  // before each answer to a call
    std::int64_t host_silence_ms_max = 0;                // then it ends
};

// Reads the keys too.
Result<BidderConfig> load_bidder_config(const std::string& file);

}  // namespace lpc::app
