// Snapshots beside a journal: one of the two is always whole, and none is taken for another
// journal's.
#include <boost/test/unit_test.hpp>
#include <journal/past.hpp>
#include <journal/snapshots.hpp>
#include <memory>
#include <string>

#include "support/memory_disk.hpp"

namespace {

using lpc::journal::Past;
using lpc::journal::read_snapshots;
using lpc::journal::Snapshot;
using lpc::journal::SnapshotWriter;
using lpc::journal::Writer;
using lpc::test::Bytes;
using lpc::test::MemoryDisk;
using lpc::test::MemoryFolder;

Bytes bytes_of(const std::string& text) {
    Bytes bytes(text.size());
    std::memcpy(bytes.data(), text.data(), text.size());
    return bytes;
}

// A journal to which records and snapshots are added.
struct Beside {
    MemoryDisk disk;
    std::shared_ptr<MemoryFolder> folder = std::make_shared<MemoryFolder>(disk);
    Writer writer = *Writer::create(folder, {});
    SnapshotWriter snapshots = *SnapshotWriter::open(folder);

    void record(const std::string& text) {
        BOOST_REQUIRE(writer.append(1, bytes_of(text)));
        BOOST_REQUIRE(writer.commit());
    }
    lpc::Status snapshot(const std::string& state) {
        return snapshots.write(writer, bytes_of(state));
    }
    std::vector<Snapshot> found() {
        auto found = read_snapshots(*folder);
        BOOST_REQUIRE(found);
        return std::move(*found);
    }
    // The states, the newest first.
    std::string states() {
        std::string all;
        for (const Snapshot& snapshot : found())
            all += std::string(reinterpret_cast<const char*>(snapshot.state.data()),
                               snapshot.state.size()) +
                   "@" + std::to_string(snapshot.sequence) + " ";
        return all;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_snapshots)

BOOST_AUTO_TEST_CASE(the_two_newest_are_kept) {
    Beside beside;
    BOOST_TEST(beside.states() == "");
    for (const char* state : {"one", "two", "three"}) {
        beside.record(state);
        BOOST_REQUIRE(beside.snapshot(state));
    }
    BOOST_TEST(beside.states() == "three@3 two@2 ");
    // Another process goes on with the older one.
    beside.snapshots = *SnapshotWriter::open(beside.folder);
    beside.record("four");
    BOOST_REQUIRE(beside.snapshot("four"));
    BOOST_TEST(beside.states() == "four@4 three@3 ");
}

BOOST_AUTO_TEST_CASE(whatever_fails_while_one_is_written_the_newest_before_is_still_there) {
    for (std::uint64_t fails_at = 0;; ++fails_at) {
        Beside beside;
        beside.record("a");
        BOOST_REQUIRE(beside.snapshot("old"));
        beside.record("b");
        const std::uint64_t calls = beside.disk.calls;
        beside.disk.fault = [&](std::uint64_t call) { return call == calls + fails_at ? -EIO : 0; };
        const bool failed = !beside.snapshot("new");
        beside.disk.fault = [](std::uint64_t) { return 0; };
        const std::string states = beside.states();
        BOOST_TEST(states.ends_with("old@1 "), states);
        if (!failed) {
            BOOST_TEST(fails_at > 4u);
            break;
        }
        BOOST_REQUIRE(beside.snapshot("new"));
        BOOST_TEST(beside.states() == "new@2 old@1 ");
    }
}

BOOST_AUTO_TEST_CASE(one_that_is_not_whole_is_as_good_as_none) {
    Beside beside;
    beside.record("a");
    BOOST_REQUIRE(beside.snapshot("old"));
    beside.record("b");
    BOOST_REQUIRE(beside.snapshot("new"));
    const Bytes whole = beside.disk.file("1.lpcs");
    for (std::size_t at = 0; at < whole.size(); ++at) {
        beside.disk.file("1.lpcs")[at] ^= std::byte{1};
        BOOST_TEST(beside.states() == "old@1 ", "byte " << at);
        beside.disk.file("1.lpcs") = whole;
    }
    for (std::size_t size = 0; size < whole.size(); ++size) {
        beside.disk.file("1.lpcs").resize(size);
        BOOST_TEST(beside.states() == "old@1 ", size << " bytes");
        beside.disk.file("1.lpcs") = whole;
    }
    BOOST_TEST(beside.states() == "new@2 old@1 ");
}

BOOST_AUTO_TEST_CASE(a_past_begins_after_its_own_snapshot_and_after_no_other) {
    Beside beside;
    beside.record("a");
    beside.record("b");
    BOOST_REQUIRE(beside.snapshot("state"));
    beside.record("c");
    const Snapshot snapshot = beside.found().front();
    auto past = Past::open(beside.folder, beside.writer, &snapshot);
    BOOST_REQUIRE(past);
    BOOST_TEST((*past)->sequence() == 2u);
    BOOST_TEST((*past)->begins_group());
    BOOST_TEST(!(*past)->expect(1, bytes_of("d")));
    BOOST_TEST(!(*past)->over());
    BOOST_TEST((*past)->expect(1, bytes_of("c")).has_value());
    BOOST_TEST((*past)->over());
    Snapshot other = snapshot;
    other.fingerprint ^= 1;
    BOOST_TEST(!Past::open(beside.folder, beside.writer, &other));
    other = snapshot;
    other.sequence = 9;
    BOOST_TEST(!Past::open(beside.folder, beside.writer, &other));
}

BOOST_AUTO_TEST_SUITE_END()
