// What providers and the host say to each other, as plain values, and its limits; bidding.proto is
// the same on the wire. No thread, no ownership of anything outside.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "bidding/schedule.hpp"

namespace lpc::bidding {

inline constexpr std::size_t kAccountNameBytesMax = 64;

struct Hello {
    std::string account;  // as the host's list names it
    friend bool operator==(const Hello&, const Hello&) = default;
};
struct SetSchedule {
    Schedule schedule;  // empty: none any more
    friend bool operator==(const SetSchedule&, const SetSchedule&) = default;
};
struct SealedBid {
    std::uint64_t lot = 0;
    Schedule schedule;
    friend bool operator==(const SealedBid&, const SealedBid&) = default;
};
struct Take {
    std::uint64_t lot = 0;
    std::int64_t lots = 0;  // unsigned
    friend bool operator==(const Take&, const Take&) = default;
};
struct Alive {
    friend bool operator==(const Alive&, const Alive&) = default;
};
struct Goodbye {
    std::string why;  // the host's, one sentence
    friend bool operator==(const Goodbye&, const Goodbye&) = default;
};

// A provider's.
struct Message {
    std::uint64_t session = 0, number = 0;
    std::variant<Hello, SetSchedule, SealedBid, Take, Alive, Goodbye> what;
    friend bool operator==(const Message&, const Message&) = default;
};

struct Registered {
    std::uint64_t session = 0;
    std::int64_t capacity_lots = 0, bond = 0;
    std::int64_t schedule_delay_ns = 0, pace = 0, silence_ms_max = 0;
    friend bool operator==(const Registered&, const Registered&) = default;
};
struct Accepted {
    std::uint64_t number = 0;
    friend bool operator==(const Accepted&, const Accepted&) = default;
};
struct Refused {
    std::uint64_t number = 0;  // 0: the message could not be read
    std::string why;
    friend bool operator==(const Refused&, const Refused&) = default;
};
struct Call {
    std::uint64_t lot = 0;
    std::uint32_t instrument = 0;
    std::uint8_t type = 0, state = 0;  // LPC_AUCTION_*, LPC_LOT_*
    std::int64_t lots = 0, price = 0;  // below 0: sold to providers
    std::int64_t now_ns = 0, close_ns = 0;
    friend bool operator==(const Call&, const Call&) = default;
};
struct Award {
    std::uint64_t lot = 0;
    std::uint32_t instrument = 0;
    std::int64_t lots = 0, price = 0;  // the provider's lots: above 0 bought
    friend bool operator==(const Award&, const Award&) = default;
};

// The host's.
using Notice = std::variant<Registered, Accepted, Refused, Call, Award, Alive, Goodbye>;

}  // namespace lpc::bidding
