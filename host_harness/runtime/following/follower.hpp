// The engine's side of an instance that follows: which accounts it has, what it has been told, how
// far its warming is. Engine thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "../facts/accounts.hpp"
#include "following.hpp"
#include "purpose.hpp"
#include "stream.hpp"

namespace lpc::runtime {

class Follower {
  public:
    Follower(std::unique_ptr<Instance> instance, const TurnLimits& limits, Purpose why,
             bool with_state)
        : id_(instance->id()),
          identity_(instance->identity()),
          purpose(why),
          transfers(with_state),
          following(std::move(instance), limits) {}

    std::uint32_t id() const { return id_; }
    const PluginIdentity& identity() const { return identity_; }

    // A fact that concerns everybody, or an account that it has.
    void tell(const lpc_fact& fact) {
        // Why some always: they settle whose a tag, a timer or a refusal is.
        const bool always = fact.kind == LPC_FACT_ORDER || fact.kind == LPC_FACT_REFUSED ||
                            fact.kind == LPC_FACT_DETACH;
        if (always || following.instance().hears(fact.kind)) stream.fact(fact);
    }
    // Once it is warm it has all, and those that come to its route since.
    bool has(std::size_t account_index) const {
        return warm || (account_index < moved_.size() && moved_[account_index]);
    }
    void moved(std::size_t account_index) {
        if (account_index >= moved_.size()) moved_.resize(account_index + 1);
        moved_[account_index] = true;
        ++accounts_moved;
    }
    void left(std::size_t account_index) {
        if (account_index < moved_.size()) moved_[account_index] = false;
    }

  private:
    std::uint32_t id_;
    PluginIdentity identity_;
    std::vector<bool> moved_;  // by index of the account

  public:
    Purpose purpose;
    bool transfers;             // private state, tags and timers, not facts alone
    std::uint32_t format = 0;   // of the state, as an index of what it loads
    std::uint64_t cursor = 0;   // of the warming: accounts (risk) or cases (liquidators) before it
    bool warm = false;          // it has everything
    std::int64_t until_ns = 0;  // end of a predecessor's probation; 0: for good
    bool predecessor = false;
    std::uint64_t accounts_moved = 0;
    Stream stream;
    Following following;
};

}  // namespace lpc::runtime
