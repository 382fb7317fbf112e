// The timers that an instance asked for. They are due in the order (time, account, tag). Owned by
// whoever has the instance; one thread at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <tuple>
#include <vector>

namespace lpc::runtime {

struct Timer {
    std::int64_t at_ns;
    std::uint64_t account;
    std::uint64_t tag;

    template <class Archive>
    void archive(Archive& a) {
        a(at_ns, account, tag);
    }
};

class Timers {
  public:
    void add(const Timer& timer) {
        by_time_.insert(timer);
        by_account_.insert(timer);
    }
    void forget(std::uint64_t account) {
        for (const Timer& timer : of_account(account)) remove(timer);
    }

    // Takes out what is due at `now_ns`, in order.
    std::vector<Timer> due(std::int64_t now_ns) {
        const auto end = by_time_.upper_bound({now_ns, UINT64_MAX, UINT64_MAX});
        std::vector<Timer> taken(by_time_.begin(), end);
        for (const Timer& timer : taken) remove(timer);
        return taken;
    }
    std::vector<Timer> of_account(std::uint64_t account) const {
        return {by_account_.lower_bound({INT64_MIN, account, 0}),
                by_account_.upper_bound({INT64_MAX, account, UINT64_MAX})};
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
            by_account_.insert(by_time_.begin(), by_time_.end());
        }
    }

  private:
    struct ByTime {
        bool operator()(const Timer& a, const Timer& b) const {
            return std::tie(a.at_ns, a.account, a.tag) < std::tie(b.at_ns, b.account, b.tag);
        }
    };
    struct ByAccount {
        bool operator()(const Timer& a, const Timer& b) const {
            return std::tie(a.account, a.at_ns, a.tag) < std::tie(b.account, b.at_ns, b.tag);
        }
    };
    void remove(const Timer& timer) {
        by_time_.erase(timer);
        by_account_.erase(timer);
    }

    std::set<Timer, ByTime> by_time_;
    std::set<Timer, ByAccount> by_account_;
};

}  // namespace lpc::runtime
