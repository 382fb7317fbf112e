// The least fund: one tranche, 0, that pays whatever it has. It drives the ledger's events of a
// fund in tests, where the waterfall would stand between.
#pragma once

#include <algorithm>
#include <settlement/fund_figures.hpp>
#include <settlement/refusal.hpp>

namespace lpc::settlement {

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

class OneFund {
  public:
    explicit OneFund(Ledger& ledger) : ledger_(&ledger) {}

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

inline FundFigures OneFund::figures(std::uint32_t asset) const {
    FundFigures figures = figures_of(*ledger_, kInsuranceFund, asset);
    figures.deficit_booked = -ledger_->balance(Book::deficit, 0, asset);
    return figures;
}

inline Status OneFund::receive_fee(std::uint64_t account, std::uint32_t asset,
                                   std::int64_t amount) {
    if (amount <= 0) {
        return refuse(Event::fee, "amount " + std::to_string(amount) + ", expected more than 0");
    }
    const Leg legs[] = {{Book::cash, account, asset, -amount},
                        {Book::cash, kInsuranceFund, asset, amount}};
    return ledger_->post({Event::fee, legs});
}

inline Result<Cover> OneFund::cover(std::uint64_t account, std::uint32_t asset, std::int64_t owed) {
    if (account == kInsuranceFund) {
        return refuse(Event::cover, "the fund's own debt is settled, not covered");
    }
    // Invariant: balances are within LPC_MONEY_MAX, so their negative is a number.
    const std::int64_t owes = -ledger_->cash(account, asset);
    if (owed <= 0 || owed > owes) {
        return refuse(Event::cover,
                      who(account) + " owes " + std::to_string(std::max<std::int64_t>(owes, 0)) +
                          " of asset " + std::to_string(asset) + ", not " + std::to_string(owed));
    }
    Cover cover;
    cover.paid = std::clamp<std::int64_t>(balance(asset), 0, owed);
    cover.deficit = owed - cover.paid;
    const Leg legs[] = {{Book::cash, kInsuranceFund, asset, -cover.paid},
                        {Book::deficit, 0, asset, -cover.deficit},
                        {Book::cash, account, asset, owed}};
    if (Status done = ledger_->post({Event::cover, legs}); !done) {
        return tl::unexpected(done.error());
    }
    return cover;
}

inline Status OneFund::take_over(const TakeOver& take_over) {
    // Why: before the fund's side is made of its negative.
    if (!within_limit(take_over.cost)) return refuse(Event::take_over, "a cost beyond the limit");
    return ledger_->take_over({.asset = take_over.asset,
                               .maker = {.account = kInsuranceFund,
                                         .cost = -take_over.cost,
                                         .realised = take_over.fund_realised},
                               .taker = {.account = take_over.account,
                                         .cost = take_over.cost,
                                         .realised = take_over.realised}});
}

inline Result<std::int64_t> OneFund::settle_fund(std::uint32_t asset) {
    const std::int64_t missing = -balance(asset);
    if (missing <= 0) return 0;
    const Leg legs[] = {{Book::deficit, 0, asset, -missing},
                        {Book::cash, kInsuranceFund, asset, missing}};
    if (Status done = ledger_->post({Event::settle_fund, legs}); !done) {
        return tl::unexpected(done.error());
    }
    return missing;
}

}  // namespace lpc::settlement
