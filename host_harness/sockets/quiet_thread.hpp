// A thread that takes no signals: they are for the threads of the process that it is built into.
#pragma once

#include <pthread.h>
#include <csignal>

#include <functional>
#include <thread>
#include <utility>

namespace lpc::sockets {

inline std::thread quiet_thread(std::function<void()> body) {
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    std::thread thread(std::move(body));
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    return thread;
}

}  // namespace lpc::sockets
