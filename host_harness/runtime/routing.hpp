// Who acts for an account in a stage, and who follows: route[bucket(account)] = {active,
// followers}. A swap, a shadow, an arm and a failover are changes of this table and nothing else.
// Engine thread only.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "instance.hpp"
#include "keyed_hash.hpp"

namespace lpc::runtime {

struct Route {
    Instance* active = nullptr;
    std::vector<Instance*> followers;
};

class RoutingTable {
  public:
    static constexpr std::size_t kBuckets = 256;

    explicit RoutingTable(std::uint64_t key) : key_(key) {}

    Route& of(std::uint64_t account) { return routes_[keyed_hash(key_, account) % kBuckets]; }

    void activate_everywhere(Instance* instance) {
        for (Route& route : routes_) route.active = instance;
    }

  private:
    std::uint64_t key_;
    std::array<Route, kBuckets> routes_;
};

}  // namespace lpc::runtime
