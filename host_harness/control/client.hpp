// The other end: asks a host, and listens to its events. Blocks up to the given time; one thread an
// object. Owns its sockets and keys.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "control/answer.hpp"
#include "control/order.hpp"
#include "foundation/status.hpp"
#include "sockets/curve_keys.hpp"

namespace lpc::control {

struct ClientConfig {
    std::string endpoint;
    std::optional<sockets::CurveKeys> keys;            // with the host's key; none: plaintext
    std::chrono::milliseconds timeout{60'000};         // for an answer
    std::chrono::milliseconds connect_timeout{3'000};  // for being let in
};

// From the clock and the system's random source.
[[nodiscard]] RequestId new_request_id();

class Client {
  public:
    [[nodiscard]] static Result<Client> open(ClientConfig config);
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();

    // Asks, and asks again with the same id where the connection was lost, until there is an
    // answer: the host carries it out once. A failure says why nobody answered (nobody there, key
    // refused, no answer in time); the order may then have been carried out or not, and may be
    // asked again.
    [[nodiscard]] Result<Answer> ask(const Order& order);

  private:
    class Line;
    explicit Client(std::unique_ptr<Line> line);
    std::unique_ptr<Line> line_;
};

class Subscriber {
  public:
    [[nodiscard]] static Result<Subscriber> open(ClientConfig config);
    Subscriber(Subscriber&&) noexcept;
    Subscriber& operator=(Subscriber&&) noexcept;
    ~Subscriber();

    // None: no event within that time.
    [[nodiscard]] Result<std::optional<Event>> next(std::chrono::milliseconds wait);

  private:
    class Ear;
    explicit Subscriber(std::unique_ptr<Ear> ear);
    std::unique_ptr<Ear> ear_;
};

}  // namespace lpc::control
