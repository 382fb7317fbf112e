#include "bidding/reception.hpp"

#include <sodium.h>

#include <lpc/auction.h>

#include <utility>

#include "bidding/wire.hpp"

namespace lpc::bidding {
namespace {

constexpr std::int64_t kNsPerMs = 1'000'000;

std::uint64_t new_session() {
    std::uint64_t id = 0;
    while (id == 0) randombytes_buf(&id, sizeof id);
    return id;
}

}  // namespace

Reception::Reception(ReceptionRules rules, std::vector<Member> members, Hatch& hatch, Send send,
                     Log log)
    : rules_(rules), hatch_(hatch), send_(std::move(send)), log_(std::move(log)) {
    for (Member& member : members) {
        by_key_.emplace(member.key, guests_.size());
        by_account_.emplace(member.account, guests_.size());
        guests_.push_back({std::move(member), sockets::RateBound(rules_.rate), std::nullopt});
    }
}

void Reception::answer(const std::string& route, const Notice& notice) {
    send_(route, encode(notice));
}

void Reception::refuse(const std::string& route, std::uint64_t number, std::string why) {
    answer(route, Refused{number, std::move(why)});
}

void Reception::take(const std::string& route, const std::string& key, std::string_view bytes,
                     std::size_t frames, std::int64_t now_ns) {
    const auto known = by_key_.find(key);
    if (known == by_key_.end()) return;  // the gate lets in no other
    Guest& guest = guests_[known->second];
    const bool sized = frames == 1 && bytes.size() <= rules_.message_bytes_max;
    DecodedMessage decoded =
        sized ? decode_message(bytes)
              : DecodedMessage{0, fail("message: found " + std::to_string(frames) + " frames and " +
                                       std::to_string(bytes.size()) +
                                       " bytes in the first, expected one of at most " +
                                       std::to_string(rules_.message_bytes_max))};
    if (!guest.bound.take(now_ns))
        return refuse(route, decoded.number,
                      "too many messages: at most " + std::to_string(rules_.rate.per_s) +
                          " a second of one provider");
    if (!decoded.message) return refuse(route, decoded.number, decoded.message.error().message);
    Message& message = *decoded.message;
    if (std::holds_alternative<Hello>(message.what)) return welcome(guest, route, message, now_ns);
    if (const auto why = objection(guest, message)) return refuse(route, message.number, *why);
    Session& session = *guest.session;
    session.last_number = message.number;
    session.route = route;
    session.heard_ns = now_ns;
    if (std::holds_alternative<Alive>(message.what)) return answer(route, Alive{});
    if (std::holds_alternative<Goodbye>(message.what)) {
        answer(route, Accepted{message.number});
        return end(guest, "said goodbye", false);
    }
    hand_over(guest, route, std::move(message));
}

// A key belongs to one account, and its last hello counts: what another connection had is over.
void Reception::welcome(Guest& guest, const std::string& route, const Message& message,
                        std::int64_t now_ns) {
    const Member& member = guest.member;
    const std::string& wanted = std::get<Hello>(message.what).account;
    if (wanted != member.name)
        return refuse(
            route, message.number,
            "hello: this key is not of the account that is named, expected '" + member.name + "'");
    if (message.session != 0)
        return refuse(route, message.number, "hello: found a session, expected none");
    if (guest.session && guest.session->route != route)
        end(guest, "this key has registered anew from elsewhere", true);
    guest.session = Session{new_session(), message.number, route, now_ns, 0};
    log_(member.name + " is registered");
    answer(route, Registered{guest.session->id, member.capacity_lots, member.bond,
                             rules_.schedule_delay_ns, rules_.pace, rules_.silence_ms_max});
    for (const auto& [lot, call] : open_) answer(route, call);
}

// Why a message that is well formed is not taken; none: nothing stands against it.
std::optional<std::string> Reception::objection(const Guest& guest, const Message& message) const {
    if (!guest.session) return "not registered: say hello first";
    const Session& session = *guest.session;
    if (message.session != session.id)
        return "the session is not the one that this key was given last; say hello";
    if (message.number <= session.last_number)
        return "duplicate: number " + std::to_string(message.number) +
               " has been used, expected one above " + std::to_string(session.last_number);
    if (session.undecided >= rules_.undecided_max)
        return std::to_string(session.undecided) +
               " messages wait for their answers, expected fewer than " +
               std::to_string(rules_.undecided_max);
    return std::nullopt;
}

void Reception::hand_over(Guest& guest, const std::string& route, Message message) {
    const std::uint64_t number = message.number;
    if (!hatch_.push({guest.member.account, std::move(message)}))
        return refuse(route, number, "the host is busy or ending and takes no more; ask again");
    ++guest.session->undecided;
}

void Reception::end(Guest& guest, const std::string& why, bool tell) {
    if (tell) answer(guest.session->route, Goodbye{why});
    Message gone;
    gone.session = guest.session->id;
    gone.what = Goodbye{why};
    guest.session.reset();
    hatch_.push({guest.member.account, std::move(gone)});
    log_(guest.member.name + " is gone: " + why);
}

Reception::Guest* Reception::guest_of(std::uint64_t account) {
    const auto known = by_account_.find(account);
    return known == by_account_.end() ? nullptr : &guests_[known->second];
}

void Reception::pass_on(const Outgoing& outgoing) {
    if (const auto* decision = std::get_if<Decision>(&outgoing)) return decide(*decision);
    if (const auto* called = std::get_if<Call>(&outgoing)) return call(*called);
    const auto& award = std::get<AwardTo>(outgoing);
    const Guest* guest = guest_of(award.account);
    if (guest != nullptr && guest->session) answer(guest->session->route, award.award);
}

// Of a session that is over nobody is told any more.
void Reception::decide(const Decision& decision) {
    Guest* guest = guest_of(decision.account);
    if (guest == nullptr || !guest->session || guest->session->id != decision.session) return;
    if (guest->session->undecided > 0) --guest->session->undecided;
    if (decision.why) return refuse(guest->session->route, decision.number, *decision.why);
    answer(guest->session->route, Accepted{decision.number});
}

// To all in one go, each time beginning with another, so that nobody is always the first.
void Reception::call(const Call& call) {
    if (call.state == LPC_LOT_OPEN) {
        open_[call.lot] = call;
    } else {
        open_.erase(call.lot);
    }
    const std::string bytes = encode(Notice(call));
    for (std::size_t i = 0; i < guests_.size(); ++i) {
        const Guest& guest = guests_[(first_called_ + i) % guests_.size()];
        if (guest.session) send_(guest.session->route, bytes);
    }
    if (!guests_.empty()) first_called_ = (first_called_ + 1) % guests_.size();
}

void Reception::look_around(std::int64_t now_ns) {
    for (Guest& guest : guests_) {
        if (guest.session && now_ns - guest.session->heard_ns > rules_.silence_ms_max * kNsPerMs)
            end(guest, "silent for more than " + std::to_string(rules_.silence_ms_max) + " ms",
                true);
    }
}

void Reception::say_goodbye(const std::string& why) {
    for (Guest& guest : guests_) {
        if (guest.session) end(guest, why, true);
    }
}

}  // namespace lpc::bidding
