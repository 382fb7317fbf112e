#include "config.hpp"

#include <chrono>
#include <utility>

#include <lpc/limits.h>

#include <scenario/config_reader.hpp>

namespace lpc::app {
namespace {

using scenario::ConfigTable;

constexpr std::int64_t kHourMs = 3'600'000;

StrategyConfig read_strategy(const ConfigTable& root) {
    constexpr scenario::IntRange kDiscount{-bidding::kDiscountMaxPpb, bidding::kDiscountMaxPpb};
    StrategyConfig strategy;
    strategy.seed = static_cast<std::uint64_t>(root.optional_int("seed", 1, {0, LPC_LOTS_MAX}));
    strategy.capacity_lots = root.required_int("capacity_lots", {1, LPC_LOTS_MAX});
    strategy.discount_ppb = root.required_int("discount_ppb", kDiscount);
    strategy.steps_count =
        root.optional_int("steps_count", 1, {1, static_cast<std::int64_t>(bidding::kStepsMax)});
    strategy.step_ppb = root.optional_int("step_ppb", 1'000'000, {1, bidding::kDiscountMaxPpb});
    strategy.standing = root.optional_bool("standing", true);
    strategy.bids = root.optional_bool("bids", true);
    strategy.edge_ppb = root.optional_int("edge_ppb", 0, {0, bidding::kDiscountMaxPpb});
    if (strategy.steps_count > strategy.capacity_lots)
        root.reject("steps_count", "at most capacity_lots");
    const std::int64_t last =
        strategy.discount_ppb + strategy.step_ppb * (strategy.steps_count - 1);
    if (last > bidding::kDiscountMaxPpb)
        root.reject("step_ppb",
                    "a last discount of at most " + std::to_string(bidding::kDiscountMaxPpb));
    if (strategy.discount_ppb - strategy.edge_ppb < -bidding::kDiscountMaxPpb)
        root.reject("edge_ppb",
                    "a first discount of at least -" + std::to_string(bidding::kDiscountMaxPpb));
    return strategy;
}

BidderConfig read(const ConfigTable& root, std::string& keys_file) {
    BidderConfig config;
    config.client.endpoint = root.required_string("endpoint");
    config.client.account = root.required_string("account");
    keys_file = root.required_file("keys_file");
    config.client.connect_timeout =
        std::chrono::milliseconds(root.optional_int("connect_ms_max", 3'000, {1, kHourMs}));
    config.strategy = read_strategy(root);
    config.latency_ms = root.optional_int("latency_ms", 0, {0, kHourMs});
    config.latency_jitter_ms = root.optional_int("latency_jitter_ms", 0, {0, kHourMs});
    config.host_silence_ms_max = root.optional_int("host_silence_ms_max", 10'000, {100, kHourMs});
    return config;
}

}  // namespace

Result<BidderConfig> load_bidder_config(const std::string& file) {
    auto opened = scenario::ConfigFile::load(file);
    if (!opened) return tl::unexpected(opened.error());
    std::string keys_file;
    auto config = opened->read([&](const ConfigTable& root) { return read(root, keys_file); });
    if (!config) return config;
    auto keys = sockets::read_curve_keys(keys_file);
    if (!keys) return tl::unexpected(keys.error());
    config->client.keys = std::move(*keys);
    return config;
}

}  // namespace lpc::app
