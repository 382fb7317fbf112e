// Writes a journal: records are gathered in memory, and commit() makes one group of them, whole or
// not at all. Owned and called by one thread. Deterministic: the same records, commits and options
// give the same bytes. After the first failure it is closed for good, and what was committed before
// replays. Not committed when destroyed: dropped, as in a crash.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <journal/io.hpp>
#include <memory>
#include <optional>
#include <span>
#include <string>

namespace lpc::journal {

inline constexpr std::size_t kPayloadMax = std::size_t{1} << 24;     // 16 MiB
inline constexpr std::size_t kGroupBytesMax = std::size_t{1} << 30;  // 1 GiB between two commits

enum class Durability {
    none,   // commit gathers up to 1 MiB before it writes, and syncs nothing: for runs that can be
            // run again
    write,  // in the page cache when commit returns: survives the process, not the machine
    fdatasync,  // on the disk when commit returns
};

struct Options {
    Durability durability = Durability::fdatasync;
    std::uint64_t segment_bytes =
        std::uint64_t{64} << 20;  // a segment is followed by the next before it grows beyond
    std::uint64_t journal_id =
        0;  // in every segment, so that those of two journals are never mixed
};

// What a crash left at the end: a group that was never whole, and nothing valid after it.
struct TornTail {
    std::string segment;
    std::uint64_t offset = 0;    // where it begins
    std::uint64_t bytes = 0;     // how many are dropped
    std::uint64_t sequence = 0;  // of the first record that is lost
};

// One sentence: "000002.lpcj offset 640 sequence 12: torn tail of 88 bytes".
[[nodiscard]] std::string describe(const TornTail& tail);

class Writer {
  public:
    // Begins a journal. Refused if the folder already holds one, or if another writer holds the
    // folder.
    [[nodiscard]] static Result<Writer> create(std::shared_ptr<io::Folder> folder,
                                               const Options& options);
    // Continues the journal in the folder, whose records are all checked first; a torn tail is cut,
    // any other damage is an error and changes nothing. The journal's own id counts, not that of
    // the options.
    [[nodiscard]] static Result<Writer> open_for_append(std::shared_ptr<io::Folder> folder,
                                                        const Options& options);
    Writer(Writer&&) noexcept;
    Writer& operator=(Writer&&) noexcept;
    ~Writer();

    // Takes a copy of the payload; answers the record's sequence number: 1, 2, 3, ... over the
    // whole journal.
    [[nodiscard]] Result<std::uint64_t> append(std::uint16_t type,
                                               std::span<const std::byte> payload);
    // Everything appended since the last commit becomes one group, as durable as the options say.
    // Nothing appended: nothing done.
    [[nodiscard]] Status commit();
    // Commits, writes the seal that says that nothing is missing at the end, syncs (but for
    // Durability::none) and lets go.
    [[nodiscard]] Status close();

    [[nodiscard]] std::uint64_t last_sequence() const;  // appended, committed or not; 0: none
    // Of all appended records, their types and order; the same whatever the commits and segments.
    [[nodiscard]] std::uint64_t fingerprint() const;
    [[nodiscard]] const std::optional<TornTail>& cut() const;  // by open_for_append

  private:
    struct State;
    explicit Writer(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace lpc::journal
