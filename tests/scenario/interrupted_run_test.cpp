// What is left of a run that did not come to its end, and that nobody takes it for a whole one:
// signals, a journal without its seal, answers that could not be written.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::small_crash;
using lpc::tests::Workshop;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

constexpr char kNoSeal[] = "the journal has no seal: ";

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

struct Interrupted : Workshop {
    // A journal of several segments; their files in order.
    std::vector<fs::path> segments() const {
        write("host.toml", "plugin_folders = []\njournal_segment_bytes = 65536\n");
        const std::string file = write("s.toml", small_crash().text());
        const Outcome run =
            lpc({"run", file, "--out", path("run"), "--host", path("host.toml"), "--json"});
        BOOST_REQUIRE_MESSAGE(run.code == 0, run.err);
        std::vector<fs::path> files;
        for (const auto& entry : fs::directory_iterator(path("run/journal")))
            files.push_back(entry.path());
        std::sort(files.begin(), files.end());
        BOOST_REQUIRE(files.size() > 3);
        return files;
    }
    // Every reader of the journal says whether it is whole; what is there is identical.
    void expect_sealed(bool sealed, bool torn) const {
        const std::string account = std::to_string(
            Json::parse(lpc({"explain", path("run"), "--json"}).out)["accounts"][0]["account"]
                .get<int>());
        for (const Words& words : {Words{"replay", path("run")}, Words{"explain", path("run")},
                                   Words{"explain", path("run"), account}}) {
            const Outcome people = lpc(words);
            BOOST_TEST(people.code == 0, people.err);
            BOOST_TEST(says(people.out, kNoSeal) == !sealed, people.out);
            BOOST_TEST(says(people.out, "torn tail of ") == torn, people.out);
            Words json = words;
            json.push_back("--json");
            const Json object = Json::parse(lpc(json).out);
            BOOST_TEST(object.at("sealed") == sealed, words[0]);
            BOOST_TEST(object.at("torn_tail").get<std::string>().empty() == !torn, words[0]);
        }
        const std::string replay = lpc({"replay", path("run")}).out;
        BOOST_TEST(says(replay, "identical as far as it goes: ") == !sealed, replay);
        BOOST_TEST(says(replay, "identical: ") == sealed, replay);
        const std::string part = lpc({"replay", path("run"), "--until", "100"}).out;
        BOOST_TEST(!says(part, kNoSeal), part);
    }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_run_without_its_end, Interrupted)

BOOST_AUTO_TEST_CASE(is_told_from_a_whole_one_by_the_seal_of_its_journal) {
    const std::vector<fs::path> files = segments();
    expect_sealed(true, false);
    // One byte of the seal.
    fs::resize_file(files.back(), fs::file_size(files.back()) - 1);
    expect_sealed(false, true);
    // The rest of it: now the journal ends where a group does.
    fs::resize_file(files.back(), fs::file_size(files.back()) - 39);
    expect_sealed(false, false);
    fs::remove(files.back());
    expect_sealed(false, false);
}

BOOST_AUTO_TEST_CASE(that_is_asked_to_stop_leaves_a_whole_journal_and_no_report) {
    const std::string file = write("s.toml", small_crash().text());
    const std::string control = write("control.toml", "allow_plaintext_ipc = true\n");
    const std::string socket = path("control.sock");
    // The shell's own file says that the socket was there.
    const Outcome stopped =
        shell(line_of({"run", file, "--pace", "10", "--out", path("run"), "--control",
                       "ipc://" + socket, "--control-config", control}) +
              " & pid=$!; n=0; until [ -s '" + path("run/journal/000001.lpcj") +
              "' ] || [ $n = 200 ]; do sleep 0.05; n=$((n + 1)); done; sleep 1; test -S '" +
              socket + "' && : > '" + path("listened") + "'; kill -TERM $pid; wait $pid");
    BOOST_TEST(stopped.code == 2, stopped.code << stopped.err);
    BOOST_TEST(says(stopped.err, "lpc: run: stopped by signal 15 ("), stopped.err);
    BOOST_TEST(says(stopped.err, " of 151; the journal in "), stopped.err);
    BOOST_TEST(stopped.out == "");
    BOOST_TEST(has("listened"));
    BOOST_TEST(!fs::exists(socket));
    BOOST_TEST(!has("run/report.json"));
    BOOST_TEST(!has("run/report.json.new"));
    const Outcome replay = lpc({"replay", path("run"), "--json"});
    BOOST_TEST(replay.code == 0, replay.err);
    const Json result = Json::parse(replay.out);
    BOOST_TEST(result.at("identical") == true);
    BOOST_TEST(result.at("sealed") == true);
    BOOST_TEST(result.at("inputs").get<int>() > 600);
}

BOOST_AUTO_TEST_CASE(or_an_answer_that_could_not_be_written_is_exit_code_2) {
    run(small_crash(), "run");
    const std::string file = path("run.toml");
    const std::vector<Words> lines{{"run", file, "--out", path("a")},
                                   {"run", file, "--out", path("b"), "--json"},
                                   {"replay", path("run")},
                                   {"replay", path("run"), "--json"},
                                   {"explain", path("run")},
                                   {"explain", path("run"), "--all"},
                                   {"explain", path("run"), "--json"},
                                   {"explain", path("run"), "1"},
                                   {"explain", path("run"), "1", "--json"},
                                   {"version"},
                                   {"--help"}};
    for (const Words& words : lines) {
        const Outcome lost = shell(line_of(words) + " > /dev/full");
        BOOST_TEST(lost.code == 2, words[0] << " " << words.back() << ": " << lost.code);
        BOOST_TEST(lost.err.starts_with("lpc: standard output: cannot be written ("), lost.err);
        BOOST_TEST(lost.err.find('\n') + 1 == lost.err.size(), lost.err);
    }
}

BOOST_AUTO_TEST_SUITE_END()
