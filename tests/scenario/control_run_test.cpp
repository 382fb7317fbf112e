// A second process commands a run over ZeroMQ while the market falls: whatever it swaps, the run
// keeps its checks and replays byte for byte.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

using Json = nlohmann::json;

constexpr std::int64_t kEngineSeconds = 600;

// The crash, so long that there is time to interfere.
ScenarioText slow_crash(const std::string& name = "flash_crash") {
    ScenarioText scenario = small_crash(name);
    return scenario.way({{0, 5000}, {40, 5000}, {160, 4900}, {400, 4300}, {kEngineSeconds, 4700}});
}

struct Commanded : Workshop {
    std::string endpoint = "ipc://" + path("control.sock");
    std::string control = configured("probation_ns = 600_000_000_000\n");
    std::thread engine;
    Outcome ended;

    std::string configured(const std::string& more) const {
        return write("control.toml",
                     "allow_plaintext_ipc = true\nplaintext_role = \"approver\"\n" + more);
    }
    // A run takes 5 s, or as long as checking a plugin 25 times on this machine: that is what takes
    // the time of a swap, and it is slow under a sanitizer.
    std::int64_t pace() const {
        using Clock = std::chrono::steady_clock;
        const auto began = Clock::now();
        BOOST_REQUIRE(lpc({"check", "--quick", LPC_BINARY_DIR "/plugins/twap.so"}).code == 0);
        const auto took =
            std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - began).count();
        return std::max<std::int64_t>(
            1, kEngineSeconds * 1000 / std::max<std::int64_t>(5000, 25 * took));
    }
    void start(const ScenarioText& scenario = slow_crash(),
               const std::vector<std::string>& more = {}) {
        const std::string file = write("s.toml", scenario.text());
        std::vector<std::string> words{"run",
                                       file,
                                       "--pace",
                                       std::to_string(pace()),
                                       "--out",
                                       path("out"),
                                       "--json",
                                       "--control",
                                       endpoint,
                                       "--control-config",
                                       control,
                                       "--plugin-folder",
                                       LPC_BINARY_DIR "/examples",
                                       "--plugin-folder",
                                       LPC_BINARY_DIR "/tests/bad_plugins"};
        words.insert(words.end(), more.begin(), more.end());
        engine = std::thread([this, line = line_of(words)] {
            ended = shell("echo $$ > '" + path("pid") + "'; exec " + line, "engine");
        });
        for (int i = 0; i < 1000; ++i) {
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
    template <class Holds>
    static void until(Holds&& holds) {
        for (int i = 0; i < 1000; ++i) {
            if (holds()) return;
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
        }
        BOOST_FAIL("it never comes to that");
    }
    void kill() {
        const int pid = std::stoi(lpc::tests::text_of_file(path("pid")));
        BOOST_REQUIRE(::kill(pid, SIGKILL) == 0);
        engine.join();
        BOOST_TEST(ended.code == 128 + SIGKILL);
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
    until([&] { return say({"promote", "risk", "shadow"}).code == 0; });
    const Json report = finish();
    const Json& swaps = report.at("swaps");
    BOOST_REQUIRE(swaps.size() == 3u);
    BOOST_TEST(swaps[0].at("kind") == "swap");
    BOOST_TEST(swaps[1].at("kind") == "rollback");
    BOOST_TEST(swaps[2].at("kind") == "promote");
    BOOST_TEST(swaps[0].at("from_sha256") == swaps[1].at("to_sha256"));
    for (const Json& swap : swaps) {
        BOOST_TEST(swap.at("flip_ns").get<std::int64_t>() > 0);
        BOOST_TEST(swap.at("pause_ns_max") >= swap.at("flip_ns"));
    }
    BOOST_TEST(report.at("shadows").empty());  // it acts
    BOOST_TEST(report.at("stages").at(1).at("generation") == 3);
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(replay.code == 0, replay.out << replay.err);
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
}

BOOST_AUTO_TEST_CASE(killed_and_resumed_stands_where_its_operators_had_brought_it) {
    start();
    const Json asked_first =
        done({"stages"}).at("stages").at(1).at("arms").at(0).at("params_sha256");
    done({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"});
    done({"shadow", "risk", "margin.so"});
    const auto shadow_now = [this] {
        return done({"stages"}).at("stages").at(0).at("arms").at(0).at("followers").at(0);
    };
    until([&] { return shadow_now().at("ready") == true; });
    const Json before = done({"stages"}).at("stages");
    done({"hold", "--account", "7"});
    kill();  // what was answered is in the journal
    start(slow_crash(), {"--resume"});
    const Json after = done({"stages"}).at("stages");
    BOOST_TEST(after.at(1).at("generation") == before.at(1).at("generation"));
    for (const char* key : {"sha256", "params_sha256"}) {
        BOOST_TEST(after.at(1).at("arms").at(0).at(key) == before.at(1).at("arms").at(0).at(key));
    }
    BOOST_TEST(before.at(1).at("arms").at(0).at("params_sha256") != asked_first);
    BOOST_TEST(names(refused({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"}),
                     "acts already"));
    BOOST_TEST(names(refused({"hold", "--account", "7"}), "account 7 is held already"));
    done({"rollback", "twap"});
    done({"unhold", "--account", "7"});
    const Json report = finish();
    BOOST_TEST(report.at("swaps").size() == 2u);
    const Json& shadow = report.at("shadows").at(0);
    BOOST_TEST(shadow.at("stage") == "risk");
    BOOST_TEST(shadow.at("turns").get<int>() > 0);
    BOOST_TEST(shadow.at("turns_differed") == 0);
    BOOST_TEST(shadow.at("would_close").empty());
    BOOST_TEST(shadow.at("would_spare").empty());
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
}

BOOST_AUTO_TEST_CASE(takes_the_same_plugin_again_only_with_other_parameters) {
    control = configured("probation_ns = 0\n");  // the next swap may come at once
    start();
    done({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"});
    BOOST_TEST(names(
        refused({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"}),
        "stage twap: plugin org.lpc.twap with this sha256 and these parameters acts already"));
    done({"swap", "twap", "twap.so"});
    BOOST_TEST(names(refused({"swap", "twap", "twap.so"}), "acts already"));
    const Json report = finish();
    BOOST_TEST(report.at("swaps").size() == 2u);
}

BOOST_AUTO_TEST_CASE(begins_another_algorithm_with_its_own_initial_values) {
    start();
    // The scenario's file sets parameters that this one does not have.
    const Json after = done({"swap", "twap", "minimal_c.so", "--state", "facts-only"});
    BOOST_TEST(after.at("generation") == 2);
    const Json report = finish();
    BOOST_TEST(report.at("swaps").size() == 1u);
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(promotes_no_shadow_that_has_not_all_accounts_yet) {
    control = configured("slice_budget_ns = 1_000\n");  // an account each step
    start();
    done({"shadow", "risk", "margin.so"});
    const std::string early = refused({"promote", "risk", "shadow"});
    BOOST_TEST(names(early, "stage risk: shadow is not ready yet: "), early);
    BOOST_TEST(names(early, " of 300 accounts moved; see `stages`"), early);
    BOOST_TEST(finish().at("swaps").empty());
}

BOOST_AUTO_TEST_CASE(lets_a_shadow_go_when_it_is_told_to_and_another_may_come) {
    start();
    BOOST_TEST(names(refused({"dismiss", "risk"}), "stage risk: no plugin runs in its shadow"));
    BOOST_TEST(names(refused({"dismiss", "nowhere"}), "no stage is named 'nowhere'"));
    done({"shadow", "risk", "margin.so"});
    BOOST_TEST(names(refused({"dismiss", "risk", "--expect-generation", "9"}),
                     "expected stage generation 9, found 1: somebody was faster"));
    BOOST_TEST(done({"dismiss", "risk", "--expect-generation", "1"}).at("generation") == 1);
    BOOST_TEST(done({"stages"}).at("stages").at(0).at("arms").at(0).at("followers").empty());
    BOOST_TEST(names(refused({"dismiss", "risk"}), "no plugin runs in its shadow"));
    BOOST_TEST(names(refused({"promote", "risk", "shadow"}), "no plugin runs in its shadow"));
    // Who stands by after a swap is no shadow.
    done({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"});
    BOOST_TEST(names(refused({"dismiss", "twap"}), "stage twap: no plugin runs in its shadow"));
    done({"shadow", "risk", "margin.so"});
    until([&] { return say({"promote", "risk", "shadow"}).code == 0; });
    const Json report = finish();
    BOOST_TEST(report.at("swaps").size() == 2u);
    BOOST_TEST(report.at("shadows").empty());
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
    const Json changes = Json::parse(lpc({"explain", path("out"), "--json"}).out).at("changes");
    const auto dismissed = std::count_if(changes.begin(), changes.end(), [](const Json& change) {
        return change.at("kind") == "dismiss" && change.at("why") == "as commanded";
    });
    BOOST_TEST(dismissed == 1);
}

// The engine waits for nobody who only follows.
BOOST_AUTO_TEST_CASE(lets_a_shadow_go_that_cannot_keep_up_and_is_none_the_worse) {
    control = configured("follower_lag_max = 500\n");
    start(slow_crash(), {"--plugin-folder", LPC_BINARY_DIR "/tests/plugins"});
    done({"shadow", "twap", "lags.so"});
    const auto followers = [this] {
        return done({"stages"}).at("stages").at(1).at("arms").at(0).at("followers");
    };
    BOOST_TEST(followers().size() == 1u);
    until([&] { return followers().empty(); });
    BOOST_TEST(names(refused({"promote", "twap", "shadow"}), "no plugin runs in its shadow"));
    const Json report = finish();
    BOOST_TEST(report.at("swaps").empty());
    const Json changes = Json::parse(lpc({"explain", path("out"), "--json"}).out).at("changes");
    const auto dismissed = std::count_if(changes.begin(), changes.end(), [](const Json& change) {
        return change.at("kind") == "dismiss" &&
               names(change.at("why").get<std::string>(), "records behind");
    });
    BOOST_TEST(dismissed == 1);
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
    const Outcome alone = lpc({"run", path("s.toml"), "--out", path("alone"), "--json"});
    BOOST_TEST(Json::parse(alone.out).at("command_hash") == report.at("command_hash"));
}

// From the journal alone: in order, by whom, and which plugin gave which command.
BOOST_AUTO_TEST_CASE(tells_afterwards_what_was_done_to_it_and_who_gave_each_command) {
    start();
    const auto closeouts = [this] { return done({"status"}).at("host").at("closeouts"); };
    until([&] { return closeouts().get<int>() > 5; });
    done({"pause"});
    done({"resume"});
    done({"swap", "twap", "twap.so", "--param", "interval_ns=2000000000"});
    (void)finish();
    const Outcome told = lpc({"explain", path("out"), "--json"});
    BOOST_REQUIRE(told.code == 0);
    const Json list = Json::parse(told.out);
    std::vector<std::string> kinds;
    for (const Json& change : list.at("changes")) kinds.push_back(change.at("kind"));
    BOOST_TEST((kinds == std::vector<std::string>{"pause", "resume", "follows", "warm", "swap"}),
               told.out);
    const Json& swap = list.at("changes").at(4);
    BOOST_TEST(swap.at("stage") == "twap");
    BOOST_TEST(swap.at("to").at("file") == "twap.so");
    BOOST_TEST(swap.at("generation") == 2);
    const std::string sha256 = swap.at("to").at("sha256");
    const std::string text = lpc({"explain", path("out")}).out;
    BOOST_TEST(names(text, "paused: no close-out gives new orders"), text);
    BOOST_TEST(names(text, " twap.so " + sha256.substr(0, 12) + " acts in place of #"), text);
    // An account of which both have spoken: each command bears the number of who gave it.
    bool met = false;
    for (const Json& one : list.at("accounts")) {
        const std::string account = std::to_string(one.at("account").get<int>());
        const Json story =
            Json::parse(lpc({"explain", path("out"), account, "--json"}).out).at("story");
        std::vector<int> by;
        for (const Json& line : story) {
            if (line.contains("by") && names(line.at("text"), "twap: "))
                by.push_back(line.at("by").at("instance"));
        }
        if (by.empty() || by.front() == by.back()) continue;
        met = true;
        BOOST_TEST(std::is_sorted(by.begin(), by.end()));
        BOOST_TEST(by.front() == swap.at("from").at("instance"));
        BOOST_TEST(by.back() == swap.at("to").at("instance"));
        const std::string plain = lpc({"explain", path("out"), account}).out;
        const std::string number = std::string("#") + std::to_string(by.back());
        BOOST_TEST(names(plain, number + " is twap.so " + sha256.substr(0, 12) +
                                    ", which acts in stage twap now"),
                   plain);
        BOOST_TEST(names(plain, number + " twap: "), plain);
        break;
    }
    BOOST_TEST(met);
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
                     "expected stage generation 9, found 1: somebody was faster"));
    BOOST_TEST(
        names(refused({"swap", "twap", "twap.so", "--param", "intervall_ns=1"}), "interval_ns"));
    BOOST_TEST(
        names(refused({"swap", "twap", "soils_a_word.so"}),
              "`lpc check --quick` does not pass it: case commands_are_clean failed: TIMER "));
    BOOST_TEST(names(refused({"rollback", "twap"}), "no predecessor stands by"));
    BOOST_TEST(names(refused({"promote", "risk", "shadow"}), "no plugin runs in its shadow"));
    const Json report = finish();
    BOOST_TEST(report.at("swaps").empty());
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

// The file that failed may not come back in this run, by whatever name.
BOOST_AUTO_TEST_CASE(takes_no_file_again_that_has_failed_in_it) {
    ScenarioText scenario = slow_crash();
    scenario
        .replace("plugin = \"twap.so\"",
                 "plugin = \"" LPC_BINARY_DIR "/tests/plugins/gives_up.so\"")
        .replace("params = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n", "");
    start(scenario, {"--plugin-folder", LPC_BINARY_DIR "/tests/plugins"});
    until([&] {
        return done({"stages"}).at("stages").at(1).dump().find("lpc.hold") != std::string::npos;
    });
    const std::string again = refused({"swap", "twap", "gives_up.so", "--state", "facts-only"});
    BOOST_TEST(names(again, " is in quarantine, it has failed in this run"), again);
    // The built-in hold gives way to one that works.
    done({"swap", "twap", "twap.so", "--state", "facts-only"});
    engine.join();
    BOOST_TEST(ended.code == 1, ended.out << ended.err);  // the scenario checks that none failed
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

// Each gets an answer of its own, and the stage changes as often as was said.
BOOST_AUTO_TEST_CASE(answers_two_operators_who_swap_at_once) {
    start();
    const auto swap = [&](const char* who, const char* interval) {
        return beside(who, {"swap", "twap", "twap.so", "--param", interval, "--control", endpoint});
    };
    Outcome first, second;
    std::thread other([&] { first = swap("first", "interval_ns=2000000000"); });
    second = swap("second", "interval_ns=3000000000");
    other.join();
    std::size_t succeeded = 0;
    for (const Outcome& one : {first, second}) {
        BOOST_TEST((one.code == 0 || one.code == 1), one.out << one.err);
        BOOST_TEST(!(one.out + one.err).empty());
        succeeded += one.code == 0 ? 1 : 0;
    }
    BOOST_TEST(succeeded >= 1u);
    const Json report = finish();
    BOOST_TEST(report.at("swaps").size() == succeeded);
    BOOST_TEST(report.at("stages").at(1).at("generation") == 1 + succeeded);
    const Outcome replay = lpc({"replay", path("out/journal"), "--json"});
    BOOST_TEST(Json::parse(replay.out).at("identical") == true);
}

BOOST_AUTO_TEST_CASE(takes_orders_arm_by_arm_and_gives_the_promoted_one_all_that_come) {
    start(slow_crash("flash_crash_arms"));
    BOOST_TEST(names(refused({"swap", "twap", "twap.so"}),
                     "stage twap: found no arm, expected one of: brisk, patient"));
    BOOST_TEST(names(refused({"rollback", "twap", "--arm", "hasty"}),
                     "stage twap: found arm 'hasty', expected one of: brisk, patient"));
    BOOST_TEST(names(refused({"swap", "twap", "twap.so", "--arm", "brisk"}),
                     "stage twap/brisk: plugin org.lpc.twap with this sha256 and these parameters "
                     "acts already"));
    BOOST_TEST(names(refused({"promote", "twap", "shadow"}),
                     "stage twap: found arm 'shadow', expected one of: brisk, patient, "
                     "brisk.shadow, patient.shadow"));
    BOOST_TEST(names(refused({"promote", "twap", "brisk.shadow"}),
                     "stage twap/brisk: no plugin runs in its shadow"));
    BOOST_TEST(names(refused({"promote", "fund", "brisk"}),
                     "stage fund: found arm 'brisk', expected 'shadow', the only one"));
    done({"swap", "twap", "twap.so", "--arm", "patient", "--param", "interval_ns=3000000000"});
    BOOST_TEST(names(refused({"rollback", "twap", "--arm", "brisk"}),
                     "stage twap/brisk: no predecessor stands by"));
    done({"rollback", "twap", "--arm", "patient"});
    const Json before = done({"stages"}).at("stages").at(1);
    BOOST_TEST(before.at("arms").at(0).at("arm") == "brisk");
    BOOST_TEST(before.at("arms").at(0).at("share_ppb") == 500'000'000);
    BOOST_TEST(before.at("generation") == 3);
    const Json after = done({"promote", "twap", "brisk", "--expect-generation", "3"});
    BOOST_TEST(after.at("generation") == 4);
    BOOST_TEST(names(refused({"promote", "twap", "brisk"}),
                     "stage twap/brisk: all accounts that come go there already"));
    const Outcome text = beside("operator", {"stages", "--control", endpoint});
    BOOST_TEST(names(text.out, "arm brisk: org.lpc.twap"), text.out);
    BOOST_TEST(names(text.out, "100.00 % of those that come"), text.out);
    const Json report = finish();
    const Json& swaps = report.at("swaps");
    BOOST_REQUIRE(swaps.size() == 3u);
    BOOST_TEST(swaps[0].at("arm") == "patient");
    BOOST_TEST(swaps[1].at("arm") == "patient");
    BOOST_TEST(swaps[2].at("kind") == "promote");
    BOOST_TEST(swaps[2].at("arm") == "brisk");
    BOOST_TEST(swaps[2].at("from_sha256").is_null());
    const Json& arms = report.at("stages").at(1).at("arms");
    BOOST_TEST(arms[0].at("share_now_ppb") == 1'000'000'000);
    BOOST_TEST(arms[1].at("share_now_ppb") == 0);
    BOOST_TEST(arms[1].at("share_ppb") == 500'000'000);
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_CASE(gives_no_orders_while_it_is_paused) {
    start();
    done({"pause"});
    const Json status = done({"status"});
    BOOST_TEST(names(refused({"pause"}), "pause: the host is paused already"));
    done({"resume"});
    BOOST_TEST(names(refused({"resume"}), "resume: the host is not paused"));
    done({"hold", "--account", "7"});
    BOOST_TEST(names(refused({"hold", "--account", "7"}), "hold: account 7 is held already"));
    const Json after = done({"unhold", "--account", "7"});
    BOOST_TEST(names(refused({"unhold", "--account", "7"}), "unhold: account 7 is not held"));
    BOOST_TEST(names(refused({"hold", "--account", "7000"}),
                     "hold: found account 7000, expected an account that the host has"));
    BOOST_TEST(names(refused({"hold", "--instrument", "9"}), "hold: found instrument 9, expected"));
    BOOST_TEST(names(refused({"unhold", "--everything"}), "unhold: everything is not held"));
    BOOST_TEST(names(refused({"pause", "--expect-generation", "99"}),
                     "expected host generation 99, found "));
    // What is refused changes nothing.
    BOOST_TEST(done({"status"}).at("generation") == after.at("generation"));
    const Outcome text = beside("operator", {"pause", "--control", endpoint});
    BOOST_TEST(names(text.out, "done: pause, host generation "), text.out);
    done({"resume"});
    const Json report = finish();
    BOOST_TEST(status.dump().find("paused") != std::string::npos);
    BOOST_TEST(report.at("swaps").empty());
    BOOST_TEST(lpc({"replay", path("out/journal")}).code == 0);
}

BOOST_AUTO_TEST_SUITE_END()
