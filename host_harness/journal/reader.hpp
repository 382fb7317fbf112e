// Reads a journal from its first record to its last, group by group, each checked whole before a
// record of it is handed out. Memory: one group, at least a window of 1 MiB. Owned and called by
// one thread; a pure function of the bytes.
//     Record record;
//     while (reader.next(record)) ...;
//     if (!reader.status()) ...damage; else if (reader.torn_tail()) ...a crash cut it short.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <journal/io.hpp>
#include <journal/writer.hpp>
#include <memory>
#include <optional>
#include <span>

namespace lpc::journal {

struct Record {
    std::uint64_t sequence = 0;
    std::uint16_t type = 0;
    std::span<const std::byte> payload;  // valid until the next call of next()
};

// Where a journal ends, and what a writer needs to continue it there.
struct End {
    std::uint64_t journal_id = 0;
    std::uint64_t segment = 0;
    std::uint64_t segment_checksum = 0;  // of the segment's header
    std::uint64_t offset = 0;            // after the last whole group
    std::uint64_t first_sequence = 0;    // of the segment
    std::uint64_t last_sequence = 0;     // 0: no record yet
    std::uint64_t fingerprint = 0;
    bool sealed = false;  // closed in order, nothing is missing
};

class Reader {
  public:
    // Fails where the folder holds no journal, a segment is missing, or the first one's header is
    // damaged.
    [[nodiscard]] static Result<Reader> open(std::shared_ptr<io::Folder> folder);
    Reader(Reader&&) noexcept;
    Reader& operator=(Reader&&) noexcept;
    ~Reader();

    // False at the end and at damage: status() tells which.
    [[nodiscard]] bool next(Record& record);
    // An error names the segment, the offset in it and the sequence number that was due there.
    [[nodiscard]] const Status& status() const;
    [[nodiscard]] const std::optional<TornTail>& torn_tail() const;  // known once next() was false
    // How far it has come; at the end, where the journal ends.
    [[nodiscard]] const End& end() const;

  private:
    struct State;
    explicit Reader(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace lpc::journal
