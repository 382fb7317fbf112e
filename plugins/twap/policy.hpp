// Time-weighted closing: each position in a running close-out goes in IOC slices, one an interval,
// within the budget and at the permitted price; what is left at the end, or finds no liquidity,
// asks for the next stage. Acts only on accounts that had a fact or a timer. Calls never overlap;
// deterministic; owned by the plugin.
#pragma once

#include <lpc/turn.h>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "job.hpp"
#include "parameters.hpp"

namespace lpc::twap {

class Policy {
  public:
    void tell(const lpc_fact& fact);
    void turn(const lpc_turn& turn, CommandWriter& out);
    void save(std::uint64_t account, RecordWriter& out) const;
    bool load(std::uint64_t account, RecordReader& in);

  private:
    void wake(std::uint64_t id, Account& account);
    void tell_position(const lpc_fact& fact);
    void tell_closeout(const lpc_fact& fact);
    void tell_order(const lpc_fact& fact);
    void tell_refused(const lpc_fact& fact);
    void resync(const lpc_fact& fact);

    void act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out);
    bool prepare(Job& job, std::int64_t now_ns) const;
    void lay_plan(Job& job, std::int64_t now_ns, std::int64_t carried) const;
    static bool late(const Job& job, std::int64_t now_ns);
    bool wants_next_stage(const Job& job, std::int64_t now_ns) const;
    void slice(std::uint64_t id, Job& job, std::uint64_t& tag, std::int64_t now_ns,
               CommandWriter& out) const;
    void ask_timer(std::uint64_t id, Job& job, std::int64_t at_ns, CommandWriter& out) const;
    bool price_fit(std::uint32_t instrument) const;

    Parameters parameters_;
    std::unordered_map<std::uint64_t, Account> accounts_;
    std::unordered_map<std::uint32_t, std::uint8_t> price_codes_;
    std::vector<std::uint64_t> awake_;  // accounts, once each
};

}  // namespace lpc::twap
