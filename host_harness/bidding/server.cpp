#include "bidding/server.hpp"

#include <chrono>
#include <mutex>
#include <thread>
#include <utility>

#include <zmq.hpp>

#include "sockets/gate.hpp"
#include "sockets/quiet_thread.hpp"
#include "sockets/router.hpp"

namespace lpc::bidding {
namespace {

constexpr std::chrono::milliseconds kTick{100};
constexpr std::size_t kMessagesATime = 64;

std::int64_t now_ns() {
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

class Server::Loop {
  public:
    Loop(ServerConfig config, Hatch& hatch, Reception::Log log)
        : config_(std::move(config)),
          hatch_(hatch),
          log_(std::move(log)),
          reception_(
              config_.rules, std::move(config_.members), hatch,
              [this](const std::string& route, const std::string& bytes) {
                  router_.send(route, bytes);
              },
              log_),
          gate_([this](const std::string& key) { return reception_.admits(key); }),
          router_(context_) {}
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    ~Loop() { join(); }

    Status start() {
        if (hatch_.signal_fd() < 0) return fail("bidding: no eventfd is left for this process");
        gate_.open(context_);
        const sockets::Entrance entrance{std::move(config_.keys), false};
        if (Status opened =
                router_.open(entrance, config_.endpoint, config_.rules.message_bytes_max);
            !opened) {
            router_.close();
            return opened;
        }
        thread_ = sockets::quiet_thread([this] { run(); });
        return {};
    }
    void join() {
        hatch_.stop();
        const std::lock_guard lock(joining_);
        if (thread_.joinable()) thread_.join();
    }
    const std::string& endpoint() const { return router_.endpoint(); }

  private:
    void run() {
        try {
            while (!hatch_.stopping()) {
                wait();
                answer_gate();
                pass_on();
                take_messages();
                reception_.look_around(now_ns());
            }
            pass_on();
            reception_.say_goodbye("the run is over");
            router_.close();
            gate_.close();  // the last: without it every key gets in
        } catch (const zmq::error_t& error) {
            log_(std::string("the server ends: ") + error.what());
            hatch_.stop();
        }
    }

    void wait() {
        std::vector<zmq::pollitem_t> items{{router_.handle(), 0, ZMQ_POLLIN, 0},
                                           {gate_.handle(), 0, ZMQ_POLLIN, 0},
                                           {nullptr, hatch_.signal_fd(), ZMQ_POLLIN, 0}};
        zmq::poll(items, kTick);
    }

    void answer_gate() {
        while (gate_.receive()) {
            gate_.answer(now_ns(), [this](const std::string& key, const std::string& address,
                                          std::uint64_t repeats) {
                log_("the key " + key + " from " + address + " is not on the list of providers" +
                     (repeats > 0 ? ", and " + std::to_string(repeats) + " more like it" : ""));
            });
        }
    }

    void pass_on() {
        for (const Outgoing& outgoing : hatch_.take_outgoing()) reception_.pass_on(outgoing);
    }

    void take_messages() {
        sockets::Router::Message message;
        for (std::size_t taken = 0; taken < kMessagesATime && router_.receive(message); ++taken)
            reception_.take(message.route, message.key, message.first, message.frames, now_ns());
    }

    ServerConfig config_;
    Hatch& hatch_;
    Reception::Log log_;
    Reception reception_;
    zmq::context_t context_;
    sockets::Gate gate_;
    sockets::Router router_;
    std::mutex joining_;
    std::thread thread_;
};

Server::Server(std::unique_ptr<Loop> loop) : loop_(std::move(loop)) {}

Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(ServerConfig config, Hatch& hatch,
                                              Reception::Log log) {
    auto loop = std::make_unique<Loop>(std::move(config), hatch, std::move(log));
    if (const Status started = loop->start(); !started) return tl::unexpected(started.error());
    return std::unique_ptr<Server>(new Server(std::move(loop)));
}

const std::string& Server::endpoint() const {
    return loop_->endpoint();
}

void Server::stop() {
    loop_->join();
}

}  // namespace lpc::bidding
