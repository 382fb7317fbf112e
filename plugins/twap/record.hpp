// The bytes of one account's decisions in progress, format "org.lpc.twap.1": u8 1, u64 next tag,
// u32 jobs, and each job's decisions with its instrument, rising. Facts are not in it: the host
// tells them. Pure; bytes may be hostile, a refusal changes nothing.
#pragma once

#include <lpc/limits.h>
#include <lpc/sdk/record.hpp>

#include "job.hpp"

namespace lpc::twap {

inline constexpr std::uint32_t kJobBytes = 4 + 3 * 1 + 2 * 8 + 13 * 8;
inline constexpr std::uint32_t kRecordMax = 1 + 8 + 4 + LPC_POSITIONS_MAX * kJobBytes;

void save(const Account& account, RecordWriter& out);
// False: the bytes are not such a record, and the account is as it was.
bool load(Account& account, RecordReader& in);

}  // namespace lpc::twap
