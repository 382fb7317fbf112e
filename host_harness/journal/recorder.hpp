// Ties a runtime to a journal: each input is appended before it is applied, each outcome as it
// happens, and nothing leaves a port before the group is committed. A run that is resumed goes
// through its past first. Engine thread only. The command
// hash is XXH3-64 over all verdicts.
#pragma once

#include <xxhash.h>

#include <memory>

#include <runtime/observer.hpp>
#include <runtime/runtime.hpp>

#include "past.hpp"
#include "writer.hpp"

namespace lpc::journal {

// Hash over every verdict in order; the same in a run, its replay and any other build, and
// whichever instance of a plugin gave the command.
class CommandHash {
  public:
    CommandHash();
    void add(const runtime::Verdict& verdict);
    std::uint64_t digest() const;
    std::uint64_t commands() const { return commands_; }

  private:
    struct Free {
        void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
    };
    std::unique_ptr<XXH3_state_t, Free> state_;
    std::uint64_t commands_ = 0;
};

// An outcome as the bytes of its record.
std::vector<std::byte> failure_payload(std::uint32_t stage, const std::string& sentence);
std::vector<std::byte> transition_payload(const runtime::Transition& transition,
                                          const std::string& why);

class Recorder final : public runtime::Observer {
  public:
    // `past`: what the writer's journal holds already; nothing is written until the run has come
    // to its end. Outlives the recorder; nullptr: a new journal.
    explicit Recorder(Writer& writer, Past* past = nullptr) : writer_(writer), past_(past) {}

    // Journals the input, then applies it. For a fact that will be new, `seq` in the record is the
    // number it gets.
    Status submit(runtime::Runtime& runtime, runtime::Input input);
    // Makes everything so far durable.
    Status commit();
    // The same, then lets the runtime's port calls go.
    Status release(runtime::Runtime& runtime, const runtime::Ports& ports);

    // For an engine that starts again: applies what the past holds. The port calls of the last
    // commit may not have left: they stay with the runtime and leave with the next release.
    Status go_through_past(runtime::Runtime& runtime);
    // Between two turns, everything committed. An error: there is no new one.
    Status snapshot(runtime::Runtime& runtime, SnapshotWriter& snapshots);

    const CommandHash& commands() const { return hash_; }
    std::uint64_t inputs() const { return inputs_; }
    // False: nothing is taken any more, and every call says why.
    bool sound() const { return failed_.has_value(); }

    void on_fact(const lpc_fact& fact) override;
    void on_verdict(const runtime::Verdict& verdict) override;
    void on_move(const runtime::Move& move) override;
    void on_failure(std::uint32_t stage, const std::string& sentence) override;
    void on_transition(const runtime::Transition& transition, const std::string& why) override;
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}

  private:
    void append(std::uint16_t type, std::span<const std::byte> payload);

    Writer& writer_;
    Past* past_;
    CommandHash hash_;
    std::uint64_t inputs_ = 0;
    Status failed_;  // the first failure; nothing leaves a port after it
};

}  // namespace lpc::journal
