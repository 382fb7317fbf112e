// The insurance fund's tranches as accounts of the ledger: what they pay down the waterfall, what
// they win and lose with positions that they took over, fees, socialised loss and its repayment.
// Whatever moves is posted at once, and the legs are answered, so that whoever keeps the same cash
// elsewhere can follow. Between two calls a tranche's balance is its account's cash, and never
// below zero. One thread; deterministic; the ledger is borrowed and must outlive it.
#pragma once

#include <array>
#include <cstdint>
#include <foundation/status.hpp>
#include <lpc/sdk/rounding.hpp>
#include <settlement/ledger.hpp>
#include <settlement/socialised_loss.hpp>
#include <settlement/waterfall.hpp>
#include <vector>

namespace lpc::settlement {

// Of all losses that were told so far. [smallest units]
struct LayerFigures {
    Int128 lost = 0;                     // in all
    std::array<Int128, kLayers> paid{};  // by layer
    Int128 uncovered = 0;                // Invariant: lost = the sum of paid + uncovered
    Int128 claimed = 0, repaid = 0;      // held back of withdrawals; paid back to members
    Int128 written_off = 0;              // of the shortfall, by income of the fund
    std::int64_t factor_max_ppb = 0;     // of a withdrawal, the highest
    [[nodiscard]] Int128 of(Layer layer) const { return paid[static_cast<std::size_t>(layer)]; }
};

struct Covered {
    Poured poured;
    std::vector<Leg> legs;
};

class FundBook {
  public:
    FundBook(Ledger& ledger, std::uint32_t asset) : ledger_(&ledger), asset_(asset) {}
    // From now on what the fund earns goes first to those who bore a socialised loss.
    void repay_first() { repays_ = true; }

    // The asset must be open; the account is account_of_tranche(id), and its balance comes from
    // outside. Refused: what Waterfall::open refuses, an id beyond kTranchesMax.
    [[nodiscard]] Status open(TrancheTerms terms, std::int64_t balance, std::int64_t now_ns);

    [[nodiscard]] const Waterfall& waterfall() const { return waterfall_; }
    [[nodiscard]] const SocialisedLoss& socialised() const { return socialised_; }
    [[nodiscard]] const LayerFigures& figures() const { return figures_; }
    [[nodiscard]] std::int64_t balance() const;  // of all tranches
    [[nodiscard]] bool sound() const;            // each as promised above

    // The account of the ask owes the loss: what the waterfall pays goes to it, and what nobody can
    // pay becomes a deficit and a socialised loss. Its fees lie in the book of fees.
    [[nodiscard]] Result<Covered> cover(const Ask& ask, std::int64_t now_ns);
    // After trades of tranches: a gain is the tranche's, a loss too as far as its caps let it; the
    // rest goes down the waterfall like any loss.
    [[nodiscard]] Result<std::vector<Leg>> settle(std::uint32_t instrument, std::int64_t now_ns);
    // Fees of a liquidation that is over, from the book of fees to the first tranche of the fund
    // that pays for the instrument.
    [[nodiscard]] Result<std::vector<Leg>> collect(std::uint32_t instrument, std::int64_t amount,
                                                   std::int64_t now_ns);
    // The account takes out an amount, less what the socialised loss holds back.
    struct Withdrawn {
        Withdrawal withdrawal;
        std::vector<Leg> legs;
    };
    [[nodiscard]] Result<Withdrawn> withdraw(std::uint64_t account, std::int64_t amount,
                                             Int128 positive_balances);
    // A tranche took a position of a liquidation at this cost against the mark.
    void take(std::uint64_t liquidation, std::uint64_t tranche, std::int64_t cost) {
        waterfall_.take(liquidation, tranche, cost);
    }
    void forget(std::uint64_t liquidation) { waterfall_.forget(liquidation); }

  private:
    [[nodiscard]] Status post(Event event, const std::vector<Leg>& legs);
    [[nodiscard]] Result<Poured> pay(Event event, const Ask& ask, std::int64_t now_ns,
                                     std::vector<Leg>& legs);
    [[nodiscard]] Status earn(const TrancheTerms& terms, std::int64_t amount, std::int64_t now_ns,
                              std::vector<Leg>& legs);
    [[nodiscard]] Status lose(const TrancheTerms& terms, std::int64_t amount,
                              std::uint32_t instrument, std::int64_t now_ns,
                              std::vector<Leg>& legs);

    Ledger* ledger_;
    std::uint32_t asset_;
    bool repays_ = false;
    Waterfall waterfall_;
    SocialisedLoss socialised_;
    LayerFigures figures_;
};

}  // namespace lpc::settlement
