// The journal's laws on a disk that works: what is appended is read back, over segments, commits
// and lives.
#include <stdlib.h>

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <foundation/temporary_folder.hpp>
#include <journal/format.hpp>
#include <support/journal_tape.hpp>

using namespace lpc;
using namespace lpc::journal;
using namespace lpc::test;

BOOST_AUTO_TEST_SUITE(journal_round_trip)

BOOST_AUTO_TEST_CASE(what_is_appended_is_read_back_whole_and_in_order) {
    const Tape tape = make_tape(1, 500, 120);
    for (const std::size_t group : {1U, 7U, 500U}) {
        for (const bool close : {false, true}) {
            MemoryDisk disk;
            make_journal(disk, tape, group, kSmallSegments, close);
            const Replay all = replay(disk);
            BOOST_TEST(all.status.has_value());
            BOOST_TEST(!all.torn);
            BOOST_TEST((all.records == tape));
            BOOST_TEST(all.end.sealed == close);
            BOOST_TEST(all.end.journal_id == 7U);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_journal_on_the_file_system_is_read_back_and_continued) {
    const Tape tape = make_tape(2, 300, 96);
    for (const Durability durability :
         {Durability::none, Durability::write, Durability::fdatasync}) {
        const TemporaryFolder place = TemporaryFolder::make().value();
        const Options options = {.durability = durability, .segment_bytes = 4096, .journal_id = 1};
        const auto folder = io::create_folder(place.path("deep/journal"));
        BOOST_REQUIRE(folder);
        {
            auto writer = Writer::create(*folder, options);
            BOOST_REQUIRE(writer);
            BOOST_REQUIRE(write_groups(*writer, tape, 0, 200, 10).status);
            BOOST_REQUIRE(writer->close());
        }
        auto writer = Writer::open_for_append(*folder, options);
        BOOST_REQUIRE(writer);
        BOOST_REQUIRE(write_groups(*writer, tape, 200, 300, 10).status);
        BOOST_REQUIRE(writer->close());
        const Replay all = replay(*folder);
        BOOST_TEST(all.status.has_value());
        BOOST_TEST(all.end.sealed);
        BOOST_TEST((all.records == tape));
    }
}

BOOST_AUTO_TEST_CASE(a_group_larger_than_window_and_segment_is_never_split) {
    const Tape tape = make_tape(3, 60, 100'000);
    MemoryDisk disk;
    make_journal(disk, tape, 50, kSmallSegments, true);
    BOOST_TEST(disk.names.size() == 2U);
    BOOST_TEST((replay(disk).records == tape));
}

BOOST_AUTO_TEST_CASE(the_fingerprint_depends_on_the_records_alone) {
    Tape tape = make_tape(4, 100, 64);
    const auto fingerprint = [&](std::size_t group, const Options& options) {
        MemoryDisk disk;
        make_journal(disk, tape, group, options, true);
        return replay(disk).end.fingerprint;
    };
    const std::uint64_t one = fingerprint(1, kSmallSegments);
    BOOST_TEST(fingerprint(9, {.durability = Durability::none, .segment_bytes = 1 << 20}) == one);
    tape[50].type ^= 1;
    BOOST_TEST(fingerprint(1, kSmallSegments) != one);
    tape[50].type ^= 1;
    std::swap(tape[50], tape[51]);
    BOOST_TEST(fingerprint(1, kSmallSegments) != one);
}

BOOST_AUTO_TEST_CASE(records_that_were_not_committed_are_not_in_the_journal) {
    const Tape tape = make_tape(5, 20, 64);
    MemoryDisk disk;
    {
        auto writer = Writer::create(folder_of(disk), kSmallSegments);
        BOOST_REQUIRE(writer);
        BOOST_REQUIRE(write_groups(*writer, tape, 0, 15, 5).status);
        BOOST_REQUIRE(writer->append(tape[15].type, tape[15].payload));
        BOOST_TEST(writer->last_sequence() == 16U);
    }
    const Replay all = replay(disk);
    BOOST_TEST(all.status.has_value());
    BOOST_TEST(!all.torn);
    BOOST_TEST(all.records.size() == 15U);
}

BOOST_AUTO_TEST_CASE(without_durability_commits_gather_until_close_or_a_mebibyte) {
    const Tape tape = make_tape(6, 100, 64);
    MemoryDisk disk;
    auto writer = Writer::create(folder_of(disk), {.durability = Durability::none});
    BOOST_REQUIRE(writer);
    BOOST_REQUIRE(write_groups(*writer, tape, 0, 100, 10).status);
    BOOST_TEST(replay(disk).records.size() == 0U);
    const Tape more = make_tape(6, 4000, 600);
    Tape both = tape;
    both.insert(both.end(), more.begin(), more.end());
    BOOST_REQUIRE(write_groups(*writer, both, 100, both.size(), 10).status);
    BOOST_TEST(replay(disk).records.size() > 100U);
    BOOST_REQUIRE(writer->close());
    BOOST_TEST((replay(disk).records == both));
}

BOOST_AUTO_TEST_CASE(the_bytes_are_the_same_whatever_the_durability) {
    const Tape tape = make_tape(24, 200, 64);
    const auto files_with = [&](Durability durability) {
        MemoryDisk disk;
        make_journal(disk, tape, 3, {.durability = durability, .segment_bytes = 600}, true);
        return disk.files();
    };
    const auto files = files_with(Durability::fdatasync);
    BOOST_TEST((files_with(Durability::write) == files));
    BOOST_TEST((files_with(Durability::none) == files));
    BOOST_TEST(files.size() > 20U);
    for (const auto& entry : files) BOOST_TEST(entry.second.size() <= 600U + sizeof(GroupHeader));
}

BOOST_AUTO_TEST_CASE(a_continued_journal_equals_one_that_was_never_left) {
    const Tape tape = make_tape(7, 90, 64);
    MemoryDisk straight;
    make_journal(straight, tape, 3, kSmallSegments, true);
    for (const bool close : {false, true}) {
        MemoryDisk disk;
        make_journal(disk, Tape(tape.begin(), tape.begin() + 45), 3, kSmallSegments, close);
        Options options = kSmallSegments;
        options.journal_id = 99;  // Why: the journal's own id counts.
        auto writer = Writer::open_for_append(folder_of(disk), options);
        BOOST_REQUIRE(writer);
        BOOST_TEST(!writer->cut());
        BOOST_TEST(writer->last_sequence() == 45U);
        BOOST_REQUIRE(write_groups(*writer, tape, 45, 90, 3).status);
        BOOST_REQUIRE(writer->close());
        BOOST_TEST((disk.files() == straight.files()));
    }
}

BOOST_AUTO_TEST_CASE(create_is_refused_where_a_journal_is) {
    const Tape tape = make_tape(8, 9, 64);
    MemoryDisk disk = small_journal(tape, true);
    const auto before = disk.files();
    const auto writer = Writer::create(folder_of(disk), kSmallSegments);
    BOOST_REQUIRE(!writer);
    BOOST_TEST(writer.error().message.find("already holds a journal (000001.lpcj)") !=
               std::string::npos);
    BOOST_TEST((disk.files() == before));
    BOOST_TEST(Writer::open_for_append(folder_of(disk), kSmallSegments).has_value());
}

BOOST_AUTO_TEST_CASE(a_second_writer_is_refused_until_the_first_has_closed) {
    const TemporaryFolder place = TemporaryFolder::make().value();
    const auto first_folder = io::open_folder(place.path().string());
    const auto second_folder = io::open_folder(place.path().string());
    BOOST_REQUIRE(first_folder);
    BOOST_REQUIRE(second_folder);
    auto first = Writer::create(*first_folder, {});
    BOOST_REQUIRE(first);
    for (const auto& folder : {*first_folder, *second_folder}) {
        const auto second = Writer::open_for_append(folder, {});
        BOOST_REQUIRE(!second);
        BOOST_TEST(second.error().message.find("another writer") != std::string::npos);
    }
    BOOST_REQUIRE(first->close());
    BOOST_TEST(Writer::open_for_append(*second_folder, {}).has_value());
}

BOOST_AUTO_TEST_CASE(a_record_beyond_the_limit_is_refused_and_the_writer_goes_on) {
    MemoryDisk disk;
    auto writer = Writer::create(folder_of(disk), kSmallSegments);
    BOOST_REQUIRE(writer);
    BOOST_TEST(!writer->append(1, Bytes(kPayloadMax + 1)));
    const auto sequence = writer->append(1, Bytes(kPayloadMax));
    BOOST_REQUIRE(sequence);
    BOOST_TEST(*sequence == 1U);
    BOOST_REQUIRE(writer->close());
    BOOST_TEST(replay(disk).records.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_closed_writer_takes_nothing_more) {
    MemoryDisk disk;
    auto writer = Writer::create(folder_of(disk), kSmallSegments);
    BOOST_REQUIRE(writer);
    BOOST_REQUIRE(writer->close());
    BOOST_TEST(!writer->append(1, {}));
    BOOST_TEST(!writer->commit());
    BOOST_TEST(!writer->close());
    const Replay all = replay(disk);
    BOOST_TEST(all.status.has_value());
    BOOST_TEST(all.end.sealed);
}

BOOST_AUTO_TEST_SUITE_END()
