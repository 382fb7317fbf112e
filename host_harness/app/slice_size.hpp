// How many accounts a migrating slice may move. What a slice costs is the step itself and what the
// follower makes of it in the next turn; both together stay within the budget. Measured by a clock,
// so the size is decided here and goes into the run as an input. Engine thread only; values.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <utility>

namespace lpc::app {

// By how much the followers of a stage take longer over a turn than who acts there: a follower does
// the same work, so the rest is what it was newly given.
class FollowersTime {
  public:
    explicit FollowersTime(std::function<std::int64_t()> clock_ns)
        : clock_ns_(std::move(clock_ns)) {}

    void turn_begins() { began_ns_ = clock_ns_(); }
    void turn_ends(std::uint32_t stage) { excess_ns_[stage] -= clock_ns_() - began_ns_; }
    void feeding_begins() { began_ns_ = clock_ns_(); }
    void feeding_ends(std::uint32_t stage) { excess_ns_[stage] += clock_ns_() - began_ns_; }

    // Since it was last asked.
    std::int64_t take_excess_ns(std::uint32_t stage) {
        return std::max<std::int64_t>(0, std::exchange(excess_ns_[stage], 0));
    }

  private:
    std::function<std::int64_t()> clock_ns_;
    std::int64_t began_ns_ = 0;
    std::map<std::uint32_t, std::int64_t> excess_ns_;
};

class SliceSize {
  public:
    std::uint64_t accounts() const { return accounts_; }

    // The last slice of this size took so long, with the turn after it. Aims at half of
    // the budget: one slice is not like the next.
    void took(std::int64_t spent_ns, std::int64_t budget_ns) {
        const std::int64_t aim_ns = budget_ns / 2;
        if (spent_ns > aim_ns) {
            // Why not less than half: a long slice may have been interrupted.
            const std::int64_t fits = static_cast<std::int64_t>(accounts_) * aim_ns / spent_ns;
            accounts_ =
                std::max({std::uint64_t{1}, accounts_ / 2, static_cast<std::uint64_t>(fits)});
        } else {
            accounts_ = std::min(accounts_ + accounts_ / 16 + 1, kMost);
        }
    }

  private:
    static constexpr std::uint64_t kMost = 1 << 16;
    std::uint64_t accounts_ = 4;
};

}  // namespace lpc::app
