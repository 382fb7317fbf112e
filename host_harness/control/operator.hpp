// What the server needs of the host that it is built into; the host implements it. The server calls
// on its own thread, holds no lock meanwhile, and owns nothing of the host's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "control/answer.hpp"
#include "control/order.hpp"

namespace lpc::control {

using Reply = std::function<void(Answer)>;

class Operator {
  public:
    virtual ~Operator() = default;

    // Takes the order over and returns at once; must not throw. The reply is called once, when the
    // step is decided: from any thread, now or later, even after the server has gone. What is said
    // twice is ignored; a reply that is thrown away uncalled is answered with a refusal.
    virtual void submit(Order order, Reply reply) = 0;

    // The engine's last sequence number, for what the server refuses by itself. From the server's
    // thread.
    virtual std::uint64_t last_sequence() const = 0;
};

// Who, what, when, outcome and why: of every order that would change something, and of every
// refusal.
struct AuditRecord {
    std::uint64_t sequence = 0;  // of the engine
    std::string address;         // of the peer, as the transport knows it
    Order order;                 // with its caller; a request that could not be read: only that
    bool readable = true;        // false: no order could be read from the message
    Answer answer;
    std::uint64_t repeats = 0;  // so many more like it were not recorded
};

// Called on the server's thread; must neither block nor throw. The host journals it.
using AuditSink = std::function<void(const AuditRecord&)>;

}  // namespace lpc::control
