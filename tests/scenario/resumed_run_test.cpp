// A run that is killed with SIGKILL, or cut short in another way, and then resumed: it ends as if
// nothing had happened, and whoever resumes another run than that changes nothing.
#include <sqlite3.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <string>
#include <vector>

#include <venue/random.hpp>

#include "scenario/small_drain.hpp"
#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::small_drain;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;

namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Words = std::vector<std::string>;

bool says(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
}

// Everything that a ledger of record says, as SQLite reads it.
std::string told(const std::string& file) {
    sqlite3* database = nullptr;
    BOOST_REQUIRE(sqlite3_open_v2(file.c_str(), &database, SQLITE_OPEN_READONLY, nullptr) ==
                  SQLITE_OK);
    std::string text;
    for (const char* table : {"legs", "balances", "committed"}) {
        const std::string sql = std::string("SELECT * FROM ") + table;
        sqlite3_stmt* rows = nullptr;
        BOOST_REQUIRE(sqlite3_prepare_v2(database, sql.c_str(), -1, &rows, nullptr) == SQLITE_OK);
        while (sqlite3_step(rows) == SQLITE_ROW) {
            for (int i = 0; i < sqlite3_column_count(rows); ++i)
                text += std::to_string(sqlite3_column_int64(rows, i)) + ' ';
            text += '\n';
        }
        sqlite3_finalize(rows);
    }
    sqlite3_close(database);
    BOOST_TEST(text.size() > 10'000u);
    return text;
}

struct CutShort : Workshop {
    explicit CutShort(const ScenarioText& text = small_crash())
        : scenario(write("s.toml", text.text())) {}

    std::string scenario;
    std::string host = write("host.toml",
                             "plugin_folders = []\nsnapshot_every_inputs = 300\n"
                             "ledger_of_record = true\n");
    // How it comes out when nobody disturbs it.
    Json whole = Json::parse(lpc(words_for("whole", {"--json"})).out);

    Words words_for(const std::string& folder, const Words& more = {}) const {
        Words words{"run", scenario, "--host", host, "--out", path(folder)};
        words.insert(words.end(), more.begin(), more.end());
        return words;
    }
    static std::string journal(const std::string& folder) {
        return folder + "/journal/000001.lpcj";
    }
    std::uint64_t whole_bytes() const { return fs::file_size(path(journal("whole"))); }

    // Kills the run once its journal has so many bytes. It is so slow that there is time for it.
    void kill_at(std::uint64_t bytes, Words words) const {
        words.insert(words.end(), {"--pace", "100"});
        const std::string file = path(journal("cut"));
        const Outcome killed = shell(
            line_of(words) + " & pid=$!; n=0; until [ \"$(stat -c %s '" + file +
            "' 2>/dev/null || echo 0)\" -ge " + std::to_string(bytes) +
            " ] || [ $n = 3000 ]; do sleep 0.01; n=$((n + 1)); done; kill -9 $pid; wait $pid");
        BOOST_TEST(killed.code == 137, killed.code << killed.err);
        BOOST_TEST(!has("cut/report.json"));
    }
    void begin_and_kill_at(std::uint64_t bytes) const { kill_at(bytes, words_for("cut")); }
    Words resumption() const { return words_for("cut", {"--resume"}); }
    // Resumes, and expects nothing to show that anything was. True: with the help of a snapshot.
    bool expect_a_whole_run() const {
        const Outcome ended = lpc(words_for("cut", {"--resume", "--json"}));
        BOOST_REQUIRE_MESSAGE(ended.code == 0, ended.err);
        Json report = Json::parse(ended.out), expected = whole;
        for (const char* key : {"wall_s", "events_per_s"}) {
            report.erase(key);
            expected.erase(key);
        }
        for (Json* json : {&report, &expected}) {
            for (Json& stage : json->at("stages")) {
                for (const char* key : {"turn_ns_p50", "turn_ns_p99", "turn_ns_max"})
                    stage.erase(key);
            }
        }
        BOOST_TEST(report == expected);
        BOOST_TEST((text_of_file(path(journal("cut"))) == text_of_file(path(journal("whole")))));
        BOOST_TEST((told(path("cut/ledger.sqlite")) == told(path("whole/ledger.sqlite"))));
        const Outcome replay = lpc({"replay", path("cut"), "--json"});
        BOOST_TEST(Json::parse(replay.out).at("identical") == true);
        BOOST_TEST(Json::parse(replay.out).at("snapshots") == 2);
        BOOST_TEST(!says(ended.err, "without the snapshot"), ended.err);
        return says(ended.err, " is gone on from");
    }
    // Nothing of this comes to anything: one sentence, and the journal stays as it is.
    void expect_refused(const Words& words, const std::string& sentence) const {
        const bool there = has(journal("cut"));
        const std::string before = there ? text_of_file(path(journal("cut"))) : "";
        const Outcome refused = lpc(words);
        BOOST_TEST(refused.code == 2, refused.err);
        BOOST_TEST(says(refused.err, sentence), refused.err);
        if (there) BOOST_TEST((text_of_file(path(journal("cut"))) == before));
    }
};

// With tranches and their caps, what they took over, bids, gated withdrawals and their repayment.
struct DrainCutShort : CutShort {
    DrainCutShort() : CutShort(small_drain()) {}
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_run_that_was_cut_short, CutShort)

BOOST_AUTO_TEST_CASE(killed_again_and_again_it_ends_as_if_nothing_had_happened) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t seed = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    BOOST_TEST_CONTEXT("LPC_SEED=" << seed) {
        lpc::venue::Random random(seed);
        const auto third = static_cast<std::int64_t>(whole_bytes() / 3);
        begin_and_kill_at(static_cast<std::uint64_t>(random.between(1, third)));
        for (int i = 1; i < 3; ++i)
            kill_at(static_cast<std::uint64_t>(i * third + random.between(1, third - 1)),
                    resumption());
        BOOST_TEST(expect_a_whole_run());
    }
}

BOOST_AUTO_TEST_CASE(goes_on_wherever_its_journal_ends) {
    const std::uint64_t bytes = whole_bytes();
    std::size_t helped = 0;
    for (const std::uint64_t left : {std::uint64_t{64}, std::uint64_t{1'000}, bytes / 3,
                                     bytes / 2 + 1, bytes - 41, bytes - 40, bytes - 1, bytes}) {
        BOOST_TEST_CONTEXT(left << " of " << bytes << " bytes") {
            fs::remove_all(path("cut"));
            fs::create_directories(path("cut/journal"));
            fs::copy_file(path(journal("whole")), path(journal("cut")));
            fs::resize_file(path(journal("cut")), left);
            for (const char* snapshot : {"/journal/0.lpcs", "/journal/1.lpcs"})
                fs::copy_file(path(std::string("whole") + snapshot),
                              path(std::string("cut") + snapshot));
            helped += expect_a_whole_run() ? 1u : 0u;
        }
    }
    BOOST_TEST(helped == 4u);  // where the journal comes to a snapshot
}

BOOST_AUTO_TEST_CASE(is_resumed_as_the_run_that_it_was_or_not_at_all) {
    begin_and_kill_at(whole_bytes() / 2);
    Words other = resumption();
    other.insert(other.end(), {"--seed", "7"});
    expect_refused(other,
                   "; expected the scenario, data, seed and plugins of the run that is "
                   "resumed");
    const std::string dearer = write("dearer.toml", small_crash().set("count", "301").text());
    Words dearer_words = resumption();
    dearer_words[1] = dearer;
    expect_refused(dearer_words, "of the journal: found ");
    expect_refused({"run", scenario, "--out", path("cut")}, "the folder already holds a journal");
    expect_a_whole_run();
    expect_refused(resumption(), "found a report.json in ");
    expect_refused({"run", scenario, "--out", path("nowhere"), "--resume"},
                   "--resume: found no journal in ");
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_run_that_was_cut_short_while_its_fund_was_drained, DrainCutShort)

BOOST_AUTO_TEST_CASE(ends_as_if_nothing_had_happened) {
    const std::uint64_t third = whole_bytes() / 3;
    begin_and_kill_at(third);
    kill_at(2 * third, resumption());
    BOOST_TEST(expect_a_whole_run());
}

BOOST_AUTO_TEST_SUITE_END()
