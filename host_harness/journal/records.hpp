// What the records of a run's journal mean: inputs of the runtime under the numbers of InputKind,
// and above them what came of the inputs, which follows from them and is there to be compared and
// explained. FORMAT.md says how they lie on disk.
#pragma once

#include <cstdint>

namespace lpc::journal {

inline constexpr std::uint16_t kFirstOutcome = 0x100;  // below: runtime::InputKind

inline constexpr std::uint16_t kFactRecord =
    0x100;  // lpc_fact, 64 bytes: a fact of the runtime's own
inline constexpr std::uint16_t kVerdictRecord = 0x101;  // runtime::Verdict, 80 bytes
inline constexpr std::uint16_t kMoveRecord = 0x102;     // runtime::Move, 40 bytes
inline constexpr std::uint16_t kFailureRecord =
    0x103;  // stage (u32, LE), then the sentence as UTF-8
inline constexpr std::uint16_t kTransitionRecord =
    0x104;  // runtime::Transition, 64 bytes, then why as UTF-8

}  // namespace lpc::journal
