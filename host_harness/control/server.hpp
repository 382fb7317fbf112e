// The control plane of a host: a ROUTER for requests and a PUB for events, on a thread of its own
// that never waits for a peer and ends within bounded time. Everything public may be called from
// any thread. Owns thread, sockets and keys; the Operator outlives it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "control/desk.hpp"
#include "control/operator.hpp"
#include "foundation/status.hpp"
#include "sockets/router.hpp"

namespace lpc::control {

struct ServerConfig {
    std::string endpoint;         // "ipc://PATH" or "tcp://127.0.0.1:7700"; port * is any free one
    std::string events_endpoint;  // empty: no events
    sockets::Entrance entrance;
    std::string clients_file;  // with keys: client_list.hpp
    Role plaintext_role = Role::viewer;
    DeskRules rules;
    std::size_t events_waiting_max = 4096;
    std::int64_t shutdown_ms_max = 2000;  // for what is undecided when the server is stopped
};

struct ServerSinks {
    AuditSink audit;
    std::function<void(const std::string&)> log;  // one sentence; on the server's thread
};

class Server {
  public:
    // Listens when it returns.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerConfig config, Operator& host,
                                                               ServerSinks sinks);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    const std::string& endpoint() const;         // with the port that was found
    const std::string& events_endpoint() const;  // empty: none

    // Never waits; the event's number is given here.
    void publish(Event event);
    // New requests are refused in a sentence; what is undecided goes on.
    void refuse_from_now();
    // The same, then waits for what is undecided, but no longer than shutdown_ms_max, answers the
    // rest with a refusal, and ends the thread. Safe to call again.
    void stop();

  private:
    class Loop;
    explicit Server(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace lpc::control
