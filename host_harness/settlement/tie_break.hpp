// The keyed hash that breaks ties between accounts: SipHash-2-4 (libsodium), so that nobody gains
// by choosing an account's number. Pure, any thread.
#pragma once

#include <cstdint>

namespace lpc::settlement {

std::uint64_t tie_break(std::uint64_t key, std::uint64_t account);

}  // namespace lpc::settlement
