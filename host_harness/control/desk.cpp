#include "control/desk.hpp"

#include <algorithm>
#include <utility>

namespace lpc::control {
namespace {

constexpr std::size_t kMetersMax = 2 * 1024;
constexpr std::size_t kRoutesMax = 4;  // that wait for one answer: the newest ones
// Where more connections than kMetersMax are at it at once, the rest share one meter.
const std::string kSharedMeter = "*";

Role needed_role(const Order& order, const std::vector<Verb>& need_approval) {
    const bool approval =
        order.verb == Verb::promote ||
        std::find(need_approval.begin(), need_approval.end(), order.verb) != need_approval.end();
    if (approval) return Role::approver;
    return changes_something(order.verb) ? Role::operating : Role::viewer;
}

}  // namespace

Desk::Desk(DeskRules rules, Operator& host, AuditSink audit, std::shared_ptr<Mailbox> mailbox,
           Send send)
    : rules_(std::move(rules)),
      host_(host),
      audit_(std::move(audit)),
      mailbox_(std::move(mailbox)),
      send_(std::move(send)) {}

RequestMemory& Desk::memory_of(const std::string& client) {
    return memories_.try_emplace(client, rules_.remembered_max, rules_.ids_from_ns).first->second;
}

Desk::Meter& Desk::meter_of(const std::string& name, std::int64_t now_ns) {
    const Meter fresh{sockets::RateBound(rules_.rate), sockets::RateBound({1, 1}), 0};
    if (meters_.size() >= kMetersMax && meters_.count(name) == 0) {
        std::erase_if(meters_,
                      [&](const auto& known) { return known.second.bound.rested(now_ns); });
        if (meters_.size() >= kMetersMax)
            return meters_.try_emplace(kSharedMeter, fresh).first->second;
    }
    return meters_.try_emplace(name, fresh).first->second;
}

std::string Desk::encoded(const RequestId& id, Answer answer) const {
    if (answer.host) answer.host->events_endpoint = rules_.events_endpoint;
    AnswerTo to{id, std::move(answer)};
    std::string bytes = encode(to);
    if (bytes.size() <= rules_.answer_bytes_max) return bytes;
    // The outcome stands; only what would have been shown with it is left out.
    const std::string note = "the report of " + std::to_string(bytes.size()) +
                             " bytes is left out, expected at most " +
                             std::to_string(rules_.answer_bytes_max);
    to.answer.host.reset();
    to.answer.stages.clear();
    to.answer.why = to.answer.why.empty() || to.answer.why.size() > rules_.answer_bytes_max / 2
                        ? note
                        : to.answer.why + "; " + note;
    return encode(to);
}

void Desk::refuse(const Peer& peer, const Order& order, bool readable, std::string why) {
    Answer answer;
    answer.why = std::move(why);
    answer.sequence = host_.last_sequence();
    if (audit_) audit_({answer.sequence, peer.address, order, readable, answer, 0});
    send_(peer.route, encoded(order.request_id, std::move(answer)));
}

// A flood would flood the journal too: one record a second tells how many there were.
void Desk::refuse_excess(const Peer& peer, const Order& order, bool readable, Meter& meter,
                         std::int64_t now_ns) {
    Answer answer;
    answer.why = "too many requests: at most " + std::to_string(rules_.rate.per_s) +
                 " a second of one client; wait and ask again";
    answer.sequence = host_.last_sequence();
    send_(peer.route, encoded(order.request_id, answer));
    if (!meter.excess_notes.take(now_ns)) {
        ++meter.unrecorded;
        return;
    }
    const std::uint64_t repeats = std::exchange(meter.unrecorded, 0);
    if (audit_)
        audit_({answer.sequence, peer.address, order, readable, std::move(answer), repeats});
}

// Why an order that is well formed is not handed over; none: nothing stands against it.
std::optional<std::string> Desk::objection(const Order& order, const std::string& client) const {
    const Role needed = needed_role(order, rules_.need_approval);
    if (order.caller.role < needed)
        return std::string(name_of(order.verb)) + ": '" + order.caller.name + "' is " +
               std::string(name_of(order.caller.role)) + ", expected " +
               std::string(name_of(needed)) +
               (order.caller.key.empty() ? ": see plaintext_role in the host's control.toml"
                                         : ": see its line in the host's file of clients");
    const auto waiting = undecided_of_.find(client);
    if (waiting != undecided_of_.end() && waiting->second >= rules_.undecided_max)
        return std::to_string(waiting->second) + " requests of '" + order.caller.name +
               "' are undecided, expected fewer than " + std::to_string(rules_.undecided_max);
    return std::nullopt;
}

void Desk::take(const Peer& peer, const std::optional<Caller>& caller, std::string_view bytes,
                std::size_t frames, std::int64_t now_ns) {
    const bool sized = bytes.size() <= rules_.request_bytes_max;
    DecodedOrder decoded =
        frames == 1 && sized ? decode_order(bytes) : DecodedOrder{{}, fail("request")};
    Order order;
    if (decoded.order) order = std::move(*decoded.order);
    order.request_id = decoded.id;
    if (caller) order.caller = *caller;
    Meter& meter = meter_of(peer.meter, now_ns);
    if (!meter.bound.take(now_ns))
        return refuse_excess(peer, order, decoded.order.has_value(), meter, now_ns);
    if (!caller) {
        order.caller.key = peer.client;
        return refuse(peer, order, decoded.order.has_value(),
                      "the key " + peer.client + " is not on the host's list of clients any more");
    }
    if (frames != 1)
        return refuse(peer, order, false,
                      "request: found " + std::to_string(frames) + " frames, expected one");
    if (!sized)
        return refuse(peer, order, false,
                      "request: found " + std::to_string(bytes.size()) +
                          " bytes, expected at most " + std::to_string(rules_.request_bytes_max));
    if (!decoded.order) return refuse(peer, order, false, decoded.order.error().message);
    if (answered_from_memory(peer, order, bytes)) return;
    if (mailbox_->refusing())
        return refuse(peer, order, true,
                      std::string(name_of(order.verb)) +
                          ": the host is shutting down and takes no more requests");
    if (const auto why = objection(order, peer.client)) return refuse(peer, order, true, *why);
    hand_over(peer, std::move(order), bytes);
}

// The same request again: its answer, or a place among those who wait for it. Also what is refused
// because of its id. False: it is new, or only looks.
bool Desk::answered_from_memory(const Peer& peer, const Order& order, std::string_view bytes) {
    if (!changes_something(order.verb)) return false;
    const RequestMemory& memory = memory_of(peer.client);
    const RequestMemory::Remembered* known = memory.find(order.request_id);
    const std::string verb(name_of(order.verb));
    if (known == nullptr) {
        if (!memory.too_old(order.request_id)) return false;
        refuse(
            peer, order, true,
            verb + ": the request id " + text_of(order.request_id) +
                " is older than what the host remembers; ask for its stages, then with a new id");
        return true;
    }
    if (known->request != fingerprint_of(bytes)) {
        refuse(peer, order, true,
               verb + ": the request id " + text_of(order.request_id) +
                   " was used for another request, expected a new one");
    } else if (known->answer) {
        send_(peer.route, *known->answer);
    } else {
        std::vector<std::string>& routes = undecided_.at(known->ticket).routes;
        if (std::find(routes.begin(), routes.end(), peer.route) == routes.end()) {
            if (routes.size() == kRoutesMax) routes.erase(routes.begin());
            routes.push_back(peer.route);
        }
    }
    return true;
}

void Desk::hand_over(const Peer& peer, Order order, std::string_view bytes) {
    const std::uint64_t ticket = ++last_ticket_;
    const bool remembered = changes_something(order.verb);
    if (remembered) memory_of(peer.client).begin(order.request_id, fingerprint_of(bytes), ticket);
    undecided_[ticket] = {order, peer.client, peer.address, {peer.route}, remembered};
    ++undecided_of_[peer.client];
    host_.submit(std::move(order), Mailbox::reply_for(mailbox_, ticket));
}

void Desk::settle(std::uint64_t ticket, Answer answer) {
    auto node = undecided_.extract(ticket);
    if (node.empty()) return;
    Undecided& done = node.mapped();
    if (--undecided_of_.at(done.client) == 0) undecided_of_.erase(done.client);
    if (answer.outcome == Outcome::refused && answer.why.empty())
        answer.why = std::string(name_of(done.order.verb)) + ": refused by the host";
    // Why in this order: what a client has been told is in the records.
    if (audit_ && (done.remembered || answer.outcome == Outcome::refused))
        audit_({answer.sequence, done.address, done.order, true, answer, 0});
    const std::string bytes = encoded(done.order.request_id, std::move(answer));
    if (done.remembered) memory_of(done.client).settle(done.order.request_id, bytes);
    for (const std::string& route : done.routes) send_(route, bytes);
}

void Desk::abandon() {
    while (!undecided_.empty()) {
        const auto& [ticket, one] = *undecided_.begin();
        Answer unknown;
        unknown.why = std::string(name_of(one.order.verb)) +
                      ": the host stops before the step was decided; ask for the stages when it is "
                      "back";
        unknown.sequence = host_.last_sequence();
        settle(ticket, std::move(unknown));
    }
}

}  // namespace lpc::control
