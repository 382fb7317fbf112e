// What the runtime is told once, before its first fact: the rulebook that the guard enforces and
// the procedure, an ordered list of stages. Plain values; the text form is canonical, goes into the
// journal and is what the rulebook's hash is taken of.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <lpc/sdk/margin.hpp>

#include "arms.hpp"
#include "foundation/status.hpp"

namespace lpc::runtime {

struct Rulebook {
    CloseRule close;     // how far, and within which prices, a position is closed
    Rate participation;  // share of the others' traded volume that close-outs may take
    std::int64_t participation_window_ns = 0;
    Rate claim_share{
        LPC_RATE_ONE_PPB};  // of what an account has left, that it gets before others had theirs
    std::int64_t orders_per_account_max = 0;  // in each rate window
    std::int64_t rate_window_ns = 0;
    Money grant_per_account_max;   // 0: the fund grants nothing
    Money lots_outstanding_max;    // of all open auction lots at the marks; 0: no limit
    std::int64_t strikes_max = 0;  // breaches before the fallback takes an instance's place
    std::int64_t commands_per_turn_max = 0;  // of one instance; more is a malformed output
    std::uint64_t tie_key = 0;               // of the keyed hash that breaks ties and cuts buckets
};

inline constexpr std::uint32_t kAnswerAfterMax = 1'000;  // turns

// In Stage::permits, where no command has bit 0: a take-over may cost more than its tranche can
// lose; all bear the rest.
inline constexpr std::uint32_t kSocialises = 1u;

// One stage of the procedure: a slot for a liquidator or for several as arms, what they may do, and
// when an account moves on to the next one.
struct Stage {
    std::string name;
    std::uint32_t permits = 0;        // bits 1 << LPC_CMD_*
    std::int64_t leave_after_ns = 0;  // 0: no limit of time
    std::int64_t leave_below_ppb =
        0;  // moves on when equity / maintenance is below; 0: when bankrupt only
    std::int64_t leave_after_refusals = 0;  // 0: never
    // Commands are taken so many turns after the plugin was asked for them, wherever it runs; it is
    // asked again then. 0: in the same turn.
    std::uint32_t answer_after_turns = 0;
    Arms arms{};
};

struct Config {
    Rulebook rulebook;
    std::vector<Stage> stages;  // liquidator stages, in order; the last one keeps the account
    std::uint32_t output_capacity = 1024;  // commands an on_turn call may write
};

inline constexpr std::string_view kRiskStage = "risk";

// Words for the bits that a stage may permit here: order, cancel, offer, award, grant, takeover,
// deleverage, escalate, timer, socialise.
Result<std::uint32_t> permit_of(std::string_view word);

Status validate(const Config& config);
std::string encode(const Config& config);
Result<Config> decode_config(std::string_view text);

}  // namespace lpc::runtime
