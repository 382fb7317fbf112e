// What passes between the server's thread and the engine's: providers' messages one way, answers,
// calls and awards the other. Bounded both ways; a short lock, and nobody waits for the other side.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "bidding/message.hpp"
#include "sockets/signal.hpp"

namespace lpc::bidding {

// For the desk. A Goodbye is also said for a provider that has vanished.
struct Arrival {
    std::uint64_t account = 0;
    Message message;
};

// Of an account's message: it was accepted, or why not.
struct Decision {
    std::uint64_t account = 0, session = 0, number = 0;
    std::optional<std::string> why;
};
struct AwardTo {
    std::uint64_t account = 0;
    Award award;
};
using Outgoing = std::variant<Decision, AwardTo, Call>;

struct HatchRules {
    std::size_t arrivals_max = 4'096;
    std::size_t outgoing_max = 65'536;  // beyond: calls and awards are lost, decisions never
};

class Hatch {
  public:
    explicit Hatch(HatchRules rules = {}) : rules_(rules) {}

    // The server's thread. False: the engine is behind, and it was not taken. A Goodbye always is.
    bool push(Arrival arrival);
    std::vector<Outgoing> take_outgoing();
    bool stopping() const;
    int signal_fd() const { return signal_.fd(); }

    // The engine's thread. Until something has arrived, at most so long.
    bool wait(std::chrono::nanoseconds most);
    std::vector<Arrival> take_arrivals();
    void tell(Outgoing outgoing);

    // Any thread: nothing arrives any more.
    void stop();

  private:
    HatchRules rules_;
    mutable std::mutex mutex_;
    std::condition_variable arrived_;
    std::deque<Arrival> arrivals_;
    std::vector<Outgoing> outgoing_;
    bool stopping_ = false;
    sockets::Signal signal_;
};

}  // namespace lpc::bidding
