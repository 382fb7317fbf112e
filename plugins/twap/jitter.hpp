// Unpredictable and auditable: what time and size a slice is shifted by follows from a secret key
// and from which slice it is, r = SipHash-2-4(key, account, instrument, time, purpose), and from
// nothing that a participant could choose. Whoever has the key later finds the same numbers. Pure,
// any thread.
#pragma once

#include <array>
#include <cstdint>

namespace lpc::twap {

using JitterKey = std::array<std::uint64_t, 2>;

// Aumasson and Bernstein (2012), of whole little-endian words.
std::uint64_t siphash(const JitterKey& key, const std::uint64_t* words, std::uint64_t count);

// Which slice: the time at which its plan has it due names it among those of its position.
struct SliceName {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;
    std::int64_t due_ns = 0;
};

struct Jitter {
    JitterKey key{};
    std::int64_t time_ppb = 0;  // of the slice's span, up to which it may come later
    std::int64_t size_ppb = 0;  // by which its size may be smaller or larger
};

// How much later the slice goes: uniform in [0, time_ppb * span), whole ns.
std::int64_t delay_ns(const Jitter& jitter, const SliceName& slice, std::int64_t span_ns);
// What its size is multiplied by: uniform in [1 - size, 1 + size] [ppb].
std::int64_t scale_ppb(const Jitter& jitter, const SliceName& slice);

}  // namespace lpc::twap
