// Where providers' messages are judged before the desk sees them, without a socket: who is it, is
// it well formed, of his session, new, not too often. What passes goes through the hatch; every
// message gets one answer. One thread, the server's; time is given.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bidding/hatch.hpp"
#include "bidding/message.hpp"
#include "sockets/rate_bound.hpp"

namespace lpc::bidding {

// Who may come, and as whom.
struct Member {
    std::string name, key;  // of the account; CURVE, public
    std::uint64_t account = 0;
    std::int64_t capacity_lots = 0, bond = 0;
};

struct ReceptionRules {
    std::size_t message_bytes_max = 2'048;
    sockets::Rate rate{50, 100};     // of one provider's messages
    std::size_t undecided_max = 64;  // messages of one provider that wait for the engine
    std::int64_t silence_ms_max = 10'000;
    std::int64_t schedule_delay_ns = 0, pace = 1;  // told
};

class Reception {
  public:
    using Send = std::function<void(const std::string& route, const std::string& bytes)>;
    using Log = std::function<void(const std::string& sentence)>;

    Reception(ReceptionRules rules, std::vector<Member> members, Hatch& hatch, Send send, Log log);

    bool admits(const std::string& key) const { return by_key_.count(key) != 0; }
    // One message of so many frames, of which `bytes` is the first.
    void take(const std::string& route, const std::string& key, std::string_view bytes,
              std::size_t frames, std::int64_t now_ns);
    // What the engine says.
    void pass_on(const Outgoing& outgoing);
    // Whoever has been silent for too long is gone.
    void look_around(std::int64_t now_ns);
    // To all that are there; the sessions end.
    void say_goodbye(const std::string& why);

  private:
    struct Session {
        std::uint64_t id = 0, last_number = 0;
        std::string route;
        std::int64_t heard_ns = 0;
        std::size_t undecided = 0;
    };
    struct Guest {
        Member member;
        sockets::RateBound bound;
        std::optional<Session> session;
    };

    void answer(const std::string& route, const Notice& notice);
    void refuse(const std::string& route, std::uint64_t number, std::string why);
    void welcome(Guest& guest, const std::string& route, const Message& message,
                 std::int64_t now_ns);
    std::optional<std::string> objection(const Guest& guest, const Message& message) const;
    void hand_over(Guest& guest, const std::string& route, Message message);
    void end(Guest& guest, const std::string& why, bool tell);
    Guest* guest_of(std::uint64_t account);
    void decide(const Decision& decision);
    void call(const Call& call);

    ReceptionRules rules_;
    Hatch& hatch_;
    Send send_;
    Log log_;
    std::vector<Guest> guests_;
    std::map<std::string, std::size_t> by_key_;
    std::map<std::uint64_t, std::size_t> by_account_;
    std::map<std::uint64_t, Call> open_;  // lots, as called last
    std::size_t first_called_ = 0;
};

}  // namespace lpc::bidding
