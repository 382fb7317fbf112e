// LPC_TURN_ACTIVE: an instance that acts from now on answers wherever its view differs from the
// facts, and nowhere else.
#include <set>

#include "case.hpp"

namespace lpc::judge {
namespace {

enum What : std::uint64_t { kFlag = 1500, kWorld = 1501 };

Note active(const Subject& subject) {
    const lpc_plugin& table = subject.table();
    std::vector<Life> lives;
    // Without refusals: what was refused differs from the facts, and may be asked for again.
    for (const WorldOptions& options : subject.worlds(false)) {
        lives.push_back(live(table, options, subject.turns()));
        for (const std::uint64_t permille : {1000u, 250u}) {
            Instance instance(table);
            Draw draw{subject.seed(kFlag)};
            const std::string found = first_difference(lives.back(), [&](auto, const Beat& told) {
                instance.tell(told.facts);
                lpc_turn turn = told.turn;
                if (draw.permille(permille)) turn.flags |= LPC_TURN_ACTIVE;
                return instance.turn(turn);
            });
            if (!found.empty())
                throw Breach(kActive,
                             "turns marked LPC_TURN_ACTIVE, though nothing differs: " + found);
        }
    }
    return note_of(lives);
}

// The accounts for which something is asked, from a first turn that is ACTIVE on.
std::set<std::uint64_t> asked_from_now_on(World& world, Instance& instance, std::uint32_t turns) {
    std::set<std::uint64_t> asked;
    for (std::uint32_t i = 0; i < turns; ++i) {
        Step step = world.next();
        instance.tell(step.facts);
        if (i == 0) step.turn.flags |= LPC_TURN_ACTIVE;
        const std::vector<lpc_command> commands = instance.turn(step.turn).commands;
        for (const lpc_command& c : commands) {
            if (c.kind != LPC_CMD_TIMER) asked.insert(c.account);
        }
        world.answer(commands);
    }
    return asked;
}

Note follower(const Subject& subject) {
    WorldOptions options = subject.worlds(false).front();
    options.seed = subject.seed(kWorld);
    options.patient = true;
    World world(subject.table(), options);
    Instance following(subject.table());
    Known known;
    std::uint64_t refused = 0;
    const auto follow = [&](std::uint32_t turns) {
        for (std::uint32_t i = 0; i < turns; ++i) {
            Step step = world.next();
            step.turn.flags = 0;
            following.tell(step.facts);
            for (const lpc_fact& f : step.facts) known.tell(f);
            const std::vector<lpc_command> commands = following.turn(step.turn).commands;
            for (const lpc_command& c : commands) refused += c.kind != LPC_CMD_TIMER ? 1 : 0;
            world.answer_follower(commands);
        }
    };
    follow(subject.pick(80u, 50u));
    world.calm(1'000'000'000);
    world.cancel_all_orders();  // tells every close-out and budget
    follow(5);
    if (refused == 0) throw NotJudged("it asked for nothing while it followed");
    // What an instance asks for that knows the facts and nothing else.
    World other = world;
    Instance fresh(subject.table());
    fresh.tell(known.all());
    constexpr std::uint32_t kTurns = 150;
    const std::set<std::uint64_t> expected = asked_from_now_on(other, fresh, kTurns);
    const std::set<std::uint64_t> found = asked_from_now_on(world, following, kTurns);
    for (const std::uint64_t account : expected) {
        if (!found.contains(account))
            throw Breach(
                kFollower,
                "what it asked for account " + std::to_string(account) +
                    " was answered FOLLOWING; from LPC_TURN_ACTIVE on it asked for nothing "
                    "in 150 turns, though an instance that only knows the facts does");
    }
    return {std::to_string(refused) + " commands answered FOLLOWING, " +
            std::to_string(expected.size()) + " accounts asked for again"};
}

}  // namespace

void add_following_cases(std::vector<Case>& cases) {
    cases.push_back({kActive,
                     "protocol: at LPC_TURN_ACTIVE nothing is said where nothing differs",
                     {kTwice},
                     active});
    cases.push_back(
        {kFollower,
         "protocol: a follower that was answered FOLLOWING asks again once it is active",
         {kLives},
         follower});
}

}  // namespace lpc::judge
