// Paired runs compared: for each measure the mean of both arms, of the differences (a minus b), its
// interval, and which arm is better; then one verdict. Pure; deterministic by pairs and seed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "bootstrap.hpp"
#include "measures.hpp"

namespace lpc::scenario {

// Fewer say nothing: with so few differences the interval is narrower than it should be.
inline constexpr std::int64_t kPairsMin = 10;

// Two runs of the same market, accounts and seed.
struct Pair {
    std::uint64_t seed = 0;
    Measured a, b;
};

enum class Better : std::uint8_t { none, a, b };
const char* name_of(Better better);

struct MeasureComparison {
    Measure measure;
    Int128 a_sum = 0, b_sum = 0;  // over diff.count pairs: those where both arms have a value
    MeanEstimate diff;            // a minus b
    Better better = Better::none;
};

struct FailedCheck {
    std::uint64_t seed = 0;
    std::string arm, check, detail;
};

struct Comparison {
    std::size_t pairs = 0;
    std::vector<MeasureComparison> rows;  // as measures()
    std::string verdict;
};

// `failed`: with any, there is no verdict but that.
[[nodiscard]] Comparison compare(const std::vector<Pair>& pairs,
                                 const std::vector<FailedCheck>& failed,
                                 const BootstrapOptions& options);

}  // namespace lpc::scenario
