#include "jitter.hpp"

#include <lpc/limits.h>
#include <lpc/sdk/rounding.hpp>

namespace lpc::twap {
namespace {

__extension__ typedef unsigned __int128 Uint128;

enum Purpose : std::uint64_t { kTime = 1, kSize = 2 };

struct SipState {
    std::uint64_t v0, v1, v2, v3;

    static constexpr std::uint64_t rotated(std::uint64_t word, int bits) {
        return (word << bits) | (word >> (64 - bits));
    }
    void rounds(int count) {
        for (int i = 0; i < count; ++i) {
            v0 += v1;
            v1 = rotated(v1, 13) ^ v0;
            v0 = rotated(v0, 32);
            v2 += v3;
            v3 = rotated(v3, 16) ^ v2;
            v0 += v3;
            v3 = rotated(v3, 21) ^ v0;
            v2 += v1;
            v1 = rotated(v1, 17) ^ v2;
            v2 = rotated(v2, 32);
        }
    }
    void take(std::uint64_t word) {
        v3 ^= word;
        rounds(2);
        v0 ^= word;
    }
};

// Uniform in [0, range): the high half of the product.
std::int64_t draw(const Jitter& jitter, const SliceName& slice, Purpose purpose,
                  std::int64_t range) {
    const std::array<std::uint64_t, 4> words{slice.account, slice.instrument,
                                             static_cast<std::uint64_t>(slice.due_ns), purpose};
    const Uint128 hash = siphash(jitter.key, words.data(), words.size());
    return static_cast<std::int64_t>((hash * static_cast<std::uint64_t>(range)) >> 64);
}

}  // namespace

std::uint64_t siphash(const JitterKey& key, const std::uint64_t* words, std::uint64_t count) {
    SipState state{key[0] ^ 0x736f6d6570736575, key[1] ^ 0x646f72616e646f6d,
                   key[0] ^ 0x6c7967656e657261, key[1] ^ 0x7465646279746573};
    for (std::uint64_t i = 0; i < count; ++i) state.take(words[i]);
    state.take((8 * count) << 56);
    state.v2 ^= 0xff;
    state.rounds(4);
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
}

std::int64_t delay_ns(const Jitter& jitter, const SliceName& slice, std::int64_t span_ns) {
    const Int128 range = div_floor(Int128{span_ns} * jitter.time_ppb, LPC_RATE_ONE_PPB);
    return range <= 1 ? 0 : draw(jitter, slice, kTime, clamp_to(range, 0, LPC_TIME_MAX_NS));
}

std::int64_t scale_ppb(const Jitter& jitter, const SliceName& slice) {
    if (jitter.size_ppb == 0) return LPC_RATE_ONE_PPB;
    return LPC_RATE_ONE_PPB - jitter.size_ppb + draw(jitter, slice, kSize, 2 * jitter.size_ppb + 1);
}

}  // namespace lpc::twap
