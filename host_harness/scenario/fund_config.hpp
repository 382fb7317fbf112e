// Who pays for losses in a scenario, and what else moves the fund: tranches, the fee of a
// liquidation, how tranches get rid of what they took over, when members withdraw or add margin.
// Read once at start-up; plain values.
#pragma once

#include <cstdint>
#include <optional>
#include <settlement/tranche.hpp>
#include <vector>

#include "config_reader.hpp"

namespace lpc::scenario {

struct TrancheConfig {
    settlement::TrancheTerms terms;
    std::int64_t balance = 0;
};

// What tranches took over is traded out on the book, a little in each step.
struct UnwindingConfig {
    std::int64_t participation_ppb = 0;  // of what others trade
    std::int64_t slippage_max_ppm = 0;   // worst price, from the mark
    std::int64_t quiet_ns = 0;           // since a close-out last asked the book for anything
};

// At this time each member withdraws with this chance, and this share of what it may.
struct WithdrawalConfig {
    std::int64_t at_ns = 0;  // from the first step
    std::int64_t accounts_share_ppb = 0;
    std::int64_t amount_share_ppb = 0;
};

// At this time each member who is in a liquidation deposits with this chance, and this share of its
// maintenance requirement.
struct DepositConfig {
    std::int64_t at_ns = 0;  // from the first step
    std::int64_t accounts_share_ppb = 0;
    std::int64_t requirement_share_ppb = 0;
};

struct FundConfig {
    // At least one; without any in the scenario: one for all without caps, with the number 0.
    std::vector<TrancheConfig> tranches;
    bool repays = false;  // a socialised loss, from what the fund earns
    std::int64_t liquidation_fee_ppb = 0;
    std::optional<UnwindingConfig> unwinding;
    std::vector<WithdrawalConfig> withdrawals;  // by time, as are deposits
    std::vector<DepositConfig> deposits;
};

FundConfig read_fund(const ConfigTable& root);

}  // namespace lpc::scenario
