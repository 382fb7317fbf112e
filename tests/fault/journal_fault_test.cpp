// The journal on a disk that fails: full at any byte, an error or an interruption at any call, and
// the power going off.
#include <boost/test/unit_test.hpp>
#include <cerrno>
#include <support/journal_tape.hpp>

using namespace lpc;
using namespace lpc::journal;
using namespace lpc::test;

namespace {

constexpr std::size_t kGroup = 4;
constexpr std::uint64_t kEndless = std::numeric_limits<std::uint64_t>::max();

Options options_with(Durability durability) {
    return {.durability = durability, .segment_bytes = 700, .journal_id = 3};
}

// A session from create to close. Reports how much of the tape was acknowledged, and the first
// failure.
struct Session {
    std::size_t committed = 0;
    bool created = false;
    Status status;
};

Session run_session(MemoryDisk& disk, const Tape& tape, const Options& options) {
    Session session;
    auto writer = Writer::create(folder_of(disk), options);
    if (!writer) {
        session.status = tl::unexpected(writer.error());
        return session;
    }
    session.created = true;
    const Written written = write_groups(*writer, tape, 0, tape.size(), kGroup);
    session.committed = written.committed;
    session.status = written.status;
    if (session.status) session.status = writer->close();
    if (session.status) return session;

    // Closed for good: the same sentence again, and nothing is done.
    const auto before = disk.files();
    for (int again = 0; again < 2; ++again) {
        BOOST_REQUIRE_EQUAL(writer->append(1, {}).error().message, session.status.error().message);
        BOOST_REQUIRE_EQUAL(writer->commit().error().message, session.status.error().message);
        BOOST_REQUIRE_EQUAL(writer->close().error().message, session.status.error().message);
    }
    BOOST_REQUIRE((disk.files() == before));
    return session;
}

bool mentions(const Status& status, const std::string& part) {
    return !status && status.error().message.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(journal_faults)

BOOST_AUTO_TEST_CASE(a_disk_full_at_any_byte_is_told_and_what_was_committed_replays) {
    const Tape tape = make_tape(31, 30, 60);
    for (const Durability durability : {Durability::write, Durability::fdatasync}) {
        std::uint64_t space = 0;
        for (bool full = true; full; ++space) {
            MemoryDisk disk;
            disk.space_bytes = space;
            const Session session = run_session(disk, tape, options_with(durability));
            full = !session.status;
            disk.space_bytes = kEndless;
            if (!session.created) {
                BOOST_REQUIRE(mentions(session.status, "000001.lpcj.new offset "));
                BOOST_REQUIRE(!replay(disk).status);
                continue;
            }
            const Replay all = replay(disk);
            BOOST_REQUIRE_MESSAGE(all.status, "space " << space);
            BOOST_REQUIRE(!all.torn);
            BOOST_REQUIRE_EQUAL(all.records.size(), session.committed);
            BOOST_REQUIRE(is_prefix(all.records, tape));
            if (!full) continue;
            BOOST_REQUIRE(mentions(session.status, "journal memory: 00000"));
            BOOST_REQUIRE(mentions(session.status, "No space left on device (errno 28)"));
            BOOST_REQUIRE(mentions(session.status, "; the writer is closed"));
        }
        BOOST_TEST(space > 2000U);
    }
}

BOOST_AUTO_TEST_CASE(without_durability_a_full_disk_still_leaves_whole_groups_only) {
    const Tape tape = make_tape(32, 300, 12'000);
    for (std::uint64_t space = 0; space < 2'000'000; space += 50'021) {
        MemoryDisk disk;
        disk.space_bytes = space;
        const Session session = run_session(disk, tape, {.durability = Durability::none});
        disk.space_bytes = kEndless;
        if (!session.created) continue;
        const Replay all = replay(disk);
        BOOST_REQUIRE(all.status);
        BOOST_REQUIRE(is_prefix(all.records, tape));
        BOOST_REQUIRE(session.status || all.records.size() <= session.committed + kGroup);
    }
}

BOOST_AUTO_TEST_CASE(an_error_at_any_one_call_loses_nothing_that_was_committed) {
    const Tape tape = make_tape(33, 24, 60);
    for (const Durability durability : {Durability::write, Durability::fdatasync}) {
        std::uint64_t at = 0;
        for (bool failed = true; failed; ++at) {
            MemoryDisk disk;
            disk.fault = [&](std::uint64_t call) { return call == at ? -EIO : 0; };
            const Session session = run_session(disk, tape, options_with(durability));
            failed = !session.status;
            disk.fault = [](std::uint64_t) { return 0; };
            if (failed) BOOST_REQUIRE(mentions(session.status, "(errno 5)"));
            if (!session.created) continue;
            const Replay all = replay(disk);
            BOOST_REQUIRE_MESSAGE(all.status, "call " << at);
            BOOST_REQUIRE(!all.torn);
            BOOST_REQUIRE_EQUAL(all.records.size(), session.committed);
            BOOST_REQUIRE(is_prefix(all.records, tape));
        }
        BOOST_TEST(at > 20U);
    }
}

BOOST_AUTO_TEST_CASE(a_disk_that_dies_at_any_call_loses_nothing_that_was_committed) {
    const Tape tape = make_tape(34, 24, 60);
    std::uint64_t at = 0;
    for (bool failed = true; failed; ++at) {
        MemoryDisk disk;
        disk.write_bytes_max = 50;
        disk.fault = [&](std::uint64_t call) { return call >= at ? -EIO : 0; };
        const Session session = run_session(disk, tape, options_with(Durability::fdatasync));
        failed = !session.status;
        disk.fault = [](std::uint64_t) { return 0; };
        if (!session.created) continue;
        const Replay all = replay(disk);
        BOOST_REQUIRE_MESSAGE(all.status, "call " << at);
        // Why the second: a group that was written but not synced cannot be taken back on a dead
        // disk.
        BOOST_REQUIRE(all.records.size() == session.committed ||
                      all.records.size() == std::min(session.committed + kGroup, tape.size()));
        BOOST_REQUIRE(is_prefix(all.records, tape));
        BOOST_REQUIRE(Writer::open_for_append(folder_of(disk), {}));
    }
    BOOST_TEST(at > 60U);
}

BOOST_AUTO_TEST_CASE(interruptions_and_short_transfers_change_no_byte) {
    const Tape tape = make_tape(35, 40, 60);
    MemoryDisk calm;
    BOOST_REQUIRE(run_session(calm, tape, options_with(Durability::fdatasync)).status);
    for (std::size_t bytes_max = 1; bytes_max < 100; bytes_max += 7) {
        MemoryDisk disk;
        disk.write_bytes_max = disk.read_bytes_max = bytes_max;
        disk.fault = [](std::uint64_t call) { return call % 3 != 0 ? -EINTR : 0; };
        BOOST_REQUIRE(run_session(disk, tape, options_with(Durability::fdatasync)).status);
        BOOST_REQUIRE((disk.files() == calm.files()));
        BOOST_REQUIRE((replay(disk).records == tape));
        BOOST_REQUIRE(Writer::open_for_append(folder_of(disk), {}));
    }
}

BOOST_AUTO_TEST_CASE(an_error_while_reading_is_an_error_and_never_a_torn_tail) {
    const Tape tape = make_tape(36, 40, 60);
    MemoryDisk disk;
    BOOST_REQUIRE(run_session(disk, tape, options_with(Durability::write)).status);
    disk.file(disk.names.rbegin()->first).resize(300);  // Why: judging a torn tail reads too.
    const std::uint64_t first = disk.calls;
    bool failed = true;
    std::uint64_t at = 0;
    for (; failed; ++at) {
        disk.calls = first;
        disk.fault = [&](std::uint64_t call) { return call == first + at ? -EIO : 0; };
        const Replay all = replay(disk);
        failed = !all.status;
        BOOST_REQUIRE(all.torn.has_value() != failed);
        BOOST_REQUIRE(is_prefix(all.records, tape));
        if (failed) BOOST_REQUIRE(mentions(all.status, "(errno 5)"));
    }
    BOOST_TEST(at > 9U);
}

BOOST_AUTO_TEST_CASE(an_error_while_continuing_leaves_every_record_and_the_next_try_succeeds) {
    const Tape tape = make_tape(37, 40, 60);
    MemoryDisk whole;
    BOOST_REQUIRE(run_session(whole, tape, options_with(Durability::write)).status);
    bool failed = true;
    std::uint64_t at = 0;
    for (; failed; ++at) {
        MemoryDisk disk;
        for (const auto& [name, bytes] : whole.files()) disk.file(name) = bytes;
        disk.fault = [&](std::uint64_t call) { return call == at ? -EIO : 0; };
        failed = !Writer::open_for_append(folder_of(disk), {});
        disk.fault = [](std::uint64_t) { return 0; };
        BOOST_REQUIRE((replay(disk).records == tape));
        BOOST_REQUIRE(Writer::open_for_append(folder_of(disk), {}));
    }
    BOOST_TEST(at > 10U);
}

BOOST_AUTO_TEST_CASE(a_power_failure_takes_nothing_that_was_synced_and_leaves_no_damage) {
    constexpr std::uint64_t kFirstSeed = 1000;
    for (std::uint64_t seed = kFirstSeed; seed < kFirstSeed + 3000; ++seed) {
        venue::Random random(seed);
        const Tape tape = make_tape(seed, 60, 80);
        MemoryDisk disk;
        std::size_t committed = 0;
        // Several lives of one journal; each dies at some call, in the middle of opening or
        // writing.
        for (int life = 0; life < 4 && committed < tape.size(); ++life) {
            const std::uint64_t dies = disk.calls + random.below(60);
            disk.write_bytes_max = 1 + random.below(400);
            disk.fault = [&](std::uint64_t call) { return call >= dies ? -EIO : 0; };
            const Options options = options_with(Durability::fdatasync);
            const bool begun = disk.names.count("000001.lpcj") != 0;
            auto writer = begun ? Writer::open_for_append(folder_of(disk), options)
                                : Writer::create(folder_of(disk), options);
            if (writer) {
                const auto from = static_cast<std::size_t>(writer->last_sequence());
                BOOST_REQUIRE_MESSAGE(from >= committed, "seed " << seed);
                const std::size_t group = 1 + random.below(6);
                committed = write_groups(*writer, tape, from, tape.size(), group).committed;
                if (random.below(2) == 0) (void)writer->close();
            }
            disk.fault = [](std::uint64_t) { return 0; };
            disk.lose_power([&](std::size_t n) { return random.below(n); });
            if (committed == 0 && disk.names.count("000001.lpcj") == 0) continue;
            const Replay all = replay(disk);
            BOOST_REQUIRE_MESSAGE(all.status,
                                  "seed " << seed << ": " << all.status.error().message);
            BOOST_REQUIRE_MESSAGE(all.records.size() >= committed, "seed " << seed);
            BOOST_REQUIRE_MESSAGE(is_prefix(all.records, tape), "seed " << seed);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
