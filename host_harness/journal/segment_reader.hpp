// One segment: its header, its groups one by one, and the judgement whether what is broken at its
// end is a torn tail or damage (FORMAT.md, "A torn tail"). Private to the reader.
#pragma once

#include <journal/format.hpp>
#include <journal/reader.hpp>
#include <journal/window.hpp>
#include <string_view>

namespace lpc::journal {

enum class Found {
    group,  // whole and checked
    end,    // of the segment
    seal,   // of the journal
    torn,   // a group that never became whole
};

class SegmentReader {
  public:
    // Opens a segment and checks its header for itself; how it joins the one before is join()'s.
    [[nodiscard]] static Result<SegmentReader> open(io::Folder& folder, std::uint64_t number);

    // Does this segment follow a journal that so far ends at `end` (no segment yet: 0)?
    [[nodiscard]] Status join(const End& end) const;
    // Moves `end` over the next group; `last`: no segment follows this one.
    [[nodiscard]] Result<Found> next_group(End& end, bool last);
    // The records of the group that next_group found.
    [[nodiscard]] std::span<const std::byte> records() const { return records_; }

    [[nodiscard]] const SegmentHeader& header() const { return header_; }
    [[nodiscard]] std::uint64_t bytes() const { return window_.file_bytes(); }
    [[nodiscard]] const std::string& name() const { return window_.name(); }

  private:
    SegmentReader(Window window, const SegmentHeader& header)
        : window_(std::move(window)), header_(header) {}

    [[nodiscard]] Result<Found> take_seal(const GroupHeader& group, End& end, bool last);
    [[nodiscard]] Result<Found> judge(const Error& flaw, const End& end, std::uint64_t from,
                                      bool last);
    [[nodiscard]] Result<std::uint64_t> later_group(std::uint64_t from, std::uint64_t sequence);
    [[nodiscard]] bool is_group(const GroupHeader& group) const;

    Window window_;
    SegmentHeader header_;
    std::span<const std::byte> records_;
};

}  // namespace lpc::journal
