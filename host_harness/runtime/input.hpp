// The inputs of the runtime: everything that changes what it does, as bytes that can be journaled,
// sequenced by an engine, and fed back. A replica that applies the same inputs does the same
// things. Little-endian.
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "config.hpp"
#include "following/purpose.hpp"

namespace lpc::runtime {

enum class InputKind : std::uint16_t {
    configure = 1,  // the configuration's text; the first input, once
    attach = 2,     // a plugin takes a slot
    fact = 3,       // 64 bytes
    turn = 4,       // now_ns, 8 bytes
    follow = 5,     // a plugin begins to follow in a slot
    step = 6,       // a change of who acts or follows, 24 bytes; of a loss its sentence behind them
    hold = 7        // what an operator holds or lets go, 16 bytes
};

struct Input {
    InputKind kind = InputKind::fact;
    std::vector<std::byte> bytes;
};

// Which plugin takes which slot, or one of its arms, with which parameters. The file is named by
// its content.
struct Attachment {
    std::string stage;
    std::string sha256;  // or "builtin:NAME"
    std::string file;    // where it was found; for people, no decision depends on it
    std::vector<std::pair<std::uint64_t, std::int64_t>> params;  // (id, value), by id
    std::string arm{kOnlyArm};
    Placement placement = Placement::engine;
};

// A plugin that begins to follow where it is attached.
struct Follow {
    Attachment plugin;
    Purpose purpose = Purpose::standby;
    Placement placement = Placement::engine;
    bool facts_only = false;  // otherwise with private state, tags and timers
};

// The steps of a swap, between two turns; `instance` is the number that began to follow.
enum class StepKind : std::uint32_t {
    migrate = 1,  // `value` accounts more
    flip,         // it acts; the predecessor stands by for `value` ns
    roll_back,    // `instance` is the predecessor
    dismiss,      // `value`: how many records it was behind; `loss`: a Loss; neither: as commanded
    promote       // `instance` acts in an arm, which gets all accounts that come from now on
};
struct Step {
    StepKind kind;
    std::uint32_t stage;  // 0: risk
    std::uint32_t instance;
    std::uint32_t loss;  // dismiss: how its process was lost; else 0
    std::int64_t value;
};
static_assert(sizeof(Step) == 24);

// How many bytes of what is known of a loss are kept.
inline constexpr std::size_t kLossTextMax = 512;

enum class HoldScope : std::uint32_t { account = 1, instrument, everything };
struct Hold {
    HoldScope scope;
    std::uint32_t on;  // 0: let go
    std::uint64_t id;  // of the account or instrument; 0 for everything
};
static_assert(sizeof(Hold) == 16);

Input encode_configure(const Config& config);
Input encode_attach(const Attachment& attachment);
Input encode_fact(const lpc_fact& fact);
Input encode_turn(std::int64_t now_ns);
Input encode_follow(const Follow& follow);
// `why`: half a sentence about a loss; what is beyond kLossTextMax is cut off.
Input encode_step(const Step& step, const std::string& why = "");
Input encode_hold(const Hold& hold);

Result<Config> decode_configure(std::span<const std::byte> bytes);
Result<Attachment> decode_attach(std::span<const std::byte> bytes);
Result<lpc_fact> decode_fact(std::span<const std::byte> bytes);
Result<std::int64_t> decode_turn(std::span<const std::byte> bytes);
Result<Follow> decode_follow(std::span<const std::byte> bytes);
Result<Step> decode_step(std::span<const std::byte> bytes);
std::string loss_text(std::span<const std::byte> step);
Result<Hold> decode_hold(std::span<const std::byte> bytes);

}  // namespace lpc::runtime
