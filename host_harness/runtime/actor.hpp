// An instance with what is its own: the orders whose tags it knows, and its timers. This is what a
// flip moves; nothing else says who placed an order or asked for a timer. Owned by a route (it
// acts) or by a Following (it follows); one thread at a time.
#pragma once

#include <cstdint>
#include <memory>

#include "by_account.hpp"
#include "instance.hpp"
#include "timers.hpp"

namespace lpc::runtime {

// Orders with the tags under which the instance knows them, until their account is detached.
class OwnOrders {
  public:
    void add(std::uint64_t account, std::uint64_t order, std::uint64_t tag) {
        tags_.add(account, {order, tag});
    }
    bool has(std::uint64_t account, std::uint64_t order) const {
        return find(account, order) != nullptr;
    }
    // 0: not its own.
    std::uint64_t tag(std::uint64_t account, std::uint64_t order) const {
        const Own* own = find(account, order);
        return own == nullptr ? 0 : own->tag;
    }
    bool has_tag(std::uint64_t account, std::uint64_t tag) const {
        for (const Own& own : tags_.of(account)) {
            if (own.tag == tag) return true;
        }
        return false;
    }
    void forget(std::uint64_t account) { tags_.forget(account); }

    template <class Archive>
    void archive(Archive& a) {
        a(tags_);
    }

  private:
    struct Own {
        std::uint64_t order, tag;
        bool operator<(const Own& other) const { return order < other.order; }
        template <class Archive>
        void archive(Archive& a) {
            a(order, tag);
        }
    };
    const Own* find(std::uint64_t account, std::uint64_t order) const {
        for (const Own& own : tags_.of(account)) {
            if (own.order == order) return &own;
        }
        return nullptr;
    }

    ByAccount<Own> tags_;
};

struct Actor {
    std::unique_ptr<Instance> instance;
    OwnOrders orders;
    Timers timers;

    // The account has left it.
    void forget(std::uint64_t account) {
        orders.forget(account);
        timers.forget(account);
    }
};

}  // namespace lpc::runtime
