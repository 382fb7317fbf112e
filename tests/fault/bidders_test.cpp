// Five bidders as processes of their own in one run, two of which are killed in the middle of it:
// the living share what there is, the run ends well, and its journal replays without any of them.
#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::lines_with;
using lpc::tests::must;
using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;

namespace {

using Json = nlohmann::json;

constexpr int kBidders = 5;
constexpr int kEngineSeconds = 260;

std::string text_of(int number) {
    return std::to_string(number);
}

bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Accounts that fall one after the other, so that there are auctions all the way; no scenario
// provider bids by itself.
ScenarioText falling_market(const std::string& procedure) {
    ScenarioText scenario("whale_in_thin_market");
    scenario.way({{0, 5000}, {30, 4950}, {kEngineSeconds - 80, 4200}, {kEngineSeconds, 4200}});
    scenario.set("count", "24")
        .replace("notional_min_quote = 4_000_000_000_000", "notional_min_quote = 100_000_000_000")
        .replace("notional_max_quote = 4_000_000_000_000", "notional_max_quote = 300_000_000_000")
        .replace("{ leverage = 10, weight = 1 }",
                 "{ leverage = 7, weight = 1 }, { leverage = 10, weight = 1 }, "
                 "{ leverage = 14, weight = 1 }, { leverage = 20, weight = 1 }, "
                 "{ leverage = 30, weight = 1 }")
        .replace("value = 1_000_000_000", "value = 1_000_000")
        .replace(LPC_SOURCE_DIR "/config/procedures/full.toml", procedure);
    return scenario;
}

// The full procedure, but the book has one second before the providers are asked.
ScenarioText procedure_with(const std::string& auction_params) {
    return ScenarioText("full", "procedures")
        .set("leave_after_ns", "1_000_000_000")
        .replace(LPC_SOURCE_DIR "/config/plugins/auction.toml", auction_params);
}

// A process that runs until it ends by itself or is killed by its number.
struct Child {
    std::thread thread;
    Outcome ended;
    std::string name, pid_file;

    void start(const Workshop& shop, const std::string& called,
               const std::vector<std::string>& words) {
        name = called;
        pid_file = shop.path(name + ".pid");
        thread = std::thread([this, &shop, line = Workshop::line_of(words)] {
            ended = shop.shell("echo $$ > '" + pid_file + "'; exec " + line, name);
        });
    }
    void kill(int signal) const {
        BOOST_REQUIRE(::kill(std::stoi(text_of_file(pid_file)), signal) == 0);
    }
    void join() {
        if (thread.joinable()) thread.join();
    }
    ~Child() { join(); }
};

struct Market : Workshop {
    std::string endpoint = "ipc://" + path("bidders.sock");
    std::string host_key = key("host", "");
    Child engine;
    std::vector<Child> bidders{kBidders};

    std::string key(const std::string& name, const std::string& server) const {
        std::vector<std::string> words{"keygen", "--out", path(name + ".keys")};
        if (!server.empty()) words.insert(words.end(), {"--server", server});
        const Outcome made = lpc(words);
        BOOST_REQUIRE(made.code == 0);
        return made.out.substr(0, made.out.size() - 1);
    }
    std::string bidding_toml() const {
        std::string text = "endpoint = \"" + endpoint +
                           "\"\nserver_keys_file = \"host.keys\"\nsilence_ms_max = 1000\n";
        for (int i = 1; i <= kBidders; ++i)
            text += "[[providers]]\naccount = \"provider_" + text_of(i) + "\"\nkey = \"" +
                    key("bidder" + text_of(i), host_key) +
                    "\"\ncapacity_lots = 5_000_000\nbond_quote = 100_000_000_000\n";
        return text;
    }
    std::string bidder_toml(int i) const {
        return "endpoint = \"" + endpoint + "\"\nkeys_file = \"bidder" + text_of(i) +
               ".keys\"\naccount = \"provider_" + text_of(i) + "\"\nseed = " + text_of(i) +
               "\ncapacity_lots = 6_000\ndiscount_ppb = " + text_of(4'000'000 + 500'000 * i) +
               "\nstep_ppb = 3_000_000\nsteps_count = 4\nedge_ppb = 2_000_000\nlatency_ms = 1\n"
               "latency_jitter_ms = 3\nconnect_ms_max = 60_000\nstanding = " +
               (i % 2 == 0 ? "true\n" : "false\n");
    }
    void start() {
        const std::string params = write("auction.toml",
                                         "window_ns = 3_000_000_000\nwindow_jitter_ppb = 0\n"
                                         "step_ms = 1_000\nlinear_pace_ms = 200_000\n"
                                         "tail_ns = 20_000_000_000\nresets_max = 2\n");
        const std::string procedure = write("procedure.toml", procedure_with(params).text());
        const std::string scenario = write("s.toml", falling_market(procedure).text());
        const std::string bidding = write("bidding.toml", bidding_toml());
        for (int i = 1; i <= kBidders; ++i) write("bidder" + text_of(i) + ".toml", bidder_toml(i));
        for (int i = 1; i <= kBidders; ++i)
            bidders[static_cast<std::size_t>(i - 1)].start(
                *this, "bidder" + text_of(i), {"bidder", path("bidder" + text_of(i) + ".toml")});
        engine.start(*this, "engine",
                     {"run", scenario, "--bidders", bidding, "--pace", "15", "--out", path("out"),
                      "--json"});
    }
    std::string heard(int i) const {
        return has_file("bidder" + text_of(i) + "out")
                   ? text_of_file(path("bidder" + text_of(i) + "out"))
                   : "";
    }
    bool has_file(const std::string& name) const { return Workshop::has(name); }
    template <class Holds>
    void until(Holds&& holds) const {
        for (int tries = 0; tries < 3000; ++tries) {
            if (holds()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        BOOST_FAIL("it never comes to that");
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(bidders)

BOOST_AUTO_TEST_CASE(five_processes_bid_two_are_killed_and_the_run_ends_well_and_replays_alone) {
    Market market;
    market.start();
    market.until([&] {
        for (int i = 1; i <= kBidders; ++i) {
            if (!has(market.heard(i), "award: ")) return false;
        }
        return true;
    });
    market.bidders[0].kill(SIGKILL);
    market.bidders[1].kill(SIGKILL);
    market.bidders[0].join();
    market.bidders[1].join();
    std::map<int, std::size_t> before;
    for (int i = 3; i <= kBidders; ++i) before[i] = lines_with(market.heard(i), "award: ");
    market.engine.join();
    BOOST_REQUIRE_MESSAGE(market.engine.ended.code == 0,
                          market.engine.ended.out << market.engine.ended.err);
    for (Child& bidder : market.bidders) bidder.join();
    for (int i = 1; i <= 2; ++i) {
        const Outcome& killed = market.bidders[static_cast<std::size_t>(i - 1)].ended;
        BOOST_TEST(killed.code == 128 + SIGKILL);
        BOOST_TEST(has(market.engine.ended.err, "provider_" + text_of(i) + " is gone: silent"));
    }
    for (int i = 3; i <= kBidders; ++i) {
        const Outcome& living = market.bidders[static_cast<std::size_t>(i - 1)].ended;
        BOOST_TEST(living.code == 0, living.out << living.err);
        BOOST_TEST(has(living.out, "goodbye: the run is over"));
        BOOST_TEST(has(living.out, "accepted: sealed bid"));
        BOOST_TEST(lines_with(living.out, "award: ") > before[i], living.out);
    }
    const Json report = Json::parse(market.engine.ended.out);
    BOOST_TEST(report.at("waterfall").at("auction_quote").get<std::int64_t>() > 0);
    const Outcome replayed = market.lpc({"replay", market.path("out"), "--json"});
    BOOST_TEST(replayed.code == 0, replayed.out << replayed.err);
    BOOST_TEST(has(replayed.out, report.at("command_hash").get<std::string>()), replayed.out);
}

BOOST_AUTO_TEST_SUITE_END()
