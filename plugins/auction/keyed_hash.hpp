// SipHash-2-4 (Aumasson and Bernstein, 2012) of a few 64-bit words under a secret key: whoever does
// not know the key can foretell neither who gets an odd lot nor when a sealed lot closes. Pure, any
// thread.
#pragma once

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace lpc::auction {

struct HashKey {
    std::uint64_t low = 0, high = 0;
};

template <std::size_t Count>
constexpr std::uint64_t keyed_hash(const HashKey& key,
                                   const std::array<std::uint64_t, Count>& words) {
    std::uint64_t a = 0x736f6d6570736575ULL ^ key.low, b = 0x646f72616e646f6dULL ^ key.high;
    std::uint64_t c = 0x6c7967656e657261ULL ^ key.low, d = 0x7465646279746573ULL ^ key.high;
    const auto rounds = [&](int count) {
        for (int i = 0; i < count; ++i) {
            a += b;
            b = std::rotl(b, 13) ^ a;
            a = std::rotl(a, 32);
            c += d;
            d = std::rotl(d, 16) ^ c;
            a += d;
            d = std::rotl(d, 21) ^ a;
            c += b;
            b = std::rotl(b, 17) ^ c;
            c = std::rotl(c, 32);
        }
    };
    const auto absorb = [&](std::uint64_t word) {
        d ^= word;
        rounds(2);
        a ^= word;
    };
    for (const std::uint64_t word : words) absorb(word);
    absorb(std::uint64_t{Count * 8} << 56);  // the last block holds the length in bytes
    c ^= 0xff;
    rounds(4);
    return a ^ b ^ c ^ d;
}

}  // namespace lpc::auction
