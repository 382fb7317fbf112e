// What the host says back to an operator, and what it tells all who listen: plain values. No
// thread, no ownership of anything outside.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace lpc::control {

enum class Outcome : std::uint8_t { done, refused };
std::string_view name_of(Outcome outcome);

struct PluginFile {
    std::string id, version, sha256;
    std::string params_sha256 = {};  // binds whoever keeps its parameters secret
    bool operator==(const PluginFile&) const = default;
};

// Why a follower is there: to be compared, to be flipped to, or to be rolled back to.
enum class Purpose : std::uint8_t { shadow, warming, probation };
std::string_view name_of(Purpose purpose);

struct Follower {
    PluginFile plugin;
    Purpose purpose = Purpose::shadow;
    std::uint64_t accounts_done = 0, accounts_total = 0;  // of the migration
    std::uint64_t lag_inputs = 0;
    bool ready = false;
    std::uint64_t turns_compared = 0, turns_differed = 0;
    // Of a margin model: accounts that it would have closed out and the acting one did not, and the
    // other way round; how many, and the first of them, rising.
    struct Accounts {
        std::uint64_t count = 0;
        std::vector<std::uint64_t> first;
        bool operator==(const Accounts&) const = default;
    };
    Accounts would_close, would_spare;
    bool operator==(const Follower&) const = default;
};

struct ArmReport {
    std::string name;  // empty: the stage's only one
    PluginFile plugin;
    std::uint64_t accounts = 0;
    std::vector<Follower> followers;
    std::uint64_t share_ppb = 0;  // of the accounts that come
    bool operator==(const ArmReport&) const = default;
};

struct StageReport {
    std::string name;
    std::uint64_t generation = 0;
    std::vector<ArmReport> arms;
    bool operator==(const StageReport&) const = default;
};

struct Holds {
    bool everything = false;
    std::vector<std::uint64_t> accounts;
    std::vector<std::uint32_t> instruments;
    bool operator==(const Holds&) const = default;
};

enum class HostState : std::uint8_t { running, paused, ending, poisoned };
std::string_view name_of(HostState state);

struct HostReport {
    HostState state = HostState::running;
    std::string version;
    std::int64_t engine_time_ns = 0;
    std::uint64_t generation = 0, accounts = 0, closeouts = 0;
    Holds holds;
    std::string events_endpoint;  // filled in by the server; empty: no events
    bool operator==(const HostReport&) const = default;
};

struct Answer {
    Outcome outcome = Outcome::refused;
    std::string why;                          // one sentence; always there if refused
    std::optional<std::uint64_t> generation;  // after the step; none: nobody came to judge it
    std::uint64_t sequence = 0;       // of the engine's input that decided it, or the last before
    std::optional<HostReport> host;   // status
    std::vector<StageReport> stages;  // stages
    bool operator==(const Answer&) const = default;
};

// Progress of a migration, or a sentence on what has changed.
struct Event {
    std::uint64_t number = 0;  // given by the server; a gap is a loss
    std::uint64_t sequence = 0;
    std::string stage, arm;
    std::uint64_t generation = 0;
    std::uint64_t accounts_done = 0, accounts_total = 0;  // progress: change is empty
    std::string change;
    bool operator==(const Event&) const = default;
};

}  // namespace lpc::control
