// One instance of a plugin as the host sees it: its inbox of facts, its turn, its record of
// strikes. A failure of the plugin (FAILED, a malformed output) is a result, never an assert. Where
// its code runs is the business of who derives from this. One thread at a time; owns the plugin's
// instance.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "following/purpose.hpp"
#include "foundation/status.hpp"

namespace lpc::runtime {

// What a plugin's log calls go to: (level, text).
using LogSink = std::function<void(int, const std::string&)>;

struct PluginIdentity {
    std::string id, version, sha256;  // sha256 of a built-in is "builtin:<name>"
    std::string file = {};            // where it was found; no decision depends on it
    // SHA-256 of sha256 and a line "NAME VALUE" for each of its parameters, by name. Published from
    // the beginning it binds whoever keeps them secret, keys of jitter among them.
    std::string params_sha256 = {};
};

// A plugin's code: its table, who it is, and whatever keeps the code mapped.
struct PluginCode {
    const lpc_plugin* table = nullptr;
    PluginIdentity identity;
    std::shared_ptr<const void> keeps_mapped;
};

// Finds the code that an attachment names by sha256: already loaded, since nothing may block here.
// Built-ins are known anyway.
struct Attachment;
using CodeSource = std::function<Result<PluginCode>(const Attachment&)>;

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

// Why an instance elsewhere gives no answer any more.
enum class Loss : std::uint32_t {
    silent = 1,  // not within its time
    ended,       // its process is no more
    garbage,     // what came was no answer
    failed       // it says that the plugin has failed
};
inline constexpr auto kLosses = static_cast<std::uint32_t>(Loss::failed);
struct Lost {
    Loss how = Loss::silent;
    std::string why;  // half a sentence for people
};

// One for each kind of fact; nullptr: not interested.
std::vector<lpc_hook> hooks_of(const lpc_plugin& table);

class Instance {
  public:
    virtual ~Instance() = default;
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
    std::map<std::string, std::int64_t> named_params() const;

    // Puts the fact into the inbox if a hook wants it.
    void tell(const lpc_fact& fact) {
        if (hears(fact.kind)) inbox_.push_back(fact);
    }

    // Delivers the inbox in runs of one kind, and asks for commands. Does not wait for another
    // process.
    void ask(lpc_turn turn, const TurnLimits& limits);
    // The answer to that, once. An error says how the plugin failed; its output is then discarded,
    // and it is not called again: every later call answers the same.
    virtual Result<TurnOutput> take() = 0;
    Result<TurnOutput> turn(const lpc_turn& turn, const TurnLimits& limits) {
        ask(turn, limits);
        return take();
    }

    // The next turn carries LPC_TURN_ACTIVE, as the first one does unless it begins as a follower.
    void activate() { fresh_ = true; }
    void follow() { fresh_ = false; }
    bool fresh() const { return fresh_; }

    // The account's decisions in progress (account 0: what is market-wide), after everything in the
    // inbox has been heard; empty: nothing to say. An error: it refused or failed. The bytes are
    // good until the next call.
    virtual Result<std::span<const std::uint8_t>> save(std::uint64_t account) = 0;
    // The other way round, in the format of this index in state_loads.
    virtual Status load(std::uint64_t account, std::uint32_t format,
                        std::span<const std::uint8_t> saved) = 0;

    // Where it runs; and what there is to wait for if that is elsewhere: afterwards take() and
    // save() of these accounts have what they need.
    virtual Placement placement() const { return Placement::engine; }
    virtual std::optional<Lost> fetch_answer() { return {}; }
    virtual std::optional<Lost> fetch_saved(std::span<const std::uint64_t>) { return {}; }

    InstanceCounters counters;

  protected:
    Instance(std::uint32_t id, PluginCode code);
    virtual void do_ask(const lpc_turn& turn, const TurnLimits& limits) = 0;
    std::vector<lpc_fact>& inbox() { return inbox_; }

  private:
    std::uint32_t id_;
    PluginCode code_;
    std::vector<lpc_fact> params_;
    std::uint32_t interest_ = 0;
    std::vector<lpc_fact> inbox_;
    bool fresh_ = true;
};

}  // namespace lpc::runtime
