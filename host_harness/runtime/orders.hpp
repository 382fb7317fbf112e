// The orders that liquidators have out: from PENDING until the venue's final word, however late.
// Engine thread only. Order ids are the runtime's, rising, never reused.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <map>
#include <utility>
#include <vector>

#include "by_account.hpp"

namespace lpc::runtime {

// Who is on the other side of an order.
enum class Against : std::uint8_t {
    book,
    tranche,   // of the fund, or a backstop: a take-over
    bidder,    // an award
    opponents  // a deleveraging
};

struct WorkingOrder {
    std::uint64_t id = 0;
    std::uint64_t account = 0;
    std::uint64_t tag = 0;  // under which it was placed
    std::int64_t lots = 0;  // signed: + buy, - sell
    std::int64_t price = 0;
    std::int64_t done_lots = 0;    // signed, as the venue's ORDER facts say
    std::int64_t filled_lots = 0;  // unsigned, as its FILL facts say
    std::uint64_t seq = 0;         // of its last ORDER fact
    std::uint32_t instrument = 0;
    std::uint8_t state = LPC_ORDER_PENDING;
    Against against = Against::book;
    std::uint64_t tranche = 0;  // of a take-over
    std::int64_t reserved = 0;  // of that tranche's money, for what it may lose by it

    // Only these take a share of the market, and can be cancelled.
    bool on_book() const { return against == Against::book; }
    std::int64_t left() const { return lots - done_lots; }

    template <class Archive>
    void archive(Archive& a) {
        a(id, account, tag, lots, price, done_lots, filled_lots, seq, instrument, state, against);
        a(tranche, reserved);
    }
};

constexpr bool works(std::uint8_t state) {
    return state >= LPC_ORDER_PENDING && state <= LPC_ORDER_UNKNOWN;
}

class Orders {
  public:
    Orders() = default;
    Orders(const Orders&) = delete;
    Orders& operator=(const Orders&) = delete;

    WorkingOrder& add(WorkingOrder order);  // gives it its id
    WorkingOrder* find(std::uint64_t id);
    const WorkingOrder* find(std::uint64_t id) const;
    // The venue's ORDER fact says that so many lots are done, signed like the order.
    void progress(WorkingOrder& order, std::int64_t done_lots);
    void end(std::uint64_t id);
    // Sum over the orders that work on the book: what they may still fill, unsigned.
    std::int64_t working_lots(std::uint32_t instrument) const {
        const auto it = working_lots_.find(instrument);
        return it == working_lots_.end() ? 0 : it->second;
    }
    // Money of this tranche that is reserved for take-overs which work.
    std::int64_t reserved(std::uint64_t tranche) const {
        const auto it = reserved_.find(tranche);
        return it == reserved_.end() ? 0 : it->second;
    }
    // An order that is over before all its FILLs have been told; kept until its account is
    // detached.
    WorkingOrder* find_unfilled(std::uint64_t account, std::uint64_t id);
    void forget_unfilled(std::uint64_t account);
    // Was this id given out, and is the order over? Then whatever comes for it is late or doubled.
    bool ended(std::uint64_t id) const { return id > 0 && id < next_ && find(id) == nullptr; }
    // Ids of the account's orders, rising.
    std::vector<std::uint64_t> of_account(std::uint64_t account) const;
    // Does any order of the account work?
    bool any(std::uint64_t account) const { return !by_account_.of(account).empty(); }
    template <class Visit>
    void for_each_working(std::uint64_t account, Visit&& visit) const {
        for (const Placed& placed : by_account_.of(account))
            visit(static_cast<const WorkingOrder&>(*placed.order));
    }
    // Every order of the account, or of all, the unfilled ones too.
    template <class Visit>
    void for_each(std::uint64_t account, Visit&& visit) {
        for (const Placed& placed : by_account_.of(account)) visit(*placed.order);
        for (auto it = unfilled_.lower_bound({account, 0});
             it != unfilled_.end() && it->first.first == account; ++it)
            visit(it->second);
    }
    template <class Visit>
    void for_each(Visit&& visit) {
        for (auto& entry : orders_) visit(entry.second);
        for (auto& entry : unfilled_) visit(entry.second);
    }
    const std::map<std::uint64_t, WorkingOrder>& all() const { return orders_; }

    template <class Archive>
    void archive(Archive& a) {
        a(next_, orders_, unfilled_);
        if constexpr (Archive::loads) {
            by_account_.clear();
            working_lots_.clear();
            reserved_.clear();
            for (auto& [id, order] : orders_) {
                count(order, 1);
                by_account_.add(order.account, {id, &order});
            }
        }
    }

  private:
    struct Placed {
        std::uint64_t id;
        WorkingOrder* order;  // in orders_
        bool operator<(const Placed& other) const { return id < other.id; }
    };
    void count(const WorkingOrder& order, std::int64_t sign);

    std::uint64_t next_ = 1;
    std::map<std::uint32_t, std::int64_t> working_lots_;  // by instrument
    std::map<std::uint64_t, std::int64_t> reserved_;      // by tranche
    std::map<std::uint64_t, WorkingOrder> orders_;
    ByAccount<Placed> by_account_;
    std::map<std::pair<std::uint64_t, std::uint64_t>, WorkingOrder> unfilled_;
};

}  // namespace lpc::runtime
