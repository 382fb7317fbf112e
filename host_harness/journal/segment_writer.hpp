// The files of a journal as its writer sees them: the current segment, the next one, and the bytes
// in between. Knows groups only as bytes. Private to the writer, one thread.
#pragma once

#include <journal/format.hpp>
#include <journal/reader.hpp>
#include <journal/transfer.hpp>

namespace lpc::journal {

class SegmentWriter {
  public:
    SegmentWriter(std::shared_ptr<io::Folder> folder, const Options& options)
        : folder_(std::move(folder)), options_(options) {}

    // The segment after the current one, made whole under another name before it gets its own: a
    // crash leaves no half header.
    [[nodiscard]] Status begin_next(std::uint64_t first_sequence, std::uint64_t fingerprint);
    // The last segment of an existing journal, cut to its whole groups.
    [[nodiscard]] Status reopen(const End& end);

    [[nodiscard]] Status write(std::span<const std::byte> bytes);
    [[nodiscard]] Status sync();
    // After a failure, as far as the disk still allows: nothing of a half-written group stays
    // behind.
    void abandon();

    // Does the next group belong in this segment, with `waiting` bytes of earlier ones still to be
    // written?
    [[nodiscard]] bool fits(std::uint64_t waiting, std::uint64_t group) const {
        const std::uint64_t end = end_ + waiting;
        return end == sizeof(SegmentHeader) || end + group <= options_.segment_bytes;
    }
    [[nodiscard]] std::uint64_t end() const { return end_; }
    [[nodiscard]] std::uint64_t checksum() const { return checksum_; }
    [[nodiscard]] io::Folder& folder() { return *folder_; }

  private:
    std::shared_ptr<io::Folder> folder_;
    Options options_;
    std::unique_ptr<io::File> file_;
    std::string name_;
    std::uint64_t number_ = 0;
    std::uint64_t end_ = 0;       // of what is written whole
    std::uint64_t checksum_ = 0;  // of the segment's header
};

}  // namespace lpc::journal
