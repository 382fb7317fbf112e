// The venue's final word may take thousands of turns: what works is not asked for again, and not
// forgotten either.
#include <cstring>
#include <map>
#include <set>
#include <tuple>

#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kWorld = 1300 };

constexpr std::uint32_t kBeginTurns = 45, kBeginTurnsMax = 600;
constexpr std::int64_t kCalmStep_ns = 100'000'000, kLateStep_ns = 1'000'000'000;

using Leg = std::pair<std::uint64_t, std::uint32_t>;  // account, instrument

// Is there something to close on the way to the end?
bool reduces(std::int64_t lots, std::int64_t end_lots) {
    return size_of(end_lots) < size_of(lots) && sign_of(end_lots) != -sign_of(lots);
}

bool makes_order(std::uint16_t kind) {
    return kind == LPC_CMD_ORDER || kind == LPC_CMD_AWARD || kind == LPC_CMD_TAKEOVER ||
           kind == LPC_CMD_DELEVERAGE;
}

// Follows what works and what is, and throws when a command asks for it again.
class Patience {
  public:
    void hear(const std::vector<lpc_fact>& facts) {
        for (const lpc_fact& f : facts) {
            known_.tell(f);
            if (f.kind == LPC_FACT_ORDER && f.u.order.tag != 0) {
                auto& ids = working_[{f.account, f.instrument}];
                if (works(f.code)) {
                    ids.insert(f.u.order.id);
                } else {
                    ids.erase(f.u.order.id);
                }
            }
            if (f.kind == LPC_FACT_DETACH)
                std::erase_if(working_, [&](const auto& e) { return e.first.first == f.account; });
        }
    }

    void judge(std::size_t turn, const std::vector<lpc_command>& commands) const {
        std::set<Leg> asked;
        for (const lpc_command& c : commands) {
            const Leg leg{c.account, c.instrument};
            const auto works_now = working_.find(leg);
            const bool busy = works_now != working_.end() && !works_now->second.empty();
            // The awards of one turn are of one clearing; each is of a bid of its own.
            const bool again = makes_order(c.kind) && !asked.insert(leg).second;
            if (makes_order(c.kind) && (busy || (again && c.kind != LPC_CMD_AWARD)))
                throw Breach(kPending, turn_name(turn) + ": " + describe(c) +
                                           ", while an earlier order of it works and its budget "
                                           "is 0");
            if (restates(c))
                throw Breach(kPending,
                             turn_name(turn) + ": " + describe(c) + ", which is so already");
        }
    }

    // The accounts that wait for somebody's word.
    std::set<std::uint64_t> waiting() const {
        std::set<std::uint64_t> found;
        for (const auto& [leg, ids] : working_) {
            const lpc_fact* closeout = known_.find(LPC_FACT_CLOSEOUT, leg.first, leg.second);
            const lpc_fact* position = known_.find(LPC_FACT_POSITION, leg.first, leg.second);
            if (!ids.empty() && closeout != nullptr && position != nullptr &&
                closeout->code == LPC_CLOSEOUT_RUNNING &&
                reduces(position->u.position.lots, closeout->u.closeout.end_lots))
                found.insert(leg.first);
        }
        return found;
    }

  private:
    // A risk plugin's command that says what the newest fact says.
    bool restates(const lpc_command& c) const {
        const auto same = [&](std::uint16_t kind, std::size_t words) {
            const lpc_fact* is = known_.find(kind, c.account, c.instrument);
            return is != nullptr &&
                   std::memcmp(is->u.word, c.u.word, words * sizeof(std::int64_t)) == 0 &&
                   (kind != LPC_FACT_CLOSEOUT || in_progress(is->code)) &&
                   (kind != LPC_FACT_MARGIN || is->code == c.code);
        };
        return (c.kind == LPC_CMD_MARGIN && same(LPC_FACT_MARGIN, 4)) ||
               (c.kind == LPC_CMD_LEVELS && same(LPC_FACT_LEVELS, 3)) ||
               (c.kind == LPC_CMD_CLOSEOUT && same(LPC_FACT_CLOSEOUT, 4));
    }

    Known known_;
    std::map<Leg, std::set<std::uint64_t>> working_;
};

std::set<std::uint64_t> accounts_in_closeout(const World& world) {
    std::set<std::uint64_t> found;
    for (const WorldAccount& account : world.accounts()) {
        if (account.attached && in_progress(account.phase)) found.insert(account.id);
    }
    return found;
}

Note pending(const Subject& subject) {
    WorldOptions options = subject.worlds(false).front();
    options.seed = subject.seed(kWorld);
    options.one_order_at_a_time = options.patient = true;
    World world(subject.table(), options);
    Instance instance(subject.table());
    Patience patience;
    std::size_t turn = 0;
    const auto one_turn = [&] {
        const Step step = world.next();
        instance.tell(step.facts);
        patience.hear(step.facts);
        std::vector<lpc_command> commands = instance.turn(step.turn).commands;
        patience.judge(turn++, commands);
        world.answer(commands);
        return commands;
    };
    world.hold_orders(true);
    // A risk plugin waits until there is a close-out that is ACCEPTED, or RUNNING.
    while (turn < kBeginTurns ||
           (subject.risk() && turn < kBeginTurnsMax && accounts_in_closeout(world).empty()))
        (void)one_turn();
    world.calm(kCalmStep_ns);
    const std::uint32_t long_turns = subject.pick(6'000u, 1'500u);
    for (std::uint32_t i = 0; i < long_turns; ++i) (void)one_turn();

    std::set<std::uint64_t> forgotten =
        subject.risk() ? accounts_in_closeout(world) : patience.waiting();
    const std::size_t waited = forgotten.size();
    if (waited == 0) throw NotJudged("nothing that it asked for is still open after the wait");
    world.calm(kLateStep_ns);
    world.hold_orders(false);
    if (subject.risk()) {
        world.close_everything();
    } else {
        world.cancel_all_orders();
    }
    for (std::uint32_t i = 0; i < 200; ++i) {
        for (const lpc_command& c : one_turn()) {
            if (c.kind != LPC_CMD_TIMER) forgotten.erase(c.account);
        }
    }
    if (!forgotten.empty())
        throw Breach(kPending, "account " + std::to_string(*forgotten.begin()) +
                                   " is forgotten: the final word came after " +
                                   std::to_string(long_turns) +
                                   " turns, and in 200 turns more nothing was asked for it");
    return {std::to_string(waited) + " accounts waited " + std::to_string(long_turns) + " turns"};
}

}  // namespace

void add_patience_cases(std::vector<Case>& cases) {
    cases.push_back({kPending,
                     "law 2: what is pending for thousands of turns is neither asked for again nor "
                     "forgotten",
                     {kLives},
                     pending});
}

}  // namespace lpc::judge
