// What deleveraging costs: one close-out shared out among many accounts with profit, by each
// policy; and the worst second of a cascade, in which thousands of losses go through the waterfall
// and thousands of accounts give up lots, every one of them posted to the ledger.
#include <lpc/auction.h>

#include <algorithm>
#include <chrono>
#include <settlement/deleveraging.hpp>
#include <settlement/waterfall.hpp>
#include <string>
#include <vector>
#include <venue/random.hpp>

#include "bench.hpp"
#include "must.hpp"
#include "samples.hpp"

namespace lpc::app {
namespace {

using namespace settlement;
using Clock = std::chrono::steady_clock;

constexpr std::uint64_t kAccounts = 100'000;
constexpr std::uint32_t kRepeats = 21;
constexpr std::int64_t kCostPerLot = 1'000;
constexpr std::uint64_t kMass = 12'000;  // losses and, apart from them, accounts with profit
constexpr std::uint32_t kInstruments = 44;
constexpr std::uint32_t kAsset = 1;

double ms_since(Clock::time_point began) {
    return std::chrono::duration<double, std::milli>(Clock::now() - began).count();
}

// Profits over three decades, most of them small; leverage from 1 to 50.
Candidate draw_winner(venue::Random& random, std::uint64_t account) {
    Candidate c;
    c.account = account;
    c.profit = 10'000'000;
    for (int i = 0; i < 3; ++i) c.profit = c.profit * random.between(100, 1'000) / 100;
    c.equity = c.profit * random.between(2, 10);
    c.notional = c.equity * random.between(10, 500) / 10;
    c.value = c.notional;
    c.cost = c.value + c.profit;
    c.maintenance = c.notional / 100;
    c.collateral = c.equity - c.profit;
    c.lots = -c.notional / 100'000;
    c.net_lots = -c.lots;
    return c;
}

struct Winners {
    std::vector<Candidate> candidates;
    std::int64_t profit = 0;

    Winners(std::uint64_t seed, std::uint64_t first, std::uint64_t count) {
        venue::Random random(seed);
        for (std::uint64_t i = 0; i < count; ++i) {
            candidates.push_back(draw_winner(random, first + i));
            profit += candidates.back().profit;
        }
    }
    // A tenth of what they have won.
    [[nodiscard]] Need need() const { return {profit / 10 / kCostPerLot, kCostPerLot}; }
};

bool all_given(const Deleveraged& done, const Need& need) {
    std::int64_t lots = 0;
    for (const auto& share : done.shares) lots += share.lots;
    return lots == done.lots && lots + done.uncovered_lots == need.lots && done.uncovered_lots == 0;
}

// Accounts that have less left than somebody who had won less, by more than the one lot that
// rounding may cost. Of those alone who are at no cap: who has few lots keeps more by having them.
std::uint64_t inversions(const Winners& winners, const Deleveraged& done,
                         const DeleveragingRule& rule) {
    struct Left {
        std::int64_t won, left;
    };
    std::vector<Left> all;
    for (std::size_t i = 0; i < done.shares.size(); ++i) {
        const Candidate& c = winners.candidates[i];
        const std::int64_t given = done.shares[i].lots * kCostPerLot;
        const bool at_cap =
            done.shares[i].lots == -c.lots || Int128{given + kCostPerLot} * LPC_RATE_ONE_PPB >
                                                  Int128{c.profit} * rule.haircut_max_ppb;
        if (!at_cap) all.push_back({c.profit, c.profit - given});
    }
    std::sort(all.begin(), all.end(), [](const Left& a, const Left& b) { return a.won < b.won; });
    std::uint64_t inverted = 0;
    std::int64_t most = 0;
    for (const Left& one : all) {
        inverted += one.left + kCostPerLot < most ? 1 : 0;
        most = std::max(most, one.left);
    }
    return inverted;
}

Deleveraged by(const Winners& winners, DeleveragingRule rule) {
    rule.reference_leverage_ppb = reference_leverage(winners.candidates);
    return must(deleverage(winners.need(), winners.candidates, rule));
}

// One turn of a cascade: ledger, tranches and those who have won, all in the state before it.
struct Cascade {
    Ledger ledger;
    Waterfall waterfall;
    std::vector<Ask> asks;
    std::vector<Winners> winners;  // by instrument

    Cascade() {
        must(ledger.open_asset(kAsset));
        for (std::uint64_t account = 1; account <= 2 * kMass + kInstruments; ++account)
            must(ledger.open_account(account));
        open_tranches();
        venue::Random random(9);
        for (std::uint64_t account = 1; account <= kMass; ++account) {
            const std::int64_t loss = random.between(1'000'000, 500'000'000);
            asks.push_back({.liquidation = account,
                            .account = account,
                            .instrument = static_cast<std::uint32_t>(1 + account % kInstruments),
                            .asset = kAsset,
                            .loss = loss,
                            .maintenance = loss});
        }
        for (std::uint32_t i = 0; i < kInstruments; ++i) {
            const std::uint64_t first = kMass + i * kMass / kInstruments;
            const std::uint64_t end = kMass + (i + 1) * kMass / kInstruments;
            winners.emplace_back(100 + i, 1 + first, end - first);
        }
    }

    void open_tranches() {
        constexpr std::int64_t kHour = 3'600'000'000'000, kHolds = 10'000'000'000'000;
        for (std::uint32_t i = 1; i <= kInstruments + 1; ++i) {
            const bool global = i > kInstruments;
            TrancheTerms terms{
                i,
                static_cast<std::uint8_t>(global ? LPC_FUND_GLOBAL : LPC_FUND_INSTRUMENT),
                global ? 0 : i,
                kAsset,
                global ? kInsuranceFund : 2 * kMass + i,
                {}};
            terms.caps = {50'000'000,
                          500'000'000,
                          (global ? 24 : 8) * kHour,
                          global ? 500'000'000 : 300'000'000,
                          global ? 500'000'000 : 250'000'000,
                          Caps::kNone};
            must(waterfall.open(terms, kHolds, 0));
            must(ledger.deposit(terms.account, kAsset, kHolds));
        }
    }

    void pay_losses() {
        for (const Ask& ask : asks) {
            const Poured poured = must(waterfall.pour(ask, 0));
            waterfall.pay(ask, poured, 0);
            const std::vector<Leg> legs = poured.legs(ask);
            if (!legs.empty()) must(ledger.post({Event::cover, legs}));
        }
    }

    // Each share is a trade with the account that is closed.
    std::uint64_t deleverage_all(bool& conserved) {
        std::uint64_t trades = 0;
        for (std::size_t i = 0; i < winners.size(); ++i) {
            const Deleveraged done = by(winners[i], {});
            conserved = conserved && all_given(done, winners[i].need());
            const std::uint64_t closed = 1 + i;
            for (const auto& share : done.shares) {
                const std::int64_t cost = share.lots * kCostPerLot;
                must(ledger.fill({kAsset, {closed, -cost, 0, 0}, {share.account, cost, 0, 0}}));
                ++trades;
            }
        }
        return trades;
    }
};

template <class Work>
double median_ms(std::uint32_t repeats, Work&& work) {
    std::vector<double> took;
    for (std::uint32_t i = 0; i < repeats; ++i) {
        const auto began = Clock::now();
        work();
        took.push_back(ms_since(began));
    }
    return median(took);
}

}  // namespace

Json bench_deleverage(const BenchOptions& options) {
    const std::uint64_t accounts = options.accounts != 0 ? options.accounts : kAccounts;
    const std::uint32_t repeats = options.repeats != 0 ? options.repeats : kRepeats;
    const Winners winners(1, 1, accounts);
    DeleveragingRule pure, queue, least_worst;
    pure.risk = RiskWeight::none;
    queue.policy = Policy::queue;
    queue.haircut_max_ppb = LPC_RATE_ONE_PPB;
    least_worst.policy = Policy::min_max;
    bool conserved = true;
    const auto time_of = [&](const DeleveragingRule& rule) {
        Deleveraged done;
        const double ms = median_ms(repeats, [&] { done = by(winners, rule); });
        conserved = conserved && all_given(done, winners.need());
        return ms;
    };
    const double queue_ms = time_of(queue);
    const double total_ms = time_of({});
    const double min_max_ms = time_of(least_worst);
    const std::uint64_t inverted = inversions(winners, by(winners, pure), pure);
    std::vector<double> turns;
    std::uint64_t trades = 0;
    for (std::uint32_t i = 0; i < repeats; ++i) {
        Cascade cascade;
        const auto began = Clock::now();
        cascade.pay_losses();
        trades = cascade.deleverage_all(conserved);
        turns.push_back(ms_since(began));
        conserved = conserved && cascade.ledger.recompute_residual(kAsset) == 0;
    }
    Json json;
    json["params"] = {{"losses", kMass}, {"instruments", kInstruments}, {"repeats", repeats}};
    json["results"] = {{"accounts", accounts},       {"queue_ms", queue_ms},
                       {"total_ms", total_ms},       {"min_max_ms", min_max_ms},
                       {"conserved", conserved},     {"inversions", inverted},
                       {"mass_deleveraged", trades}, {"mass_turn_ms", median(turns)}};
    return json;
}

}  // namespace lpc::app
