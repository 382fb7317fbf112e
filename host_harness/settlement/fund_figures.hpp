// What a tranche of the insurance fund received and paid since the start, read from its account in
// the ledger: it keeps no books of its own. Pure.
#pragma once

#include <settlement/ledger.hpp>

namespace lpc::settlement {

// [smallest units of the asset], in all since the start.
struct FundFigures {
    Int128 deposited = 0;      // less what was withdrawn
    Int128 fees_received = 0;  // liquidation fees
    Int128 gained = 0;         // realised on what was taken over, with rebates
    Int128 covered = 0;        // paid for accounts
    Int128 lost = 0;  // with what it took over, and fees, as far as it paid for that itself
    std::int64_t deficit_booked = 0;  // bad debt that it could not pay

    Int128 repaid = 0;  // to those who bore a socialised loss

    FundFigures& operator+=(const FundFigures& other);
    [[nodiscard]] Int128 drawn() const { return covered + lost; }
    // What the fund's cash must then be, transfers aside.
    [[nodiscard]] Int128 balance() const {
        return deposited + fees_received + gained - drawn() - repaid;
    }
};

// Of one tranche; no deficit, which belongs to all.
[[nodiscard]] FundFigures figures_of(const Ledger& ledger, std::uint64_t account,
                                     std::uint32_t asset);

}  // namespace lpc::settlement
