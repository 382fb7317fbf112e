// The one random generator of the harness: integers only, seeded, the same on every machine and
// compiler. Not for secrets. xoshiro256** by Blackman and Vigna (2018), seeded by splitmix64. Owned
// by whoever draws; not shared between threads.
#pragma once

#include <cstdint>

namespace lpc::venue {

class Random {
  public:
    explicit Random(std::uint64_t seed) {
        for (auto& word : state_) word = splitmix(seed);
    }

    std::uint64_t next() {
        const std::uint64_t result = rotl(state_[1] * 5, 7) * 9;
        const std::uint64_t t = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= t;
        state_[3] = rotl(state_[3], 45);
        return result;
    }

    // Uniform in [0, bound); bound > 0. Rejection keeps it exactly uniform.
    std::uint64_t below(std::uint64_t bound) {
        const std::uint64_t threshold = (0 - bound) % bound;
        std::uint64_t value = next();
        while (value < threshold) value = next();
        return value % bound;
    }

    // Uniform in [low, high], both included; low <= high, and high - low must fit 63 bits.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(below(static_cast<std::uint64_t>(high - low) + 1));
    }

    // True with probability ppb / 1e9.
    bool chance(std::int64_t ppb) { return below(1'000'000'000) < static_cast<std::uint64_t>(ppb); }

    // A generator of its own for a part of the simulation, so that adding draws in one part never
    // shifts another.
    Random split(std::uint64_t stream) { return Random(next() ^ (stream * 0x9e3779b97f4a7c15ULL)); }

  private:
    static std::uint64_t rotl(std::uint64_t x, int k) { return (x << k) | (x >> (64 - k)); }
    static std::uint64_t splitmix(std::uint64_t& x) {
        x += 0x9e3779b97f4a7c15ULL;
        std::uint64_t z = x;
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
        z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
        return z ^ (z >> 31);
    }
    std::uint64_t state_[4] = {};
};

}  // namespace lpc::venue
