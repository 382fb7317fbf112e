// The first SIGINT or SIGTERM asks the run to end after its step, a second one kills as usual. One
// object at a time, for as long as a run may be asked; received() from any thread.
#pragma once

#include <csignal>

namespace lpc::app {

class StopSignals {
  public:
    // A signal that was ignored stays so, as for a command that a shell put into the background.
    StopSignals();
    ~StopSignals();
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;

    // The signal's number; 0: none.
    static int received();

  private:
    struct sigaction interrupt_before_ {};
    struct sigaction terminate_before_ {};
};

}  // namespace lpc::app
