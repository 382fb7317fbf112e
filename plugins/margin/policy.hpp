// Cross margin for linear instruments: which accounts are sick, how far they must be closed out,
// when they are released. Decides from the facts alone, by comparing what it computes with what the
// host has told, so a fact told twice changes nothing and a command that came to nothing is given
// again. Calls never overlap; deterministic; owned by the plugin.
#pragma once

#include <lpc/turn.h>
#include <lpc/sdk/command.hpp>

#include <cstdint>
#include <vector>

#include "accounts.hpp"
#include "market.hpp"
#include "parameters.hpp"

namespace lpc::margin {

class Policy {
  public:
    void tell(const lpc_fact& fact);
    void turn(const lpc_turn& turn, CommandWriter& out);

  private:
    // Where an account stands in the turn's order: the worst margin ratio first, ties by keyed
    // hash.
    struct Place {
        std::int64_t equity, maintenance;
        std::uint64_t tie;
        std::uint32_t index;
    };
    static bool worse(const Place& a, const Place& b);

    StateRule state_rule() const {
        return {parameters_.warn_ratio, parameters_.close.target_buffer};
    }
    void resync(const lpc_fact& fact);
    std::uint8_t state_of_assessed(const Account& account) const;
    bool differs(const Account& account, std::uint8_t state) const;
    void speak_for(const Account& account, const lpc_turn& turn, CommandWriter& out);
    void publish(const Account& account, std::uint8_t state, CommandWriter& out) const;
    void publish_levels(const Account& account, std::uint8_t state, CommandWriter& out) const;
    void close_out(const Account& account, bool whole, std::int64_t now_ns, CommandWriter& out);
    std::uint64_t cause(const Account& account, const Holding* holding) const;

    Parameters parameters_;
    Market market_;
    Accounts accounts_{market_};
    // Of the account at hand.
    Assessment assessed_;
    std::vector<Quantity> lots_;
    std::vector<Place> places_;
};

}  // namespace lpc::margin
