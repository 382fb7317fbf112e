// Deleveraging: when nobody takes a close-out and no tranche may pay, accounts with profit on the
// other side give up lots at the close-out's price. How many each, by a published policy; never
// more than is needed, never more than its positive profit. Pure: nobody's number or place in the
// list matters, keyed ties apart. Any thread; integers only [lots, smallest units of the asset].
#pragma once

#include <lpc/limits.h>
#include <cstdint>
#include <foundation/status.hpp>
#include <lpc/sdk/rounding.hpp>
#include <span>
#include <vector>

namespace lpc::settlement {

enum class Policy : std::uint8_t {
    queue,     // whole positions, by a venue's ranking: to compare with
    pro_rata,  // everybody the same part of its profit, weighted by risk: the default
    min_max,   // so that the greatest part of a profit is as small as whole lots allow
};

// Whose turn comes first in a queue. All ties by keyed hash.
enum class Ranking : std::uint8_t {
    bitmex,        // profit / cost * position's value / equity
    binance,       // profit / collateral * maintenance requirement / equity
    hyperliquid,   // mark / entry (a short: entry / mark) * account's notional / equity
    random_start,  // dYdX v4: by number, from a drawn one on
};

// How much an account's leverage counts in its weight, (its leverage / the reference) ^ c, the
// ratio held within 1/2 and 2. none: pure pro-rata, which neither splitting an account nor waiting
// can beat. Any of them leaves an account's weight a matter of its own facts and the published
// reference, so what others do does not change it.
enum class RiskWeight : std::uint8_t {
    none,  // c = 0
    root,  // c = 1/2
    full,  // c = 1
};

struct DeleveragingRule {
    Policy policy = Policy::pro_rata;
    Ranking ranking = Ranking::bitmex;  // of the queue
    RiskWeight risk = RiskWeight::root;
    std::int64_t reference_leverage_ppb = LPC_RATE_ONE_PPB;  // reference_leverage(), or a parameter
    std::int64_t haircut_max_ppb = 900'000'000;  // of an account's profit, over all its rounds
    std::uint64_t tie_key = 0;
};

struct Need {
    std::int64_t lots = 0;          // the position that must go: + a long, - a short
    std::int64_t cost_per_lot = 0;  // what giving one lot up costs against the mark; at least 0
};

struct Candidate {
    std::uint64_t account = 0;
    std::int64_t lots = 0;  // signed
    // How many of them (unsigned) no other leg of its hedge group offsets; all, if there is none.
    std::int64_t net_lots = 0;
    std::int64_t profit = 0;  // unrealised, of the position, or of its whole hedge group
    std::int64_t taken = 0;   // of its profit, by earlier rounds
    std::int64_t equity = 0;  // of the account, as all that follow but value and cost
    std::int64_t notional = 0;
    // For rankings only.
    std::int64_t maintenance = 0;
    std::int64_t collateral = 0;  // equity without unrealised profit
    std::int64_t value = 0;       // of the position at the mark, unsigned
    std::int64_t cost = 0;        // of the position at entry, unsigned
};

struct Deleveraged {
    struct Share {
        std::uint64_t account = 0;
        std::int64_t lots = 0;  // unsigned: so much of its position goes
        // How many of them an other leg of its hedge group offset: that leg goes down with them.
        std::int64_t hedged_lots = 0;
    };
    std::vector<Share> shares;  // of those who give something, in the candidates' order
    std::int64_t lots = 0;      // of all of them
    std::int64_t uncovered_lots = 0;
    // The part of its profit that an account of the reference leverage gives, if nothing caps it.
    // Of pro_rata and min_max.
    std::int64_t level_ppb = 0;
    std::int64_t worst_haircut_ppb = 0;  // the greatest part of a profit that goes, rounded up
};

// Refused: a number beyond its limit (one clear sentence says whose).
[[nodiscard]] Result<Deleveraged> deleverage(const Need& need,
                                             std::span<const Candidate> candidates,
                                             const DeleveragingRule& rule);

// The leverage (notional / equity) at which half of the candidates' profit lies on either side, to
// be published and used for all rounds of an event. Weighing by profit, it does not move when an
// account is split. [ppb], at least 1.
[[nodiscard]] std::int64_t reference_leverage(std::span<const Candidate> candidates);

}  // namespace lpc::settlement
