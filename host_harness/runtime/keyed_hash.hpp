// The keyed hash that breaks ties and cuts buckets: SipHash-2-4 (libsodium), so that nobody gains
// by choosing an account id.
#pragma once

#include <cstdint>

namespace lpc::runtime {

std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t value);

}  // namespace lpc::runtime
