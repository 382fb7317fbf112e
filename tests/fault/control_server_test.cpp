// A real server and real sockets, over ipc in a folder of the test's own and over tcp on the
// loopback: whoever does not belong stays out, whatever comes in harms nothing, and nothing waits
// for ever.
#include <sys/stat.h>

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <control/client.hpp>
#include <control/server.hpp>
#include <control/wire.hpp>
#include <filesystem>
#include <functional>
#include <support/control_server_rig.hpp>
#include <thread>
#include <utility>
#include <zmq.hpp>

using namespace lpc;
using namespace lpc::control;
using namespace lpc::sockets;
using namespace lpc::control::fixture;
using lpc::test::order_of;
using std::chrono::milliseconds;

namespace {

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(control_server)

BOOST_AUTO_TEST_CASE(requests_are_served_over_tcp_and_ipc_with_keys_and_over_ipc_in_plaintext) {
    for (const auto& [transport, curve] :
         {std::pair{"tcp", true}, std::pair{"ipc", true}, std::pair{"ipc", false}}) {
        ServerRig rig(transport, curve);
        rig.start();
        BOOST_TEST_CONTEXT(transport << (curve ? " curve" : " plain")) {
            for (const Verb verb : kVerbs) {
                if (verb == Verb::promote) continue;
                const Order order = order_of(verb, 1 + static_cast<std::uint64_t>(verb));
                const Answer answer = rig.ask("ann", order);
                BOOST_TEST((answer == TestHost::done()));
                BOOST_TEST(rig.host.orders().back().caller.name == (curve ? "ann" : "local"));
                BOOST_TEST(rig.host.orders().back().file == order.file);
            }
        }
        const auto begun = std::chrono::steady_clock::now();
        rig.server->stop();
        BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(2)));
    }
}

BOOST_AUTO_TEST_CASE(an_unknown_key_is_refused_at_the_door_and_told_to_the_audit) {
    ServerRig rig;
    rig.start();
    Client eve = rig.client("eve");
    const auto answer = eve.ask(order_of(Verb::status, 1));
    BOOST_REQUIRE(!answer.has_value());
    BOOST_TEST(has(answer.error().message, "not on its list of clients"));
    BOOST_TEST(rig.host.orders().empty());
    BOOST_REQUIRE(!rig.audit().empty());
    BOOST_TEST(rig.audit()[0].order.caller.key == rig.keys_of("eve").public_key);
    BOOST_TEST(rig.audit()[0].address == "127.0.0.1");
    BOOST_TEST((rig.ask("ann", order_of(Verb::status, 2)).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(who_has_no_keys_or_the_wrong_host_key_is_not_let_in) {
    for (const std::string transport : {"tcp", "ipc"}) {
        ServerRig rig(transport);
        rig.start();
        RawClient plain(rig.server->endpoint(), nullptr);
        plain.say(encode(order_of(Verb::pause, 1)));
        BOOST_TEST(!plain.hear(milliseconds(500)).has_value());
        CurveKeys wrong = rig.keys_of("ann");
        wrong.server_key = make_curve_keys()->public_key;
        RawClient astray(rig.server->endpoint(), &wrong);
        astray.say(encode(order_of(Verb::pause, 2)));
        BOOST_TEST(!astray.hear(milliseconds(500)).has_value());
        BOOST_TEST(rig.host.orders().empty());
        BOOST_TEST((rig.ask("ann", order_of(Verb::status, 3)).outcome == Outcome::done));
        ClientConfig config = rig.client_config("ann");
        config.keys->server_key = wrong.server_key;
        config.connect_timeout = milliseconds(500);
        const auto answer = Client::open(config)->ask(order_of(Verb::pause, 4));
        BOOST_TEST(has(answer.error().message, "connected, but not let in"));
    }
}

BOOST_AUTO_TEST_CASE(nobody_there_is_said_in_time) {
    const TestFolder folder;
    ClientConfig config;
    config.endpoint = "ipc://" + folder.path("nobody");
    config.connect_timeout = milliseconds(300);
    const auto answer = Client::open(config)->ask(order_of(Verb::pause, 1));
    BOOST_TEST(has(answer.error().message, "nobody listens there"));
    config.endpoint = "tcp://127.0.0.1:1";
    BOOST_TEST(has(Client::open(config).error().message, "expected a keys file for tcp"));
    config.endpoint = "here";
    BOOST_TEST(has(Client::open(config).error().message, "expected ipc://PATH or tcp"));
}

BOOST_AUTO_TEST_CASE(a_viewer_is_refused_to_swap_and_an_operator_to_promote) {
    ServerRig rig;
    rig.start();
    BOOST_TEST(has(rig.ask("bob", order_of(Verb::swap, 1)).why, "'bob' is viewer"));
    BOOST_TEST(has(rig.ask("ann", order_of(Verb::promote, 2)).why, "expected approver"));
    BOOST_TEST((rig.ask("cid", order_of(Verb::promote, 3)).outcome == Outcome::done));
    BOOST_TEST(rig.host.orders().size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_role_that_changes_and_a_key_removed_while_connected_count_from_then_on) {
    ServerRig rig;
    rig.start();
    Client ann = rig.client("ann");
    Client cid = rig.client("cid");
    BOOST_TEST((ann.ask(order_of(Verb::pause, 1))->outcome == Outcome::done));
    BOOST_TEST((cid.ask(order_of(Verb::pause, 1))->outcome == Outcome::done));
    rig.write_clients({"viewer ann", "viewer bob"});
    BOOST_TEST(has(ann.ask(order_of(Verb::pause, 2))->why, "'ann' is viewer"));
    const auto answer = cid.ask(order_of(Verb::status, 2));
    BOOST_TEST(has(answer->why, "not on the host's list of clients any more"));
    BOOST_TEST(rig.host.orders().size() == 2u);
    const AuditRecord record = rig.audit().back();
    BOOST_TEST(record.order.caller.key == rig.keys_of("cid").public_key);
    // Nor may he come in anew.
    BOOST_TEST(!rig.client("cid").ask(order_of(Verb::status, 3)).has_value());
    rig.write_clients({"approver cid"});
    BOOST_TEST((rig.ask("cid", order_of(Verb::status, 4)).outcome == Outcome::done));
}

BOOST_AUTO_TEST_CASE(whoever_asks_after_a_change_of_the_list_is_judged_by_the_new_one) {
    std::unique_ptr<RawClient> ann;  // before the server, whose thread uses it
    bool changed = false;
    ServerRig rig("ipc");
    // The server has just looked at the list, and not yet at what lies in its socket.
    rig.on_log = [&] {
        if (std::exchange(changed, true)) return;
        rig.write_clients({"viewer ann", "viewer bob"});
        ann->say(encode(order_of(Verb::pause, 2)));
        std::this_thread::sleep_for(milliseconds(200));  // until it has arrived
    };
    rig.start();
    const CurveKeys keys = rig.keys_of("ann");
    ann = std::make_unique<RawClient>(rig.server->endpoint(), &keys);
    ann->say(encode(order_of(Verb::pause, 1)));
    BOOST_TEST((ann->answer().outcome == Outcome::done));
    rig.write_clients({"operator ann", "nonsense bob"});  // a wrong line is logged
    BOOST_TEST(has(ann->answer().why, "'ann' is viewer, expected operator: see its line in"));
    BOOST_TEST(rig.host.orders().size() == 1u);
}

BOOST_AUTO_TEST_CASE(hostile_messages_harm_nothing_and_the_next_good_one_is_served) {
    for (const bool curve : {true, false}) {
        ServerRig rig("ipc", curve);
        rig.config.rules.rate = {100'000, 100'000};
        rig.start();
        const CurveKeys keys = rig.keys_of("ann");
        RawClient raw(rig.server->endpoint(), curve ? &keys : nullptr);
        const std::string good = encode(order_of(Verb::swap, 1));
        constexpr std::size_t kMost = std::size_t{16} * 1024;
        std::vector<std::string> hostile{"", "garbage", std::string(kMost, '\xff'),
                                         std::string(kMost + 1, 'x'), good + "\x80\x7d\x01"};
        for (std::size_t bytes = 1; bytes < good.size(); bytes += 7)
            hostile.push_back(good.substr(0, bytes));
        for (const std::string& bytes : hostile) {
            raw.say(bytes);
            const auto answer = raw.hear(milliseconds(20'000));
            BOOST_REQUIRE(answer.has_value());
            BOOST_TEST((answer->answer.outcome == Outcome::refused));
            BOOST_TEST(!answer->answer.why.empty());
        }
        for (int frames = 0; frames < 50; ++frames) raw.say("frame", true);
        raw.say("last");
        BOOST_TEST(has(raw.answer().why, "found 51 frames"));
        BOOST_TEST(rig.host.orders().empty());
        raw.say(good);
        BOOST_TEST((raw.answer().outcome == Outcome::done));
        // Replayed a hundred times: one swap.
        for (int times = 0; times < 100; ++times) raw.say(good);
        for (int times = 0; times < 100; ++times) BOOST_TEST((raw.answer() == TestHost::done()));
        BOOST_TEST(rig.host.orders().size() == 1u);
        // Far too big: the connection is cut, by that peer only.
        RawClient giant(rig.server->endpoint(), curve ? &keys : nullptr);
        giant.say(std::string(4 << 20, 'x'));
        BOOST_TEST(!giant.hear(milliseconds(300)).has_value());
        raw.say(encode(order_of(Verb::status, 9)));
        BOOST_TEST((raw.answer().outcome == Outcome::done));
    }
}

BOOST_AUTO_TEST_CASE(a_flood_from_one_client_is_bounded_and_another_is_served) {
    ServerRig rig;
    rig.config.rules.rate = {50, 50};
    rig.start();
    const CurveKeys keys = rig.keys_of("bob");
    std::atomic<bool> stop{false};
    std::atomic<std::uint64_t> said{0};
    std::thread flood([&] {
        RawClient raw(rig.server->endpoint(), &keys);
        const std::string request = encode(order_of(Verb::status, 1));
        while (!stop) {
            if (raw.say(request))
                ++said;
            else
                std::this_thread::yield();
        }
    });
    const auto begun = std::chrono::steady_clock::now();
    Client ann = rig.client("ann");
    std::chrono::steady_clock::duration slowest{};
    for (std::uint64_t id = 1; id <= 40; ++id) {
        const auto asked = std::chrono::steady_clock::now();
        const auto answer = ann.ask(order_of(Verb::pause, id));
        BOOST_REQUIRE(answer.has_value());
        BOOST_TEST((answer->outcome == Outcome::done));
        slowest = std::max(slowest, std::chrono::steady_clock::now() - asked);
        std::this_thread::sleep_for(milliseconds(10));
    }
    const auto seconds =
        std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now() - begun);
    stop = true;
    flood.join();
    BOOST_TEST_MESSAGE("flood of " << said << " messages, slowest answer to another "
                                   << std::chrono::duration_cast<milliseconds>(slowest).count()
                                   << " ms");
    BOOST_TEST(said > 1'000u);
    BOOST_TEST((slowest < std::chrono::seconds(5)));
    std::size_t of_bob = 0;
    for (const Order& order : rig.host.orders()) of_bob += order.caller.name == "bob" ? 1u : 0u;
    BOOST_TEST(of_bob <= 50u * static_cast<std::size_t>(seconds.count() + 3));
    std::size_t told = 0;
    for (const AuditRecord& record : rig.audit())
        told += has(record.answer.why, "too many requests") ? 1u : 0u;
    BOOST_TEST(told > 0u);
    BOOST_TEST(told <= static_cast<std::size_t>(seconds.count() + 3));
}

BOOST_AUTO_TEST_CASE(the_answer_that_was_lost_is_given_again_and_nothing_is_done_twice) {
    ServerRig rig;
    rig.start();
    rig.host.keep_replies();
    const CurveKeys keys = rig.keys_of("ann");
    const std::string request = encode(order_of(Verb::swap, 1));
    {
        RawClient gone(rig.server->endpoint(), &keys);
        gone.say(request);
        BOOST_REQUIRE(rig.host.has(1));
    }
    rig.host.kept().at(0)(TestHost::done());
    BOOST_TEST((rig.ask("ann", order_of(Verb::swap, 1)) == TestHost::done()));
    BOOST_TEST(rig.host.orders().size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_expected_generation_reaches_the_host_and_its_refusal_the_client) {
    ServerRig rig;
    rig.start();
    rig.host.keep_replies();
    std::thread decides([&] {
        if (!rig.host.has(1)) return;
        Answer stale;
        stale.why = "swap: stage work is at generation 8, expected 6";
        stale.generation = 8;
        stale.sequence = 99;
        rig.host.kept().at(0)(stale);
    });
    const Answer answer = rig.ask("ann", order_of(Verb::swap, 1));
    decides.join();
    BOOST_TEST((answer.outcome == Outcome::refused));
    BOOST_TEST(answer.why == "swap: stage work is at generation 8, expected 6");
    BOOST_TEST(*answer.generation == 8u);
    BOOST_TEST(*rig.host.orders().at(0).expected_generation == 6u);
    BOOST_TEST(rig.audit().back().sequence == 99u);
}

BOOST_AUTO_TEST_CASE(in_a_shutdown_what_is_in_flight_is_answered_and_what_is_new_is_refused) {
    ServerRig rig;
    rig.config.shutdown_ms_max = 3'000;
    rig.start();
    rig.host.keep_replies();
    const CurveKeys keys = rig.keys_of("ann");
    RawClient raw(rig.server->endpoint(), &keys);
    raw.say(encode(order_of(Verb::swap, 1)));
    raw.say(encode(order_of(Verb::pause, 2)));
    BOOST_REQUIRE(rig.host.has(2));
    rig.server->refuse_from_now();
    raw.say(encode(order_of(Verb::resume, 3)));
    BOOST_TEST(has(raw.answer().why, "resume: the host is shutting down"));
    const std::vector<Reply> replies = rig.host.kept();
    std::thread decides([&] {
        std::this_thread::sleep_for(milliseconds(200));
        replies.at(0)(TestHost::done());
    });
    rig.server->stop();
    decides.join();
    BOOST_TEST((raw.answer() == TestHost::done()));
    BOOST_TEST(has(raw.answer().why, "pause: the host stops before"));
    rig.server.reset();
    replies.at(1)(TestHost::done());  // meets nobody
}

BOOST_AUTO_TEST_CASE(a_host_that_is_asked_during_its_stop_never_leaves_a_client_hanging) {
    for (int times = 0; times < 5; ++times) {
        ServerRig rig("ipc");
        rig.start();
        ClientConfig config = rig.client_config("ann");
        config.timeout = milliseconds(1'500);
        config.connect_timeout = milliseconds(1'000);
        auto client = Client::open(config);
        std::thread stops([&] { rig.server->stop(); });
        const auto begun = std::chrono::steady_clock::now();
        const auto answer = client->ask(order_of(Verb::status, 1));
        BOOST_TEST((std::chrono::steady_clock::now() - begun < std::chrono::seconds(10)));
        if (!answer) BOOST_TEST(!answer.error().message.empty());
        stops.join();
    }
}

BOOST_AUTO_TEST_CASE(events_reach_those_who_are_let_in_and_numbers_show_a_gap) {
    for (const std::string transport : {"tcp", "ipc"}) {
        ServerRig rig(transport);
        rig.start();
        ClientConfig config = rig.client_config("bob");
        config.endpoint = rig.server->events_endpoint();
        auto bob = Subscriber::open(config);
        config.keys = rig.keys_of("eve");
        auto eve = Subscriber::open(config);
        Event event;
        event.stage = "work";
        event.generation = 3;
        event.accounts_total = 10;
        std::optional<Event> heard;
        for (int times = 0; times < 500 && !heard; ++times) {
            rig.server->publish(event);
            heard = *bob->next(milliseconds(20));
        }
        BOOST_REQUIRE(heard.has_value());
        BOOST_TEST(heard->stage == "work");
        BOOST_TEST(heard->accounts_total == 10u);
        event.change = "swapped";
        rig.server->publish(event);
        std::uint64_t number = heard->number;
        while (heard->change.empty()) {
            heard = *bob->next(milliseconds(20'000));
            BOOST_REQUIRE(heard.has_value());
            BOOST_TEST(heard->number == ++number);
        }
        BOOST_TEST(!eve->next(milliseconds(300))->has_value());
        // A key that is removed hears no more; the others come back by themselves.
        rig.write_clients({"operator ann"});
        config.keys = rig.keys_of("ann");
        auto ann = Subscriber::open(config);
        heard.reset();
        for (int times = 0; times < 500 && !heard; ++times) {
            rig.server->publish(event);
            heard = *ann->next(milliseconds(20));
        }
        BOOST_TEST(heard.has_value(), transport);
        const std::uint64_t last = number;
        for (auto late = *bob->next(milliseconds(300)); late; late = *bob->next(milliseconds(300)))
            number = late->number;
        rig.server->publish(event);
        BOOST_TEST(!bob->next(milliseconds(500))->has_value());
        BOOST_TEST(ann->next(milliseconds(20'000))->has_value());
        BOOST_TEST(number - last < 20u);
    }
}

BOOST_AUTO_TEST_CASE(a_plaintext_socket_is_for_the_hosts_user_only) {
    ServerRig rig("ipc", false);
    rig.start();
    for (const char* name : {"control", "events"}) {
        struct stat state {};
        BOOST_REQUIRE(::stat(rig.folder.path(name).c_str(), &state) == 0);
        BOOST_TEST((state.st_mode & 0777u) == 0600u);
    }
}

BOOST_AUTO_TEST_CASE(a_server_that_cannot_listen_says_so_and_takes_nothing_from_another) {
    ServerRig first("ipc");
    first.start();
    const auto start = [&](const std::function<void(ServerConfig&)>& change) {
        ServerConfig config = first.config;
        change(config);
        auto started = Server::start(config, first.host, {});
        return started ? std::string() : started.error().message;
    };
    BOOST_TEST(has(start([](ServerConfig&) {}), "another process listens there"));
    BOOST_TEST((first.ask("ann", order_of(Verb::status, 1)).outcome == Outcome::done));
    const std::string mine = first.folder.write("mine", "text");
    BOOST_TEST(has(start([&](ServerConfig& c) { c.endpoint = "ipc://" + mine; }), "no socket"));
    BOOST_TEST(std::filesystem::file_size(mine) == 4u);
    BOOST_TEST(
        has(start([](ServerConfig& c) { c.endpoint = "tcp://nowhere:x"; }), "cannot listen"));
    BOOST_TEST(has(start([](ServerConfig& c) { c.entrance.keys.reset(); }), "allows plaintext"));
    BOOST_TEST(has(start([](ServerConfig& c) { c.clients_file = "/none"; }), "cannot be opened"));
    BOOST_TEST(has(start([](ServerConfig& c) { c.rules.rate.per_s = 0; }), "at least 1 request"));
    // A socket that a dead host has left behind is no hindrance.
    first.server.reset();
    first.start();
    BOOST_TEST((first.ask("ann", order_of(Verb::status, 2)).outcome == Outcome::done));
}

BOOST_AUTO_TEST_SUITE_END()
