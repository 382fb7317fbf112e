// The hands of an operator on a run: what may be done to it between two turns. Engine thread only;
// valid during the one call.
#pragma once

#include <cstdint>
#include <functional>
#include <journal/recorder.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <utility>

namespace lpc::scenario {

class Steering {
  public:
    Steering(runtime::Runtime& runtime, journal::Recorder& recorder)
        : runtime_(runtime), recorder_(recorder) {}

    // Journals the input and applies it. An error: refused, nothing has changed (a replay refuses
    // it again); or the journal cannot be written, which the run itself finds out next.
    Status submit(runtime::Input input) { return recorder_.submit(runtime_, std::move(input)); }
    const runtime::State& state() const { return runtime_.state(); }
    bool poisoned() const { return !runtime_.poisoned().empty(); }

  private:
    runtime::Runtime& runtime_;
    journal::Recorder& recorder_;
};

}  // namespace lpc::scenario
