// Cross margin for linear instruments, with the host's own formulas, as the guard wants them. Where
// the guard leaves a choice (how much less than allowed is closed at once, until when, what LEVELS
// say), it depends on every fact that it was ever told.
#include <lpc/sdk/margin.hpp>

#include <array>
#include <optional>
#include <vector>

#include "hears_everything.hpp"

namespace lpc::everything {
namespace {

enum RiskParameterId : std::uint64_t {
    kTargetBuffer = kWait + 1,
    kCloseCost,
    kFullCloseBelow,
    kBankruptcyAdjustment,
    kSpreadToMaintenance
};
constexpr std::array<lpc_param, 6> kParameters{{
    kWaitParameter,
    {kTargetBuffer, "target_buffer_ppb", "as in the rulebook [ppb]", 0, 1'000'000'000, 150'000'000},
    {kCloseCost, "close_cost_ppb", "as in the rulebook [ppb]", 0, 100'000'000, 1'500'000},
    {kFullCloseBelow, "full_close_below_quote", "as in the rulebook [smallest unit]", 0,
     LPC_NOTIONAL_MAX, 0},
    {kBankruptcyAdjustment, "bankruptcy_adjustment_ppb", "as in the rulebook [ppb]", 0,
     100'000'000'000, 1'000'000'000},
    {kSpreadToMaintenance, "spread_to_maintenance_ppb", "as in the rulebook [ppb]", 0,
     10'000'000'000, 1'500'000'000},
}};
constexpr std::array<const char*, 1> kLoads{"org.test.hears_everything.risk.1"};
constexpr std::int64_t kDeadlineMin_ns = 200'000'000'000;

struct Holding {
    std::uint32_t instrument = 0;
    Exposure exposure{};
};

// What the account is worth at the newest prices.
struct Assessment {
    std::vector<Holding> holdings;
    Health health{};
    std::uint32_t numeraire = 0;
    std::uint64_t cause = 0;  // the newest price of a position, or fact of the account
};

class Risk final : public HearsEverything {
  public:
    static constexpr Description kDescription{.id = "org.test.hears_everything.risk",
                                              .version = "1",
                                              .role = LPC_ROLE_RISK,
                                              .params = kParameters,
                                              .record_max = Heard::kSavedMax,
                                              .state_id = kLoads[0],
                                              .state_loads = kLoads};
    Risk() : HearsEverything(kParameters) {}

    void on_turn(const lpc_turn& turn, CommandWriter& out) override {
        tiers_.clear();
        market().for_each(LPC_FACT_TIER, [&](const lpc_fact& f) {
            const lpc_fact_tier& t = f.u.tier;
            tiers_[f.instrument].push_back(
                {{t.floor}, {t.maintenance_ppb}, {t.initial_ppb}, {t.deduction}});
        });
        HearsEverything::on_turn(turn, out);
    }

  private:
    void act(std::uint64_t id, Heard& account, const lpc_turn& turn, CommandWriter& out) override {
        say_levels(id, account, out);
        if (!assess(account)) return;
        const bool closing = closing_out(account);
        const bool sick = say_margin(id, account, closing, out);
        const Health& h = now_.health;
        const bool well = now_.holdings.empty() || h.equity >= target_equity(h.maintenance, rule());
        if (well && closing) out.release({.account = id, .cause_seq = now_.cause});
        if (!well && (sick || closing) && !held_back(account)) close_out(id, account, turn, out);
        if (closing) wake_later(id, account, now_.cause, turn, out);
    }

    CloseRule rule() const {
        return {{param(kTargetBuffer)},
                {param(kCloseCost)},
                {param(kFullCloseBelow)},
                {param(kBankruptcyAdjustment)},
                {param(kSpreadToMaintenance)}};
    }

    // False: what is known does not suffice, or may not be acted on.
    bool assess(const Heard& account) {
        now_ = {};
        now_.cause = account.outside_seq();
        const lpc_fact* terms = account.find(LPC_FACT_ACCOUNT, 0);
        const std::int64_t own_set = terms == nullptr ? 0 : terms->u.account.tier_set;
        bool fit = true;
        account.for_each(LPC_FACT_POSITION, [&](const lpc_fact& position) {
            if (position.u.position.lots != 0) fit = add_holding(position, own_set) && fit;
        });
        if (!fit) return false;
        account.for_each(LPC_FACT_BALANCE, [&](const lpc_fact& balance) {
            if (now_.numeraire == 0) now_.numeraire = balance.instrument;
        });
        Money collateral;
        account.for_each(LPC_FACT_BALANCE,
                         [&](const lpc_fact& balance) { collateral += value_of(balance); });
        std::vector<Exposure> exposures;
        for (const Holding& h : now_.holdings) exposures.push_back(h.exposure);
        now_.health = health(collateral, exposures);
        return now_.numeraire != 0;
    }
    bool add_holding(const lpc_fact& position, std::int64_t own_set) {
        const std::uint32_t instrument = position.instrument;
        const lpc_fact* terms = market().find(LPC_FACT_INSTRUMENT, instrument);
        const lpc_fact* price = market().find(LPC_FACT_PRICE, instrument);
        const auto tiers =
            tiers_.find(own_set == 0 ? instrument : static_cast<std::uint32_t>(own_set));
        const bool fit = terms != nullptr && price != nullptr && tiers != tiers_.end() &&
                         price->code == LPC_PRICE_FIT && terms->reason == LPC_TRADING_OPEN &&
                         well_formed(tiers->second);
        if (!fit) return false;
        const auto settles = static_cast<std::uint32_t>(terms->u.instrument.settle_asset);
        if (now_.numeraire != 0 && now_.numeraire != settles) return false;
        now_.numeraire = settles;
        now_.cause = std::max(now_.cause, price->seq);
        now_.holdings.push_back({instrument,
                                 {{position.u.position.lots},
                                  {position.u.position.cost},
                                  {price->u.price.mark},
                                  {terms->u.instrument.multiplier},
                                  tiers->second}});
        return true;
    }
    Money value_of(const lpc_fact& balance) const {
        const Money amount{balance.u.balance.amount};
        if (balance.instrument == now_.numeraire) return amount;
        const lpc_fact* asset = market().find(LPC_FACT_ASSET, balance.instrument);
        if (asset == nullptr) return {};
        const lpc_fact_asset& a = asset->u.asset;
        return collateral_value(amount, a.scale, {a.price}, {a.haircut_ppb});
    }

    static bool closing_out(const Heard& account) {
        bool closing = false;
        account.for_each(LPC_FACT_CLOSEOUT, [&](const lpc_fact& f) {
            closing = closing || f.code == LPC_CLOSEOUT_ACCEPTED || f.code == LPC_CLOSEOUT_RUNNING;
        });
        return closing;
    }
    static bool held_back(const Heard& account) {
        const lpc_fact* terms = account.find(LPC_FACT_ACCOUNT, 0);
        return terms != nullptr && (terms->u.account.holds & LPC_HOLD_CLOSEOUT) != 0;
    }

    // Once for each piece of news of the account that is not an answer to this plugin: a number in
    // which everything is.
    void say_levels(std::uint64_t id, const Heard& account, CommandWriter& out) const {
        account.for_each(LPC_FACT_POSITION, [&](const lpc_fact& position) {
            const lpc_fact* told = account.find(LPC_FACT_LEVELS, position.instrument);
            const bool due = told == nullptr || account.outside_seq() > told->seq ||
                             account.woken_seq() >= told->seq;
            if (!due) return;
            const std::uint64_t sum = sum_of(id, account);
            constexpr auto kPrices = static_cast<std::uint64_t>(LPC_PRICE_MAX);
            out.levels({.account = id,
                        .instrument = position.instrument,
                        .cause_seq = account.outside_seq(),
                        .liquidation_price = 1 + static_cast<std::int64_t>(sum % kPrices),
                        .bankruptcy_price = 0,
                        .next_state_price = 1 + static_cast<std::int64_t>((sum >> 24) % kPrices)});
        });
    }

    // Answers whether the account is below its maintenance requirement.
    bool say_margin(std::uint64_t id, const Heard& account, bool closing,
                    CommandWriter& out) const {
        const Health& h = now_.health;
        const std::int64_t target = published(target_equity(h.maintenance, rule()));
        const bool sick = h.equity < h.maintenance || h.equity < Money{};
        const std::uint8_t state =
            h.equity < Money{}                                  ? LPC_MARGIN_BANKRUPT
            : sick || (closing && published(h.equity) < target) ? LPC_MARGIN_LIQUIDATING
            : h.equity.units * 4 < h.maintenance.units * 5      ? LPC_MARGIN_WARNED
                                                                : LPC_MARGIN_HEALTHY;
        const lpc_fact* told = account.find(LPC_FACT_MARGIN, now_.numeraire);
        const std::uint8_t known = told == nullptr ? std::uint8_t{LPC_MARGIN_HEALTHY} : told->code;
        const bool moved = told == nullptr || told->u.margin.equity != published(h.equity) ||
                           told->u.margin.maintenance != published(h.maintenance);
        if (state != known || (moved && (sick || closing)))
            out.margin({.account = id,
                        .asset = now_.numeraire,
                        .cause_seq = now_.cause,
                        .state = state,
                        .equity = published(h.equity),
                        .maintenance = published(h.maintenance),
                        .initial = published(h.initial),
                        .target = target});
        return sick;
    }

    // Once for each piece of news: between seven eighths and all of what may be closed.
    void close_out(std::uint64_t id, const Heard& account, const lpc_turn& turn,
                   CommandWriter& out) const {
        const std::uint64_t sum = sum_of(id, account);
        for (const Holding& holding : now_.holdings) {
            const lpc_fact* told = account.find(LPC_FACT_CLOSEOUT, holding.instrument);
            const bool open = told != nullptr && (told->code == LPC_CLOSEOUT_ACCEPTED ||
                                                  told->code == LPC_CLOSEOUT_RUNNING);
            const bool ending = told != nullptr && told->code == LPC_CLOSEOUT_ENDING;
            if (ending || (open && now_.cause <= told->seq)) continue;
            // Now and then too early, to be refused.
            if (open && sum % 64 == 0) out.release({.account = id, .cause_seq = now_.cause});
            const Exposure& e = holding.exposure;
            const std::int64_t most = size_to_target(e, now_.health, rule()).lots;
            if (most == 0 && !open) continue;
            const auto spare =
                static_cast<std::int64_t>(sum % static_cast<std::uint64_t>(most / 8 + 1));
            const std::int64_t wait_ns =
                kDeadlineMin_ns + static_cast<std::int64_t>(sum % kDeadlineMin_ns);
            lpc_fact_closeout terms{};
            terms.end_lots = e.position.lots - sign(e.position) * (most - spare);
            terms.bankruptcy_price = bankruptcy_price(e, now_.health).ticks;
            terms.permitted_price = permitted_price(e, now_.health, rule()).ticks;
            terms.deadline_ns = open ? told->u.closeout.deadline_ns
                                     : std::min(LPC_TIME_MAX_NS, turn.now_ns + wait_ns);
            if (open && std::memcmp(&terms, &told->u.closeout, sizeof terms) == 0) continue;
            out.closeout({.account = id,
                          .instrument = holding.instrument,
                          .cause_seq = now_.cause,
                          .end_lots = terms.end_lots,
                          .bankruptcy_price = terms.bankruptcy_price,
                          .permitted_price = terms.permitted_price,
                          .deadline_ns = terms.deadline_ns});
        }
    }

    std::map<std::uint32_t, std::vector<TierRow>> tiers_;
    Assessment now_;  // of the account at hand
};

}  // namespace
}  // namespace lpc::everything

using lpc::everything::Risk;
LPC_EXPORT_PLUGIN(Risk);
