// An instance that follows: it hears what the active instance hears, is asked in every turn, and
// acts on nothing. What it says byte-equal to the active gets the active's answer; timers are its
// own; anything else is REFUSED, reason FOLLOWING. It can take over at any boundary of a turn. Runs
// wherever its stream is delivered; one thread at a time; deterministic: a pure function of the
// stream. Owns the instance.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "../actor.hpp"
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
    // Accounts, rising, that it would have closed out and the active did not, or the other way
    // round.
    std::vector<std::uint64_t> would_close() const;
    std::vector<std::uint64_t> would_spare() const;
};

// Who followed, and what it would have answered to what it was asked last.
struct Exchanged {
    Actor actor;
    std::vector<lpc_command> answer;
};

class Following {
  public:
    Following(Actor actor, const TurnLimits& limits) : actor_(std::move(actor)), limits_(limits) {}

    // Takes whole entries of the stream, as far as they go. An error says how the instance failed:
    // it must be dismissed.
    Status take(std::span<const StreamRecord> records);

    const Comparison& comparison() const { return comparison_; }
    const TurnLimits& limits() const { return limits_; }
    const Actor& actor() const { return actor_; }
    const std::vector<lpc_command>& answer() const { return answer_; }
    // Between two turns: this actor follows from now on, the one that did so comes out. The
    // comparison begins anew.
    Exchanged exchange(Actor actor);

  private:
    void hear(lpc_fact fact);
    void hear_order(lpc_fact& fact);
    bool is_answer(const lpc_fact& fact);
    void hear_timers(std::uint64_t seq, std::int64_t now_ns);
    Status load(const StreamRecord& mark, const StreamRecord* bytes);
    Status turn(const StreamRecord& mark);
    void hear_said(const StreamRecord& mark, const std::vector<lpc_command>& said,
                   const std::vector<lpc_command>& inherited);
    void compare(const StreamRecord& mark, const std::vector<lpc_command>& said);
    void said_alike(const lpc_command& command, std::int64_t now_ns);
    void refuse(const lpc_command& command, std::uint64_t seq, std::int64_t now_ns);
    void keep_timer(const lpc_command& command);
    void note(bool extra, const lpc_command& command, std::int64_t now_ns);

    Actor actor_;
    TurnLimits limits_;
    std::vector<lpc_command> answer_;  // to the turn that it was asked for last
    // (account, tag, kind) of what was said alike in that turn and is not answered yet.
    std::multiset<std::tuple<std::uint64_t, std::uint64_t, std::uint16_t>> waiting_;
    Comparison comparison_;
};

}  // namespace lpc::runtime
