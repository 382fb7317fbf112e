// Law 4 while the market goes on: accounts move to a second instance in slices, which then hears of
// them too; once all are there, it acts. Whatever the schedule, nobody can tell.
#include <algorithm>
#include <cstring>
#include <memory>
#include <set>

#include "../heir.hpp"
#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kSchedule = 1700, kPause = 1701 };

// One swap in progress after the other, at moments that are drawn.
class Migration {
  public:
    Migration(const lpc_plugin& table, std::uint64_t seed, bool coupled)
        : table_(table),
          draw_{seed, kSchedule},
          coupled_(coupled),
          active_(std::make_unique<Heir>(table)),
          slice_(1 + draw_.below(4)),
          pause_(draw_.below(12)) {}

    Answer turn(std::size_t beat, const Beat& told) {
        active_->tell(told.facts);
        tell_follower(told.facts);
        for (const lpc_fact& f : told.facts) known_.tell(f);
        if (beat == 0) return active_->instance().turn(told.turn);
        if (follower_ == nullptr && draw_.permille(120)) begin();
        if (follower_ != nullptr) move_slice();
        lpc_turn turn = told.turn;
        if (follower_ != nullptr && unmoved() == 0 && (coupled_ || pause_-- == 0)) {
            active_ = std::move(follower_);
            pause_ = draw_.below(12);
            turn.flags |= LPC_TURN_ACTIVE;
            ++flips_;
            given_.clear();
            return active_->instance().turn(turn);
        }
        Answer answer = active_->instance().turn(turn);
        if (follower_ != nullptr) follow(turn, answer.commands);
        return answer;
    }
    std::uint64_t flips() const { return flips_; }

  private:
    void begin() {
        follower_ = std::make_unique<Heir>(table_);
        follower_->take(0, known_, active_->instance());
        moved_.clear();
        given_.clear();
    }

    std::size_t unmoved() const { return known_.accounts().size() - moved_.size(); }

    void move_slice() {
        std::uint64_t room = coupled_ ? UINT64_MAX : draw_.below(slice_ + 1);
        for (const std::uint64_t account : known_.accounts()) {
            if (room == 0) return;
            if (moved_.contains(account)) continue;
            follower_->take(account, known_, active_->instance());
            moved_.insert(account);
            --room;
        }
    }

    // Was this command given by both in the last turn? Then its answer is for both.
    bool shares_answer(std::uint64_t account, std::uint64_t tag) const {
        return std::any_of(given_.begin(), given_.end(), [&](const lpc_command& c) {
            return c.account == account && c.tag == tag;
        });
    }

    void tell_follower(const std::vector<lpc_fact>& facts) {
        if (follower_ == nullptr) return;
        std::vector<lpc_fact> heard;
        for (const lpc_fact& f : facts) {
            if (f.account != 0 && !moved_.contains(f.account)) continue;
            if (f.kind == LPC_FACT_ORDER && f.u.order.tag != 0 && f.code == LPC_ORDER_PENDING &&
                !shares_answer(f.account, f.u.order.tag))
                follower_->disown(f.u.order.id);
            if (f.kind == LPC_FACT_REFUSED && f.reason != LPC_REASON_VENUE &&
                !shares_answer(f.account, f.u.refused.tag))
                continue;
            if (f.kind == LPC_FACT_DETACH) moved_.erase(f.account);
            heard.push_back(f);
        }
        follower_->tell(heard);
        given_.clear();
    }

    // The follower's commands: those that the active gave, too, are answered with its answers; of
    // the rest TIMER is silently carried out.
    void follow(lpc_turn turn, const std::vector<lpc_command>& active) {
        std::vector<lpc_fact> refused;
        for (const lpc_command& c : follower_->instance().turn(turn).commands) {
            const bool shared = std::any_of(active.begin(), active.end(), [&](const auto& other) {
                return std::memcmp(&other, &c, sizeof c) == 0;
            });
            if (shared) {
                given_.push_back(c);
            } else if (c.kind != LPC_CMD_TIMER) {
                refused.push_back(fact({.account = c.account,
                                        .instrument = c.instrument,
                                        .reason = LPC_REASON_FOLLOWING,
                                        .seq = turn.seq - 1},
                                       lpc_fact_refused{c.tag, c.kind}));
            }
        }
        follower_->tell(refused);
    }

    const lpc_plugin& table_;
    Draw draw_;
    bool coupled_;
    std::unique_ptr<Heir> active_, follower_;
    std::uint64_t slice_, pause_;
    Known known_;
    std::set<std::uint64_t> moved_;
    std::vector<lpc_command> given_;  // by both, in the last turn
    std::uint64_t flips_ = 0;
};

Note migration(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::uint64_t flips = 0;
    const std::uint64_t schedules = subject.pick(25u, 4u);
    for (const WorldOptions& options : subject.worlds(false)) {
        const Life life = live(table, options, subject.turns());
        if (carried_anything(life))
            throw NotJudged("it put accounts off by a work limit: it warms anew at a swap");
        for (std::uint64_t i = 0; i < schedules; ++i) {
            Migration way(table, subject.seed(kSchedule + i), subject.coupled());
            const std::string found = first_difference(
                life, [&](std::size_t beat, const Beat& told) { return way.turn(beat, told); });
            if (!found.empty())
                throw Breach(kMigration, "schedule " + std::to_string(i) + ", after " +
                                             std::to_string(way.flips()) + " swaps: " + found);
            flips += way.flips();
        }
    }
    return {std::to_string(flips) + " swaps along " + std::to_string(schedules) +
            " schedules a life"};
}

}  // namespace

void add_migration_cases(std::vector<Case>& cases) {
    cases.push_back({kMigration,
                     "law 4: accounts moved in slices to an instance that follows, then the flip: "
                     "invisible",
                     {kTransfer, kSplit},
                     migration});
}

}  // namespace lpc::judge
