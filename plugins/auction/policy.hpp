// The auction: each position in a running close-out is offered as a sealed lot, what that leaves as
// a descending one, beyond the bankruptcy price as far as the fund grants it; what cannot be sold
// asks for the next stage. Acts only on accounts that had a fact or a timer. Calls never overlap;
// deterministic; owned by the plugin.
#pragma once

#include <lpc/turn.h>
#include <lpc/sdk/auction.hpp>
#include <lpc/sdk/command.hpp>
#include <lpc/sdk/record.hpp>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "account.hpp"
#include "clearing.hpp"
#include "parameters.hpp"

namespace lpc::auction {

class Policy {
  public:
    void tell(const lpc_fact& fact);
    void turn(const lpc_turn& turn, CommandWriter& out);
    void save(std::uint64_t account, RecordWriter& out) const;
    bool load(std::uint64_t account, RecordReader& in);

  private:
    // What an account is looked at with in one turn, position by position.
    struct Desk {
        std::uint64_t id;  // of the account
        Account& account;
        std::int64_t now_ns;
        CommandWriter& out;
        std::uint64_t next_tag;
        std::int64_t lots_open;  // with those that are offered in this turn
        Leg* leg;
        const Market* market;
    };

    // facts.cpp
    void wake(std::uint64_t id, Account& account);
    void tell_leg(const lpc_fact& fact);
    static bool tell_lot(Leg& leg, const lpc_fact& fact);
    static bool tell_bid(Leg& leg, const lpc_fact& fact);
    static bool tell_order(Account& account, Leg& leg, const lpc_fact& fact);
    void tell_refused(const lpc_fact& fact);
    void resync(const lpc_fact& fact);

    // policy.cpp
    void act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out);
    void conduct(Desk& desk);
    void see_end_of_lot(Desk& desk);
    void open_lot(Desk& desk);
    void open_sealed(Desk& desk, std::int64_t lots);
    void open_descending(Desk& desk, std::int64_t lots);
    void leave(Desk& desk);
    static void look_again(Desk& desk, std::int64_t at_ns);

    // lots.cpp: a lot that is open
    void conduct_lot(Desk& desk);
    void conduct_sealed(Desk& desk, std::int64_t lots);
    void conduct_descending(Desk& desk, std::int64_t lots);
    static void descend(Desk& desk, std::int64_t price, std::int64_t reserve_price);
    static bool award(Desk& desk, const std::vector<Bid>& bids, const Lot& lot,
                      const ClearingRules& rules);
    static void withdraw(Desk& desk);
    enum class Reach {
        kFree,       // it may
        kWaits,      // beyond the permitted price, not yet beyond the bankruptcy price
        kAsked,      // the fund has been asked for it
        kBook,       // the book does better
        kFundEmpty,  // the fund gave less than it takes
    };
    Reach reach(Desk& desk, std::int64_t price, std::int64_t lots);
    std::optional<std::int64_t> in_book(const Desk& desk, std::int64_t lots) const;
    std::int64_t reserve(const Desk& desk, std::int64_t lots) const;

    [[nodiscard]] HashKey key() const {
        return {static_cast<std::uint64_t>(parameters_[kKeyLow]),
                static_cast<std::uint64_t>(parameters_[kKeyHigh])};
    }

    Parameters parameters_;
    std::unordered_map<std::uint64_t, Account> accounts_;
    std::unordered_map<std::uint32_t, Market> markets_;
    std::vector<std::uint64_t> awake_;  // accounts, once each
};

}  // namespace lpc::auction
