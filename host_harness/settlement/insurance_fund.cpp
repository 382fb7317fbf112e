#include <algorithm>
#include <settlement/insurance_fund.hpp>
#include <settlement/refusal.hpp>

namespace lpc::settlement {

FundFigures& FundFigures::operator+=(const FundFigures& other) {
    deposited += other.deposited;
    fees_received += other.fees_received;
    gained += other.gained;
    covered += other.covered;
    lost += other.lost;
    deficit_booked += other.deficit_booked;
    repaid += other.repaid;
    return *this;
}

FundFigures figures_of(const Ledger& ledger, std::uint64_t account, std::uint32_t asset) {
    const auto flow = [&](Event event) { return ledger.fund_flow(account, event, asset); };
    FundFigures figures;
    figures.deposited = flow(Event::deposit).in - flow(Event::withdrawal).out;
    figures.fees_received = flow(Event::fee).in;
    figures.gained = flow(Event::fill).in + flow(Event::take_over).in;
    figures.covered = flow(Event::cover).out + flow(Event::settle_fund).out;
    figures.repaid = flow(Event::repay).out;
    figures.lost = flow(Event::fill).out + flow(Event::take_over).out + flow(Event::fee).out -
                   flow(Event::settle_fund).in;
    return figures;
}

FundFigures InsuranceFund::figures(std::uint32_t asset) const {
    FundFigures figures = figures_of(*ledger_, kInsuranceFund, asset);
    figures.deficit_booked = -ledger_->balance(Book::deficit, 0, asset);
    return figures;
}

Status InsuranceFund::receive_fee(std::uint64_t account, std::uint32_t asset, std::int64_t amount) {
    if (amount <= 0) {
        return refuse(Event::fee, "amount " + std::to_string(amount) + ", expected more than 0");
    }
    const Leg legs[] = {{Book::cash, account, asset, -amount},
                        {Book::cash, kInsuranceFund, asset, amount}};
    return ledger_->post({Event::fee, legs});
}

Result<Cover> InsuranceFund::cover(std::uint64_t account, std::uint32_t asset, std::int64_t owed) {
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

Status InsuranceFund::take_over(const TakeOver& take_over) {
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

Result<std::int64_t> InsuranceFund::settle_fund(std::uint32_t asset) {
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
