// The accounts of the margin plugin: their facts as they are now, and beside them, in 64 bits, the
// equity and requirement that the scan keeps in step with the marks. Owned by the policy, used
// within its turn only. Deterministic: what is queued is a set of accounts; the policy puts it in
// order.
#pragma once

#include <lpc/fact.h>
#include <lpc/sdk/margin.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "assessment.hpp"
#include "market.hpp"

namespace lpc::margin {

struct Holding {
    std::uint32_t instrument_id = 0;
    std::uint32_t instrument = 0;  // index in Market
    std::uint32_t slot = 0;        // in the instrument's Holders
    std::int64_t lots = 0, cost = 0;
};

struct Balance {
    std::uint32_t asset = 0;
    std::int64_t amount = 0;
};

struct Closeout {
    std::uint32_t instrument_id = 0;
    std::uint8_t code = 0;  // LPC_CLOSEOUT_*
    lpc_fact_closeout terms{};
    bool open() const;  // accepted or running: it may be told again
};

struct Levels {
    std::uint32_t instrument_id = 0;
    lpc_fact_levels prices{};
};

struct Account {
    std::uint64_t id = 0;  // 0: this place is free
    std::int64_t mode = 0, tier_set = 0, holds = 0;
    std::uint64_t fact_seq = 0;     // newest of its own facts: terms, balances, positions
    std::vector<Holding> holdings;  // not flat; by instrument id, rising, as are the next two
    std::vector<Balance> balances;  // by asset, rising
    std::vector<Closeout> closeouts;
    std::vector<Levels> levels;
    std::uint8_t margin_code = 0;  // 0: nothing published yet
    lpc_fact_margin margin{};

    // One of its own facts. Also if it changes nothing here: what is told anew after a swap must
    // give the same number.
    void heard(const lpc_fact& fact);
    bool closing_out() const;
    const Closeout* closeout(std::uint32_t instrument_id) const;
};

// An account as the formulas see it. Reused from account to account; valid until the next one.
struct Assessment {
    std::vector<Exposure> exposures;  // beside Account::holdings
    std::uint32_t numeraire = 0;
    bool fit = false;  // every fact that it needs is there and may be acted on
    Health health{};
};

class Accounts {
  public:
    explicit Accounts(Market& market) : market_(market) {}

    void tell_account(const lpc_fact& fact);
    void tell_balance(const lpc_fact& fact);
    void tell_position(const lpc_fact& fact);
    void tell_margin(const lpc_fact& fact);
    void tell_levels(const lpc_fact& fact);
    void tell_closeout(const lpc_fact& fact);
    void forget(std::uint64_t id);
    void look_again(std::uint64_t id);  // in the next turn, whatever changes
    // What was said of it found no hearing: it is looked at again once this instance acts.
    void put_off(std::uint64_t id);
    void look_at_put_off();
    void rebuild_all() { rebuild_all_ = true; }
    void look_at_all() { look_at_all_ = true; }

    // Brings equity and requirements up to the marks and queues every account of which the policy
    // may have something to say.
    void settle(const StateRule& rule);
    const std::vector<std::uint32_t>& queue() const { return queue_; }
    void clear_queue();

    const Account& at(std::uint32_t index) const { return accounts_[index]; }
    void assess(std::uint32_t index, Assessment& out) const;

  private:
    struct Hot {
        std::int64_t equity = 0, maintenance = 0;
        std::uint8_t state = LPC_MARGIN_HEALTHY;  // as published
        bool attention = false;                   // sick, or in a close-out: always looked at
        bool wide = false;   // does not fit 64 bits, or a fact is missing: always looked at
        bool stale = false;  // to be rebuilt
        bool queued = false;
        bool put_off = false;
    };

    std::uint32_t index_of(std::uint64_t id);
    void mark_stale(std::uint32_t index);
    void enqueue(std::uint32_t index);
    void refresh_attention(std::uint32_t index);
    void move_to_marks(Instrument& x);
    void rebuild(std::uint32_t index);
    void remove_holder(const Holding& holding);
    std::uint32_t tiers_of(const Account& account, std::uint32_t instrument_id) const;
    Money collateral(const Account& account, Assessment& out) const;

    Market& market_;
    std::unordered_map<std::uint64_t, std::uint32_t> index_;
    std::vector<Account> accounts_;
    std::vector<Hot> hot_;  // beside accounts_
    std::vector<std::uint32_t> free_, stale_, queue_, put_off_;
    bool rebuild_all_ = false, look_at_all_ = false;
    Assessment scratch_;
};

}  // namespace lpc::margin
