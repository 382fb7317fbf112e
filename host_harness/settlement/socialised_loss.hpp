// The last resort: a loss that nobody could pay is borne by all who withdraw while it is open, each
// by the same part, and given back from what the insurance fund earns later. Beside it, as venues
// do it, a loss spread over open positions. One thread; deterministic; integers only [smallest
// units of the asset].
#pragma once

#include <cstdint>
#include <deque>
#include <lpc/sdk/rounding.hpp>
#include <settlement/ledger.hpp>
#include <vector>

namespace lpc::settlement {

// What a withdrawal brings, and what of it is kept for the shortfall.
struct Withdrawal {
    std::int64_t paid = 0;
    std::int64_t held_back = 0;

    // Sums to zero: what is held back makes the deficit smaller.
    [[nodiscard]] std::vector<Leg> legs(std::uint64_t account, std::uint32_t asset) const;
};

// F = shortfall / sum of all positive balances, at most 1. [ppb], rounded up; no balances: 1.
[[nodiscard]] std::int64_t withdrawal_factor_ppb(std::int64_t shortfall, Int128 positive_balances);

// What F, as an exact fraction, holds back of an amount. Rounded up, for those who stay: no
// withdrawal makes F higher, so nobody has to be first.
[[nodiscard]] Withdrawal reduced(std::int64_t amount, std::int64_t shortfall,
                                 Int128 positive_balances);

// The shortfall of one asset, and what those who left may still expect.
class SocialisedLoss {
  public:
    struct Claim {
        std::uint64_t account = 0;
        std::int64_t amount = 0;
    };
    struct Repaid {
        std::vector<Claim> claims;      // whom, oldest first
        std::int64_t to_claims = 0;     // in all
        std::int64_t to_shortfall = 0;  // so much of the deficit is no more
        std::int64_t left = 0;          // nobody is owed it

        // From this account's cash; sums to zero.
        [[nodiscard]] std::vector<Leg> legs(std::uint64_t payer, std::uint32_t asset) const;
    };

    // While it is open, withdrawals are reduced and winnings that are not realised stay.
    [[nodiscard]] bool open() const { return shortfall_ > 0; }
    [[nodiscard]] std::int64_t shortfall() const { return shortfall_; }
    [[nodiscard]] Int128 claimed() const { return claimed_; }
    [[nodiscard]] const std::deque<Claim>& claims() const { return claims_; }

    // A deficit that was booked; more than 0.
    void add(std::int64_t deficit) { shortfall_ += deficit; }
    // amount: more than 0, within the account's balance, which the sum contains. What is held back
    // becomes a claim.
    [[nodiscard]] Withdrawal withdraw(std::uint64_t account, std::int64_t amount,
                                      Int128 positive_balances);
    // The fund's income, at least 0: to those who left and those who stayed as each have lost,
    // rounded up for those who left; among these the oldest claim first.
    [[nodiscard]] Repaid repay(std::int64_t income);

  private:
    std::int64_t shortfall_ = 0;
    Int128 claimed_ = 0;  // Invariant: the sum of claims_
    std::deque<Claim> claims_;
};

// What an account may withdraw: what it owns, as far as its initial requirement is covered by the
// rest; while a deficit is open, covered without profit that is not realised.
struct Standing {
    std::int64_t cash = 0;
    std::int64_t unrealised = 0;
    std::int64_t requirement = 0;
};
[[nodiscard]] std::int64_t withdrawable(const Standing& standing, bool deficit_open);

// A loss spread over all open lots of an instrument, both sides, each lot the same (Drift's way, by
// its funding rate). Rounded up, so it is covered; what is too much belongs to the fund.
struct Spread {
    std::int64_t per_lot = 0;
    Int128 surplus = 0;
};
[[nodiscard]] Spread spread_over_positions(std::int64_t loss, std::int64_t open_lots);

}  // namespace lpc::settlement
