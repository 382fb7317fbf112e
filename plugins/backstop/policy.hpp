// The backstop: what nobody else has taken goes, at the bankruptcy price, to the tranches in the
// order of the waterfall, to each as much as it may still lose; for what no tranche can pay,
// opponents are deleveraged; then the next stage is asked for. Acts only on accounts that had a
// fact or a timer, and on those that wait for the fund when it has news. Calls never overlap;
// deterministic; owned by the plugin.
#pragma once

#include <lpc/turn.h>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <cstdint>
#include <map>
#include <unordered_map>
#include <utility>
#include <vector>

#include "account.hpp"
#include "parameters.hpp"

namespace lpc::backstop {

class Policy {
  public:
    void tell(const lpc_fact& fact);
    void turn(const lpc_turn& turn, CommandWriter& out);
    void save(std::uint64_t account, RecordWriter& out) const;
    bool load(std::uint64_t account, RecordReader& in);

  private:
    struct Market {
        lpc_fact price{}, instrument{};  // kind 0: not told
    };
    // An account in a turn, and one position of it.
    struct Look {
        std::uint64_t id;
        Account& account;
        std::int64_t now_ns;
        CommandWriter& out;
        std::uint64_t next_tag;
        Leg* leg;
    };

    // facts.cpp
    void wake(std::uint64_t id, Account& account);
    void tell_fund(const lpc_fact& fact);
    void tell_room(const lpc_fact& fact);
    void tell_leg(const lpc_fact& fact);
    void tell_refused(const lpc_fact& fact);
    void resync(const lpc_fact& fact);

    // policy.cpp
    void act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out);
    void close(Look& look);
    bool take_over(Look& look, std::int64_t cost_of_a_lot) const;
    void deleverage(Look& look);
    void wait(Look& look, std::int64_t until_ns);
    [[nodiscard]] bool fit(std::uint32_t instrument) const;

    Parameters parameters_;
    std::unordered_map<std::uint32_t, Market> markets_;
    // By kind (LPC_FUND_*), then id: the order in which they pay.
    std::map<std::pair<std::uint8_t, std::uint64_t>, lpc_fact> tranches_;
    std::map<std::uint64_t, Account> accounts_;
    std::vector<std::uint64_t> awake_;
};

}  // namespace lpc::backstop
