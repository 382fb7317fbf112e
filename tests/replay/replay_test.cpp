// `lpc replay` finds a run identical, and each way in which a journal or a plugin can differ from
// it.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <filesystem>
#include <functional>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <journal/writer.hpp>
#include <runtime/observer.hpp>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::small_crash;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

using Bytes = std::vector<std::byte>;
// May change the payload; false drops the record.
using Edit = std::function<bool(std::uint64_t sequence, std::uint16_t type, Bytes& payload)>;

struct Replaying : Workshop {
    Json report = run(small_crash(), "run");

    // All records of the run in a journal whose checksums are right, but for the edit.
    std::string rewritten(const std::string& name, const Edit& edit) const {
        auto reader =
            lpc::journal::Reader::open(*lpc::journal::io::open_folder(path("run/journal")));
        BOOST_REQUIRE(reader);
        auto writer =
            lpc::journal::Writer::create(*lpc::journal::io::create_folder(path(name)), {});
        BOOST_REQUIRE(writer);
        lpc::journal::Record record;
        while (reader->next(record)) {
            Bytes payload(record.payload.begin(), record.payload.end());
            if (edit(record.sequence, record.type, payload))
                BOOST_REQUIRE(writer->append(record.type, payload));
        }
        BOOST_REQUIRE(reader->status());
        BOOST_REQUIRE(writer->close());
        return path(name);
    }
    Json replayed(const std::string& journal, int code, std::vector<std::string> more = {}) const {
        more.insert(more.begin(), {"replay", journal, "--json"});
        const Outcome outcome = lpc(more);
        BOOST_TEST(outcome.code == code, outcome.out << outcome.err);
        BOOST_TEST_REQUIRE(!outcome.out.empty(), outcome.err);
        return Json::parse(outcome.out);
    }
    // Exit code 1, and the sentence has these parts.
    void expect_difference(const std::string& journal, const std::vector<std::string>& parts,
                           const std::vector<std::string>& more = {}) const {
        const Json result = replayed(journal, 1, more);
        BOOST_TEST(result.at("identical") == false);
        const std::string said = result.at("first_difference");
        for (const std::string& part : parts)
            BOOST_TEST(said.find(part) != std::string::npos, said << "; without: " << part);
    }
};

bool is_order(std::uint16_t type, const Bytes& payload) {
    lpc::runtime::Verdict verdict{};
    if (type != lpc::journal::kVerdictRecord) return false;
    std::memcpy(&verdict, payload.data(), sizeof verdict);
    return verdict.command.kind == LPC_CMD_ORDER;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_replay, Replaying)

BOOST_AUTO_TEST_CASE(of_a_run_is_identical_to_it) {
    const Json result = replayed(path("run/journal"), 0);
    BOOST_TEST(result.at("identical") == true);
    BOOST_TEST(result.at("sealed") == true);
    BOOST_TEST(result.at("commands").get<int>() > 1000);
    BOOST_TEST(result.at("command_hash") == report.at("command_hash"));
    BOOST_TEST(result.at("state_hash") == report.at("state_hash"));
    const std::string copy = rewritten("copy", [](auto, auto, auto&) { return true; });
    BOOST_TEST(replayed(copy, 0).at("command_hash") == report.at("command_hash"));
}

BOOST_AUTO_TEST_CASE(can_stop_at_any_record) {
    const std::int64_t last = replayed(path("run/journal"), 0).at("last_sequence");
    for (const std::int64_t until : {std::int64_t{1}, last / 3, last / 2, last - 1, last}) {
        const Json result = replayed(path("run/journal"), 0, {"--until", std::to_string(until)});
        BOOST_TEST(result.at("last_sequence") == until);
        BOOST_TEST(result.at("inputs").get<std::int64_t>() +
                       result.at("outcomes").get<std::int64_t>() ==
                   until);
    }
}

BOOST_AUTO_TEST_CASE(names_the_command_that_was_altered) {
    std::uint64_t altered = 0;
    int orders = 0;
    const std::string journal = rewritten("altered", [&](auto sequence, auto type, Bytes& payload) {
        if (!is_order(type, payload) || ++orders != 20) return true;
        altered = sequence;
        payload[offsetof(lpc::runtime::Verdict, command) + offsetof(lpc_command, u)] ^=
            std::byte{1};
        return true;
    });
    BOOST_REQUIRE(altered > 0u);
    expect_difference(journal, {"at sequence " + std::to_string(altered) + ":",
                                "recorded command ORDER", "replayed command ORDER"});
    replayed(journal, 0, {"--until", std::to_string(altered - 1)});
}

BOOST_AUTO_TEST_CASE(names_the_outcome_that_was_dropped) {
    std::uint64_t dropped = 0;
    const std::string journal = rewritten("dropped", [&](auto sequence, auto type, Bytes& payload) {
        if (dropped != 0 || !is_order(type, payload)) return true;
        dropped = sequence;
        return false;
    });
    expect_difference(journal,
                      {"at sequence " + std::to_string(dropped) + ":", "replayed command ORDER"});
}

BOOST_AUTO_TEST_CASE(names_the_command_that_was_recorded_but_never_given) {
    std::uint64_t doubled = 0;
    Bytes verdict;
    const std::string journal = rewritten("added", [&](auto sequence, auto type, Bytes& payload) {
        if (is_order(type, payload)) verdict = payload;
        // The next fact's place is taken by an order that nobody gave.
        if (doubled == 0 && !verdict.empty() && type == lpc::journal::kMoveRecord) {
            doubled = sequence;
            payload = verdict;
        }
        return true;
    });
    BOOST_REQUIRE(doubled > 0u);
    BOOST_TEST(replayed(journal, 2 - 1).at("identical") == false);
}

BOOST_AUTO_TEST_CASE(reports_a_torn_tail_and_finds_the_rest_identical) {
    const std::string segment = path("run/journal/000001.lpcj");
    std::filesystem::resize_file(segment, std::filesystem::file_size(segment) - 100);
    const Json result = replayed(path("run/journal"), 0);
    BOOST_TEST(result.at("sealed") == false);
    const std::string torn = result.at("torn_tail");
    BOOST_TEST(torn.find("000001.lpcj") != std::string::npos, torn);
    BOOST_TEST(torn.find("torn tail of") != std::string::npos, torn);
    const Outcome table = lpc({"replay", path("run/journal")});
    BOOST_TEST(table.out.find("torn tail of") != std::string::npos, table.out);
}

BOOST_AUTO_TEST_CASE(refuses_a_journal_that_is_damaged_in_the_middle) {
    const std::string segment = path("run/journal/000001.lpcj");
    std::fstream file(segment, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(static_cast<std::streamoff>(std::filesystem::file_size(segment) / 2));
    file.put('\x5a').put('\xa5').put('\x5a').flush();
    const Outcome outcome = lpc({"replay", path("run/journal")});
    BOOST_TEST(outcome.code == 2, outcome.out << outcome.err);
    BOOST_TEST(outcome.err.find("000001.lpcj offset ") != std::string::npos, outcome.err);
    BOOST_TEST(outcome.err.find("sequence ") != std::string::npos, outcome.err);
}

BOOST_AUTO_TEST_CASE(names_the_first_difference_that_another_plugin_makes) {
    const std::string minimal = LPC_BINARY_DIR "/examples/minimal_cpp.so";
    expect_difference(path("run/journal"), {"recorded command ORDER of stage 1", "replayed"},
                      {"--stage", "twap=" + minimal});
    expect_difference(path("run/journal"), {"recorded command TAKEOVER of stage 2", "replayed"},
                      {"--stage", "fund=" + minimal});
    replayed(path("run/journal"), 0, {"--stage", "twap=" LPC_BINARY_DIR "/plugins/twap.so"});
}

BOOST_AUTO_TEST_SUITE_END()
