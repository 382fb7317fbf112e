// Wakes a thread that polls: an eventfd. raise() from any thread, the rest is the poller's. Owns
// the descriptor.
#pragma once

#include <sys/eventfd.h>
#include <unistd.h>

#include <cstdint>

namespace lpc::sockets {

class Signal {
  public:
    Signal() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {}
    Signal(const Signal&) = delete;
    Signal& operator=(const Signal&) = delete;
    ~Signal() {
        if (fd_ >= 0) ::close(fd_);
    }

    void raise() const {
        const std::uint64_t one = 1;
        // Why the result says nothing: it fails only when the counter is full, and then it is
        // readable.
        [[maybe_unused]] const ssize_t written = ::write(fd_, &one, sizeof one);
    }
    void clear() const {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t read = ::read(fd_, &count, sizeof count);
    }
    // Readable while it is raised; below 0: none was left for this process.
    int fd() const { return fd_; }

  private:
    int fd_;
};

}  // namespace lpc::sockets
