// The runtime that an engine embeds: inputs in (configuration, plugins, facts, turns), commands out
// through the guard to the engine's ports. It has no clock, thread, file or socket of its own,
// never prints and never aborts. All calls on the engine thread; deterministic: the same inputs
// give the same commands, facts and state hash.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "following/delivery.hpp"
#include "foundation/status.hpp"
#include "input.hpp"
#include "instance.hpp"
#include "observer.hpp"
#include "ports.hpp"
#include "turn.hpp"

namespace lpc::runtime {

class State;
class Entry;
struct Beginning;
struct Slot;

class Runtime {
  public:
    // `premises` lends threads to followers; it outlives the runtime. Without it they run here.
    Runtime(CodeSource code, Observer& observer, LogSink log, Premises* premises = nullptr);
    ~Runtime();

    // Applies one input. An error means: refused, nothing has changed, unless it says that the
    // runtime is poisoned. In the mode where the engine sequences, this is what it calls for every
    // input that it feeds back.
    Status apply(const Input& input) { return apply(input.kind, input.bytes); }
    Status apply(InputKind kind, std::span<const std::byte> bytes);

    // To be called before apply(): waits, within the time that the premises give them, for what
    // the input needs of instances in other processes. Who is lost must be dismissed by the step
    // that is given, an input of its own that is prepared as well; then this again. Nothing
    // ever where all run here.
    std::optional<Input> prepare(const Input& input);

    // The number of the last fact.
    std::uint64_t last_seq() const;
    // Accounts that the last turn put off: if not 0, turn again without waiting for a fact.
    std::uint32_t carried() const { return last_turn_.carried; }
    // When the next timer is due.
    std::optional<std::int64_t> next_timer_ns() const;

    // Hands the turn's port calls on, in order. Call it once the inputs so far are durable; a
    // replay calls discard(). An error says that the runtime is poisoned: nothing more has left.
    Status release(const Ports& ports);
    void discard();

    // The whole runtime as bytes, to go on from in another process; between two turns, with nothing
    // to be released and nobody following. An error says why there can be none now.
    Result<std::vector<std::byte>> snapshot();
    // On a runtime that has had no input: it goes on where the snapshot was taken. An error:
    // nothing has changed.
    Status restore(std::span<const std::byte> snapshot);

    // Why no call does anything any more; empty if all is well.
    const std::string& poisoned() const { return poisoned_; }
    // For the operator after poisoning, and for reports: everything that the runtime knows, to look
    // at.
    const State& state() const { return *state_; }
    bool configured() const { return state_ != nullptr; }
    // XXH3 of all facts, cases, working orders and timers.
    std::uint64_t state_hash() const;

  private:
    Status poison(const std::string& why);
    Status dispatch(InputKind kind, std::span<const std::byte> bytes);
    Status configure(std::span<const std::byte> bytes);
    Status attach(std::span<const std::byte> bytes);
    Status follow(std::span<const std::byte> bytes);
    Status step(std::span<const std::byte> bytes);
    Status hold(std::span<const std::byte> bytes);
    Slot* slot_named(const std::string& name);
    Result<Beginning> find_beginning(const Slot& slot, const Attachment& wanted) const;
    Status restore_rooms(std::span<const std::byte> snapshot);
    Status turn(std::span<const std::byte> bytes);

    CodeSource code_;
    Observer& observer_;
    LogSink log_;
    OnEngineThread here_;
    Premises& premises_;
    std::unique_ptr<State> state_;
    std::unique_ptr<Entry> entry_;
    Participation participation_;
    TurnResult last_turn_;
    std::string poisoned_;
};

}  // namespace lpc::runtime
