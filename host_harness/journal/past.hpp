// What a run that was cut short has journaled. The run goes through it once more from its
// beginning, and each record must come again as it stands there, before anything new is written:
// so the engine stands where it stood, and whatever had left a port leaves with the same id. Engine
// thread only; owns the reader.
#pragma once

#include <memory>
#include <optional>

#include <runtime/input.hpp>

#include "reader.hpp"
#include "snapshots.hpp"

namespace lpc::journal {

class Past {
  public:
    // Of the journal that this writer continues, up to where it does; after a snapshot, if one is
    // given, which must be this journal's.
    [[nodiscard]] static Result<std::unique_ptr<Past>> open(std::shared_ptr<io::Folder> folder,
                                                            const Writer& writer,
                                                            const Snapshot* from = nullptr);

    bool over() const { return done_ == last_; }
    // Of the last record that came again.
    std::uint64_t sequence() const { return done_; }
    std::uint64_t fingerprint() const { return fingerprint_; }
    std::uint64_t last_sequence() const { return last_; }
    // The next record, which must be this one. An error names it and what came instead.
    [[nodiscard]] Status expect(std::uint16_t type, std::span<const std::byte> payload);
    // What comes next, if it is an input.
    std::optional<runtime::Input> next_input() const;
    // Is what comes next the first record of what one commit wrote?
    bool begins_group() const { return begins_group_; }

  private:
    Past(Reader reader, std::uint64_t last) : reader_(std::move(reader)), last_(last) {}
    Status advance();

    Reader reader_;
    Record next_;
    std::uint64_t done_ = 0, fingerprint_ = 0;
    std::uint64_t last_;
    bool begins_group_ = false;
};

}  // namespace lpc::journal
