// Who acts for an account in a stage, and who follows: route[bucket(account)] = {active,
// followers}. A swap, a shadow, an arm and a failover are changes of this table and nothing else.
// Engine thread only; owns the instances.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "actor.hpp"
#include "config.hpp"
#include "following/follower.hpp"
#include "keyed_hash.hpp"

namespace lpc::runtime {

struct Route {
    std::string arm;
    Actor active;  // without an instance: nobody acts
    std::vector<std::unique_ptr<Follower>> followers;
    bool fallback = false;  // the built-in hold acts
    InstanceCounters past;  // of instances that acted before

    Follower* follower(std::uint32_t id) const {
        for (const auto& follower : followers) {
            if (follower->id() == id) return follower.get();
        }
        return nullptr;
    }
};

// A slot of the pipeline: risk (0) or one stage of the procedure.
struct Slot {
    static constexpr std::size_t kBuckets = 256;

    std::string name;
    std::uint32_t role = 0;
    Stage rules;
    std::uint64_t key = 0;      // of the hash that cuts buckets
    std::vector<Route> routes;  // one for each arm; at least one
    std::array<std::uint8_t, kBuckets> route_of_bucket{};
    std::uint32_t generation = 1;  // one more with each change of who acts

    std::uint8_t route_of(std::uint64_t account) const {
        return routes.size() == 1 ? 0 : route_of_bucket[keyed_hash(key, account) % kBuckets];
    }
    // All that was ever said here.
    InstanceCounters counters() const {
        InstanceCounters sum;
        for (const Route& route : routes) {
            sum += route.past;
            if (route.active.instance != nullptr) sum += route.active.instance->counters;
        }
        return sum;
    }
};

}  // namespace lpc::runtime
