// Random numbers of the judge: a stream for each key, so that what is drawn for one thing never
// shifts what is drawn for another. Integers only, the same on every machine. Stafford's mix 13
// over a counter (splitmix64). Owned by whoever draws.
#pragma once

#include <cstdint>
#include <initializer_list>

namespace lpc::judge {

class Draw {
  public:
    Draw(std::initializer_list<std::uint64_t> key) {
        for (const std::uint64_t word : key) state_ = mix(state_ ^ word) + kStep;
    }

    std::uint64_t next() {
        state_ += kStep;
        return mix(state_);
    }
    // 0 to bound - 1; bound > 0, far below 2^64, so the bias does not matter.
    std::uint64_t below(std::uint64_t bound) { return next() % bound; }
    // Both ends included.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }
    bool permille(std::uint64_t of_thousand) { return below(1000) < of_thousand; }

  private:
    static constexpr std::uint64_t kStep = 0x9e3779b97f4a7c15ULL;
    static std::uint64_t mix(std::uint64_t z) {
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_ = kStep;
};

}  // namespace lpc::judge
