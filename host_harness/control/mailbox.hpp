// What other threads hand to the server's thread: answers of the host, events, the wish to stop.
// Shared by the server and every reply that is still out, so a late reply meets a mailbox, never a
// dead server. Any thread; a short lock, nothing waits.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "control/answer.hpp"
#include "control/operator.hpp"
#include "sockets/signal.hpp"

namespace lpc::control {

class Mailbox {
  public:
    explicit Mailbox(std::size_t events_max) : events_max_(events_max) {}
    Mailbox(const Mailbox&) = delete;
    Mailbox& operator=(const Mailbox&) = delete;

    // A reply for one ticket. Called or thrown away, it posts exactly one answer.
    static Reply reply_for(const std::shared_ptr<Mailbox>& mailbox, std::uint64_t ticket);

    void post(std::uint64_t ticket, Answer answer);
    // Numbered here: what finds no room is lost and leaves a gap.
    void publish(Event event);
    // What is looked at after this has returned is refused.
    void refuse_from_now() { refusing_ = true; }
    bool refusing() const { return refusing_; }
    void stop();

    struct Taken {
        std::vector<std::pair<std::uint64_t, Answer>> answers;
        std::vector<Event> events;
        bool stopping = false;
    };
    // For the server's thread; clears the signal.
    Taken take();
    // Readable when there is something to take.
    int signal_fd() const { return signal_.fd(); }
    // Nobody will take any more.
    void close();

  private:
    sockets::Signal signal_;
    std::mutex mutex_;
    Taken waiting_;
    std::size_t events_max_;
    std::uint64_t last_event_ = 0;
    bool closed_ = false;
    std::atomic<bool> refusing_{false};
};

}  // namespace lpc::control
