// Law 4: saving and loading all accounts between two turns is invisible.
#include <memory>

#include "../heir.hpp"
#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kSwap = 1600 };

bool sets_timers(const Life& life) {
    for (const Beat& beat : life) {
        for (const lpc_command& c : beat.commands) {
            if (c.kind == LPC_CMD_TIMER) return true;
        }
    }
    return false;
}

Note record_max(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    if (!subject.saves()) throw NotJudged("it saves nothing");
    std::uint32_t largest = 0;
    for (const WorldOptions& options : subject.worlds()) {
        const Life life = live(table, options, subject.turns());
        Instance instance(table);
        Known known;
        for (const Beat& beat : life) {
            (void)relive(instance, beat);
            for (const lpc_fact& f : beat.facts) known.tell(f);
            std::set<std::uint64_t> accounts = known.accounts();
            accounts.insert(0);
            for (const std::uint64_t account : accounts) {
                const auto record = instance.save(account);
                // With more room than it declared it must not write more, with less none outside.
                (void)instance.save(account, table.record_max + 512);
                const auto size = static_cast<std::uint32_t>(record ? record->size() : 0);
                if (size > 1) (void)instance.save(account, size / 2);
                largest = std::max(largest, size);
            }
        }
    }
    return {"records of up to " + std::to_string(largest) + " bytes, record_max " +
            std::to_string(table.record_max)};
}

// Hears a life; before some turns a new instance takes its place, or, if `save_only`, is only
// prepared for.
class Successions {
  public:
    Successions(const lpc_plugin& table, std::uint64_t seed, std::uint64_t permille, bool save_only)
        : table_(table),
          draw_{seed, kSwap, permille},
          permille_(permille),
          save_only_(save_only),
          now_(std::make_unique<Heir>(table)) {}

    Answer turn(std::size_t beat, const Beat& told) {
        now_->tell(told.facts);
        for (const lpc_fact& f : told.facts) known_.tell(f);
        lpc_turn turn = told.turn;
        if (beat > 0 && draw_.permille(permille_)) {
            auto next = std::make_unique<Heir>(table_);
            std::set<std::uint64_t> accounts = known_.accounts();
            accounts.insert(0);
            for (const std::uint64_t account : accounts)
                next->take(account, known_, now_->instance());
            if (!save_only_) {
                now_ = std::move(next);
                turn.flags |= LPC_TURN_ACTIVE;
                ++count_;
            }
        }
        return now_->instance().turn(turn);
    }
    std::uint64_t count() const { return count_; }

  private:
    const lpc_plugin& table_;
    Draw draw_;
    std::uint64_t permille_;
    bool save_only_;
    Known known_;
    std::unique_ptr<Heir> now_;
    std::uint64_t count_ = 0;
};

Note transfer(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    if (subject.saves() && !own_format(table))
        throw NotJudged("it does not load the format that it saves");
    std::uint64_t swaps = 0;
    for (const WorldOptions& options : subject.worlds(false)) {
        const Life life = live(table, options, subject.turns());
        if (carried_anything(life))
            throw NotJudged("it put accounts off by a work limit: it warms anew at a swap");
        if (!subject.saves() && sets_timers(life))
            throw NotJudged("it sets timers but saves nothing: a swap loses them");
        struct Way {
            const char* name;
            std::uint64_t permille;
            bool save_only;
        };
        for (const Way& way : {Way{"saved before every turn", 1000, true},
                               Way{"another instance takes over before every turn", 1000, false},
                               Way{"another instance takes over before some turns", 100, false},
                               Way{"another instance takes over now and then", 20, false}}) {
            if (way.save_only && !subject.saves()) continue;
            Successions all(table, subject.seed(kSwap), way.permille, way.save_only);
            const std::string found = first_difference(
                life, [&](std::size_t beat, const Beat& told) { return all.turn(beat, told); });
            if (!found.empty()) throw Breach(kTransfer, std::string(way.name) + ": " + found);
            swaps += all.count();
        }
    }
    return {std::to_string(swaps) + " swaps" +
            (subject.saves() ? "" : ", by facts alone: it has nothing to save")};
}

}  // namespace

void add_transfer_cases(std::vector<Case>& cases) {
    cases.push_back({kRecord,
                     "law 4: save writes at most record_max bytes, and none outside the record",
                     {kLives},
                     record_max});
    cases.push_back({kTransfer,
                     "law 4: save and load of every account between two turns is invisible",
                     {kRetold, kActive, kDetach, kRecord},
                     transfer});
}

}  // namespace lpc::judge
