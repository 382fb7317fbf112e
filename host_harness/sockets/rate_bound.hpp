// So many a second, with a burst: the time at which the next would be on schedule is kept, and may
// lie ahead of now by the burst. Pure, integers, one owner.
#pragma once

#include <algorithm>
#include <cstdint>

namespace lpc::sockets {

struct Rate {
    std::uint32_t per_s = 20;  // not 0
    std::uint32_t burst = 40;  // not 0
};

class RateBound {
  public:
    explicit RateBound(Rate rate)
        : interval_ns_(1'000'000'000 / rate.per_s),
          ahead_ns_max_(interval_ns_ * (rate.burst - 1)) {}

    [[nodiscard]] bool take(std::int64_t now_ns) {
        const std::int64_t due_ns = std::max(due_ns_, now_ns);
        if (due_ns - now_ns > ahead_ns_max_) return false;
        due_ns_ = due_ns + interval_ns_;
        return true;
    }
    // As if nothing had ever been taken.
    [[nodiscard]] bool rested(std::int64_t now_ns) const { return due_ns_ <= now_ns; }

  private:
    std::int64_t interval_ns_;
    std::int64_t ahead_ns_max_;
    std::int64_t due_ns_ = 0;
};

}  // namespace lpc::sockets
