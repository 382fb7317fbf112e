// What the runtime asks of the engine that embeds it: a venue that trades, a settlement that moves
// money and positions off the book, and the desk of the providers who bid for lots. All are
// asynchronous: a call returns at once and says nothing; what came of it is told to the runtime
// later, as facts (ORDER, FILL, POSITION, BALANCE, FUND, BID). Called on the engine
// thread, only while the runtime releases a turn's output, after the inputs that caused it are
// durable; the calls of the last commit before a crash come again, with the same ids: an id that is
// known already is taken once. An answer may be late, lost or doubled; the runtime copes. What one
// execution changed belongs to one moment: FILL, ORDER, POSITION and BALANCE are told before the
// next turn, or the guard would count the same lots as still open.
#pragma once

#include <cstdint>

namespace lpc::runtime {

struct OrderRequest {
    std::uint64_t order = 0;  // the runtime's id, unique for ever
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint8_t type =
        0;  // LPC_ORDER_IOC, LPC_ORDER_LIMIT, LPC_ORDER_POST_ONLY; always reduce-only
    std::int64_t lots = 0;       // + buy, - sell
    std::int64_t price = 0;      // worst price [ticks]
    std::int64_t expire_ns = 0;  // 0: never
};

struct CancelRequest {
    std::uint64_t order = 0;
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
};

class Venue {
  public:
    virtual ~Venue() = default;
    virtual void place(const OrderRequest& request) = 0;
    virtual void cancel(const CancelRequest& request) = 0;
    // Cancels every resting order of the account that is not the runtime's own; answered by
    // POSITION facts without resting lots.
    virtual void cancel_resting(std::uint64_t account) = 0;
};

// A position changes hands off the book: from the account to the fund's tranche, at this price.
struct TakeoverRequest {
    std::uint64_t order = 0;  // the runtime's id: answered like an order, by FILL and ORDER
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;   // of the account: - sells a long, + buys back a short
    std::int64_t price = 0;  // [ticks]
    std::uint64_t tranche = 0;
};

// A bid is taken: the position changes hands off the book, from the account to the bidder.
struct AwardRequest {
    std::uint64_t order = 0;  // the runtime's id: answered like an order, by FILL and ORDER
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;   // of the account: - sells, + buys back
    std::int64_t price = 0;  // [ticks]
    std::uint64_t lot = 0, bid = 0, bidder = 0;
};

// Positions on the other side are closed against the account's, at this price; whose, and how much
// of each, is the settlement's to decide by its published policy.
struct DeleverageRequest {
    std::uint64_t order = 0;  // the runtime's id: answered like an order, by FILL and ORDER
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0;   // of the account: - sells a long, + buys back a short
    std::int64_t price = 0;  // [ticks]
};

class Settlement {
  public:
    virtual ~Settlement() = default;
    virtual void take_over(const TakeoverRequest& request) = 0;
    virtual void award(const AwardRequest& request) = 0;
    virtual void deleverage(const DeleverageRequest& request) = 0;
    // The account is flat and owes: the fund covers it up to `amount_max`; answered by BALANCE and
    // FUND.
    virtual void cover_deficit(std::uint64_t account, std::uint32_t asset,
                               std::int64_t amount_max) = 0;
};

// What is to be known of a lot now, by those who may bid for it. Whose it is they are not told:
// `account` is for the desk, which lets neither it nor its group bid.
struct LotNotice {
    std::uint64_t lot = 0;
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::uint8_t type = 0;   // LPC_AUCTION_*
    std::uint8_t state = 0;  // LPC_LOT_*
    std::int64_t lots = 0;   // left of it; signed like the account's order
    std::int64_t price = 0, reserve_price = 0;
    std::int64_t close_ns = 0;  // LPC_TIME_MAX_NS: its clock stands still
};

// The desk of the providers. Bids are answered as BID facts: those of a sealed lot in one moment,
// not before it closes; those that take a descending lot as they come.
class Providers {
  public:
    virtual ~Providers() = default;
    virtual void call(const LotNotice& notice) = 0;  // a lot is new, or something of it is
};

struct Ports {
    Venue& venue;
    Settlement& settlement;
    Providers& providers;
};
template <class Engine>
Ports ports_of(Engine& engine) {
    return {engine, engine, engine};
}

// For an engine whose procedure permits neither auctions nor deleveraging: they are never called.
class NoAuctions : public Settlement, public Providers {
  public:
    void award(const AwardRequest&) override {}
    void deleverage(const DeleverageRequest&) override {}
    void call(const LotNotice&) override {}
};

}  // namespace lpc::runtime
