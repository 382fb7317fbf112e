// Where a run writes: what it replaces, what it never touches, and that it writes nothing before it
// knows that its input is sound.
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::ScenarioText;
using lpc::tests::small_crash;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;

namespace {

struct InFolder : Workshop {
    InFolder() : before(std::filesystem::current_path()) {
        std::filesystem::current_path(path(""));
    }
    ~InFolder() { std::filesystem::current_path(before); }

    Outcome run_small(const std::vector<std::string>& more = {}) const {
        std::vector<std::string> args{"run", write("s.toml", small_crash().text()), "--json"};
        args.insert(args.end(), more.begin(), more.end());
        return lpc(args);
    }

    std::filesystem::path before;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_folder_of_a_run, InFolder)

BOOST_AUTO_TEST_CASE(is_out_and_the_scenarios_name_where_an_earlier_run_is_replaced) {
    BOOST_TEST(run_small({"--seed", "7"}).code == 0);
    const std::string first = text_of_file(path("out/flash_crash/report.json"));
    write("out/flash_crash/journal/000007.lpcj.new", "LPCJRNL\nof a run that was killed");
    write("out/flash_crash/journal/000008.lpcj.new", "");
    write("out/flash_crash/report.json.new", "{\n  \"scenario\": \"of a run that was killed");
    const Outcome again = run_small({"--seed", "8"});
    BOOST_TEST(again.code == 0, again.err);
    BOOST_TEST(text_of_file(path("out/flash_crash/report.json")) != first);
    BOOST_TEST(!has("out/flash_crash/journal/000007.lpcj.new"));
    BOOST_TEST(!has("out/flash_crash/journal/000008.lpcj.new"));
    BOOST_TEST(!has("out/flash_crash/report.json.new"));
    BOOST_TEST(lpc({"replay", "out/flash_crash/journal"}).code == 0);
}

BOOST_AUTO_TEST_CASE(keeps_what_lpc_did_not_write_and_refuses_the_run_that_it_is_in_the_way_of) {
    BOOST_TEST(run_small().code == 0);
    write("out/flash_crash/notes.txt", "mine");
    BOOST_TEST(run_small().code == 0);
    for (const std::string name :
         {"journal/notes.txt", "journal/1.lpcj", "journal/000042.lpcj", "journal/000043.lpcj.new",
          "report.json.new", "ledger.sqlite", "ledger.sqlite.new"}) {
        const std::string mine = write("out/flash_crash/" + name, "mine");
        const Outcome refused = run_small();
        BOOST_TEST(refused.code == 2);
        BOOST_TEST(refused.err.find(name + ", which is not a run's") != std::string::npos,
                   refused.err);
        BOOST_TEST(text_of_file(mine) == "mine");
        std::filesystem::remove(mine);
        BOOST_TEST(lpc({"replay", "out/flash_crash/journal"}).code == 0);
    }
    const std::string report = write("out/flash_crash/report.json", "{\"by\": \"somebody else\"}");
    BOOST_TEST(run_small().code == 2);
    BOOST_TEST(text_of_file(report) == "{\"by\": \"somebody else\"}");
    BOOST_TEST(text_of_file(path("out/flash_crash/notes.txt")) == "mine");
}

BOOST_AUTO_TEST_CASE(replaces_an_earlier_ledger_of_record_by_the_runs_own) {
    const std::string host = write("host.toml", "plugin_folders = []\nledger_of_record = true\n");
    BOOST_TEST(run_small({"--host", host}).code == 0);
    const std::string first = text_of_file(path("out/flash_crash/ledger.sqlite"));
    BOOST_TEST(first.starts_with("SQLite format 3"));
    write("out/flash_crash/ledger.sqlite-wal", "of a run that was killed");
    write("out/flash_crash/ledger.sqlite.new", "");
    const Outcome again = run_small({"--host", host, "--seed", "8"});
    BOOST_TEST(again.code == 0, again.err);
    BOOST_TEST((text_of_file(path("out/flash_crash/ledger.sqlite")) != first));
    for (const std::string left : {"-wal", "-shm", ".new", ".new-journal"})
        BOOST_TEST(!has("out/flash_crash/ledger.sqlite" + left));
    // Elsewhere none is replaced.
    write("named/ledger.sqlite", first);
    const Outcome named = run_small({"--host", host, "--out", "named"});
    BOOST_TEST(named.code == 2);
    BOOST_TEST(named.err.find("already holds a ledger.sqlite") != std::string::npos, named.err);
}

BOOST_AUTO_TEST_CASE(never_leads_a_run_through_a_link_to_a_file_elsewhere) {
    BOOST_TEST(run_small().code == 0);
    const std::string report = text_of_file(path("out/flash_crash/report.json"));
    const std::string journal = text_of_file(path("out/flash_crash/journal/000001.lpcj"));
    // Even to what LPC wrote.
    for (const std::string& bytes : {std::string("precious"), report, journal}) {
        const std::string precious = write("precious.txt", bytes);
        for (const std::string name : {"report.json.new", "journal/000042.lpcj"}) {
            const std::string link = path("out/flash_crash/" + name);
            std::filesystem::create_symlink(precious, link);
            const Outcome refused = run_small();
            BOOST_TEST(refused.code == 2);
            BOOST_TEST(refused.err.find(name + ", which is not a run's") != std::string::npos,
                       refused.err);
            BOOST_TEST(text_of_file(precious) == bytes);
            BOOST_TEST(text_of_file(path("out/flash_crash/report.json")) == report);
            std::filesystem::remove(link);
        }
    }
    std::filesystem::create_directories("named");
    std::filesystem::create_symlink(write("precious.txt", "mine"), "named/report.json.new");
    const Outcome named = run_small({"--out", "named"});
    BOOST_TEST(named.code == 2);
    BOOST_TEST(named.err.find("already holds a report.json.new") != std::string::npos, named.err);
    BOOST_TEST(text_of_file(path("precious.txt")) == "mine");
    BOOST_TEST(!has("named/journal"));
}

BOOST_AUTO_TEST_CASE(belongs_to_one_run_until_it_ends) {
    const std::string file = write("s.toml", small_crash().text());
    for (const std::vector<std::string>& where : {std::vector<std::string>{}, {"--out", "named"}}) {
        const std::string folder = where.empty() ? "out/flash_crash" : "named";
        std::vector<std::string> args{"run", file, "--pace", "100"};
        args.insert(args.end(), where.begin(), where.end());
        Outcome first;
        std::thread running([&] { first = beside("first", args); });
        for (int i = 0; i < 400 && !has(folder + "/journal/000001.lpcj"); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        const Outcome second = lpc(args);
        running.join();
        BOOST_TEST(second.code == 2, second.out << second.err);
        BOOST_TEST(second.err.find("another run is writing there") != std::string::npos,
                   second.err);
        BOOST_TEST(first.code == 0, first.err);
        BOOST_TEST(has(folder + "/report.json"));
        const Outcome replay = lpc({"replay", folder + "/journal", "--json"});
        BOOST_TEST(replay.code == 0, replay.out << replay.err);
        BOOST_TEST(nlohmann::json::parse(replay.out).at("sealed") == true, replay.out);
    }
}

BOOST_AUTO_TEST_CASE(is_won_by_one_of_two_runs_that_begin_at_once) {
    const std::string file = write("s.toml", small_crash().text());
    for (const std::string folder : {"x", "y", "z"}) {
        const std::vector<std::string> args{"run", file, "--out", folder};
        Outcome one;
        std::thread running([&] { one = beside("one", args); });
        const Outcome other = beside("other", args);
        running.join();
        BOOST_TEST(one.code + other.code == 2, one.err << other.err);
        BOOST_TEST(has(folder + "/report.json"));
        BOOST_TEST(lpc({"replay", folder}).out.starts_with("identical: "));
    }
}

BOOST_AUTO_TEST_CASE(may_hold_other_files_but_no_run_where_the_user_named_it) {
    write("named/notes.txt", "mine");
    BOOST_TEST(run_small({"--out", "named"}).code == 0);
    BOOST_TEST(text_of_file(path("named/notes.txt")) == "mine");
    const Outcome again = run_small({"--out", "named"});
    BOOST_TEST(again.code == 2);
    BOOST_TEST(again.err.find("already holds a journal") != std::string::npos, again.err);
    const std::string mine = write("report_only/report.json", "mine");
    const Outcome refused = run_small({"--out", "report_only"});
    BOOST_TEST(refused.code == 2);
    BOOST_TEST(refused.err.find("already holds a report.json") != std::string::npos, refused.err);
    BOOST_TEST(text_of_file(mine) == "mine");
    BOOST_TEST(!has("report_only/journal"));
}

BOOST_AUTO_TEST_CASE(is_not_made_or_changed_when_accounts_or_plugins_turn_out_to_be_wrong) {
    BOOST_TEST(run_small().code == 0);
    const std::string before_it = text_of_file(path("out/flash_crash/report.json"));
    ScenarioText no_room = small_crash();
    no_room.set("notional_max_quote", "4_000_000_000_000_000_000");
    ScenarioText no_instance = small_crash();
    no_instance.replace("\"twap.so\"", "\"" LPC_BINARY_DIR "/tests/plugins/cannot_be_created.so\"")
        .replace("params = \"" LPC_SOURCE_DIR "/config/plugins/twap.toml\"\n", "");
    for (const ScenarioText& wrong : {no_room, no_instance}) {
        const std::string file = write("wrong.toml", wrong.text());
        for (const std::vector<std::string>& where :
             {std::vector<std::string>{"--out", "fresh"}, {}}) {
            std::vector<std::string> args{"run", file};
            args.insert(args.end(), where.begin(), where.end());
            const Outcome refused = lpc(args);
            BOOST_TEST(refused.code == 2, refused.out << refused.err);
            BOOST_TEST(refused.err.find("wrong.toml: ") != std::string::npos, refused.err);
        }
        BOOST_TEST(!has("fresh"));
        BOOST_TEST(text_of_file(path("out/flash_crash/report.json")) == before_it);
        BOOST_TEST(lpc({"replay", "out/flash_crash/journal"}).code == 0);
    }
}

BOOST_AUTO_TEST_SUITE_END()
