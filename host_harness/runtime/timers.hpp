// The timers that an instance asked for. They are due in the order (time, account, tag). Owned by
// whoever has the instance; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <vector>

#include "by_account.hpp"

namespace lpc::runtime {

struct Timer {
    std::int64_t at_ns;
    std::uint64_t account;
    std::uint64_t tag;

    bool operator<(const Timer& other) const {
        return std::tie(at_ns, account, tag) < std::tie(other.at_ns, other.account, other.tag);
    }
    template <class Archive>
    void archive(Archive& a) {
        a(at_ns, account, tag);
    }
};

class Timers {
  public:
    void add(const Timer& timer) {
        by_time_.insert(timer);
        by_account_.add(timer.account, timer);
    }
    void forget(std::uint64_t account) {
        for (const Timer& timer : by_account_.of(account)) by_time_.erase(timer);
        by_account_.forget(account);
    }

    // Takes out what is due at `now_ns`, in order.
    std::vector<Timer> due(std::int64_t now_ns) {
        std::vector<Timer> taken;
        while (!by_time_.empty() && by_time_.begin()->at_ns <= now_ns) {
            taken.push_back(*by_time_.begin());
            by_time_.erase(by_time_.begin());
            by_account_.remove(taken.back().account, taken.back());
        }
        return taken;
    }
    std::span<const Timer> of_account(std::uint64_t account) const {
        return by_account_.of(account);
    }
    std::optional<std::int64_t> next_ns() const {
        if (by_time_.empty()) return std::nullopt;
        return by_time_.begin()->at_ns;
    }

    std::size_t size() const { return by_time_.size(); }

    template <class Archive>
    void archive(Archive& a) {
        a(by_time_);
        if constexpr (Archive::loads) {
            by_account_.clear();
            for (const Timer& timer : by_time_) by_account_.add(timer.account, timer);
        }
    }

  private:
    std::set<Timer> by_time_;
    ByAccount<Timer> by_account_;
};

}  // namespace lpc::runtime
