// Market-wide facts: prices that wander, fall and recover, and all that stands around them.
#include <algorithm>
#include <array>

#include "world.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kPrice = 10, kPhase = 11, kSurroundings = 12 };

constexpr std::uint64_t kPhaseTurns = 40;
constexpr std::uint32_t kSettleAsset = 1, kOtherAsset = 2, kSpareTiers = 9;
constexpr std::int64_t kPpm = 1'000'000;

struct Terms {
    std::int64_t base, multiplier;
};
constexpr std::array<Terms, 3> kTerms{{{10'000, 10}, {500, 1'000}, {3'000'000, 1}}};

}  // namespace

void World::begin_market() {
    for (const auto& [id, value] : params_) {
        lpc_fact told = fact({}, lpc_fact_param{id, value});
        told.seq = last_seq_;
        known_.tell(told);
        out_.push_back(told);
    }
    say(fact({.instrument = kSettleAsset, .code = LPC_PRICE_FIT},
             lpc_fact_asset{1'000'000, 0, 1'000'000}));
    say(fact({.instrument = kOtherAsset, .code = LPC_PRICE_FIT},
             lpc_fact_asset{1'000'000, 100'000'000, 2'000'000}));
    for (std::uint32_t i = 0; i < kTerms.size(); ++i) {
        WorldInstrument x;
        x.id = i + 1;
        x.base = x.mark = kTerms[i].base;
        x.multiplier = kTerms[i].multiplier;
        instruments_.push_back(x);
        say_instrument(x);
        say_tiers(x.id, 8'000'000 + 2'000'000 * std::int64_t{i});
    }
    say_tiers(kSpareTiers, 15'000'000);
    for (WorldInstrument& x : instruments_) say_price(x);
    fund_ = 50'000'000;
    say_surroundings();
}

void World::say_instrument(const WorldInstrument& x) {
    say(fact({.instrument = x.id, .code = LPC_INSTRUMENT_LINEAR, .reason = x.trading},
             lpc_fact_instrument{0, x.multiplier, 0, 0, kSettleAsset}));
}

// Three rows whose requirement has no step: each row's deduction makes up for its higher rate.
void World::say_tiers(std::uint32_t set, std::int64_t maintenance_ppb) {
    std::int64_t deduction = 0;
    for (std::uint8_t row = 0; row < 3; ++row) {
        const std::int64_t floor = 40'000'000 * std::int64_t{row};
        if (row > 0) deduction += floor * maintenance_ppb / LPC_RATE_ONE_PPB;
        const std::int64_t rate = maintenance_ppb * (row + 1);
        say(fact({.instrument = set, .code = static_cast<std::uint8_t>(row + 1)},
                 lpc_fact_tier{set, floor, rate, 2 * rate, deduction}));
    }
}

void World::say_price(WorldInstrument& x) {
    say(fact({.instrument = x.id, .code = x.price_code},
             lpc_fact_price{x.mark, x.mark + static_cast<std::int64_t>(turn_ % 3),
                            1 + x.mark / 1000, 600'000'000}));
}

void World::move_instrument(WorldInstrument& x) {
    Draw d{options_.seed, kPrice, turn_, x.id};
    Draw phase{options_.seed, kPhase, turn_ / kPhaseTurns, x.id};
    std::int64_t drift_ppm = phase.between(-4'000, 4'000);
    if (x.mark < x.base * 2 / 3) drift_ppm = 5'000;
    if (x.mark > x.base * 3 / 2) drift_ppm = -5'000;
    if (d.permille(700)) {
        const std::int64_t move_ppm = drift_ppm + d.between(-3'000, 3'000);
        x.mark = std::max<std::int64_t>(10, x.mark + x.mark * move_ppm / kPpm);
        say_price(x);
    }
    if (x.price_code == LPC_PRICE_FIT ? d.permille(15) : d.permille(400)) {
        x.price_code =
            x.price_code == LPC_PRICE_FIT
                ? static_cast<std::uint8_t>(d.between(LPC_PRICE_STALE, LPC_PRICE_UNSOUND))
                : std::uint8_t{LPC_PRICE_FIT};
        say_price(x);
    }
    if (x.trading == LPC_TRADING_OPEN ? d.permille(8) : d.permille(300)) {
        x.trading = x.trading == LPC_TRADING_OPEN ? std::uint8_t{LPC_TRADING_HALTED}
                                                  : std::uint8_t{LPC_TRADING_OPEN};
        say_instrument(x);
    }
    x.market_lots += d.between(0, 2'000);
    for (std::uint8_t level = LPC_BOOK_BEST; level <= 2 && d.permille(500); ++level) {
        say(fact({.instrument = x.id, .code = level},
                 lpc_fact_book{x.mark - level, d.permille(30) ? 0 : x.mark + level,
                               d.between(1, 500), d.between(1, 500)}));
    }
    if (d.permille(500))
        say(fact({.instrument = x.id}, lpc_fact_volume{x.market_lots, x.own_lots}));
}

void World::move_market() {
    for (WorldInstrument& x : instruments_) move_instrument(x);
    Draw d = draw(kSurroundings);
    if (d.permille(50)) say_surroundings();
    if (d.permille(60)) {
        const bool fit = d.permille(950);
        say(fact({.instrument = kOtherAsset,
                  .code = fit ? std::uint8_t{LPC_PRICE_FIT} : std::uint8_t{LPC_PRICE_STALE}},
                 lpc_fact_asset{1'000'000, 100'000'000, d.between(1'500'000, 2'500'000)}));
    }
    if (d.permille(10)) say_tiers(kSpareTiers, 1'000 * d.between(14'000, 16'000));
}

// The fund and the scenario values: two chunks for each instrument.
void World::say_surroundings() {
    say(fact({.code = LPC_FUND_GLOBAL}, lpc_fact_fund{1, fund_, fund_ / 2, kSettleAsset}));
    for (const WorldInstrument& x : instruments_) {
        for (std::uint8_t chunk = 1; chunk <= 2; ++chunk) {
            lpc_fact risk = fact_of_kind(LPC_FACT_RISK, {.instrument = x.id, .code = chunk});
            for (std::int64_t i = 0; i < 5; ++i)
                risk.u.word[i] = (i - 2) * chunk * x.mark * x.multiplier / 100;
            say(risk);
        }
    }
}

void World::mend_market() {
    for (WorldInstrument& x : instruments_) {
        if (x.price_code != LPC_PRICE_FIT) {
            x.price_code = LPC_PRICE_FIT;
            say_price(x);
        }
        if (x.trading != LPC_TRADING_OPEN) {
            x.trading = LPC_TRADING_OPEN;
            say_instrument(x);
        }
    }
    say(fact({.instrument = kOtherAsset, .code = LPC_PRICE_FIT},
             lpc_fact_asset{1'000'000, 100'000'000, 2'000'000}));
}

// What is told between begin and end keeps its number: nothing was lost.
void World::resync_market() {
    lpc_fact bracket = resync(0, LPC_RESYNC_BEGIN);
    bracket.seq = ++last_seq_;
    out_.push_back(bracket);
    for (const lpc_fact& f : known_.of_account(0)) out_.push_back(f);
    bracket.code = LPC_RESYNC_END;
    bracket.seq = ++last_seq_;
    out_.push_back(bracket);
}

}  // namespace lpc::judge
