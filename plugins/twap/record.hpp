// The bytes of decisions in progress, format "org.lpc.twap.2". Of an account: u8 2, u64 next tag,
// u32 jobs, and each job's decisions with its instrument, rising. Of the market (account 0): u8 2,
// u32 tapes, and each instrument's marks of volume, rising. "org.lpc.twap.1" (u8 1) is read too:
// its plans are of equal slices, its market is empty. Facts are not in it: the host tells them.
// Pure; bytes may be hostile, a refusal changes nothing.
#pragma once

#include <lpc/limits.h>
#include <lpc/sdk/record.hpp>

#include <algorithm>
#include <map>

#include "job.hpp"
#include "volume.hpp"

namespace lpc::twap {

using Tapes = std::map<std::uint32_t, VolumeTape>;

inline constexpr std::uint8_t kVersion = 2;
inline constexpr std::uint32_t kTapesMax = 4096;
inline constexpr std::uint32_t kJobBytes_1 = 4 + 3 * 1 + 2 * 8 + 13 * 8;
inline constexpr std::uint32_t kJobBytes = kJobBytes_1 + 5 * 8 + 1;
inline constexpr std::uint32_t kTapeBytes = 4 + 5 * 8;
inline constexpr std::uint32_t kRecordMax =
    std::max(1 + 8 + 4 + LPC_POSITIONS_MAX * kJobBytes, 1 + 4 + kTapesMax * kTapeBytes);

void save(const Account& account, RecordWriter& out);
void save(const Tapes& tapes, RecordWriter& out);
// False: the bytes are not such a record of that version, and nothing has changed.
bool load(Account& account, std::uint8_t version, RecordReader& in);
bool load(Tapes& tapes, std::uint8_t version, RecordReader& in);

}  // namespace lpc::twap
