// The endpoint where liquidity providers come to the desk: a ROUTER with CURVE on a thread of its
// own that never waits for a peer or for the engine. Everything public may be called from any
// thread. Owns thread, socket and keys; the hatch outlives it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bidding/reception.hpp"
#include "foundation/status.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::bidding {

struct ServerConfig {
    std::string endpoint;  // "ipc://PATH" or "tcp://127.0.0.1:7701"; port * is any free one
    sockets::CurveKeys keys;
    std::vector<Member> members;
    ReceptionRules rules;
};

class Server {
  public:
    // Listens when it returns. log: one sentence; on the server's thread.
    [[nodiscard]] static Result<std::unique_ptr<Server>> start(ServerConfig config, Hatch& hatch,
                                                               Reception::Log log);
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;
    ~Server();

    const std::string& endpoint() const;  // with the port that was found
    // What the engine has said is passed on, goodbye is said, the thread ends. Safe to call again.
    void stop();

  private:
    class Loop;
    explicit Server(std::unique_ptr<Loop> loop);
    std::unique_ptr<Loop> loop_;
};

}  // namespace lpc::bidding
