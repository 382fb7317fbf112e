// Changes of who acts and who follows, as steps between two turns: follow, migrate, flip, roll
// back, dismiss, promote an arm; and inside a turn the failover. Each is a function of the inputs
// alone. Engine thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "state.hpp"

namespace lpc::runtime {

struct FollowTerms {
    std::uint32_t slot = 0;
    std::uint8_t route = 0;
    Purpose purpose = Purpose::standby;
    Placement placement = Placement::engine;
    bool facts_only = false;  // no private state, tags or timers
    std::vector<lpc_fact> params;
};

// A sidecar acts only where a stage's answers are taken later.
bool may_act(const State& state, std::uint32_t slot, Placement placement);

// The index of the active's state format among those that the next one loads; -1: none fits.
int matching_format(const lpc_plugin& active, const lpc_plugin& next);

// A new instance begins to follow: it is told what is market-wide now, accounts come by `migrate`.
// One standby at a time. A COUPLED plugin gets everything at once. Answers the instance's number.
Result<std::uint32_t> begin_following(State& state, PluginCode code, const FollowTerms& terms);

// Those that the next `count` of migrate() would move, in their order; nullptr: to one that has
// just begun.
std::vector<std::uint64_t> accounts_to_move(const State& state, std::uint32_t slot,
                                            const Route& route, const Follower* follower,
                                            std::uint64_t count);

// Moves up to `count` accounts to the follower: facts, private state, tags, timers. It is warm when
// it has all. An error: it was dismissed, or there is none.
Status migrate(State& state, std::uint32_t slot, std::uint32_t instance, std::uint64_t count);

// The warm standby acts from the next turn on; the predecessor follows for `probation_ns` of engine
// time (0: it is dismissed at once).
Status flip(State& state, std::uint32_t slot, std::uint32_t instance, std::int64_t probation_ns);

// The predecessor, still on probation's watch, acts again; the other is dismissed.
Status roll_back(State& state, std::uint32_t slot, std::uint32_t instance);

// Why somebody is sent away: `lag`: so many records behind when the host gave it up; `loss`: its
// process is lost, and it may have acted; neither: an operator's wish, or it failed.
struct Dismissal {
    std::uint32_t slot = 0;
    std::uint32_t instance = 0;
    std::int64_t lag = 0;
    Loss loss{};
    std::string why = {};  // what is known of the loss
};
// A follower goes. Where the active is lost, a warm standby takes over, or the built-in hold does.
Status dismiss(State& state, const Dismissal& whom);

// The arm in which the instance acts gets all buckets of the stage: whoever enters from now on goes
// there, who is elsewhere stays until it leaves the stage.
Status promote(State& state, std::uint32_t slot, std::uint32_t instance);

// The active of this route has failed in the middle of a turn: a warm standby takes over, or the
// built-in hold does. Answers what the standby says to the question that is open, if it was asked.
std::optional<std::vector<lpc_command>> fail_over(State& state, std::uint32_t slot, Route& route,
                                                  const std::string& why);

// Hands followers what they have been told since. One on this thread that fails is dismissed.
void feed_followers(State& state, std::uint32_t slot, Route& route);

// Predecessors whose time is over are dismissed.
void end_probations(State& state);

}  // namespace lpc::runtime
