// What a work limit puts off is done in a bounded number of turns: the host turns again without
// waiting for facts for as long as something is carried.
#include <algorithm>

#include "case.hpp"

namespace lpc::judge {
namespace {

// Far above one turn for each account, and one more for each answer to what is asked there.
constexpr std::uint32_t kQuietTurnsMax = 1'000;
constexpr std::uint32_t kTurnsBetween = 20;
constexpr std::int64_t kQuietStep_ns = 1;

// A life whose news stop now and then, until nothing is carried.
class Stops {
  public:
    Stops(const lpc_plugin& table, const WorldOptions& options)
        : world_(table, options), instance_(table) {}

    void live_on(std::uint32_t turns) {
        for (std::uint32_t i = 0; i < turns; ++i) (void)one_turn();
    }
    // The turns that it took. Nothing comes but the answers to its own commands.
    std::uint32_t stop() {
        world_.calm(kQuietStep_ns);
        world_.hold_orders(true);
        std::uint32_t turns = 0, carried = 0;
        do {
            carried = one_turn();
        } while (carried != 0 && ++turns < kQuietTurnsMax);
        if (carried != 0)
            throw Breach(kCarried, "on_turn still answers carried " + std::to_string(carried) +
                                       " after " + std::to_string(turns) +
                                       " turns without news, expected 0");
        world_.calm(0);
        world_.hold_orders(false);
        return turns;
    }

  private:
    std::uint32_t one_turn() {
        const Step step = world_.next();
        instance_.tell(step.facts);
        const Answer answer = instance_.turn(step.turn);
        world_.answer(answer.commands);
        return answer.carried;
    }

    World world_;
    Instance instance_;
};

Note carried(const Subject& subject) {
    std::uint32_t stops = 0, longest = 0;
    for (const WorldOptions& options : subject.worlds()) {
        Stops life(subject.table(), options);
        for (std::uint32_t lived = 0; lived < subject.turns(); lived += kTurnsBetween) {
            life.live_on(kTurnsBetween);
            longest = std::max(longest, life.stop());
            ++stops;
        }
    }
    return {std::to_string(stops) + " stops, the longest of " + std::to_string(longest) +
            " turns more"};
}

}  // namespace

void add_carried_cases(std::vector<Case>& cases) {
    cases.push_back({kCarried,
                     "turn.h: what a work limit puts off is done in a bounded number of turns "
                     "without facts",
                     {kLives, kOutput},
                     carried});
}

}  // namespace lpc::judge
