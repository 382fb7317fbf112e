// What one client has asked to have changed: each request is carried out at most once, ever, in
// bounded memory. What is forgotten raises a floor below which no new id is taken.
// Invariant: an id that was begun is remembered, or lies at or below the floor. One owner; pure.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "control/order.hpp"

namespace lpc::control {

using Fingerprint = std::array<std::uint8_t, 32>;
[[nodiscard]] Fingerprint fingerprint_of(std::string_view request);

class RequestMemory {
  public:
    struct Remembered {
        Fingerprint request{};
        std::uint64_t ticket = 0;
        std::optional<std::string> answer;  // none: not decided yet
    };

    // Ids whose time lies before `floor_ns` are too old from the beginning.
    RequestMemory(std::size_t remembered_max, std::uint64_t floor_ns)
        : remembered_max_(remembered_max), floor_{floor_ns, 0} {}

    [[nodiscard]] const Remembered* find(const RequestId& id) const;
    [[nodiscard]] bool too_old(const RequestId& id) const { return id <= floor_; }
    void begin(const RequestId& id, const Fingerprint& request, std::uint64_t ticket);
    // Forgets the oldest of the decided ones beyond the bound; undecided ones are bounded by their
    // owner.
    void settle(const RequestId& id, std::string answer);
    std::size_t size() const { return remembered_.size(); }

  private:
    std::size_t remembered_max_;
    RequestId floor_;
    std::map<RequestId, Remembered> remembered_;
};

}  // namespace lpc::control
