// The accounts that a run liquidated, from the journal alone, in the order of their first
// close-out: when, how often, through which stages, and how the last close-out ended. Reads the
// records in order; owns what it keeps.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <journal/reader.hpp>
#include <runtime/observer.hpp>

#include "stage_names.hpp"

namespace lpc::app {

struct LiquidatedAccount {
    std::uint64_t account = 0;
    std::uint64_t closeouts = 0;
    std::int64_t opened_ns = 0;           // the first
    std::int64_t ended_ns = 0;            // the last; meaningful unless it runs
    std::int64_t ratio_ppb = 0;           // equity / maintenance when the first was opened
    std::string first_stage, last_stage;  // or STAGE/ARM; empty: it never came into one
    std::vector<std::string> stages;      // all that it came into, each once
    std::string ending = "running";       // or "restored", "closed", "taken over"
    std::int64_t book_lots = 0;           // closed by orders on the book, unsigned
    std::int64_t fund_lots = 0;           // taken over by the fund, as all that follow
    std::int64_t bidder_lots = 0;         // sold in auctions
    std::int64_t opponent_lots = 0;       // deleveraged
    std::int64_t lots_left = 0;           // unsigned, over all instruments, when the last ended
};

class CaseList {
  public:
    void take(const journal::Record& record);
    const std::vector<LiquidatedAccount>& accounts() const { return accounts_; }
    const LiquidatedAccount* find(std::uint64_t account) const;
    std::uint64_t closeouts() const;

  private:
    using Leg = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument
    void take_input(const journal::Record& record);
    void take_fact(const lpc_fact& fact, bool told);
    void take_verdict(const runtime::Verdict& verdict);
    void take_order(const lpc_fact& fact, bool told);
    void take_move(const runtime::Move& move);
    void begin(const lpc_fact& closeout);
    void end(const lpc_fact& closeout);
    std::int64_t lots_of(std::uint64_t account) const;

    struct Order {
        std::int64_t done = 0;               // lots, unsigned
        std::uint16_t kind = LPC_CMD_ORDER;  // the command that gave it
    };

    std::int64_t now_ns_ = 0;
    std::uint16_t last_command_ = 0;  // that was carried out: the order that follows is its
    StageNames stages_;
    std::vector<LiquidatedAccount> accounts_;
    std::unordered_map<std::uint64_t, std::size_t> places_;  // in accounts_
    std::unordered_map<std::uint64_t, std::int64_t> ratios_;
    std::map<Leg, std::int64_t> positions_;
    std::unordered_map<std::uint64_t, Order> working_;  // by order id
    std::set<Leg> open_;
    std::set<std::uint64_t> taken_over_;  // by a command of the open close-out
};

}  // namespace lpc::app
