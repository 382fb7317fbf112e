// The arms of a stage: liquidators among which its accounts are split by published shares. Plain
// values and pure functions; the names and shares are part of the journaled configuration.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lpc/limits.h>

#include "foundation/status.hpp"

namespace lpc::runtime {

inline constexpr std::string_view kOnlyArm = "main";
inline constexpr std::string_view kShadowArm = "shadow";  // what an operator calls no arm
inline constexpr std::size_t kArmNameBytesMax = 32;
inline constexpr std::size_t kBuckets = 256;
inline constexpr std::int64_t kBucketPpb = 3'906'250;
static_assert(kBucketPpb * static_cast<std::int64_t>(kBuckets) == LPC_RATE_ONE_PPB);

struct Arm {
    std::string name{kOnlyArm};
    std::int64_t share_ppb = LPC_RATE_ONE_PPB;
    bool operator==(const Arm&) const = default;
};

// What of an account chooses its bucket: its own number, or, in a switchback, the instrument of its
// first close-out and the block of engine time in which that was accepted. Either is fixed for all
// of a liquidation.
enum class Split : std::uint8_t { hash, switchback };

struct Arms {
    std::vector<Arm> all{Arm{}};  // their shares add up to one; a lone one is 'main' and has all
    Split split = Split::hash;
    std::int64_t switchback_block_ns = 0;  // 0: no switchback
    bool operator==(const Arms&) const = default;
};

Status validate(const Arms& arms);

// Which arm has which bucket, in the order of the arms. An arm gets its share of the buckets
// rounded down; what is left over goes one by one to the largest remainders, of equal ones to the
// earlier arm.
using Buckets = std::array<std::uint8_t, kBuckets>;
Buckets buckets_of(const std::vector<Arm>& arms);

// "twap", or "twap/fast" where a stage has several arms.
std::string place_of(const std::string& stage, const std::string& arm);

}  // namespace lpc::runtime
