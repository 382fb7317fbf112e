// The insurance fund: money set aside to pay what bankrupt accounts owe, held as an account of the
// ledger. It has no state of its own: every figure is read from the ledger. Its cash is never below
// zero without a booked deficit: what it cannot pay is booked as bad debt. Same thread and
// determinism as the ledger, which is borrowed and must outlive it.
#pragma once

#include <settlement/ledger.hpp>

namespace lpc::settlement {

// [smallest units of the asset], in all since the start.
struct FundFigures {
    Int128 deposited = 0;      // less what was withdrawn
    Int128 fees_received = 0;  // liquidation fees
    Int128 gained = 0;         // realised on what was taken over, with rebates
    Int128 covered = 0;        // paid for accounts
    Int128 lost =
        0;  // realised on what was taken over, with fees, as far as the fund itself paid for it
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

struct Cover {
    std::int64_t paid = 0;     // by the fund
    std::int64_t deficit = 0;  // booked as bad debt
};

// The account gives up a position (or a part of one) to the fund at the bankruptcy price.
struct TakeOver {
    std::uint64_t account = 0;
    std::uint32_t asset = 0;
    std::int64_t cost =
        0;  // of the account's closing trade: - for a long that it sells, + for a short bought back
    std::int64_t realised = 0;       // by the account
    std::int64_t fund_realised = 0;  // by the fund, if it held the opposite position
};

class InsuranceFund {
  public:
    explicit InsuranceFund(Ledger& ledger) : ledger_(&ledger) {}

    [[nodiscard]] std::int64_t balance(std::uint32_t asset) const {
        return ledger_->cash(kInsuranceFund, asset);
    }
    // No debt of the fund that is not booked. Holds after every call but a trade, until
    // settle_fund.
    [[nodiscard]] bool sound(std::uint32_t asset) const { return balance(asset) >= 0; }
    [[nodiscard]] FundFigures figures(std::uint32_t asset) const;

    [[nodiscard]] Status deposit(std::uint32_t asset, std::int64_t amount) {
        return ledger_->deposit(kInsuranceFund, asset, amount);
    }
    [[nodiscard]] Status receive_fee(std::uint64_t account, std::uint32_t asset,
                                     std::int64_t amount);
    // Pays `owed` for the account, from the fund as far as it reaches, and books the rest as
    // deficit. Refused where the account does not owe that much (its cash is not as far below
    // zero).
    [[nodiscard]] Result<Cover> cover(std::uint64_t account, std::uint32_t asset,
                                      std::int64_t owed);
    // The fund's open takes the notional; its cash is touched only by fund_realised. Followed by
    // settle_fund.
    [[nodiscard]] Status take_over(const TakeOver& take_over);
    // After a trade of the fund: books what its cash is below zero as deficit, and answers how
    // much.
    [[nodiscard]] Result<std::int64_t> settle_fund(std::uint32_t asset);

  private:
    Ledger* ledger_;
};

}  // namespace lpc::settlement
