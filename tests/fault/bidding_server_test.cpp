// The bidders' endpoint with real sockets: whoever is hostile is refused with a reason, and the
// others lose nothing.
#include <lpc/auction.h>

#include <algorithm>
#include <bidding/client.hpp>
#include <bidding/server.hpp>
#include <bidding/teller.hpp>
#include <bidding/wire.hpp>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <sockets/connection.hpp>
#include <string>
#include <utility>
#include <vector>

#include "support/control_rig.hpp"
#include "support/desk_world.hpp"

using namespace lpc::bidding;
using lpc::sockets::CurveKeys;
using lpc::sockets::make_curve_keys;
using lpc::test::TestFolder;
using std::chrono::milliseconds;

namespace {

constexpr std::int64_t kBytesMax = 64 * 1'024;

// A desk with ann and bob behind a server; this thread is the engine's.
struct Rig {
    TestFolder folder;
    CurveKeys host = *make_curve_keys(), ann = keys(), bob = keys(), eve = keys();
    lpc::tests::FlatAccounts accounts;
    Desk desk{{50, 0}, accounts};
    Hatch hatch;
    Teller teller{hatch};
    std::vector<std::string> log;  // of the server's thread; read after stop()
    std::unique_ptr<Server> server;

    explicit Rig(const std::string& transport = "ipc", std::int64_t silence_ms = 10'000) {
        ServerConfig config;
        config.endpoint =
            transport == "tcp" ? "tcp://127.0.0.1:*" : "ipc://" + folder.path("bidders");
        config.keys = host;
        config.members = {{"ann", ann.public_key, 11, 100, 1'000},
                          {"bob", bob.public_key, 12, 200, 1'000}};
        config.rules.silence_ms_max = silence_ms;
        for (const Member& member : config.members) {
            accounts.free[member.account] = 1'000'000;
            BOOST_REQUIRE(
                desk.enlist({member.account, 0, member.capacity_lots, 0, {}}).has_value());
        }
        auto started = Server::start(std::move(config), hatch,
                                     [this](const std::string& line) { log.push_back(line); });
        if (!started) BOOST_FAIL(started.error().message);
        server = std::move(*started);
    }
    CurveKeys keys() const {
        CurveKeys made = *make_curve_keys();
        made.server_key = host.public_key;
        return made;
    }
    Client client(const CurveKeys& keys, const std::string& account) {
        auto opened = Client::open({server->endpoint(), keys, account, milliseconds(10'000)});
        if (!opened) BOOST_FAIL(opened.error().message);
        return std::move(*opened);
    }
    // The engine serves until this one hears something.
    Notice hear(Client& client) {
        for (int tries = 0; tries < 500; ++tries) {
            teller.serve(desk, 1);
            auto notice = client.hear(milliseconds(20));
            if (!notice) BOOST_FAIL(notice.error().message);
            if (*notice) return **notice;
        }
        BOOST_FAIL("nothing is heard");
        return Alive{};
    }
    void call(std::uint64_t lot) {
        const auto notice = lpc::tests::lot_of(lot, LPC_AUCTION_SEALED, -50, 1'000, 1'000);
        desk.call(notice);
        teller.call(notice, 1);
    }
    bool logged(const std::string& part) const {
        return std::any_of(log.begin(), log.end(), [&](const std::string& line) {
            return line.find(part) != std::string::npos;
        });
    }
};

// Says whatever a test wants, over a key that is let in.
struct Raw {
    lpc::sockets::Connection line;
    Raw(const Rig& rig, const CurveKeys& keys) : line({rig.server->endpoint(), keys}, kBytesMax) {}
    std::optional<Notice> say(const std::string& bytes,
                              milliseconds patience = milliseconds(10'000)) {
        line.send(bytes);
        const auto until = std::chrono::steady_clock::now() + patience;
        while (std::chrono::steady_clock::now() < until) {
            if (const auto message = line.receive()) return *decode_notice(message->first);
            line.wait(milliseconds(20));
        }
        return std::nullopt;
    }
    std::string refusal(const std::string& bytes) {
        const auto notice = say(bytes);
        const auto* refused = notice ? std::get_if<Refused>(&*notice) : nullptr;
        return refused == nullptr ? "" : refused->why;
    }
};

bool has(const std::string& text, const std::string& part) {
    BOOST_TEST_MESSAGE(text);
    return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bidding_server)

BOOST_AUTO_TEST_CASE(one_call_one_bid_one_award_over_the_wire) {
    for (const std::string transport : {"ipc", "tcp"}) {
        Rig rig(transport);
        Client ann = rig.client(rig.ann, "ann");
        BOOST_TEST(std::get<Registered>(rig.hear(ann)).capacity_lots == 100);
        rig.call(1);
        const auto call = std::get<Call>(rig.hear(ann));
        BOOST_TEST(call.lots == -50);
        BOOST_TEST(call.close_ns == 1'000);
        const std::uint64_t number = ann.say(SealedBid{call.lot, {{50, 0}}});
        BOOST_TEST(std::get<Accepted>(rig.hear(ann)).number == number);
        const auto bids = rig.desk.take_bids(1'000);
        BOOST_REQUIRE(bids.size() == 1u);
        BOOST_TEST(bids[0].u.bid.bidder == 11u);
        rig.teller.award({1, 1'001, 1, -50, 1'000, 1, bids[0].u.bid.id, 11});
        BOOST_TEST((std::get<Award>(rig.hear(ann)) == Award{1, 1, 50, 1'000}));
        rig.server->stop();
        BOOST_TEST(std::get<Goodbye>(rig.hear(ann)).why == "the run is over");
    }
}

BOOST_AUTO_TEST_CASE(a_key_that_is_not_on_the_list_does_not_get_in) {
    Rig rig;
    Client eve = rig.client(rig.eve, "ann");
    std::string why;
    for (int tries = 0; tries < 500 && why.empty(); ++tries) {
        const auto notice = eve.hear(milliseconds(20));
        if (!notice) why = notice.error().message;
    }
    BOOST_TEST(has(why, "not on its list of clients"));
    rig.server->stop();
    BOOST_TEST(rig.logged(rig.eve.public_key));
}

BOOST_AUTO_TEST_CASE(whoever_is_hostile_is_refused_with_a_reason_and_nobody_loses_anything) {
    Rig rig;
    Client ann = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(ann)));
    Raw bob(rig, rig.bob);
    BOOST_TEST(has(bob.refusal(encode(Message{0, 1, Hello{"ann"}})), "expected 'bob'"));
    const auto welcome = bob.say(encode(Message{0, 1, Hello{"bob"}}));
    BOOST_REQUIRE(welcome.has_value());
    const std::uint64_t session = std::get<Registered>(*welcome).session;
    BOOST_TEST(has(bob.refusal("rubbish"), "lpc.bidding.v1"));
    BOOST_TEST(has(bob.refusal(std::string(3'000, 'x')), "at most 2048"));
    BOOST_TEST(has(bob.refusal(encode(Message{session + 1, 2, Alive{}})), "the session is not"));
    const std::string alive = encode(Message{session, 2, Alive{}});
    BOOST_TEST(std::holds_alternative<Alive>(*bob.say(alive)));
    BOOST_TEST(has(bob.refusal(alive), "duplicate: number 2"));
    // Far too big: the transport ends the connection, and it comes back by itself.
    BOOST_TEST(!bob.say(std::string(1'000'000, 'x'), milliseconds(300)).has_value());
    BOOST_TEST(std::holds_alternative<Alive>(*bob.say(encode(Message{session, 3, Alive{}}))));
    rig.call(1);
    BOOST_TEST(std::holds_alternative<Call>(rig.hear(ann)));
    ann.say(SealedBid{1, {{10, 0}}});
    BOOST_TEST(std::holds_alternative<Accepted>(rig.hear(ann)));
    BOOST_TEST(rig.desk.take_bids(1'000).size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_provider_that_reads_nothing_costs_the_others_nothing) {
    Rig rig("ipc", 600'000);
    Raw bob(rig, rig.bob);
    BOOST_REQUIRE(bob.say(encode(Message{0, 1, Hello{"bob"}})).has_value());
    Client ann = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(ann)));
    constexpr std::uint64_t kCalls = 3'000;
    for (std::uint64_t lot = 1; lot <= kCalls; ++lot) {
        rig.call(lot);
        BOOST_REQUIRE(std::get<Call>(rig.hear(ann)).lot == lot);
    }
}

BOOST_AUTO_TEST_CASE(who_falls_silent_is_told_goodbye_and_may_come_back) {
    Rig rig("ipc", 300);
    Client ann = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(ann)));
    BOOST_TEST(has(std::get<Goodbye>(rig.hear(ann)).why, "silent for more than 300 ms"));
    Client again = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(again)));
}

BOOST_AUTO_TEST_CASE(the_last_hello_of_a_key_counts) {
    Rig rig;
    Client ann = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(ann)));
    Client elsewhere = rig.client(rig.ann, "ann");
    BOOST_TEST(std::holds_alternative<Registered>(rig.hear(elsewhere)));
    BOOST_TEST(has(std::get<Goodbye>(rig.hear(ann)).why, "registered anew from elsewhere"));
    ann.say(SetSchedule{});
    BOOST_TEST(has(std::get<Refused>(rig.hear(ann)).why, "the session is not the one"));
}

BOOST_AUTO_TEST_CASE(a_place_where_somebody_listens_already_is_refused) {
    const Rig rig;
    Hatch hatch;
    ServerConfig config;
    config.keys = rig.host;
    config.endpoint = rig.server->endpoint();
    const auto second = Server::start(config, hatch, [](const std::string&) {});
    BOOST_REQUIRE(!second.has_value());
    BOOST_TEST(has(second.error().message, "another process listens there"));
}

BOOST_AUTO_TEST_SUITE_END()
