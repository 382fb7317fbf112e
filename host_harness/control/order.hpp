// What an operator asks of the host: plain values and their limits. Made by a client or decoded
// from the wire (wire.hpp), which holds every limit below. No thread, no ownership of anything
// outside.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lpc::control {

enum class Verb : std::uint8_t {
    status,
    stages,
    swap,
    shadow,
    rollback,
    promote,
    pause,
    resume,
    hold,
    unhold,
    dismiss
};
inline constexpr std::array kVerbs{Verb::status,   Verb::stages,  Verb::swap,   Verb::shadow,
                                   Verb::rollback, Verb::promote, Verb::pause,  Verb::resume,
                                   Verb::hold,     Verb::unhold,  Verb::dismiss};

std::string_view name_of(Verb verb);
std::optional<Verb> verb_named(std::string_view name);
// Status and stages only look.
constexpr bool changes_something(Verb verb) {
    return verb != Verb::status && verb != Verb::stages;
}

// Each may do what the one before it may: look; act; give approval.
enum class Role : std::uint8_t { viewer, operating, approver };
std::string_view name_of(Role role);  // "viewer", "operator", "approver"
std::optional<Role> role_named(std::string_view name);

// Who asks, as the server has found out; never what a message claims.
struct Caller {
    std::string name;
    std::string key;  // CURVE public key, Z85; empty: plaintext over ipc
    Role role = Role::viewer;
    bool operator==(const Caller&) const = default;
};

// Idempotency key. Ids of one client rise with time.
struct RequestId {
    std::uint64_t time_ns = 0;  // Unix time of the client
    std::uint64_t random = 0;
    auto operator<=>(const RequestId&) const = default;
};
std::string text_of(const RequestId& id);  // "TIME-RANDOM", hexadecimal

enum class StateTransfer : std::uint8_t { transfer, facts_only };

struct Param {
    std::string name;
    std::int64_t value = 0;
    bool operator==(const Param&) const = default;
};

inline constexpr std::size_t kNameBytesMax = 64;    // stage, arm, parameter: letters, digits, _ . -
inline constexpr std::size_t kFileBytesMax = 4096;  // no control characters
inline constexpr std::size_t kParamsMax = 256;

struct Order {
    Verb verb = Verb::status;
    std::string stage;  // swap, shadow, rollback, promote, dismiss
    std::string file;   // swap, shadow: on the host's machine
    // Swap, shadow, rollback, dismiss: empty means the stage's only one. Promote: the arm that gets
    // all accounts that come, or "shadow" or "ARM.shadow", for whoever runs there.
    std::string arm;
    StateTransfer state = StateTransfer::transfer;  // swap
    std::vector<Param> params;                      // swap, shadow
    // Hold and unhold: one of these, or neither, which means everything.
    std::optional<std::uint64_t> account;
    std::optional<std::uint32_t> instrument;
    // Carried out only at this generation of the stage (without a stage: of the host).
    std::optional<std::uint64_t> expected_generation;
    RequestId request_id;
    Caller caller;  // filled in by the server; not on the wire
    bool operator==(const Order&) const = default;
};

}  // namespace lpc::control
