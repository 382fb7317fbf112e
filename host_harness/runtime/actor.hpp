// An instance with what is its own: the orders whose tags it knows, and its timers. This is what a
// flip moves; nothing else says who placed an order or asked for a timer. Owned by a route (it
// acts) or by a Following (it follows); one thread at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>

#include "instance.hpp"
#include "timers.hpp"

namespace lpc::runtime {

// Orders with the tags under which the instance knows them, until their account is detached.
class OwnOrders {
  public:
    void add(std::uint64_t account, std::uint64_t order, std::uint64_t tag) {
        tags_[{account, order}] = tag;
    }
    bool has(std::uint64_t account, std::uint64_t order) const {
        return tags_.count({account, order}) != 0;
    }
    // 0: not its own.
    std::uint64_t tag(std::uint64_t account, std::uint64_t order) const {
        const auto it = tags_.find({account, order});
        return it == tags_.end() ? 0 : it->second;
    }
    bool has_tag(std::uint64_t account, std::uint64_t tag) const {
        for (auto it = first(account); it != tags_.end() && it->first.first == account; ++it) {
            if (it->second == tag) return true;
        }
        return false;
    }
    void forget(std::uint64_t account) {
        tags_.erase(first(account), tags_.upper_bound({account, UINT64_MAX}));
    }

    template <class Archive>
    void archive(Archive& a) {
        a(tags_);
    }

  private:
    using Tags = std::map<std::pair<std::uint64_t, std::uint64_t>, std::uint64_t>;
    Tags::const_iterator first(std::uint64_t account) const {
        return tags_.lower_bound({account, 0});
    }

    Tags tags_;  // (account, order id) -> tag
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
