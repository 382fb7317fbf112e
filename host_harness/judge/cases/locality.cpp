// Law 3: what is done for an account depends on its own facts and the market's. And an account that
// left is forgotten.
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>

#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kShare = 1400 };

constexpr std::int64_t kCalmStep_ns = 1'000'000'000;

using ByAccount = std::map<std::uint64_t, std::vector<lpc_command>>;

ByAccount by_account(const std::vector<lpc_command>& commands) {
    ByAccount sorted;
    for (const lpc_command& c : commands) sorted[c.account].push_back(c);
    return sorted;
}

// Several instances of the plugin, each with its share of the accounts.
class Several {
  public:
    Several(const lpc_plugin& table, std::size_t count, std::uint64_t seed) : seed_(seed) {
        for (std::size_t i = 0; i < count; ++i)
            instances_.push_back(std::make_unique<Instance>(table));
    }

    // Market-wide commands are the first one's; another's must not be others.
    ByAccount turn(const Beat& told) {
        ByAccount all;
        for (std::size_t i = 0; i < instances_.size(); ++i) {
            std::vector<lpc_fact> share;
            for (const lpc_fact& f : told.facts) {
                if (f.account == 0 || owner(f.account) == i) share.push_back(f);
            }
            instances_[i]->tell(share);
            for (auto& [account, commands] : by_account(instances_[i]->turn(told.turn).commands)) {
                if (account != 0 || i == 0) all[account] = std::move(commands);
            }
        }
        return all;
    }

  private:
    std::size_t owner(std::uint64_t account) const {
        return Draw{seed_, kShare, account}.below(instances_.size());
    }
    std::uint64_t seed_;
    std::vector<std::unique_ptr<Instance>> instances_;
};

void compare_accounts(std::size_t count, std::size_t beat, const Beat& one,
                      const ByAccount& several) {
    const ByAccount expected = by_account(one.commands);
    for (const auto* side : {&expected, &several}) {
        for (const auto& entry : *side) {
            const std::uint64_t account = entry.first;
            const auto at = [account](const ByAccount& all) {
                const auto it = all.find(account);
                return it == all.end() ? std::vector<lpc_command>{} : it->second;
            };
            const std::string found = difference(beat, one.turn, at(expected), at(several));
            if (!found.empty())
                throw Breach(kSplit, "accounts split over " + std::to_string(count) +
                                         " instances, account " + std::to_string(account) + ": " +
                                         found);
        }
    }
}

Note split(const Subject& subject) {
    if (subject.coupled()) throw NotJudged("it declares LPC_COUPLED: it is never split");
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    for (const WorldOptions& options : subject.worlds()) {
        lives.push_back(live(table, options, subject.turns()));
        const Life& life = lives.back();
        if (carried_anything(life))
            throw NotJudged("it put accounts off by a work limit: those depend on the others");
        for (const std::size_t count : {2u, 3u, 5u}) {
            Several several(table, count, subject.seed(kShare + count));
            for (std::size_t i = 0; i < life.size(); ++i)
                compare_accounts(count, i, life[i], several.turn(life[i]));
        }
    }
    return note_of(lives);
}

// No command for an account that is not attached.
void check_attached(const World& world, std::size_t turn,
                    const std::vector<lpc_command>& commands) {
    for (const lpc_command& c : commands) {
        if (c.account != 0 && !world.attached(c.account))
            throw Breach(kDetach, turn_name(turn) + ": " + describe(c) +
                                      ": the account is not attached to it");
    }
}

// The market-wide part of what was told.
std::vector<lpc_fact> of_market(const std::vector<lpc_fact>& facts) {
    std::vector<lpc_fact> found;
    std::copy_if(facts.begin(), facts.end(), std::back_inserter(found),
                 [](const lpc_fact& f) { return f.account == 0; });
    return found;
}

// One that lived with accounts, which all left, and one that has only ever heard of the market:
// whoever comes back is as new to the one as to the other.
class Return {
  public:
    Return(const Subject& subject, const WorldOptions& options)
        : world_(subject.table(), options),
          lived_(subject.table()),
          unspoilt_(subject.table()),
          compares_(!subject.coupled()) {}

    void live_on(std::uint32_t turns) {
        for (std::uint32_t i = 0; i < turns; ++i) (void)one_turn(true);
    }
    void leave() {
        for (const WorldAccount& account : world_.accounts())
            world_.detach_account(account.id, LPC_DETACH_STAGE);
        world_.calm(kCalmStep_ns);
        live_on(20);
        world_.calm(0);
        if (lived_.table().save == nullptr) return;
        for (const WorldAccount& account : world_.accounts()) {
            const auto record = lived_.save(account.id);
            if (record && !record->empty())
                throw Breach(kDetach, "save of account " + std::to_string(account.id) + " writes " +
                                          std::to_string(record->size()) +
                                          " bytes after it was detached, expected 0");
        }
    }
    std::uint64_t compare(std::uint32_t turns) {
        std::uint64_t commands = 0;
        for (std::uint32_t i = 0; i < turns; ++i) commands += one_turn(!compares_);
        return commands;
    }

  private:
    std::uint64_t one_turn(bool apart) {
        const Step step = world_.next();
        lived_.tell(step.facts);
        unspoilt_.tell(apart ? of_market(step.facts) : step.facts);
        const std::vector<lpc_command> commands = lived_.turn(step.turn).commands;
        const std::vector<lpc_command> others = unspoilt_.turn(step.turn).commands;
        check_attached(world_, turn_, commands);
        if (!apart) {
            const std::string found = difference(turn_, step.turn, others, commands);
            if (!found.empty())
                throw Breach(kDetach, "accounts that came back are not as new to it: " + found);
        }
        world_.answer(commands);
        ++turn_;
        return commands.size();
    }

    World world_;
    Instance lived_, unspoilt_;
    bool compares_;
    std::size_t turn_ = 0;
};

Note detached(const Subject& subject) {
    std::uint64_t commands = 0;
    for (const WorldOptions& options : subject.worlds(false)) {
        Return way(subject, options);
        way.live_on(subject.turns() / 2);
        way.leave();
        commands += way.compare(subject.turns() / 2);
    }
    return {std::to_string(commands) + " commands after all accounts had left once"};
}

}  // namespace

void add_locality_cases(std::vector<Case>& cases) {
    cases.push_back({kSplit,
                     "law 3: accounts split over instances get what one instance gives them",
                     {kRuns},
                     split});
    cases.push_back({kDetach,
                     "law 3: a detached account costs no command and leaves nothing behind",
                     {kSplit},
                     detached});
}

}  // namespace lpc::judge
