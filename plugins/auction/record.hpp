// The bytes of one account's decisions in progress, format "org.lpc.auction.1": u8 1, u64 next tag,
// i64 time of the next ESCALATE, u8 whether it waits for a turn, u32 legs, and the decisions
// of each leg that has some, with its instrument, rising. Facts are not in it: the host tells them.
// Pure; bytes may be hostile, a refusal changes nothing.
#pragma once

#include <lpc/limits.h>
#include <lpc/sdk/record.hpp>

#include "account.hpp"

namespace lpc::auction {

inline constexpr std::uint32_t kLegBytes = 4 + 3 * 1 + 3 * 8 + 5 * 8;
inline constexpr std::uint32_t kRecordMax = 1 + 8 + 8 + 1 + 4 + LPC_POSITIONS_MAX * kLegBytes;

void save(const Account& account, RecordWriter& out);
// False: the bytes are not such a record, and the account is as it was.
bool load(Account& account, RecordReader& in);

}  // namespace lpc::auction
