#include "control/server.hpp"

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include <zmq.hpp>

#include "control/client_list.hpp"
#include "control/listener.hpp"
#include "control/mailbox.hpp"
#include "control/wire.hpp"
#include "sockets/gate.hpp"
#include "sockets/quiet_thread.hpp"

namespace lpc::control {
namespace {

constexpr std::chrono::milliseconds kTick{100};  // the list of clients is looked at this often
constexpr std::size_t kMessagesATime = 64;
constexpr std::size_t kLastMessagesMax = 4'096;  // read and refused at the end
constexpr const char* kLocalClient = "local";

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

Status judge_rules(const ServerConfig& config) {
    const DeskRules& rules = config.rules;
    if (rules.rate.per_s == 0 || rules.rate.burst == 0)
        return fail(
            "control: rate: found 0, expected at least 1 request a second and a burst of 1");
    if (rules.undecided_max == 0 || rules.remembered_max == 0 || rules.request_bytes_max < 256 ||
        rules.answer_bytes_max < 4'096)
        return fail(
            "control: rules: expected undecided_max and remembered_max of at least 1, "
            "request_bytes_max of at least 256, answer_bytes_max of at least 4096");
    return {};
}

std::string hex_of(const std::string& bytes) {
    constexpr const char* kDigits = "0123456789abcdef";
    std::string text;
    for (const char c : bytes) {
        const auto byte = static_cast<unsigned char>(c);
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

}  // namespace

class Server::Loop {
  public:
    Loop(ServerConfig config, Operator& host, ServerSinks sinks, std::optional<ClientList> clients)
        : config_(std::move(config)),
          host_(host),
          sinks_(std::move(sinks)),
          mailbox_(std::make_shared<Mailbox>(config_.events_waiting_max)),
          clients_(std::move(clients)),
          gate_(clients_
                    ? [this](const std::string& key) { return clients_->find(key).has_value(); }
                    : sockets::Gate::Admits{}),
          listener_(context_, config_) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() { join(); }

    Status start() {
        if (mailbox_->signal_fd() < 0) return fail("control: no eventfd is left for this process");
        gate_.open(context_);
        if (Status opened = listener_.open(); !opened) {
            listener_.close();
            return opened;
        }
        DeskRules rules = config_.rules;
        rules.events_endpoint = listener_.events_endpoint();
        desk_ = std::make_unique<Desk>(std::move(rules), host_, sinks_.audit, mailbox_,
                                       [this](const std::string& route, const std::string& bytes) {
                                           listener_.requests().send(route, bytes);
                                       });
        thread_ = sockets::quiet_thread([this] { run(); });
        return {};
    }
    void join() {
        mailbox_->stop();
        const std::lock_guard lock(joining_);
        if (thread_.joinable()) thread_.join();
    }
    Mailbox& mailbox() { return *mailbox_; }
    const Listener& listener() const { return listener_; }

  private:
    void run() {
        try {
            serve();
        } catch (const zmq::error_t& error) {
            log(std::string("control: the server ends: ") + error.what());
            mailbox_->refuse_from_now();
        }
        finish();
    }

    void serve() {
        std::int64_t end_ns = 0;  // none yet
        for (;;) {
            wait();
            check_clients();
            const bool stopping = take_mail();
            take_messages(kMessagesATime);
            if (!stopping) continue;
            const std::int64_t now = now_ns();
            if (end_ns == 0) end_ns = now + config_.shutdown_ms_max * 1'000'000;
            if (desk_->idle() || now >= end_ns) return;
        }
    }

    void wait() {
        std::vector<zmq::pollitem_t> items{{listener_.requests().handle(), 0, ZMQ_POLLIN, 0},
                                           {nullptr, mailbox_->signal_fd(), ZMQ_POLLIN, 0}};
        if (gate_.guarded()) items.push_back({gate_.handle(), 0, ZMQ_POLLIN, 0});
        zmq::poll(items, kTick);
    }

    void check_clients() {
        refresh_clients();
        listener_.try_events();
        if (!gate_.guarded()) return;
        const auto refused = [this](const std::string& key, const std::string& address,
                                    std::uint64_t repeats) {
            AuditRecord record;
            record.sequence = record.answer.sequence = host_.last_sequence();
            record.address = address;
            record.readable = false;
            record.order.caller.key = key;
            record.answer.why = "the key " + key + " is not on the host's list of clients";
            record.repeats = repeats;
            if (sinks_.audit) sinks_.audit(record);
        };
        while (gate_.receive()) {
            refresh_clients();
            gate_.answer(now_ns(), refused);
        }
    }

    // Whoever asks is judged by the list as it was when the question had come, or by a newer one:
    // call this between receiving and judging.
    void refresh_clients() {
        if (!clients_) return;
        const ClientList::Change change = clients_->refresh();
        for (const std::string& sentence : change.wrong) log("control: clients: " + sentence);
        if (change.removed) listener_.close_events();
    }

    void take_messages(std::size_t most) {
        sockets::Router::Message message;
        for (std::size_t taken = 0; taken < most && listener_.requests().receive(message);
             ++taken) {
            refresh_clients();
            const bool plain = !gate_.guarded();
            const Peer peer{message.route, plain ? kLocalClient : message.key,
                            plain ? hex_of(message.route) : message.key, message.address};
            desk_->take(peer, caller_of(message.key), message.first, message.frames, now_ns());
        }
    }

    // Now, not when it connected. `key`: as the gate let it in.
    std::optional<Caller> caller_of(const std::string& key) const {
        return clients_ ? clients_->find(key) : Caller{kLocalClient, "", config_.plaintext_role};
    }

    // True: the server is to stop.
    bool take_mail() {
        Mailbox::Taken mail = mailbox_->take();
        for (auto& [ticket, answer] : mail.answers) desk_->settle(ticket, std::move(answer));
        for (const Event& event : mail.events) {
            const char* kind = event.change.empty() ? "progress/" : "change/";
            listener_.publish(kind + event.stage, encode(event));
        }
        return mail.stopping;
    }

    // What lies in the socket is answered; the gate closes last, for without it every key gets in.
    void finish() {
        try {
            take_messages(kLastMessagesMax);
            take_mail();
            desk_->abandon();
            mailbox_->close();
            listener_.close();
            gate_.close();
        } catch (const zmq::error_t& error) {
            log(std::string("control: the server ended early: ") + error.what());
        }
    }

    void log(const std::string& sentence) const {
        if (sinks_.log) sinks_.log(sentence);
    }

    ServerConfig config_;
    Operator& host_;
    ServerSinks sinks_;
    std::shared_ptr<Mailbox> mailbox_;
    zmq::context_t context_;
    std::optional<ClientList> clients_;
    sockets::Gate gate_;
    Listener listener_;
    std::unique_ptr<Desk> desk_;
    std::mutex joining_;
    std::thread thread_;
};

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Operator& host,
                                              ServerSinks sinks) {
    if (const Status rules = judge_rules(config); !rules) return tl::unexpected(rules.error());
    std::optional<ClientList> clients;
    if (config.entrance.keys) {
        auto opened = ClientList::open(config.clients_file);
        if (!opened) return tl::unexpected(opened.error());
        clients = std::move(*opened);
    }
    auto loop =
        std::make_unique<Loop>(std::move(config), host, std::move(sinks), std::move(clients));
    if (const Status started = loop->start(); !started) return tl::unexpected(started.error());
    return std::unique_ptr<Server>(new Server(std::move(loop)));
}

const std::string& Server::endpoint() const {
    return loop_->listener().endpoint();
}

const std::string& Server::events_endpoint() const {
    return loop_->listener().events_endpoint();
}

void Server::publish(Event event) {
    loop_->mailbox().publish(std::move(event));
}

void Server::refuse_from_now() {
    loop_->mailbox().refuse_from_now();
}

void Server::stop() {
    loop_->join();
}

}  // namespace lpc::control
