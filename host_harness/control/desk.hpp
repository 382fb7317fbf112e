// Where requests are judged, without a socket: who asks, may he, is it well formed, was it asked
// before, how often does he ask. What passes goes to the Operator; every request gets one answer.
// One thread, that of the server; time is given; owns its memory of requests.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/mailbox.hpp"
#include "control/operator.hpp"
#include "control/request_memory.hpp"
#include "control/wire.hpp"
#include "sockets/rate_bound.hpp"

namespace lpc::control {

struct DeskRules {
    std::size_t request_bytes_max = std::size_t{16} * 1024;
    std::size_t answer_bytes_max = std::size_t{256} * 1024;
    sockets::Rate rate;                 // of one client
    std::size_t undecided_max = 16;     // requests of one client
    std::size_t remembered_max = 1024;  // decided requests of one client
    std::vector<Verb> need_approval;    // besides promote
    std::uint64_t ids_from_ns = 0;      // ids from before the start are too old
    std::string events_endpoint;        // told with the status
};

// Where a message came from, as the transport knows it.
struct Peer {
    std::string route;   // back to it
    std::string client;  // whose memory: the key, or for plaintext the one local client
    std::string meter;   // whose rate: as client, but for plaintext each connection
    std::string address;
};

class Desk {
  public:
    using Send = std::function<void(const std::string& route, const std::string& bytes)>;

    Desk(DeskRules rules, Operator& host, AuditSink audit, std::shared_ptr<Mailbox> mailbox,
         Send send);

    // One message of so many frames, of which `bytes` is the first. No caller: not on the list.
    void take(const Peer& peer, const std::optional<Caller>& caller, std::string_view bytes,
              std::size_t frames, std::int64_t now_ns);
    // The host's answer to a ticket; an unknown one is ignored.
    void settle(std::uint64_t ticket, Answer answer);

    bool idle() const { return undecided_.empty(); }
    // Answers all that is undecided: the host has not decided in time.
    void abandon();

  private:
    struct Undecided {
        Order order;
        std::string client, address;
        std::vector<std::string> routes;  // who waits for the answer
        bool remembered = false;
    };

    // How often one asks, and how often that is told.
    struct Meter {
        sockets::RateBound bound;
        sockets::RateBound excess_notes;  // of the audit
        std::uint64_t unrecorded = 0;
    };

    Meter& meter_of(const std::string& name, std::int64_t now_ns);
    std::optional<std::string> objection(const Order& order, const std::string& client) const;
    bool answered_from_memory(const Peer& peer, const Order& order, std::string_view bytes);
    void refuse(const Peer& peer, const Order& order, bool readable, std::string why);
    void refuse_excess(const Peer& peer, const Order& order, bool readable, Meter& meter,
                       std::int64_t now_ns);
    void hand_over(const Peer& peer, Order order, std::string_view bytes);
    std::string encoded(const RequestId& id, Answer answer) const;
    RequestMemory& memory_of(const std::string& client);

    DeskRules rules_;
    Operator& host_;
    AuditSink audit_;
    std::shared_ptr<Mailbox> mailbox_;
    Send send_;
    std::uint64_t last_ticket_ = 0;
    std::map<std::uint64_t, Undecided> undecided_;
    std::map<std::string, std::size_t> undecided_of_;
    std::map<std::string, RequestMemory> memories_;
    std::map<std::string, Meter> meters_;
};

}  // namespace lpc::control
