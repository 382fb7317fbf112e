// Everything that the runtime knows, and the one way to tell it on: a fact is stored, numbered and
// put into the inbox of who is concerned. The rooms of a turn (guard, procedure, participation)
// work on this. Engine thread only.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "cases.hpp"
#include "config.hpp"
#include "facts/accounts.hpp"
#include "facts/market.hpp"
#include "holds.hpp"
#include "instance.hpp"
#include "observer.hpp"
#include "offbook/lots.hpp"
#include "orders.hpp"
#include "ports.hpp"
#include "routing.hpp"

namespace lpc::runtime {

struct CancelRestingRequest {
    std::uint64_t account;
};
struct CoverRequest {
    std::uint64_t account;
    std::uint32_t asset;
    std::int64_t amount_max;
};
// A call of a port, put off until the inputs that caused it are durable.
using PortCall = std::variant<OrderRequest, CancelRequest, CancelRestingRequest, TakeoverRequest,
                              CoverRequest, AwardRequest, DeleverageRequest, LotNotice>;

class State {
  public:
    State(Config config, Observer& observer, LogSink log, Premises& premises);

    Config config;
    Observer& observer;
    LogSink log;
    Premises& premises;
    Market market;
    Accounts accounts;
    Cases cases;
    Orders orders;
    Lots lots;
    Holds holds;
    std::vector<Slot> slots;  // [0] is risk
    std::vector<PortCall> outbox;
    std::uint64_t last_seq = 0;
    std::int64_t now_ns = 0;
    std::uint32_t next_instance = 1;

    // A market-wide fact: stored and told to every instance if it says something new.
    bool tell_market(lpc_fact fact);
    // An account's fact that stays: stored and told if it says something new.
    bool tell_account(lpc_fact fact);
    // The same for a fact of the runtime's own making; the observer hears of it.
    bool tell_own(lpc_fact fact);
    // ORDER and FILL: kept in `orders`, told with the tag of whoever placed the order and 0 to
    // others.
    void tell_order(WorkingOrder& order, std::uint8_t state, std::uint8_t reason, bool own);
    void tell_fill(const WorkingOrder& order, lpc_fact fill);
    // TIMER: to one instance, with the last number.
    void tell_once(Instance& instance, lpc_fact fact);
    // REFUSED: to the actor if it gave the command, with the last number; followers hear it as the
    // answer to what they said alike.
    void tell_refused(Route& route, bool active_too, lpc_fact fact);

    // The account's facts and working orders, told again to an instance that takes it over.
    void retell_account(Actor& actor, const AccountFacts& account);
    void retell_account(Follower& follower, const AccountFacts& account);
    void retell_market(Instance& instance);

    // Does this route's actor have the case?
    bool acts_for(const Route& route, const Case& held) const {
        return held.attached && &slots[held.stage].routes[held.route] == &route;
    }
    // Does an order of this actor's work under the tag?
    bool tag_works(const Actor& actor, std::uint64_t account, std::uint64_t tag) const;
    // When the next timer of an actor is due.
    std::optional<std::int64_t> next_timer_ns() const;
    // Where the case is.
    Route& route(const Case& held) { return slots[held.stage].routes[held.route]; }
    // The close-out fact of this leg, or nullptr.
    const lpc_fact* closeout(std::uint64_t account, std::uint32_t instrument) const;
    std::int64_t position_lots(std::uint64_t account, std::uint32_t instrument) const;

    // All but who acts: that is in the slots.
    template <class Archive>
    void archive(Archive& a) {
        a(last_seq, now_ns, market, accounts, cases, orders, lots, holds);
    }

  private:
    void tell_route(Route& route, std::uint64_t account, const lpc_fact& fact);
    template <class Make>
    void tell_tagged(const WorkingOrder& order, Make&& make);
    template <class Visit>
    void for_each_route(std::uint64_t account, std::uint16_t kind, Visit&& visit);
};

}  // namespace lpc::runtime
