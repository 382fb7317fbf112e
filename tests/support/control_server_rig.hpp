// A control server with a host behind it, real sockets, clients with keys, and a raw socket that
// says whatever a test wants. The server's thread calls into the rig; the rest is the test's.
#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <control/client.hpp>
#include <control/server.hpp>
#include <control/wire.hpp>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>
#include <zmq.hpp>

#include "support/control_rig.hpp"

namespace lpc::control::fixture {

using lpc::sockets::CurveKeys;
using lpc::sockets::make_curve_keys;
using lpc::test::TestFolder;
using lpc::test::TestHost;
using std::chrono::milliseconds;

// A host with a server; clients ann (operator), bob (viewer), cid (approver); eve is a stranger.
class ServerRig {
  public:
    explicit ServerRig(const std::string& transport = "tcp", bool curve = true) {
        config.endpoint =
            transport == "tcp" ? "tcp://127.0.0.1:*" : "ipc://" + folder.path("control");
        config.events_endpoint =
            transport == "tcp" ? "tcp://127.0.0.1:*" : "ipc://" + folder.path("events");
        if (curve) {
            config.entrance.keys = server_keys;
            write_clients({"operator ann", "viewer bob", "approver cid"});
            config.clients_file = folder.path("clients");
        } else {
            config.entrance.allow_plaintext_ipc = true;
            config.plaintext_role = Role::operating;
        }
    }

    void start() {
        auto started = Server::start(config, host,
                                     {[this](const AuditRecord& record) {
                                          const std::lock_guard lock(mutex_);
                                          audit_.push_back(record);
                                      },
                                      [this](const std::string&) {
                                          if (on_log) on_log();
                                      }});
        if (!started) BOOST_FAIL(started.error().message);
        server = std::move(*started);
    }
    const CurveKeys& keys_of(const std::string& name) {
        if (keys_.count(name) == 0) keys_[name] = *make_curve_keys();
        keys_[name].server_key = server_keys.public_key;
        return keys_[name];
    }
    // As an editor does it: written aside, renamed.
    void write_clients(const std::vector<std::string>& lines) {
        std::string text;
        for (const std::string& line : lines)
            text += line + " " + keys_of(line.substr(line.find(' ') + 1)).public_key + "\n";
        std::filesystem::rename(folder.write("clients.new", text), folder.path("clients"));
    }
    ClientConfig client_config(const std::string& name) {
        ClientConfig wanted;
        wanted.endpoint = server->endpoint();
        if (config.entrance.keys) wanted.keys = keys_of(name);
        wanted.timeout = milliseconds(20'000);
        return wanted;
    }
    Client client(const std::string& name) {
        auto opened = Client::open(client_config(name));
        if (!opened) BOOST_FAIL(opened.error().message);
        return std::move(*opened);
    }
    Answer ask(const std::string& name, const Order& order) {
        Client one = client(name);
        auto answer = one.ask(order);
        if (!answer) BOOST_FAIL(answer.error().message);
        return *answer;
    }
    std::vector<AuditRecord> audit() {
        const std::lock_guard lock(mutex_);
        return audit_;
    }

    TestFolder folder;
    TestHost host;
    CurveKeys server_keys = *make_curve_keys();
    ServerConfig config;
    std::function<void()> on_log;  // on the server's thread

  private:
    std::map<std::string, CurveKeys> keys_;
    std::mutex mutex_;
    std::vector<AuditRecord> audit_;

  public:
    std::unique_ptr<Server> server;  // the last: its thread uses the rest
};

// A socket that says whatever a test wants.
class RawClient {
  public:
    RawClient(const std::string& endpoint, const CurveKeys* keys) {
        socket_.set(zmq::sockopt::linger, 0);
        socket_.set(zmq::sockopt::sndhwm, 100'000);
        if (keys != nullptr) {
            socket_.set(zmq::sockopt::curve_serverkey, keys->server_key);
            socket_.set(zmq::sockopt::curve_publickey, keys->public_key);
            socket_.set(zmq::sockopt::curve_secretkey, keys->secret_key);
        }
        socket_.connect(endpoint);
    }
    bool say(const std::string& bytes, bool more = false) {
        return socket_
            .send(zmq::buffer(bytes), (more ? zmq::send_flags::sndmore : zmq::send_flags::none) |
                                          zmq::send_flags::dontwait)
            .has_value();
    }
    std::optional<AnswerTo> hear(milliseconds wait) {
        socket_.set(zmq::sockopt::rcvtimeo, static_cast<int>(wait.count()));
        zmq::message_t frame;
        if (!socket_.recv(frame)) return std::nullopt;
        return *decode_answer(frame.to_string_view());
    }
    Answer answer() {
        const auto heard = hear(milliseconds(20'000));
        if (!heard) BOOST_FAIL("no answer came");
        return heard->answer;
    }

  private:
    zmq::context_t context_;
    zmq::socket_t socket_{context_, zmq::socket_type::dealer};
};

}  // namespace lpc::control::fixture
