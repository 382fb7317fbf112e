// The timers that plugins asked for. They are due in the order (time, account, tag). Engine thread
// only.
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
    std::uint32_t instance;
    std::uint64_t attached_seq;  // of the case, when it was asked for; 0: of no case
    friend bool operator<(const Timer& a, const Timer& b) {
        return std::tie(a.at_ns, a.account, a.tag, a.instance, a.attached_seq) <
               std::tie(b.at_ns, b.account, b.tag, b.instance, b.attached_seq);
    }
};

class Timers {
  public:
    void add(const Timer& timer) { timers_.insert(timer); }

    // Takes out what is due at `now_ns`, in order.
    std::vector<Timer> due(std::int64_t now_ns) {
        const auto end =
            timers_.upper_bound({now_ns, UINT64_MAX, UINT64_MAX, UINT32_MAX, UINT64_MAX});
        std::vector<Timer> taken(timers_.begin(), end);
        timers_.erase(timers_.begin(), end);
        return taken;
    }
    std::optional<std::int64_t> next_ns() const {
        if (timers_.empty()) return std::nullopt;
        return timers_.begin()->at_ns;
    }
    const std::set<Timer>& all() const { return timers_; }

  private:
    std::set<Timer> timers_;
};

}  // namespace lpc::runtime
