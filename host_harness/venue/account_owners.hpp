// The owners of accounts: draws from a seed who holds what at the start: leverage, side, size,
// deposit. Account ids are shuffled, so that their order carries no meaning; a house account holds
// the other side of the imbalance. Pure, integers only, deterministic; owns nothing.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <vector>

#include "venue/matching.hpp"
#include "venue/random.hpp"

namespace lpc::venue {

struct LeverageShare {
    std::int64_t leverage = 1;  // whole times
    std::int64_t weight = 1;
};

struct AccountOwnersConfig {
    std::int64_t accounts_count = 0;
    std::uint64_t first_account = 1;  // ids are first_account .. first_account + accounts_count - 1
    std::uint64_t house_account = 0;  // outside that range; opened by the caller
    std::uint32_t instrument = 0;
    std::int64_t multiplier = 0;  // money a tick and lot
    std::int64_t entry_price_ticks = 0;
    std::int64_t entry_spread_ppm =
        0;  // entries lie uniformly within this of the entry price, either way
    std::int64_t long_share_ppb = 500'000'000;
    std::int64_t notional_min_money =
        0;  // log-uniform between these, then down to whole lots, at least one
    std::int64_t notional_max_money = 0;
    std::vector<LeverageShare> leverages;
};

struct Owner {
    std::uint64_t account = 0;
    std::int64_t lots = 0;  // + long, - short
    std::int64_t entry_price = 0;
    std::int64_t leverage = 0;
    std::int64_t deposit = 0;  // ceil(notional / leverage): never less than the leverage asks for
};

// By account id. The error names the key, what was found and what was expected.
[[nodiscard]] Result<std::vector<Owner>> draw_owners(const AccountOwnersConfig& config,
                                                     Random& random);

// Opens the accounts, pays the deposits in and books each position against the house account, as
// PositionMoved events.
[[nodiscard]] Status open_owners(const AccountOwnersConfig& config,
                                 const std::vector<Owner>& owners, Accounts& accounts,
                                 Matching& matching, std::vector<Event>& events);

// Uniform in the logarithm over [low, high], exactly: density proportional to 1 / value. 1 <= low
// <= high <= 2^60.
[[nodiscard]] std::int64_t log_uniform(Random& random, std::int64_t low, std::int64_t high);

}  // namespace lpc::venue
