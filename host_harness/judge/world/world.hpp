// The world that the judge lets a plugin live in: markets that fall and recover, accounts in
// close-outs, a venue that answers late, a fund, auctions, timers. It tells every kind of fact.
// Deterministic: what happens is a pure function of (seed, parameters, commands so far), and what
// happens to an account depends on the market and on that account's commands only, in whatever
// order accounts speak. No plugin code is called from here. Single-threaded.
#pragma once

#include <lpc/plugin.h>
#include <lpc/sdk/fact.hpp>

#include <cstdint>
#include <set>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "../draw.hpp"
#include "../known.hpp"

namespace lpc::judge {

struct WorldOptions {
    std::uint64_t seed = 1;
    std::uint32_t accounts = 10;
    std::uint32_t legs_max = 3;  // positions of one account
    // A share of commands is refused, whatever they say, and those that no guard would permit.
    bool refusals = true;
    // BUDGET is 0 from an ORDER on until all the leg's orders are over.
    bool one_order_at_a_time = false;
    bool patient = false;  // close-outs have no deadline within this life, and the host moves none
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;  // instead of the initial values
};

struct Step {
    std::vector<lpc_fact> facts;  // the answers to the last turn's commands come first
    lpc_turn turn{};
};

struct WorldOrder {
    std::uint64_t id = 0, tag = 0;
    std::uint32_t instrument = 0;
    std::uint16_t command = 0;  // LPC_CMD_* that made it; 0: another instance's
    std::uint8_t type = 0, state = 0;
    std::int64_t lots = 0, price = 0, done = 0, expire_ns = 0;
    std::uint64_t bid_id = 0;     // of an AWARD
    std::uint64_t next_turn = 0;  // when the venue says the next word
};

struct WorldLot {
    bool open = false;
    bool called = false;  // the bids of a sealed lot have been told
    std::uint8_t type = 0;
    lpc_fact_lot lot{};
    lpc_fact_lot_terms terms{};
    std::int64_t stood_ns = 0;  // how long its clock has stood still
};

struct WorldLeg {
    std::uint32_t instrument = 0;
    std::int64_t lots = 0, cost = 0, realised = 0;
    std::uint8_t closeout = 0;  // LPC_CLOSEOUT_*, 0: none
    lpc_fact_closeout terms{};
    std::int64_t budget = 0;
    WorldLot lot;
};

struct WorldAccount {
    std::uint64_t id = 0;
    std::uint64_t first_id = 0;  // of its orders, bids and lots
    bool attached = false;
    std::uint64_t until_turn = 0;  // what it does now lasts until then
    std::uint64_t lives = 0, orders_made = 0, bids_made = 0, lots_made = 0;
    std::int64_t balance = 0;
    lpc_fact_account terms{};
    std::uint8_t phase = 0;  // LPC_CLOSEOUT_* of its close-outs, 0: none
    std::vector<WorldLeg> legs;
    std::vector<WorldOrder> orders;
};

struct WorldInstrument {
    std::uint32_t id = 0;
    std::int64_t base = 0, mark = 0, multiplier = 0;
    std::uint8_t price_code = LPC_PRICE_FIT, trading = LPC_TRADING_OPEN;
    std::int64_t market_lots = 0, own_lots = 0;
};

class World {
  public:
    // The table gives the role and the parameters; nothing in it is called.
    World(const lpc_plugin& table, WorldOptions options);

    // Time goes on: the facts up to the next turn, and the turn.
    Step next();
    // Answers the turn's commands, in the order of accounts.
    void answer(std::span<const lpc_command> commands);
    // Answers as a follower's are that nobody else gave: TIMER is carried out, the rest refused.
    void answer_follower(std::span<const lpc_command> commands);

    // From now on nothing happens but timers, answers and, unless held, the venue's words; every
    // price may be acted on. `step_ns`: from turn to turn; 0: the world moves again.
    void calm(std::int64_t step_ns);
    void hold_orders(bool held) { hold_orders_ = held; }
    // The venue's final word for all that works: nothing was done. Close-outs and budgets are told
    // anew, so that whoever waits for news has some.
    void cancel_all_orders();
    // All positions in close-outs are closed by somebody else; what waited is RUNNING.
    void close_everything();
    // The account leaves the plugin, now, or comes back with all that is known of it.
    void detach_account(std::uint64_t account, std::uint8_t why);
    void attach_account(std::uint64_t account);

    [[nodiscard]] bool attached(std::uint64_t account) const;
    [[nodiscard]] const std::vector<WorldAccount>& accounts() const { return accounts_; }
    [[nodiscard]] std::int64_t now_ns() const { return now_ns_; }

  private:
    using Timer = std::tuple<std::int64_t, std::uint64_t, std::uint64_t>;  // at, account, tag

    // Tells a fact with a number of its own; to the plugin only if the account is attached.
    void say(lpc_fact fact);
    // Tells what takes no number of its own.
    void say_once(lpc_fact fact);
    Draw draw(std::uint64_t what, std::uint64_t account = 0) const {
        return Draw{options_.seed, what, turn_, account};
    }
    WorldAccount* find(std::uint64_t account);
    WorldInstrument& instrument(std::uint32_t id) { return instruments_[id - 1]; }

    // market.cpp
    void begin_market();
    void move_market();
    void move_instrument(WorldInstrument& x);
    void say_price(WorldInstrument& x);
    void say_instrument(const WorldInstrument& x);
    void say_tiers(std::uint32_t set, std::int64_t maintenance_ppb);
    void say_surroundings();
    void resync_market();
    void mend_market();

    // accounts.cpp
    void live(WorldAccount& account);
    void refresh(WorldAccount& account);
    void say_account(const WorldAccount& account);
    void say_balance(const WorldAccount& account);
    void say_position(const WorldAccount& account, const WorldLeg& leg);
    void say_margin(const WorldAccount& account);
    void say_closeout(const WorldAccount& account, WorldLeg& leg, std::uint8_t code);
    void say_budget(const WorldAccount& account, WorldLeg& leg, std::int64_t lots);
    void resync_account(WorldAccount& account);
    void begin_ending(WorldAccount& account);
    void end(WorldAccount& account, std::uint8_t why);

    // liquidated.cpp: what a liquidator sees
    void live_liquidated(WorldAccount& account);
    void begin_closeout(WorldAccount& account);
    void move_closeout(WorldAccount& account, WorldLeg& leg, Draw& d);
    std::int64_t next_end(const WorldLeg& leg, Draw& d) const;

    // watched.cpp: what a risk plugin sees
    void live_watched(WorldAccount& account);
    void trade(WorldAccount& account, Draw& d);
    void liquidate(WorldAccount& account, WorldLeg& leg, Draw& d);

    // auctions.cpp
    void open_foreign_lot(WorldAccount& account, WorldLeg& leg, std::int64_t lots,
                          std::int64_t lasts_ns);
    void open_lot(WorldAccount& account, WorldLeg& leg, const lpc_command& offer);
    void say_lot_terms(const WorldAccount& account, const WorldLeg& leg);
    void say_lot(const WorldAccount& account, const WorldLeg& leg, std::uint8_t code);
    void close_lot(WorldAccount& account, WorldLeg& leg, std::uint8_t code);
    void live_lot(WorldAccount& account, WorldLeg& leg, Draw& d);
    void say_bid(WorldAccount& account, WorldLeg& leg, Draw& d);
    std::uint8_t offer_refusal(const lpc_command& command, const WorldLeg& leg) const;
    std::uint8_t award_refusal(const lpc_command& command, const WorldAccount& account,
                               const WorldLeg& leg) const;
    void take_from_lot(WorldAccount& account, WorldLeg& leg, const WorldOrder& order,
                       std::int64_t lots);

    // orders.cpp
    void live_orders(WorldAccount& account);
    void next_word(WorldAccount& account, WorldOrder& order, Draw& d);
    void say_order(const WorldAccount& account, const WorldOrder& order);
    void fill(WorldAccount& account, WorldOrder& order, std::int64_t lots, bool position_first);
    void move_position(WorldAccount& account, WorldLeg& leg, std::int64_t lots, std::int64_t price);
    void finish(WorldAccount& account, WorldOrder& order, std::uint8_t state);
    std::int64_t working(const WorldAccount& account, std::uint32_t instrument) const;

    // answers.cpp
    void answer_one(const lpc_command& command, std::uint64_t place);
    std::uint8_t refusal(const lpc_command& command, std::uint64_t place);
    std::uint8_t order_refusal(const lpc_command& command, WorldAccount& account);
    void refuse(const lpc_command& command, std::uint8_t reason);
    void carry_out_risk(const lpc_command& command, WorldAccount& account);
    void carry_out(const lpc_command& command, WorldAccount& account, WorldLeg* leg);
    void make_order(const lpc_command& command, WorldAccount& account, WorldLeg& leg);
    void set_timer(const lpc_command& command);

    std::uint32_t role_;
    WorldOptions options_;
    std::vector<std::pair<std::uint64_t, std::int64_t>> params_;
    std::uint64_t turn_ = 0;
    std::uint64_t last_seq_ = 0;
    std::int64_t now_ns_ = 0;
    std::int64_t step_ns_ = 0;       // since the last turn
    std::int64_t calm_step_ns_ = 0;  // 0: not calm
    bool hold_orders_ = false;
    std::int64_t fund_ = 0;
    std::vector<WorldInstrument> instruments_;
    std::vector<WorldAccount> accounts_;
    Known known_;  // of all accounts, attached or not
    std::set<Timer> timers_;
    std::vector<lpc_fact> out_;
};

// Side of a position or of lots.
[[nodiscard]] constexpr std::int64_t sign_of(std::int64_t lots) {
    return lots > 0 ? 1 : lots < 0 ? -1 : 0;
}
[[nodiscard]] constexpr std::int64_t size_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}
[[nodiscard]] constexpr bool in_progress(std::uint8_t closeout) {
    return closeout == LPC_CLOSEOUT_ACCEPTED || closeout == LPC_CLOSEOUT_RUNNING;
}

}  // namespace lpc::judge
