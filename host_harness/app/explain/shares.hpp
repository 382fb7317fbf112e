// Why an account's share of participation (its BUDGET) is zero, from the journal alone: what the
// rulebook's share of the market leaves in the window, which orders work, what the account still
// needs. Follows all records in order. One thread.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>

#include <runtime/config.hpp>
#include <runtime/observer.hpp>
#include <runtime/participation.hpp>

namespace lpc::app {

class Shares {
  public:
    void configure(const runtime::Rulebook& rules) { rules_ = rules; }
    // `told`: by the engine; else it is the runtime's own. `now_ns`: of the turn before, or of this
    // one for facts of the runtime's own.
    void take_fact(const lpc_fact& fact, bool told, std::int64_t now_ns);
    void take_verdict(const runtime::Verdict& verdict);

    // After a BUDGET of 0 lots: a clause that says why.
    std::string why_zero(const lpc_fact& budget, std::int64_t now_ns);

  private:
    using Leg = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument
    struct Order {
        Leg leg;
        std::int64_t lots = 0, done = 0;
        bool on_book = true;  // false: a take-over
        std::int64_t left() const { return lots - done; }
    };
    void take_volume(const lpc_fact& fact, std::int64_t now_ns);
    void take_order(const lpc_fact& fact, bool told);

    runtime::Rulebook rules_;
    runtime::Participation market_;
    std::unordered_map<std::uint64_t, Order> working_;  // by id
    std::unordered_map<std::uint32_t, lpc_fact_volume> volumes_;
    std::map<Leg, std::int64_t> positions_, ends_;  // lots
    bool on_book_ = true;                           // the last command that was carried out
};

}  // namespace lpc::app
