#include "routing.hpp"

#include <algorithm>

#include <lpc/sdk/rounding.hpp>

#include "keyed_hash.hpp"

namespace lpc::runtime {

std::uint8_t Slot::route_of(const Case& held) const {
    if (routes.size() == 1) return 0;
    const Arms& arms = rules.arms;
    const std::uint64_t hash =
        arms.split == Split::hash
            ? keyed_hash(key, held.account)
            : keyed_hash(
                  keyed_hash(key, held.opened_instrument),
                  static_cast<std::uint64_t>(div_floor(held.opened_ns, arms.switchback_block_ns)));
    return route_of_bucket[hash % kBuckets];
}

Result<std::uint8_t> Slot::arm_named(const std::string& arm) const {
    std::string names;
    for (const Route& route : routes) {
        if (route.arm == arm) return index_of(route);
        names += (names.empty() ? "" : ", ") + route.arm;
    }
    return fail("stage " + name + " has no arm '" + arm + "', expected " +
                (routes.size() == 1 ? names : "one of: " + names));
}

std::int64_t Slot::share_ppb(std::uint8_t index) const {
    return kBucketPpb * std::count(route_of_bucket.begin(), route_of_bucket.end(), index);
}

Status Slot::complete() const {
    const auto acts = [](const Route& route) { return route.active.instance != nullptr; };
    const auto empty = std::find_if_not(routes.begin(), routes.end(), acts);
    if (empty == routes.end() || std::none_of(routes.begin(), routes.end(), acts)) return {};
    return fail("stage " + name + ": arm '" + empty->arm +
                "' has no plugin, expected one in each arm");
}

}  // namespace lpc::runtime
