// Who acts for an account in a stage, and who follows: route[bucket(account)] = {active,
// followers}. A swap, a shadow, an arm's promotion and a failover are changes of this table and
// nothing else.
// Engine thread only; owns the instances.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "actor.hpp"
#include "cases.hpp"
#include "config.hpp"
#include "following/follower.hpp"

namespace lpc::runtime {

// An answer that is not due yet: it is taken `turns_left` turns later, whoever acts then.
struct Question {
    std::uint32_t turns_left = 0;
    std::optional<Result<TurnOutput>> answer;  // none: it was not asked for yet

    bool failed() const { return answer && !*answer; }
};

struct Route {
    std::string arm;
    Actor active;                      // without an instance: nobody acts
    lpc_turn asked{};                  // what whoever acts was asked last
    std::optional<Question> question;  // none where a stage answers in the same turn
    std::set<std::uint64_t> left;      // accounts that left while a question was open
    std::vector<std::unique_ptr<Follower>> followers;
    bool fallback = false;  // the built-in hold acts
    InstanceCounters past;  // of instances that acted before

    Follower* follower(std::uint32_t id) const {
        for (const auto& follower : followers) {
            if (follower->id() == id) return follower.get();
        }
        return nullptr;
    }
    // The answer to the open question, from whoever was asked.
    void collect() {
        if (question && !question->answer) question->answer = active.instance->take();
    }
    // All that was ever said here.
    InstanceCounters counters() const {
        InstanceCounters sum = past;
        if (active.instance != nullptr) sum += active.instance->counters;
        return sum;
    }
};

// A slot of the pipeline: risk (0) or one stage of the procedure.
struct Slot {
    std::string name;
    std::uint32_t role = 0;
    Stage rules;
    std::uint64_t key = 0;      // of the hash that cuts buckets; its own, so that stages mix arms
    std::vector<Route> routes;  // one for each arm; at least one
    Buckets route_of_bucket{};
    std::uint32_t generation = 1;  // one more with each change of who acts

    // Where a liquidation that enters now goes; it stays there until it leaves the stage.
    std::uint8_t route_of(const Case& held) const;
    std::uint8_t index_of(const Route& route) const {
        return static_cast<std::uint8_t>(&route - routes.data());
    }
    // The index of the arm with this name.
    Result<std::uint8_t> arm_named(const std::string& arm) const;
    // Of the buckets that the arm has. [ppb]
    std::int64_t share_ppb(std::uint8_t index) const;
    // A plugin in each arm, or in none.
    Status complete() const;
    // All that was ever said here.
    InstanceCounters counters() const {
        InstanceCounters sum;
        for (const Route& route : routes) sum += route.counters();
        return sum;
    }
};

}  // namespace lpc::runtime
