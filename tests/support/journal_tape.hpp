// What the journal's tests share: a tape of records, a journal made of it, and everything a reader
// says of a journal.
#pragma once

#include <boost/test/unit_test.hpp>
#include <journal/reader.hpp>
#include <journal/writer.hpp>
#include <support/memory_disk.hpp>
#include <venue/random.hpp>

namespace lpc::test {

struct Entry {
    std::uint16_t type = 0;
    Bytes payload;
    bool operator==(const Entry&) const = default;
};
using Tape = std::vector<Entry>;

inline Tape make_tape(std::uint64_t seed, std::size_t records, std::size_t payload_max) {
    venue::Random random(seed);
    Tape tape(records);
    for (Entry& entry : tape) {
        entry.type = static_cast<std::uint16_t>(random.next());
        entry.payload.resize(random.below(payload_max + 1));
        for (std::byte& byte : entry.payload) byte = static_cast<std::byte>(random.next());
    }
    return tape;
}

inline std::shared_ptr<journal::io::Folder> folder_of(MemoryDisk& disk) {
    return std::make_shared<MemoryFolder>(disk);
}

struct Replay {
    Tape records;
    Status status;
    std::optional<journal::TornTail> torn;
    journal::End end;
};

inline Replay replay(const std::shared_ptr<journal::io::Folder>& folder) {
    Replay all;
    auto reader = journal::Reader::open(folder);
    if (!reader) {
        all.status = tl::unexpected(reader.error());
        return all;
    }
    journal::Record record;
    while (reader->next(record)) {
        all.records.push_back({record.type, {record.payload.begin(), record.payload.end()}});
        BOOST_REQUIRE_EQUAL(record.sequence, all.records.size());
    }
    all.status = reader->status();
    all.torn = reader->torn_tail();
    all.end = reader->end();
    return all;
}

inline Replay replay(MemoryDisk& disk) {
    return replay(folder_of(disk));
}

// Is `records` the beginning of `tape`?
inline bool is_prefix(const Tape& records, const Tape& tape) {
    return records.size() <= tape.size() &&
           std::equal(records.begin(), records.end(), tape.begin());
}

// Appends tape[from, to) in groups of `group` records; how many of the tape are committed, at the
// first failure or the end.
struct Written {
    std::size_t committed = 0;
    Status status;
};

inline Written write_groups(journal::Writer& writer, const Tape& tape, std::size_t from,
                            std::size_t to, std::size_t group) {
    Written written{from, {}};
    for (std::size_t i = from; i < to; ++i) {
        const auto sequence = writer.append(tape[i].type, tape[i].payload);
        if (!sequence) return {written.committed, tl::unexpected(sequence.error())};
        BOOST_REQUIRE_EQUAL(*sequence, i + 1);
        if ((i + 1 - from) % group != 0 && i + 1 != to) continue;
        if (Status done = writer.commit(); !done) return {written.committed, done};
        written.committed = i + 1;
    }
    return written;
}

// A whole journal on an empty disk; every step must succeed.
inline void make_journal(MemoryDisk& disk, const Tape& tape, std::size_t group,
                         const journal::Options& options, bool close) {
    auto writer = journal::Writer::create(folder_of(disk), options);
    BOOST_REQUIRE_MESSAGE(writer, writer.error().message);
    BOOST_REQUIRE(write_groups(*writer, tape, 0, tape.size(), group).status);
    if (close) BOOST_REQUIRE(writer->close());
}

inline constexpr journal::Options kSmallSegments = {
    .durability = journal::Durability::write, .segment_bytes = 600, .journal_id = 7};

// Three segments and more of small groups, closed or as a crash leaves it.
inline MemoryDisk small_journal(const Tape& tape, bool close) {
    MemoryDisk disk;
    make_journal(disk, tape, 3, kSmallSegments, close);
    return disk;
}

}  // namespace lpc::test
