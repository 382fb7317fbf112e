// One life of a plugin, written down: what was told, turn by turn, and what it answered. Other
// lives are compared with it. Deterministic; owns nothing of the plugin.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "instance.hpp"
#include "world/world.hpp"

namespace lpc::judge {

struct Beat {
    std::vector<lpc_fact> facts;
    lpc_turn turn{};
    std::vector<lpc_command> commands;
    std::uint32_t carried = 0;
};
using Life = std::vector<Beat>;

// Lives in a world of its own for so many turns.
[[nodiscard]] Life live(const lpc_plugin& table, const WorldOptions& options, std::uint32_t turns,
                        std::uint32_t capacity = kRoom);

// Hears what was told in that life; each turn is asked through `ask`.
using Ask = std::function<Answer(std::size_t beat, const Beat& told)>;
// Where the answers first differ from the life's, as a sentence; empty: nowhere.
[[nodiscard]] std::string first_difference(const Life& life, const Ask& ask);
[[nodiscard]] std::string difference(std::size_t beat, const lpc_turn& turn,
                                     const std::vector<lpc_command>& expected,
                                     const std::vector<lpc_command>& found);

// As above for one instance that hears everything at once.
[[nodiscard]] Answer relive(Instance& instance, const Beat& told);

[[nodiscard]] bool carried_anything(const Life& life);
[[nodiscard]] std::string describe(const lpc_command& command);
[[nodiscard]] std::string command_name(std::uint16_t kind);
[[nodiscard]] std::string turn_name(std::size_t beat);

}  // namespace lpc::judge
