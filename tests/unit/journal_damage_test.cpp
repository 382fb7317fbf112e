// Every way in which a journal's bytes can be wrong: told from a torn tail, named by place, never
// taken for data.
#include <boost/test/unit_test.hpp>
#include <journal/format.hpp>
#include <support/journal_tape.hpp>

using namespace lpc;
using namespace lpc::journal;
using namespace lpc::test;

namespace {

// The same files on another disk, so that tests can spoil them.
void set_files(MemoryDisk& disk, const std::map<std::string, Bytes>& files) {
    disk.names.clear();
    for (const auto& [name, bytes] : files) disk.file(name) = bytes;
}

bool contains(const Status& status, const std::string& part) {
    const bool found = !status && status.error().message.find(part) != std::string::npos;
    if (!found) BOOST_TEST_MESSAGE("said: " << (status ? "nothing" : status.error().message));
    return found;
}

// The offsets at which the groups of one segment begin, and its end.
std::vector<std::size_t> group_offsets(const Bytes& segment) {
    std::vector<std::size_t> offsets = {sizeof(SegmentHeader)};
    while (offsets.back() < segment.size()) {
        const auto group = load<GroupHeader>(segment.data() + offsets.back());
        offsets.push_back(offsets.back() + sizeof group + group.bytes);
    }
    return offsets;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_damage)

BOOST_AUTO_TEST_CASE(every_flipped_bit_is_an_error_or_a_reported_torn_tail) {
    const Tape tape = make_tape(11, 20, 40);
    for (const bool close : {false, true}) {
        MemoryDisk whole = small_journal(tape, close);
        const auto files = whole.files();
        BOOST_REQUIRE(files.size() >= 3U);
        const std::string last = files.rbegin()->first;
        const auto offsets = group_offsets(files.at(last));
        const std::size_t tail = offsets[offsets.size() - 2];
        MemoryDisk disk;
        for (const auto& [name, bytes] : files) {
            for (std::size_t bit = 0; bit < bytes.size() * 8; ++bit) {
                set_files(disk, files);
                disk.file(name)[bit / 8] ^= static_cast<std::byte>(1U << (bit % 8));
                const Replay all = replay(disk);
                const bool at_tail = name == last && bit / 8 >= tail;
                BOOST_REQUIRE_MESSAGE(is_prefix(all.records, tape), name << " bit " << bit);
                BOOST_REQUIRE_MESSAGE(all.status.has_value() == at_tail, name << " bit " << bit);
                BOOST_REQUIRE_MESSAGE(all.torn.has_value() == at_tail, name << " bit " << bit);
                if (!at_tail) continue;
                BOOST_REQUIRE_EQUAL(all.torn->segment, last);
                BOOST_REQUIRE_EQUAL(all.torn->offset, tail);
                BOOST_REQUIRE_EQUAL(all.torn->bytes, bytes.size() - tail);
                BOOST_REQUIRE_EQUAL(all.torn->sequence, all.records.size() + 1);
                if (close) BOOST_REQUIRE_EQUAL(all.records.size(), tape.size());
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(a_truncated_end_is_cut_back_to_whole_groups_and_continues) {
    const Tape tape = make_tape(12, 24, 40);
    MemoryDisk whole = small_journal(tape, false);
    const auto files = whole.files();
    const std::string last = files.rbegin()->first;
    const auto offsets = group_offsets(files.at(last));
    const std::size_t before =
        static_cast<std::size_t>(load<SegmentHeader>(files.at(last).data()).first_sequence) - 1;
    for (std::size_t size = 0; size < files.at(last).size(); ++size) {
        MemoryDisk disk;
        set_files(disk, files);
        disk.file(last).resize(size);
        const Replay all = replay(disk);
        if (size < sizeof(SegmentHeader)) {
            BOOST_REQUIRE(contains(all.status, last + " offset 0: bad header"));
            continue;
        }
        const auto next = std::upper_bound(offsets.begin(), offsets.end(), size);
        const auto groups = static_cast<std::size_t>(next - offsets.begin()) - 1;
        BOOST_REQUIRE(all.status);
        BOOST_REQUIRE(is_prefix(all.records, tape));
        BOOST_REQUIRE_EQUAL(all.records.size(), std::min(before + groups * 3, tape.size()));
        BOOST_REQUIRE_EQUAL(all.torn.has_value(), size != *(next - 1));
        BOOST_REQUIRE(!all.end.sealed);

        auto writer = Writer::open_for_append(folder_of(disk), kSmallSegments);
        BOOST_REQUIRE(writer);
        BOOST_REQUIRE_EQUAL(writer->cut().has_value(), all.torn.has_value());
        BOOST_REQUIRE(write_groups(*writer, tape, all.records.size(), tape.size(), 3).status);
        BOOST_REQUIRE((disk.files() == files));
    }
}

BOOST_AUTO_TEST_CASE(a_truncated_middle_segment_is_always_an_error) {
    const Tape tape = make_tape(13, 20, 40);
    MemoryDisk whole = small_journal(tape, true);
    const auto files = whole.files();
    for (std::size_t size = 0; size < files.at("000002.lpcj").size(); ++size) {
        MemoryDisk disk;
        set_files(disk, files);
        disk.file("000002.lpcj").resize(size);
        const Replay all = replay(disk);
        BOOST_REQUIRE(!all.status);
        BOOST_REQUIRE(!all.torn);
        BOOST_REQUIRE(is_prefix(all.records, tape));
        BOOST_REQUIRE(!Writer::open_for_append(folder_of(disk), kSmallSegments));
    }
}

BOOST_AUTO_TEST_CASE(damage_names_segment_offset_and_sequence) {
    const Tape tape = make_tape(14, 24, 40);
    MemoryDisk disk = small_journal(tape, false);
    Bytes& second = disk.file("000002.lpcj");
    const std::size_t group = group_offsets(second)[1];
    const auto sequence = load<GroupHeader>(second.data() + group).first_sequence;
    const std::size_t record = group + sizeof(GroupHeader);
    second[record + 9] ^= std::byte{1};
    BOOST_TEST(contains(replay(disk).status, "000002.lpcj offset " + std::to_string(record) +
                                                 " sequence " + std::to_string(sequence) + ": "));
}

BOOST_AUTO_TEST_CASE(missing_swapped_copied_and_foreign_segments_are_errors) {
    const Tape tape = make_tape(15, 40, 40);
    MemoryDisk whole = small_journal(tape, true);
    const auto files = whole.files();
    BOOST_REQUIRE(files.size() >= 4U);
    const auto spoiled = [&](auto spoil) {
        MemoryDisk disk;
        set_files(disk, files);
        spoil(disk);
        return replay(disk).status;
    };
    BOOST_TEST(contains(spoiled([](auto& disk) { disk.names.erase("000001.lpcj"); }),
                        "000001.lpcj is missing"));
    BOOST_TEST(contains(spoiled([](auto& disk) { disk.names.erase("000002.lpcj"); }),
                        "000002.lpcj is missing; found 000003.lpcj"));
    BOOST_TEST(contains(
        spoiled([](auto& disk) { std::swap(disk.file("000002.lpcj"), disk.file("000003.lpcj")); }),
        "this is segment 3, expected 2"));
    BOOST_TEST(
        contains(spoiled([](auto& disk) { disk.file("000003.lpcj") = disk.file("000002.lpcj"); }),
                 "this is segment 2, expected 3"));
    const Tape other_tape = make_tape(16, 40, 40);
    MemoryDisk other = small_journal(other_tape, true);
    BOOST_TEST(!spoiled([&](auto& disk) { disk.file("000002.lpcj") = other.file("000002.lpcj"); }));
    MemoryDisk renamed;
    Options options = kSmallSegments;
    options.journal_id = 8;
    make_journal(renamed, tape, 3, options, true);
    BOOST_TEST(contains(
        spoiled([&](auto& disk) { disk.file("000002.lpcj") = renamed.file("000002.lpcj"); }),
        "a segment of journal 8, expected 7"));
}

BOOST_AUTO_TEST_CASE(a_segment_of_another_run_with_the_same_shape_is_an_error) {
    Tape tape = make_tape(17, 40, 40);
    MemoryDisk disk = small_journal(tape, true);
    tape[0].type ^= 1;
    MemoryDisk other = small_journal(tape, true);
    disk.file("000001.lpcj") = other.file("000001.lpcj");
    BOOST_TEST(contains(replay(disk).status,
                        "the segments before it are not those that it was written after"));
}

BOOST_AUTO_TEST_CASE(a_segment_with_the_same_records_in_other_groups_is_an_error) {
    const Tape tape = make_tape(22, 40, 40);
    MemoryDisk disk = small_journal(tape, true);
    const auto next = load<SegmentHeader>(disk.file("000002.lpcj").data()).first_sequence;
    const auto records = static_cast<std::ptrdiff_t>(next) - 1;
    MemoryDisk other;
    make_journal(other, Tape(tape.begin(), tape.begin() + records), 1,
                 {.durability = Durability::write, .journal_id = 7}, false);
    disk.file("000001.lpcj") = other.file("000001.lpcj");
    BOOST_TEST(contains(replay(disk).status, "the segment before has bytes"));
}

BOOST_AUTO_TEST_CASE(the_last_segments_absence_shows_as_a_journal_that_was_not_closed) {
    const Tape tape = make_tape(18, 40, 40);
    MemoryDisk disk = small_journal(tape, true);
    disk.names.erase(std::prev(disk.names.end()));
    const Replay all = replay(disk);
    BOOST_TEST(all.status.has_value());
    BOOST_TEST(!all.end.sealed);
    BOOST_TEST(all.end.last_sequence == all.records.size());
}

BOOST_AUTO_TEST_CASE(what_is_no_journal_is_refused_in_one_sentence) {
    MemoryDisk disk;
    BOOST_TEST(contains(replay(disk).status, "holds no journal"));
    disk = small_journal(make_tape(19, 9, 40), true);
    disk.file("000001.lpcj")[8] = std::byte{2};
    BOOST_TEST(contains(replay(disk).status, "format version 2, expected 1"));
    disk.file("000001.lpcj")[0] = std::byte{'X'};
    BOOST_TEST(contains(replay(disk).status, "this is no segment of a journal"));
    BOOST_TEST(!io::open_folder("/nowhere/journal"));
}

BOOST_AUTO_TEST_CASE(files_that_are_no_segments_are_ignored) {
    const Tape tape = make_tape(20, 20, 40);
    MemoryDisk disk = small_journal(tape, true);
    for (const char* name : {"notes.txt", "1.lpcj", "000001.lpcj.new", "0000002.lpcj", ".lpcj"}) {
        disk.file(name) = Bytes(10);
    }
    BOOST_TEST((replay(disk).records == tape));
}

BOOST_AUTO_TEST_CASE(a_group_that_is_missing_or_there_twice_is_an_error_even_at_the_end) {
    const Tape tape = make_tape(23, 9, 40);
    MemoryDisk disk;
    make_journal(disk, tape, 3, {.durability = Durability::write}, false);
    Bytes& bytes = disk.file("000001.lpcj");
    const Bytes whole = bytes;
    const auto offsets = group_offsets(whole);
    const auto at = [](Bytes& all, std::size_t offset) {
        return all.begin() + static_cast<std::ptrdiff_t>(offset);
    };
    bytes.erase(at(bytes, offsets[1]), at(bytes, offsets[2]));
    BOOST_TEST(contains(replay(disk).status, "the group begins with sequence 7, expected 4"));
    bytes = whole;
    const Bytes last(at(bytes, offsets[2]), bytes.end());
    bytes.insert(bytes.end(), last.begin(), last.end());
    BOOST_TEST(contains(replay(disk).status, "the group begins with sequence 7, expected 10"));
}

BOOST_AUTO_TEST_CASE(numbers_that_contradict_each_other_under_right_checksums_are_not_believed) {
    MemoryDisk disk;
    make_journal(disk, {{1, Bytes(8)}, {1, Bytes(8)}}, 2, {.durability = Durability::write}, true);
    Bytes& bytes = disk.file("000001.lpcj");
    const Bytes whole = bytes;
    const std::uint64_t seed = load<SegmentHeader>(whole.data()).checksum;
    const std::size_t group_at = sizeof(SegmentHeader);
    const std::size_t record_at = group_at + sizeof(GroupHeader);
    const auto forge_group = [&](std::size_t at, auto change) {
        auto group = load<GroupHeader>(bytes.data() + at);
        change(group);
        group.checksum = checksum_of(group, seed);
        store(bytes.data() + at, group);
    };

    auto second = load<RecordHeader>(bytes.data() + record_at + record_bytes(8));
    second.sequence = 1;
    store(bytes.data() + record_at + record_bytes(8), second);
    const std::byte* second_at = bytes.data() + record_at + record_bytes(8);
    second.checksum = record_checksum(second_at, record_bytes(8));
    store(bytes.data() + record_at + record_bytes(8), second);
    const auto first = load<RecordHeader>(bytes.data() + record_at);
    forge_group(group_at, [&](GroupHeader& group) {
        group.fingerprint =
            extend_fingerprint(extend_fingerprint(0, first.checksum), second.checksum);
    });
    BOOST_TEST(contains(replay(disk).status, "record with sequence 1, expected 2"));

    bytes = whole;
    forge_group(group_at, [](GroupHeader& group) { group.fingerprint ^= 1; });
    BOOST_TEST(contains(replay(disk).status, "fingerprint does not match"));
    bytes = whole;
    forge_group(group_at, [](GroupHeader& group) { group.count = 1; });
    BOOST_TEST(contains(replay(disk).status, "bytes after the last record"));
    bytes = whole;
    forge_group(group_at, [](GroupHeader& group) { group.count = 3; });
    BOOST_TEST(contains(replay(disk).status, "the group ends inside a record"));
    bytes = whole;
    forge_group(bytes.size() - sizeof(GroupHeader),
                [](GroupHeader& group) { ++group.fingerprint; });
    BOOST_TEST(contains(replay(disk).status, "seal"));
}

BOOST_AUTO_TEST_CASE(bytes_after_the_seal_are_an_error) {
    const Tape tape = make_tape(21, 20, 40);
    MemoryDisk disk = small_journal(tape, true);
    Bytes& last = disk.file(std::prev(disk.names.end())->first);
    last.resize(last.size() + 8);
    BOOST_TEST(contains(replay(disk).status, "seal"));
}

BOOST_AUTO_TEST_CASE(a_group_inside_the_payload_of_a_torn_group_proves_nothing) {
    MemoryDisk disk;
    auto writer = Writer::create(folder_of(disk), {.durability = Durability::write});
    BOOST_REQUIRE(writer);
    const auto segment = load<SegmentHeader>(disk.file("000001.lpcj").data());
    GroupHeader forged = {kGroupMagic, 0, 0, 1000, 0, 0};
    forged.checksum = checksum_of(forged, segment.checksum);
    const auto forged_bytes = std::as_bytes(std::span(&forged, 1));
    BOOST_REQUIRE(writer->append(1, forged_bytes));
    BOOST_REQUIRE(writer->append(1, forged_bytes));
    BOOST_REQUIRE(writer->commit());
    Bytes& bytes = disk.file("000001.lpcj");
    const Bytes whole = bytes;

    bytes.back() ^= std::byte{1};
    BOOST_TEST(replay(disk).torn.has_value());
    bytes = whole;
    bytes.resize(whole.size() - 1);
    BOOST_TEST(replay(disk).torn.has_value());
    bytes = whole;
    bytes.insert(bytes.end(), forged_bytes.begin(), forged_bytes.end());
    bytes[sizeof(SegmentHeader) + sizeof(GroupHeader)] ^= std::byte{1};
    BOOST_TEST(contains(replay(disk).status, "a later group is whole at offset"));
}

BOOST_AUTO_TEST_SUITE_END()
