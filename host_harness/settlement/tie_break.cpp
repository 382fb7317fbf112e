#include <sodium.h>

#include <cstring>
#include <settlement/tie_break.hpp>

namespace lpc::settlement {

std::uint64_t tie_break(std::uint64_t key, std::uint64_t account) {
    unsigned char wide_key[crypto_shorthash_KEYBYTES] = {};
    static_assert(sizeof wide_key == 16 && crypto_shorthash_BYTES == 8);
    std::memcpy(wide_key, &key, sizeof key);
    unsigned char in[sizeof account];
    std::memcpy(in, &account, sizeof account);
    unsigned char out[crypto_shorthash_BYTES];
    crypto_shorthash(out, in, sizeof in, wide_key);
    std::uint64_t hash = 0;
    std::memcpy(&hash, out, sizeof hash);
    return hash;
}

}  // namespace lpc::settlement
