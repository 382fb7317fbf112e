#include <lpc/auction.h>

#include <algorithm>
#include <settlement/fund_book.hpp>
#include <string>

namespace lpc::settlement {
namespace {

bool of_fund(const TrancheTerms& terms) {
    return terms.kind == LPC_FUND_INSTRUMENT || terms.kind == LPC_FUND_GLOBAL;
}

std::vector<TrancheTerms> terms_of(const Waterfall& waterfall) {
    std::vector<TrancheTerms> all;
    for (const Tranche& tranche : waterfall.tranches()) all.push_back(tranche.terms());
    return all;
}

void append(std::vector<Leg>& legs, const std::vector<Leg>& more) {
    legs.insert(legs.end(), more.begin(), more.end());
}

}  // namespace

Status FundBook::open(TrancheTerms terms, std::int64_t balance, std::int64_t now_ns) {
    if (terms.id >= kTranchesMax)
        return fail("insurance fund: tranche " + std::to_string(terms.id) + ", expected at most " +
                    std::to_string(kTranchesMax - 1));
    terms.account = account_of_tranche(terms.id);
    terms.asset = asset_;
    if (Status s = waterfall_.open(terms, balance, now_ns); !s) return s;
    if (Status s = ledger_->open_account(terms.account); !s || balance == 0) return s;
    return ledger_->deposit(terms.account, asset_, balance);
}

std::int64_t FundBook::balance() const {
    Int128 sum = 0;
    for (const Tranche& tranche : waterfall_.tranches()) sum += tranche.balance();
    return clamp_to(sum, -LPC_MONEY_MAX, LPC_MONEY_MAX);
}

bool FundBook::sound() const {
    return std::all_of(
        waterfall_.tranches().begin(), waterfall_.tranches().end(), [&](const Tranche& tranche) {
            return tranche.balance() >= 0 &&
                   tranche.balance() == ledger_->cash(tranche.terms().account, asset_);
        });
}

Status FundBook::post(Event event, const std::vector<Leg>& legs) {
    return ledger_->post({event, legs});
}

// Down the waterfall: all of the loss goes to the account, from tranches, fees and as deficit.
Result<Poured> FundBook::pay(Event event, const Ask& ask, std::int64_t now_ns,
                             std::vector<Leg>& legs) {
    Result<Poured> poured = waterfall_.pour(ask, now_ns);
    if (!poured) return poured;
    std::vector<Leg> moved;
    for (const Poured::Draw& draw : poured->draws)
        moved.push_back({Book::cash, draw.account, asset_, -draw.amount});
    if (const std::int64_t fees = poured->of(Layer::fees); fees > 0)
        moved.push_back({Book::fees, 0, asset_, -fees});
    if (poured->uncovered > 0) moved.push_back({Book::deficit, 0, asset_, -poured->uncovered});
    std::int64_t received = 0;
    for (const Leg& leg : moved) received -= leg.amount;
    moved.push_back({Book::cash, ask.account, asset_, received});
    if (Status s = post(event, moved); !s) return tl::unexpected(s.error());
    waterfall_.pay(ask, *poured, now_ns);
    figures_.lost += ask.loss;
    for (std::size_t layer = 0; layer < kLayers; ++layer)
        figures_.paid[layer] += poured->paid[layer];
    figures_.uncovered += poured->uncovered;
    if (poured->uncovered > 0) socialised_.add(poured->uncovered);
    append(legs, moved);
    return poured;
}

Result<Covered> FundBook::cover(const Ask& ask, std::int64_t now_ns) {
    Covered covered;
    Result<Poured> poured = pay(Event::cover, ask, now_ns, covered.legs);
    if (!poured) return tl::unexpected(poured.error());
    covered.poured = std::move(*poured);
    return covered;
}

Result<std::vector<Leg>> FundBook::settle(std::uint32_t instrument, std::int64_t now_ns) {
    std::vector<Leg> legs;
    for (const TrancheTerms& terms : terms_of(waterfall_)) {
        const std::int64_t gain =
            ledger_->cash(terms.account, asset_) - waterfall_.find(terms.id)->balance();
        Status done;
        if (gain > 0) done = earn(terms, gain, now_ns, legs);
        if (gain < 0) done = lose(terms, -gain, instrument, now_ns, legs);
        if (!done) return tl::unexpected(done.error());
    }
    return legs;
}

// The tranche has the money already.
Status FundBook::earn(const TrancheTerms& terms, std::int64_t amount, std::int64_t now_ns,
                      std::vector<Leg>& legs) {
    std::int64_t kept = amount;
    if (repays_ && of_fund(terms)) {
        const SocialisedLoss::Repaid repaid = socialised_.repay(amount);
        kept = repaid.left;
        if (const std::vector<Leg> moved = repaid.legs(terms.account, asset_); !moved.empty()) {
            if (Status s = post(Event::repay, moved); !s) return s;
            append(legs, moved);
        }
        figures_.repaid += repaid.to_claims;
        figures_.written_off += repaid.to_shortfall;
    }
    waterfall_.find(terms.id)->earn(now_ns, kept);
    return {};
}

// The tranche has lost the money already: what is beyond its caps it gets back from others.
Status FundBook::lose(const TrancheTerms& terms, std::int64_t amount, std::uint32_t instrument,
                      std::int64_t now_ns, std::vector<Leg>& legs) {
    Tranche& tranche = *waterfall_.find(terms.id);
    const std::int64_t own = std::min(amount, tranche.grantable(now_ns));
    if (own > 0) tranche.earn(now_ns, -own);
    const std::size_t layer = static_cast<std::size_t>(layer_of(terms.kind));
    figures_.lost += own;
    figures_.paid[layer] += own;
    if (own == amount) return {};
    Ask ask;
    ask.account = terms.account;
    ask.instrument = instrument;
    ask.asset = asset_;
    ask.loss = amount - own;
    const Result<Poured> poured = pay(Event::settle_fund, ask, now_ns, legs);
    if (!poured) return tl::unexpected(poured.error());
    return {};
}

Result<std::vector<Leg>> FundBook::collect(std::uint32_t instrument, std::int64_t amount,
                                           std::int64_t now_ns) {
    std::vector<Leg> legs;
    for (const TrancheTerms& terms : terms_of(waterfall_)) {
        const bool here =
            of_fund(terms) && (terms.kind == LPC_FUND_GLOBAL || terms.instrument == instrument);
        if (!here) continue;
        legs = {{Book::fees, 0, asset_, -amount}, {Book::cash, terms.account, asset_, amount}};
        if (Status s = post(Event::fee, legs); !s) return tl::unexpected(s.error());
        if (Status s = earn(terms, amount, now_ns, legs); !s) return tl::unexpected(s.error());
        break;
    }
    return legs;  // no such tranche: the house keeps them
}

Result<FundBook::Withdrawn> FundBook::withdraw(std::uint64_t account, std::int64_t amount,
                                               Int128 positive_balances) {
    figures_.factor_max_ppb = std::max(
        figures_.factor_max_ppb, withdrawal_factor_ppb(socialised_.shortfall(), positive_balances));
    Withdrawn withdrawn;
    withdrawn.withdrawal = socialised_.withdraw(account, amount, positive_balances);
    withdrawn.legs = withdrawn.withdrawal.legs(account, asset_);
    figures_.claimed += withdrawn.withdrawal.held_back;
    if (Status s = post(Event::withdrawal, withdrawn.legs); !s) return tl::unexpected(s.error());
    return withdrawn;
}

}  // namespace lpc::settlement
