// An instance that follows: it hears what the active instance hears, is asked in every turn, and
// acts on nothing. What it says byte-equal to the active gets the active's answer; timers are its
// own; anything else is REFUSED, reason FOLLOWING. It can take over at any boundary of a turn. Runs
// wherever its stream is delivered (engine thread, worker, sidecar); one thread at a time;
// deterministic: a pure function of the stream. Owns the instance.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "../instance.hpp"
#include "../timers.hpp"
#include "stream.hpp"

namespace lpc::runtime {

// How what it said compares with what the active said, for the accounts that it has.
struct Comparison {
    std::uint64_t turns = 0;
    std::uint64_t turns_differed = 0;
    std::uint64_t same = 0;     // byte-equal
    std::uint64_t missing = 0;  // the active said it, the follower did not
    std::uint64_t extra = 0;    // the follower said it, the active did not
    std::int64_t first_ns = 0;  // engine time of the first difference
    std::optional<lpc_command> first;
    bool first_is_extra = false;
    // For a margin model: accounts with a CLOSEOUT of only one of the two, so far.
    std::set<std::uint64_t> closed_by_active, closed_by_follower;

    bool differs() const { return missing + extra != 0; }
};

class Following {
  public:
    Following(std::unique_ptr<Instance> instance, const TurnLimits& limits)
        : instance_(std::move(instance)), limits_(limits) {}

    // Takes whole entries of the stream, as far as they go. An error says how the instance failed:
    // it must be dismissed.
    Status take(std::span<const StreamRecord> records);

    // It holds the tag of an order that it takes over with loaded state.
    void take_over_tag(std::uint64_t account, std::uint64_t order, std::uint64_t tag);
    void take_over_timer(const Timer& timer) { timers_.add(timer); }

    const Comparison& comparison() const { return comparison_; }
    Instance& instance() { return *instance_; }
    const Instance& instance() const { return *instance_; }

    // What it takes along when it becomes active.
    struct Luggage {
        std::unique_ptr<Instance> instance;
        std::map<std::uint64_t, std::uint64_t> tags;  // order id -> tag
        Timers timers;
    };
    Luggage take_over();

  private:
    struct Working {
        std::uint64_t account, tag;
    };

    void hear(lpc_fact fact);
    void hear_order(lpc_fact& fact);
    bool is_answer(const lpc_fact& fact);
    void hear_timers(std::uint64_t seq, std::int64_t now_ns);
    void forget(std::uint64_t account);
    Status turn(const StreamRecord& mark, const std::vector<lpc_command>& said);
    void said_alike(const lpc_command& command, std::int64_t now_ns);
    void refuse(const lpc_command& command, std::uint64_t seq, std::int64_t now_ns);
    void keep_timer(const lpc_command& command);
    void note(bool extra, const lpc_command& command, std::int64_t now_ns);

    std::unique_ptr<Instance> instance_;
    TurnLimits limits_;
    Timers timers_;
    std::map<std::uint64_t, Working> orders_;  // whose tag is ours, by order id
    // (account, tag, kind) of what was said alike in this turn and is not answered yet.
    std::multiset<std::tuple<std::uint64_t, std::uint64_t, std::uint16_t>> waiting_;
    Comparison comparison_;
};

}  // namespace lpc::runtime
