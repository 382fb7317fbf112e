#include "venue/account_owners.hpp"

#include <lpc/limits.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace lpc::venue {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

// A number of the configuration and where it has to lie.
struct Bounded {
    const char* key;
    std::int64_t value, low, high;
};

Status within(const Bounded& number) {
    if (number.value >= number.low && number.value <= number.high) return {};
    return fail(std::string(number.key) + ": found " + std::to_string(number.value) +
                ", expected " + std::to_string(number.low) + " to " + std::to_string(number.high));
}

Status check(const AccountOwnersConfig& config) {
    const Bounded numbers[] = {
        {"accounts_count", config.accounts_count, 0, 100'000'000},
        {"multiplier", config.multiplier, 1, LPC_MULTIPLIER_MAX},
        {"entry_price_ticks", config.entry_price_ticks, 1, LPC_PRICE_MAX / 2},
        {"entry_spread_ppm", config.entry_spread_ppm, 0, kMillion - 1},
        {"long_share_ppb", config.long_share_ppb, 0, LPC_RATE_ONE_PPB},
        {"notional_min_money", config.notional_min_money, 1, LPC_NOTIONAL_MAX},
        {"notional_max_money", config.notional_max_money, config.notional_min_money,
         LPC_NOTIONAL_MAX},
        {"leverages", static_cast<std::int64_t>(config.leverages.size()), 1, 1'000},
    };
    for (const Bounded& number : numbers) {
        if (Status bad = within(number); !bad) return bad;
    }
    for (const LeverageShare& share : config.leverages) {
        if (Status bad = within({"leverage", share.leverage, 1, 1'000'000}); !bad) return bad;
        if (Status bad = within({"weight", share.weight, 1, 1'000'000'000}); !bad) return bad;
    }
    const auto count = static_cast<std::uint64_t>(config.accounts_count);
    if (config.first_account == 0 || config.first_account > UINT64_MAX - count) {
        return fail("first_account: found " + std::to_string(config.first_account) +
                    ", expected at least 1 and room for accounts_count ids");
    }
    if (config.house_account - config.first_account < count) {
        return fail("house_account: found " + std::to_string(config.house_account) +
                    ", expected an id outside of those of the owners");
    }
    return {};
}

std::int64_t draw_leverage(Random& random, const std::vector<LeverageShare>& shares) {
    std::int64_t total = 0;
    for (const LeverageShare& share : shares) total += share.weight;
    std::int64_t ticket = random.between(0, total - 1);
    std::size_t at = 0;
    while (ticket >= shares[at].weight) ticket -= shares[at++].weight;
    return shares[at].leverage;
}

Owner draw_owner(Random& random, const AccountOwnersConfig& config) {
    Owner owner;
    owner.leverage = draw_leverage(random, config.leverages);
    const bool is_long = random.chance(config.long_share_ppb);
    const std::int64_t notional =
        log_uniform(random, config.notional_min_money, config.notional_max_money);
    const auto spread = static_cast<std::int64_t>(
        div_floor(Int128{config.entry_price_ticks} * config.entry_spread_ppm, kMillion));
    owner.entry_price = config.entry_price_ticks + random.between(-spread, spread);
    const Int128 lot = money_of(1, owner.entry_price, config.multiplier);
    const auto lots =
        std::max(std::int64_t{1}, clamp_to(div_floor(notional, lot), 0, LPC_LOTS_MAX));
    owner.lots = is_long ? lots : -lots;
    // Whole notional of the lots over leverage, rounded up: the owner pays the rest of a unit.
    owner.deposit = clamp_to(div_ceil(lot * lots, owner.leverage), 1, kDepositMax);
    return owner;
}

Status refused(const Owner& owner, const char* what, const char* why) {
    return fail("account " + std::to_string(owner.account) + ": its " + what +
                " was refused: " + why);
}

}  // namespace

std::int64_t log_uniform(Random& random, std::int64_t low, std::int64_t high) {
    int octaves = 1;
    while ((high >> octaves) >= low) ++octaves;
    // Each octave [low << k, low << (k + 1)) has the same mass; within it a value is kept with
    // probability start / value. Why: a range within one octave is drawn from itself, so at least
    // about a third of all draws are kept.
    for (;;) {
        const std::int64_t start = low << random.between(0, octaves - 1);
        const std::int64_t end = octaves == 1 ? high : 2 * start - 1;
        const std::int64_t value = random.between(start, end);
        if (random.between(0, value - 1) < start && value <= high) return value;
    }
}

Result<std::vector<Owner>> draw_owners(const AccountOwnersConfig& config, Random& random) {
    if (const Status bad = check(config); !bad) return fail_in("account owners", bad.error());
    std::vector<Owner> owners;
    owners.reserve(static_cast<std::size_t>(config.accounts_count));
    for (std::int64_t i = 0; i < config.accounts_count; ++i) {
        owners.push_back(draw_owner(random, config));
    }
    for (std::size_t left = owners.size(); left > 1; --left) {  // Fisher and Yates
        std::swap(owners[left - 1], owners[static_cast<std::size_t>(random.below(left))]);
    }
    std::uint64_t account = config.first_account;
    for (Owner& owner : owners) owner.account = account++;
    return owners;
}

Status open_owners(const AccountOwnersConfig& config, const std::vector<Owner>& owners,
                   Accounts& accounts, Matching& matching, std::vector<Event>& events) {
    accounts.reserve(accounts.size() + owners.size());
    for (const Owner& owner : owners) {
        const Booking opened = accounts.open_account(owner.account);
        if (opened != Booking::done) return refused(owner, "opening", text_of(opened));
        const Booking paid = accounts.deposit(owner.account, owner.deposit);
        if (paid != Booking::done) return refused(owner, "deposit", text_of(paid));
        const Transfer opening{owner.account, config.house_account, config.instrument, owner.lots,
                               owner.entry_price};
        const Refusal refusal = matching.transfer(opening, events);
        if (refusal != Refusal::none) return refused(owner, "position", text_of(refusal));
    }
    return {};
}

}  // namespace lpc::venue
