// A stage's plugin in a process of its own: the run is the same, and whatever happens to that
// process harms nobody else.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <foundation/sanitized.hpp>
#include <string>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

ScenarioText crash_in(const std::string& place, int turns) {
    return small_crash().put_before("permits =", "answer_after_turns = " + std::to_string(turns) +
                                                     "\nplace = \"" + place + "\"");
}

struct Way {
    const char* name;
    const char* ends;  // words of the sentence
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_plugin_in_a_sidecar, Workshop)

BOOST_AUTO_TEST_CASE(gives_the_same_commands_as_on_the_engines_thread) {
    for (const int turns : {1, 3}) {
        const std::string n = std::to_string(turns);
        const nlohmann::json here = run(crash_in("engine", turns), "here" + n);
        const nlohmann::json there = run(crash_in("sidecar", turns), "there" + n);
        BOOST_TEST(here.at("command_hash") == there.at("command_hash"));
        BOOST_TEST(here.at("state_hash") == there.at("state_hash"));
        BOOST_TEST(there.at("stages").at(1).at("commands").get<int>() > 100);
        const Outcome replay = lpc({"replay", path("there" + n + "/journal")});
        BOOST_TEST(replay.code == 0, replay.out << replay.err);
    }
}

BOOST_AUTO_TEST_CASE(may_crash_hang_eat_memory_or_leave_its_cage_and_only_its_stage_is_on_hold) {
    const std::string host = write("host.toml",
                                   "plugin_folders = []\nsidecar_patience_ns = 2_000_000_000\n"
                                   "sidecar_memory_bytes = 268_435_456\n");
    for (const Way& way : {Way{"crashes", "its process has ended"},
                           {"hangs", "its process gave no answer in time"},
                           {"eats_memory", "its process has ended"},
                           {"opens_a_file", "its process has ended"}}) {
        const std::string name = way.name;
        // No bound and no filter there.
        if (lpc::kSanitized && (name == "eats_memory" || name == "opens_a_file")) continue;
        ScenarioText scenario = crash_in("sidecar", 1);
        scenario
            .replace("plugin = \"twap.so\"",
                     "plugin = \"" LPC_BINARY_DIR "/tests/plugins/" + name + ".so\"")
            .replace("params = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n", "");
        const std::string file = write(name + ".toml", scenario.text());
        const Outcome said = lpc({"run", file, "--out", path(name), "--json", "--host", host});
        BOOST_TEST(said.code == 1, name << ": " << said.err);
        const nlohmann::json report = nlohmann::json::parse(said.out);
        BOOST_TEST(report.at("stages").at(1).at("plugin") == "org.lpc.hold", name);
        BOOST_TEST(report.dump().find(way.ends) != std::string::npos, name << ": " << report);
        BOOST_TEST(report.at("stages").at(0).at("plugin") == "org.lpc.margin", name);
        const Outcome replay = lpc({"replay", path(name + "/journal"), "--host", host});
        BOOST_TEST(replay.code == 0, name << ": " << replay.out << replay.err);
    }
}

BOOST_AUTO_TEST_CASE(acts_only_where_answers_are_taken_later) {
    const std::string file =
        write("s.toml", small_crash().put_before("permits =", "place = \"sidecar\"").text());
    const Outcome said = lpc({"run", file, "--out", path("out")});
    BOOST_TEST(said.code == 2);
    BOOST_TEST(said.err.find("expected engine, or sidecar with answer_after_turns of at least 1") !=
                   std::string::npos,
               said.err);
    BOOST_TEST(!has("out"));
}

BOOST_AUTO_TEST_SUITE_END()
