#include "life.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace lpc::judge {

std::string command_name(std::uint16_t kind) {
    static constexpr std::array<const char*, 14> kNames{
        "kind 0", "MARGIN", "LEVELS", "CLOSEOUT", "RELEASE",    "ORDER",    "CANCEL",
        "OFFER",  "AWARD",  "GRANT",  "TAKEOVER", "DELEVERAGE", "ESCALATE", "TIMER"};
    if (kind < kNames.size()) return kNames[kind];
    std::string text = "kind ";
    return text += std::to_string(kind);
}

std::string turn_name(std::size_t beat) {
    std::string text = "turn ";
    return text += std::to_string(beat + 1);
}

std::string describe(const lpc_command& c) {
    std::string text = command_name(c.kind) + " of account " + std::to_string(c.account);
    if (c.instrument != 0) text += ", instrument " + std::to_string(c.instrument);
    text += " (code " + std::to_string(c.code) + ", tag " + std::to_string(c.tag) + ", cause " +
            std::to_string(c.cause_seq) + ", words";
    for (const std::int64_t word : c.u.word) {
        text += ' ';
        text += std::to_string(word);
    }
    return text + ")";
}

Life live(const lpc_plugin& table, const WorldOptions& options, std::uint32_t turns,
          std::uint32_t capacity) {
    World world(table, options);
    Instance instance(table);
    Life life;
    for (std::uint32_t i = 0; i < turns; ++i) {
        Step step = world.next();
        instance.tell(step.facts);
        Answer answer = instance.turn(step.turn, capacity);
        world.answer(answer.commands);
        life.push_back(
            {std::move(step.facts), step.turn, std::move(answer.commands), answer.carried});
    }
    return life;
}

std::string difference(std::size_t beat, const lpc_turn& turn,
                       const std::vector<lpc_command>& expected,
                       const std::vector<lpc_command>& found) {
    const std::size_t shared = std::min(expected.size(), found.size());
    std::size_t at = 0;
    while (at < shared && std::memcmp(&expected[at], &found[at], sizeof(lpc_command)) == 0) ++at;
    if (at == expected.size() && at == found.size()) return {};
    const std::string where = turn_name(beat) + " (now_ns " + std::to_string(turn.now_ns) +
                              "): command " + std::to_string(at + 1);
    if (at == found.size()) return where + " is missing, expected " + describe(expected[at]);
    if (at == expected.size()) return where + " is one too many: " + describe(found[at]);
    return where + " is " + describe(found[at]) + ", expected " + describe(expected[at]);
}

std::string first_difference(const Life& life, const Ask& ask) {
    for (std::size_t i = 0; i < life.size(); ++i) {
        const Answer answer = ask(i, life[i]);
        std::string found = difference(i, life[i].turn, life[i].commands, answer.commands);
        if (found.empty() && answer.carried != life[i].carried)
            found = turn_name(i) + ": carried is " + std::to_string(answer.carried) +
                    ", expected " + std::to_string(life[i].carried);
        if (!found.empty()) return found;
    }
    return {};
}

Answer relive(Instance& instance, const Beat& told) {
    instance.tell(told.facts);
    return instance.turn(told.turn);
}

bool carried_anything(const Life& life) {
    return std::any_of(life.begin(), life.end(), [](const Beat& b) { return b.carried != 0; });
}

}  // namespace lpc::judge
