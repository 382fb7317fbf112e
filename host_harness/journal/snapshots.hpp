// Snapshots beside a journal's segments, two files written in turn, so that one is always whole.
// Each is bound to the journal by the sequence number it was taken after and the fingerprint of all
// records up to there. FORMAT.md has the bytes. Owned and called by one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "io.hpp"
#include "writer.hpp"

namespace lpc::journal {

struct Snapshot {
    std::uint64_t sequence = 0;     // of the last record that is in it
    std::uint64_t fingerprint = 0;  // of all records up to there
    std::vector<std::byte> state;   // what runtime::Runtime::restore takes
};

// "0.lpcs" or "1.lpcs"
bool is_snapshot_name(const std::string& name);

// Those in the folder that are whole, the newest first.
[[nodiscard]] Result<std::vector<Snapshot>> read_snapshots(io::Folder& folder);

class SnapshotWriter {
  public:
    [[nodiscard]] static Result<SnapshotWriter> open(std::shared_ptr<io::Folder> folder);
    // In place of the older of the two; all that the journal's writer was given must be committed.
    // After an error the newest one before is still there.
    [[nodiscard]] Status write(const Writer& journal, std::span<const std::byte> state);

  private:
    explicit SnapshotWriter(std::shared_ptr<io::Folder> folder) : folder_(std::move(folder)) {}

    std::shared_ptr<io::Folder> folder_;
    unsigned next_ = 0;  // which of the two
};

}  // namespace lpc::journal
