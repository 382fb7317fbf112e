// The hands of an operator on a run: what may be done to it between two turns. Engine thread only;
// valid during the one call.
#pragma once

#include <cstdint>
#include <functional>
#include <journal/recorder.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>

#include "tally.hpp"

namespace lpc::scenario {

class Steering {
  public:
    Steering(runtime::Runtime& runtime, journal::Recorder& recorder, Tally& tally)
        : runtime_(runtime), recorder_(recorder), tally_(tally) {}

    // Journals the input and applies it. An error: refused, nothing has changed (a replay refuses
    // it again); or the journal cannot be written, which the run itself finds out next.
    Status submit(const runtime::Input& input) {
        const std::int64_t began_ns = tally_.clock_ns();
        Status status = recorder_.submit(runtime_, input);
        tally_.operators_input_took(input, tally_.clock_ns() - began_ns);
        return status;
    }
    // What was submitted is not lost any more; before that nobody is told that it is done.
    Status make_durable() { return recorder_.commit(); }
    const runtime::State& state() const { return runtime_.state(); }
    bool poisoned() const { return !runtime_.poisoned().empty(); }

  private:
    runtime::Runtime& runtime_;
    journal::Recorder& recorder_;
    Tally& tally_;
};

}  // namespace lpc::scenario
