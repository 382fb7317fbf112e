// What the runtime does, as it does it: for a journal, a command hash, a report. Called on the
// engine thread in the order of events; must not call back into the runtime. Everything told here
// follows from the inputs alone.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <string>

namespace lpc::runtime {

// A command and the host's verdict. 80 bytes, no padding: written into journals as it stands.
struct Verdict {
    lpc_command command;
    std::uint32_t stage;     // 0: risk; 1 is the first liquidator stage
    std::uint32_t instance;  // rising number of the plugin instance
    std::uint32_t reason;    // 0: carried out; else LPC_REASON_*
    std::uint32_t arm;       // of the stage, from 0
};
static_assert(sizeof(Verdict) == 80);

enum class MoveCause : std::uint32_t {
    entered = 1,  // its close-out is running: into the first stage
    escalated,    // the plugin asked
    time,         // leave_after_ns
    health,       // bankrupt, or below leave_below_ppb
    refusals,     // leave_after_refusals
    ended         // the close-out is over: out of the last stage
};

// An account changes stage. 40 bytes, no padding.
struct Move {
    std::uint64_t seq;
    std::uint64_t account;
    std::int64_t now_ns;
    std::uint32_t from, to;  // 0: none
    MoveCause cause;
    std::uint16_t detail;  // for escalated: LPC_ESCALATE_*
    std::uint16_t arm;     // of the stage that it comes to, from 0
};
static_assert(sizeof(Move) == 40);

// Who acts or follows changes. 64 bytes, no padding.
enum class TransitionKind : std::uint32_t {
    follows = 1,  // `to` begins to follow `from`
    warm,         // it has every account
    flipped,      // a standby acts in place of `from`
    promoted,     // a shadow does
    rolled_back,  // the predecessor acts again
    failed_over,  // `from` failed, a standby acts in this very turn
    fell_back,    // `from` failed, the built-in hold acts
    dismissed,    // `from` follows no more; why is in the sentence
    arm_promoted  // `to` acts in the arm that gets all accounts that come from now on
};
struct Transition {
    std::uint64_t seq;
    std::int64_t now_ns;
    std::uint64_t accounts;  // that were moved
    std::uint32_t stage, route;
    TransitionKind kind;
    std::uint32_t from, to;    // instances; 0: none
    std::uint32_t generation;  // of the stage, after it
    std::uint32_t reserved[4];
};
static_assert(sizeof(Transition) == 64);

class Observer {
  public:
    virtual ~Observer() = default;
    // A fact that the runtime itself made (MARGIN, CLOSEOUT, BUDGET, ORDER that is PENDING, ...).
    virtual void on_fact(const lpc_fact& fact) = 0;
    virtual void on_verdict(const Verdict& verdict) = 0;
    virtual void on_move(const Move& move) = 0;
    // The acting instance failed; what takes its place is told as a transition, in this very turn.
    virtual void on_failure(std::uint32_t stage, const std::string& sentence) = 0;
    // `text`: for `follows` the sha256 of the plugin, for `dismissed` why, else empty.
    virtual void on_transition(const Transition& transition, const std::string& text) = 0;
    // Around each call of an instance's turn: the place for a clock.
    virtual void on_turn_begin(std::uint32_t stage) = 0;
    virtual void on_turn_end(std::uint32_t stage) = 0;
    // Around the feeding of those who follow in a stage, at the end of a turn: the same.
    virtual void on_feed_begin(std::uint32_t) {}
    virtual void on_feed_end(std::uint32_t) {}
};

}  // namespace lpc::runtime
