#include "stop_signals.hpp"

#include <atomic>

namespace lpc::app {
namespace {

std::atomic<int> received_signal{0};
static_assert(std::atomic<int>::is_always_lock_free, "it is written by a signal handler");

extern "C" void lpc_take_stop_signal(int number) {
    received_signal.store(number);
    // Why: whoever asks again does not want to wait for the step.
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

void take(int number, struct sigaction& before) {
    struct sigaction ours {};
    ours.sa_handler = lpc_take_stop_signal;
    ours.sa_flags = SA_RESTART;
    ::sigaction(number, nullptr, &before);
    if (before.sa_handler != SIG_IGN) ::sigaction(number, &ours, nullptr);
}

}  // namespace

StopSignals::StopSignals() {
    received_signal.store(0);
    take(SIGINT, interrupt_before_);
    take(SIGTERM, terminate_before_);
}

StopSignals::~StopSignals() {
    ::sigaction(SIGINT, &interrupt_before_, nullptr);
    ::sigaction(SIGTERM, &terminate_before_, nullptr);
}

int StopSignals::received() {
    return received_signal.load();
}

}  // namespace lpc::app
