// The desk of liquidity providers. It keeps who is registered and their firm standing schedules,
// takes sealed bids while a lot is open, and answers which bids a lot gets, as BID facts: of a
// sealed lot all in one moment once it has closed, of a descending one as soon as its price is
// good enough for somebody. A bid is told only as far as it could be settled: capacity, bond and
// margin, less what other bids that may still be awarded need. Nobody bids for his own account's
// lot or his group's, and whose lot it is nobody is told. One thread; deterministic: no clock, and
// providers come in the order of their accounts.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include <foundation/status.hpp>
#include <lpc/sdk/rounding.hpp>
#include <runtime/ports.hpp>

#include "schedule.hpp"

namespace lpc::bidding {

struct Provider {
    std::uint64_t account = 0;
    std::uint64_t group = 0;         // of beneficial owners; 0: none
    std::int64_t capacity_lots = 0;  // most that its open bids may come to, in each instrument
    std::int64_t bond = 0;           // posted [smallest units of the settlement asset]
    Schedule schedule;               // of each instrument; may be empty
};

struct DeskRules {
    std::int64_t schedule_delay_ns = 50'000'000;  // until a new standing schedule holds
    std::int64_t bond_ppb = 20'000'000;           // of the notional of open bids
};

// What the desk asks of whoever keeps the accounts.
class Accounts {
  public:
    virtual ~Accounts() = default;
    // Equity less the initial requirement, as last known. [smallest units]
    virtual std::int64_t free_margin(std::uint64_t account) const = 0;
    // What so many more lots (unsigned) at this price require at most.
    virtual std::int64_t initial_requirement(std::uint32_t instrument, std::int64_t lots,
                                             std::int64_t price) const = 0;
    virtual std::int64_t notional(std::uint32_t instrument, std::int64_t lots,
                                  std::int64_t price) const = 0;
    virtual std::uint64_t group(std::uint64_t account) const = 0;  // 0: none
};

class Desk {
  public:
    Desk(const DeskRules& rules, const Accounts& accounts) : rules_(rules), accounts_(accounts) {}

    // Refused: known already, a malformed schedule, nothing to bid with.
    Status enlist(Provider provider);
    // From `now` + schedule_delay on. Empty: no standing bids. Refused: unknown, malformed.
    Status set_schedule(std::uint64_t account, Schedule schedule, std::int64_t now_ns);
    // For this lot instead of the standing schedule; one for each lot. Refused with a sentence:
    // unknown, late, a second one, malformed, beyond the capacity, one's own lot.
    Status bid(std::uint64_t account, std::uint64_t lot, Schedule schedule, std::int64_t now_ns);
    // Takes lots of a descending one at its price, answered by bids in take_bids().
    Status take(std::uint64_t account, std::uint64_t lot, std::int64_t lots, std::int64_t now_ns);

    // What the runtime says of a lot.
    void call(const runtime::LotNotice& notice);
    // Bids that are due by now, as facts in the order of their ids.
    std::vector<lpc_fact> take_bids(std::int64_t now_ns);
    // When the next lot closes or the next schedule holds; nothing: only a call or a bid brings
    // more.
    std::optional<std::int64_t> next_ns() const;
    // May this award still be settled? The bid's part is done then, and no longer reserved.
    Status settle(const runtime::AwardRequest& award);

    const std::map<std::uint64_t, Provider>& providers() const { return providers_; }
    std::vector<runtime::LotNotice> open_lots() const;

  private:
    // What a provider's bids that may still be awarded come to.
    struct Bound {
        std::map<std::uint32_t, std::int64_t> lots;  // by instrument
        Int128 margin = 0, notional = 0;
    };
    struct Bid {
        std::uint64_t id = 0, provider = 0;
        std::int64_t price = 0, whole = 0, left = 0;  // lots: unsigned
        std::int64_t margin = 0, notional = 0;        // that `left` is bound with
    };
    struct Lot {
        runtime::LotNotice notice;
        std::int64_t reference = 0;                // its first price
        bool told = false;                         // sealed: its bids
        std::map<std::uint64_t, Schedule> sealed;  // by provider
        std::vector<Bid> bids;
    };
    struct Change {
        std::int64_t at_ns = 0;
        std::uint64_t account = 0;
        Schedule schedule;
    };

    Result<Lot*> lot_to_bid_for(std::uint64_t account, std::uint64_t lot, std::uint8_t type,
                                std::int64_t now_ns);
    bool may_bid(const Provider& provider, const Lot& lot) const;
    // Lots (unsigned) that it could still settle at this price.
    std::int64_t settleable(const Provider& provider, const Lot& lot, std::int64_t lots,
                            std::int64_t price) const;
    // So many lots of the bid are left, and its provider is bound accordingly.
    void bind(Bid& bid, std::uint32_t instrument, std::int64_t left);
    void add_bid(Lot& lot, const Provider& provider, std::int64_t price, std::int64_t lots,
                 std::uint8_t code, std::vector<lpc_fact>& facts);
    void close_sealed(Lot& lot, std::vector<lpc_fact>& facts);
    void match_descending(Lot& lot, std::vector<lpc_fact>& facts);

    DeskRules rules_;
    const Accounts& accounts_;
    std::map<std::uint64_t, Provider> providers_;
    std::map<std::uint64_t, Bound> bound_;  // by provider
    std::map<std::uint64_t, Lot> lots_;     // open, by id
    // Lots to look at: sealed ones by their close, descending ones that have a new price.
    std::set<std::pair<std::int64_t, std::uint64_t>> closes_;
    std::set<std::uint64_t> priced_;
    std::vector<Change> changes_;  // of schedules, in the order in which they hold
    std::vector<lpc_fact> taken_;  // by take()
    std::uint64_t next_bid_ = 1;
};

}  // namespace lpc::bidding
