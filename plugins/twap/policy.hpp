// Closing in slices: each position in a running close-out goes in IOC orders, one an interval, by a
// plan (plan.hpp) over a horizon (horizon.hpp), within limits (sizing.hpp), at times and sizes that
// only the key tells (jitter.hpp). What is left at the end, finds no liquidity or would make the
// account sicker asks for the next stage. Acts only on accounts that had a fact or a timer. Calls
// never overlap; deterministic; owned by the plugin.
#pragma once

#include <lpc/turn.h>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "horizon.hpp"
#include "jitter.hpp"
#include "job.hpp"
#include "market.hpp"
#include "parameters.hpp"
#include "record.hpp"
#include "sizing.hpp"

namespace lpc::twap {

class Policy {
  public:
    void tell(const lpc_fact& fact);
    void turn(const lpc_turn& turn, CommandWriter& out);
    void save(std::uint64_t account, RecordWriter& out) const;
    bool load(std::uint64_t account, std::uint8_t version, RecordReader& in);

  private:
    // facts.cpp
    void wake(std::uint64_t id, Account& account);
    void tell_market(const lpc_fact& fact);
    void tell_position(const lpc_fact& fact);
    void tell_closeout(const lpc_fact& fact);
    void tell_order(const lpc_fact& fact);
    void tell_refused(const lpc_fact& fact);
    void resync(const lpc_fact& fact);
    void observe_volume(std::int64_t now_ns);

    // policy.cpp
    enum class Grid { kept, fresh };
    void act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out);
    bool rests(Job& job, std::int64_t now_ns) const;
    bool prepare(std::uint64_t id, const Account& account, Job& job, std::int64_t now_ns) const;
    void lay_plan(const Account& account, Job& job, std::int64_t now_ns, std::int64_t carried,
                  Grid grid) const;
    void follow_facts(const Account& account, Job& job, std::int64_t now_ns) const;
    void look_at_slice(std::uint64_t id, const Account& account, Job& job,
                       std::int64_t now_ns) const;
    static bool late(const Job& job, std::int64_t now_ns);
    std::uint8_t standing_reason(const Job& job, std::int64_t now_ns) const;
    void leave(std::uint64_t id, Job& job, bool ask, std::int64_t now_ns, CommandWriter& out) const;
    void order(std::uint64_t id, Job& job, std::uint64_t& tag, std::int64_t now_ns,
               CommandWriter& out) const;
    static void ask_timer(std::uint64_t id, Job& job, std::int64_t at_ns, CommandWriter& out);

    // slices.cpp: what facts and parameters make of one slice
    const Market& market(std::uint32_t instrument) const;
    std::optional<std::int64_t> buffer(const Account& account) const;
    bool meets_empty_book(const Job& job) const;
    std::int64_t limit_price(const Job& job) const;
    std::uint8_t verdict(const Account& account, const Job& job) const;
    std::int64_t horizon(const Account& account, const Job& job, std::int64_t now_ns) const;
    std::int64_t whole_lots(const Job& job) const;
    Shape shape(const Job& job, bool first) const;
    Jitter jitter() const;
    SliceRule rule(const Job& job, const SliceName& name, std::int64_t now_ns) const;

    Parameters parameters_;
    std::unordered_map<std::uint64_t, Account> accounts_;
    std::unordered_map<std::uint32_t, Market> markets_;
    const Market unknown_{};  // of which nothing was told
    Tapes tapes_;
    std::vector<std::uint32_t> volume_told_;  // instruments, since the last turn
    std::vector<std::uint64_t> awake_;        // accounts, once each
};

}  // namespace lpc::twap
