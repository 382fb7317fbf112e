// Posts what the venue reports to the double-entry ledger. It keeps lots and cost of every position
// by itself, from the executions alone, and so computes realised profit a second time: that the
// ledger's cash agrees with the venue's accounts is a check, not a tautology. Engine thread only.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_map>

#include <settlement/ledger.hpp>
#include <venue/matching.hpp>

namespace lpc::scenario {

class LedgerKeeper {
  public:
    LedgerKeeper(settlement::Ledger& ledger, std::uint32_t asset)
        : ledger_(ledger), asset_(asset) {}

    void define_instrument(std::uint32_t instrument, std::int64_t multiplier) {
        multipliers_[instrument] = multiplier;
    }
    Status post(const venue::Execution& execution);
    Status post(const venue::Transfer& transfer);

  private:
    struct Held {
        std::int64_t lots = 0;
        std::int64_t cost = 0;
    };
    // Applies a fill to the kept position and says what it cost and realised.
    settlement::Side apply(std::uint64_t account, std::uint32_t instrument, std::int64_t lots,
                           std::int64_t price, std::int64_t fee);

    settlement::Ledger& ledger_;
    std::uint32_t asset_;
    std::map<std::uint32_t, std::int64_t> multipliers_;
    std::map<std::uint32_t, std::unordered_map<std::uint64_t, Held>> held_;
};

}  // namespace lpc::scenario
