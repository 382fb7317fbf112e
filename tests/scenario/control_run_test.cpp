// A second process commands a run over ZeroMQ while the market falls: whatever it swaps, the run
// keeps its checks and replays byte for byte.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <string>
#include <thread>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

using Json = nlohmann::json;

// The crash, played so slowly that there is time to interfere: 150 s of engine time in 5 s.
struct Commanded : Workshop {
    std::string endpoint = "ipc://" + path("control.sock");
    std::string control = write("control.toml",
                                "allow_plaintext_ipc = true\nplaintext_role = \"approver\"\n"
                                "probation_ns = 600_000_000_000\n");
    std::thread engine;
    Outcome ended;

    void start() {
        const std::string file = write("s.toml", small_crash().text());
        engine = std::thread([this, file] {
            ended = beside("engine", {"run", file, "--pace", "30", "--out", path("out"), "--json",
                                      "--control", endpoint, "--control-config", control});
        });
        for (int i = 0; i < 200; ++i) {
            if (say({"status"}).code == 0) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        BOOST_FAIL("the run does not answer");
    }
    Outcome say(std::vector<std::string> words) {
        words.insert(words.end(), {"--control", endpoint, "--json"});
        return beside("operator", words);
    }
    Json done(const std::vector<std::string>& words) {
        const Outcome outcome = say(words);
        BOOST_REQUIRE_MESSAGE(outcome.code == 0, words[0] << ": " << outcome.out << outcome.err);
        return Json::parse(outcome.out);
    }
    std::string refused(const std::vector<std::string>& words) {
        const Outcome outcome = say(words);
        BOOST_TEST(outcome.code == 1, words[0] << ": " << outcome.out << outcome.err);
        return outcome.out + outcome.err;
    }
    Json finish() {
        engine.join();
        BOOST_REQUIRE_MESSAGE(ended.code == 0, ended.out << ended.err);
        return Json::parse(ended.out);
    }
    ~Commanded() {
        if (engine.joinable()) engine.join();
    }
};

bool names(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_commanded_run, Commanded)

BOOST_AUTO_TEST_CASE(takes_swap_rollback_shadow_and_promotion_and_replays) {
    start();
    done({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"});
    done({"rollback", "twap"});
    done({"shadow", "risk", "margin.so"});
    for (int i = 0; i < 100 && say({"promote", "risk", "shadow"}).code != 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    const Json report = finish();
    const Json& swaps = report.at("swaps");
    BOOST_REQUIRE(swaps.size() == 3u);
    BOOST_TEST(swaps[0].at("kind") == "swap");
    BOOST_TEST(swaps[1].at("kind") == "rollback");
    BOOST_TEST(swaps[2].at("kind") == "promote");
    BOOST_TEST(swaps[0].at("from_sha256") == swaps[1].at("to_sha256"));
    BOOST_TEST(report.at("stages").at(1).at("generation") == 3);
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
}

BOOST_AUTO_TEST_CASE(refuses_what_cannot_be_done_in_a_sentence_and_goes_on) {
    start();
    BOOST_TEST(names(refused({"swap", "twap", "twap.so"}), "acts already"));
    BOOST_TEST(names(refused({"swap", "nowhere", "twap.so"}), "no stage is named 'nowhere'"));
    BOOST_TEST(names(refused({"swap", "twap", path("gone.so")}), "gone.so"));
    BOOST_TEST(names(refused({"swap", "twap", "margin.so"}), "does not have the role"));
    BOOST_TEST(
        names(refused({"swap", "twap", LPC_BINARY_DIR "/tests/plugins/gives_up.so"}), "folder"));
    BOOST_TEST(names(refused({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000",
                              "--expect-generation", "9"}),
                     "somebody was faster"));
    BOOST_TEST(
        names(refused({"swap", "twap", "twap.so", "--param", "intervall_ns=1"}), "interval_ns"));
    BOOST_TEST(names(refused({"rollback", "twap"}), "no predecessor stands by"));
    BOOST_TEST(names(refused({"promote", "risk", "shadow"}), "no plugin runs in its shadow"));
    const Json report = finish();
    BOOST_TEST(report.at("swaps").empty());
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(gives_no_orders_while_it_is_paused) {
    start();
    done({"pause"});
    const Json status = done({"status"});
    done({"resume"});
    done({"hold", "--account", "7"});
    done({"unhold", "--account", "7"});
    const Json report = finish();
    BOOST_TEST(status.dump().find("paused") != std::string::npos);
    BOOST_TEST(report.at("swaps").empty());
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
