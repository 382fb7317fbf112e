// Runs both arms of `lpc ab` on one seed after another: the same market, accounts and agents for
// both, each arm on a thread of its own. The figures depend on scenario, seeds, data and plugins
// only.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <journal/writer.hpp>
#include <scenario/compare/comparison.hpp>

#include "arms.hpp"

namespace lpc::app {

struct PairsOptions {
    std::uint64_t first_seed = 1;  // rising by one
    std::size_t runs = 1;
    std::string data;  // of --data
    std::string out;   // empty: neither reports nor journals are kept
    journal::Options journal;
    runtime::CodeSource code;
    std::function<void(std::size_t done, std::size_t all)> progress;  // from one thread
};

struct PairsOutcome {
    std::vector<scenario::Pair> pairs;
    std::vector<scenario::FailedCheck> failed;
};

// An error: a run could not begin or go on; what is wrong with `out` is found before the first.
[[nodiscard]] Result<PairsOutcome> run_pairs(const Arm& a, const Arm& b,
                                             const PairsOptions& options);

}  // namespace lpc::app
