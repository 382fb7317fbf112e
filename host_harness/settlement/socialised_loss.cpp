#include <lpc/limits.h>

#include <algorithm>
#include <settlement/socialised_loss.hpp>

namespace lpc::settlement {

std::vector<Leg> Withdrawal::legs(std::uint64_t account, std::uint32_t asset) const {
    std::vector<Leg> legs{{Book::cash, account, asset, -(paid + held_back)}};
    if (paid > 0) legs.push_back({Book::external, 0, asset, paid});
    if (held_back > 0) legs.push_back({Book::deficit, 0, asset, held_back});
    return legs;
}

std::vector<Leg> SocialisedLoss::Repaid::legs(std::uint64_t payer, std::uint32_t asset) const {
    std::vector<Leg> legs;
    if (to_claims + to_shortfall > 0)
        legs.push_back({Book::cash, payer, asset, -(to_claims + to_shortfall)});
    for (const Claim& claim : claims)
        legs.push_back({Book::cash, claim.account, asset, claim.amount});
    if (to_shortfall > 0) legs.push_back({Book::deficit, 0, asset, to_shortfall});
    return legs;
}

std::int64_t withdrawal_factor_ppb(std::int64_t shortfall, Int128 positive_balances) {
    if (shortfall <= 0) return 0;
    if (shortfall >= positive_balances) return LPC_RATE_ONE_PPB;
    return static_cast<std::int64_t>(
        div_ceil(Int128{shortfall} * LPC_RATE_ONE_PPB, positive_balances));
}

Withdrawal reduced(std::int64_t amount, std::int64_t shortfall, Int128 positive_balances) {
    if (shortfall <= 0) return {amount, 0};
    if (shortfall >= positive_balances) {
        const std::int64_t held_back = std::min(amount, shortfall);
        return {amount - held_back, held_back};
    }
    const auto held_back =
        static_cast<std::int64_t>(div_ceil(Int128{amount} * shortfall, positive_balances));
    return {amount - held_back, held_back};
}

Withdrawal SocialisedLoss::withdraw(std::uint64_t account, std::int64_t amount,
                                    Int128 positive_balances) {
    const Withdrawal withdrawal = reduced(amount, shortfall_, positive_balances);
    if (withdrawal.held_back > 0) {
        shortfall_ -= withdrawal.held_back;
        claimed_ += withdrawal.held_back;
        claims_.push_back({account, withdrawal.held_back});
    }
    return withdrawal;
}

SocialisedLoss::Repaid SocialisedLoss::repay(std::int64_t income) {
    Repaid repaid;
    const Int128 lost = claimed_ + shortfall_;
    const auto pays = static_cast<std::int64_t>(std::min<Int128>(income, lost));
    repaid.left = income - pays;
    if (pays == 0) return repaid;
    repaid.to_claims = static_cast<std::int64_t>(div_ceil(claimed_ * pays, lost));
    repaid.to_shortfall = pays - repaid.to_claims;
    shortfall_ -= repaid.to_shortfall;
    claimed_ -= repaid.to_claims;
    for (std::int64_t rest = repaid.to_claims; rest > 0;) {
        Claim& oldest = claims_.front();
        const std::int64_t amount = std::min(rest, oldest.amount);
        repaid.claims.push_back({oldest.account, amount});
        oldest.amount -= amount;
        rest -= amount;
        if (oldest.amount == 0) claims_.pop_front();
    }
    return repaid;
}

std::int64_t withdrawable(const Standing& standing, bool deficit_open) {
    const std::int64_t counted =
        deficit_open ? std::min<std::int64_t>(standing.unrealised, 0) : standing.unrealised;
    const Int128 free = Int128{standing.cash} + counted - standing.requirement;
    return static_cast<std::int64_t>(
        std::clamp<Int128>(free, 0, std::max<std::int64_t>(standing.cash, 0)));
}

Spread spread_over_positions(std::int64_t loss, std::int64_t open_lots) {
    const Int128 per_lot = div_ceil(loss, open_lots);
    return {static_cast<std::int64_t>(per_lot), per_lot * open_lots - loss};
}

}  // namespace lpc::settlement
