#include "arms.hpp"

#include <algorithm>
#include <numeric>

#include <lpc/sdk/rounding.hpp>

namespace lpc::runtime {
namespace {

bool good_name(const std::string& name) {
    const auto fits = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    };
    return !name.empty() && name.size() <= kArmNameBytesMax && name != kOnlyArm &&
           name != kShadowArm && std::all_of(name.begin(), name.end(), fits);
}

Status validate_names(const std::vector<Arm>& arms) {
    for (auto arm = arms.begin(); arm != arms.end(); ++arm) {
        const bool unique = std::none_of(arms.begin(), arm,
                                         [&](const Arm& other) { return other.name == arm->name; });
        if (!good_name(arm->name) || !unique)
            return fail("arm name '" + arm->name + "', expected a unique name of 1 to " +
                        std::to_string(kArmNameBytesMax) +
                        " letters, digits, _ and - other than 'main' and 'shadow'");
    }
    return {};
}

// Every arm has a bucket at least, or nobody would ever come to it.
Status validate_shares(const std::vector<Arm>& arms) {
    std::int64_t sum = 0;
    for (const Arm& arm : arms) {
        if (arm.share_ppb < kBucketPpb || arm.share_ppb > LPC_RATE_ONE_PPB)
            return fail("arm " + arm.name + " has a share of " + std::to_string(arm.share_ppb) +
                        " ppb, expected " + std::to_string(kBucketPpb) +
                        " (one bucket of 256) to " + std::to_string(LPC_RATE_ONE_PPB));
        sum += arm.share_ppb;
        if (sum > LPC_RATE_ONE_PPB) break;
    }
    if (sum == LPC_RATE_ONE_PPB) return {};
    return fail("the shares of the arms add up to " + std::to_string(sum) +
                (sum > LPC_RATE_ONE_PPB ? " ppb or more, expected " : " ppb, expected ") +
                std::to_string(LPC_RATE_ONE_PPB));
}

Status validate_split(const Arms& arms) {
    const std::int64_t block_ns = arms.switchback_block_ns;
    if (arms.split == Split::hash && block_ns == 0) return {};
    if (arms.split == Split::switchback && block_ns >= 1 && block_ns <= LPC_TIME_MAX_NS) return {};
    return fail("switchback_block_ns is " + std::to_string(block_ns) + ", expected " +
                (arms.split == Split::hash ? "0, as the split is by hash"
                                           : "1 to " + std::to_string(LPC_TIME_MAX_NS)));
}

}  // namespace

Status validate(const Arms& arms) {
    if (arms == Arms{}) return {};
    if (arms.all.size() < 2)
        return fail("found " + std::to_string(arms.all.size()) +
                    " arms, expected several, or one plugin without arms");
    if (const Status status = validate_names(arms.all); !status) return status;
    if (const Status status = validate_shares(arms.all); !status) return status;
    return validate_split(arms);
}

Buckets buckets_of(const std::vector<Arm>& arms) {
    std::vector<std::size_t> counts;
    std::vector<std::int64_t> remainders;
    for (const Arm& arm : arms) {
        const auto count = static_cast<std::int64_t>(div_floor(arm.share_ppb, kBucketPpb));
        counts.push_back(static_cast<std::size_t>(count));
        remainders.push_back(arm.share_ppb - count * kBucketPpb);
    }
    std::vector<std::size_t> order(arms.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return remainders[a] > remainders[b]; });
    // Fewer than there are arms, as the shares add up to one.
    const std::size_t left =
        kBuckets - std::accumulate(counts.begin(), counts.end(), std::size_t{0});
    for (std::size_t i = 0; i < left; ++i) ++counts[order[i]];
    Buckets buckets{};
    auto next = buckets.begin();
    for (std::size_t arm = 0; arm < arms.size(); ++arm) {
        const auto end = next + static_cast<std::ptrdiff_t>(counts[arm]);
        std::fill(next, end, static_cast<std::uint8_t>(arm));
        next = end;
    }
    return buckets;
}

std::string place_of(const std::string& stage, const std::string& arm) {
    return arm == kOnlyArm ? stage : stage + "/" + arm;
}

}  // namespace lpc::runtime
