#include "keyed_hash.hpp"

#include <sodium.h>

#include <cstring>

namespace lpc::runtime {

std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t value) {
    unsigned char wide_key[crypto_shorthash_KEYBYTES] = {};
    static_assert(sizeof wide_key == 16 && crypto_shorthash_BYTES == 8);
    std::memcpy(wide_key, &key, sizeof key);
    unsigned char in[sizeof value];
    std::memcpy(in, &value, sizeof value);
    unsigned char out[crypto_shorthash_BYTES];
    crypto_shorthash(out, in, sizeof in, wide_key);
    std::uint64_t hash = 0;
    std::memcpy(&hash, out, sizeof hash);
    return hash;
}

}  // namespace lpc::runtime
