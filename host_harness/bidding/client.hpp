// A provider's end: connects, registers, says things and hears the host. Blocks no longer than it
// is told to; one thread an object. Owns its socket and keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "bidding/message.hpp"
#include "foundation/status.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::bidding {

struct ClientConfig {
    std::string endpoint;
    sockets::CurveKeys keys;  // with the host's key
    std::string account;
    std::chrono::milliseconds connect_timeout{3'000};  // for being registered
};

class Client {
  public:
    // Connects and says hello; the answer comes as a notice.
    [[nodiscard]] static Result<Client> open(ClientConfig config);
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    // Its number, by which the host answers; 0: the connection's queue is full, it was not sent.
    std::uint64_t say(SetSchedule set);
    std::uint64_t say(SealedBid bid);
    std::uint64_t say(Take take);
    std::uint64_t say(Alive alive);
    std::uint64_t say(Goodbye goodbye);
    // None: nothing came within that time. An error: not let in, or no message of this protocol.
    [[nodiscard]] Result<std::optional<Notice>> hear(std::chrono::milliseconds wait);

  private:
    class Line;
    explicit Client(std::unique_ptr<Line> line);
    std::unique_ptr<Line> line_;
};

}  // namespace lpc::bidding
