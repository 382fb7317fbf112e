// One instance of a plugin as the host sees it: its inbox of facts, its turn, its record of
// strikes. A failure of the plugin (FAILED, a malformed output) is a result, never an assert.
// One thread at a time; owns the plugin's instance.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::runtime {

// What a plugin's log calls go to: (level, text).
using LogSink = std::function<void(int, const std::string&)>;

struct PluginIdentity {
    std::string id, version, sha256;  // sha256 of a built-in is "builtin:<name>"
    std::string file = {};            // where it was found; no decision depends on it
};

// A plugin's code: its table, who it is, and whatever keeps the code mapped.
struct PluginCode {
    const lpc_plugin* table = nullptr;
    PluginIdentity identity;
    std::shared_ptr<const void> keeps_mapped;
};

struct TurnLimits {
    std::uint32_t output_capacity = 0;
    std::int64_t commands_max = 0;
};

struct TurnOutput {
    std::vector<lpc_command> commands;
    std::uint32_t carried = 0;
};

struct InstanceCounters {
    std::uint64_t commands = 0;
    std::uint64_t refused = 0;
    std::uint64_t strikes = 0;

    template <class Archive>
    void archive(Archive& a) {
        a(commands, refused, strikes);
    }
    InstanceCounters& operator+=(const InstanceCounters& other) {
        commands += other.commands;
        refused += other.refused;
        strikes += other.strikes;
        return *this;
    }
};

class Instance {
  public:
    // An error says why the plugin's create answered NULL.
    static Result<std::unique_ptr<Instance>> create(std::uint32_t id, PluginCode code,
                                                    const LogSink& log);
    ~Instance();
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    std::uint32_t id() const { return id_; }
    const lpc_plugin& table() const { return *code_.table; }
    const PluginIdentity& identity() const { return code_.identity; }
    bool hears(std::uint16_t kind) const { return (interest_ >> kind & 1u) != 0; }
    std::uint32_t interest() const { return interest_; }  // a bit for each kind that it hears

    // PARAM facts: kept and told, before anything else.
    void begin_with(std::vector<lpc_fact> params, std::uint64_t seq);
    const std::vector<lpc_fact>& params() const { return params_; }

    // Puts the fact into the inbox if a hook wants it.
    void tell(const lpc_fact& fact) {
        if (hears(fact.kind)) inbox_.push_back(fact);
    }

    // Delivers the inbox in runs of one kind, then asks for commands. An error says how the plugin
    // failed; its output is then discarded, and it is not called again: every later call here
    // answers the same.
    Result<TurnOutput> turn(lpc_turn turn, const TurnLimits& limits);

    // The next turn carries LPC_TURN_ACTIVE, as the first one does unless it begins as a follower.
    void activate() { fresh_ = true; }
    void follow() { fresh_ = false; }
    bool fresh() const { return fresh_; }

    // The account's decisions in progress (account 0: what is market-wide), after everything in the
    // inbox has been heard; empty: nothing to say. An error: it refused or failed. The bytes are
    // good until the next call.
    Result<std::span<const std::uint8_t>> save(std::uint64_t account);
    // The other way round, in the format of this index in state_loads.
    Status load(std::uint64_t account, std::uint32_t format, std::span<const std::uint8_t> saved);

    InstanceCounters counters;

  private:
    Instance(std::uint32_t id, PluginCode code, const LogSink& log);
    Status deliver();
    Status hear_inbox();
    Result<TurnOutput> ask(const lpc_turn& turn, const TurnLimits& limits);

    std::uint32_t id_;
    PluginCode code_;
    std::vector<lpc_fact> params_;
    LogSink log_;
    lpc_host host_;
    lpc_instance* self_ = nullptr;
    std::uint32_t interest_ = 0;
    std::vector<lpc_hook> hooks_;
    std::vector<lpc_fact> inbox_;
    std::vector<lpc_command> buffer_;
    std::vector<std::uint8_t> saved_;
    bool fresh_ = true;
    Status failed_;
};

}  // namespace lpc::runtime
