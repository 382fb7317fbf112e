#include <journal/segment_reader.hpp>
#include <utility>

namespace lpc::journal {
namespace {

Error flaw_at(const std::string& segment, std::uint64_t offset, std::uint64_t sequence,
              const std::string& what) {
    return {segment + " offset " + std::to_string(offset) + " sequence " +
            std::to_string(sequence) + ": " + what};
}

std::string found_expected(const std::string& what, std::uint64_t found, std::uint64_t expected) {
    return what + " " + std::to_string(found) + ", expected " + std::to_string(expected);
}

// Checks the records of one group, from first to last; answers the fingerprint of all records up to
// its end.
Result<std::uint64_t> check_records(const GroupHeader& group, const std::byte* records,
                                    const std::string& segment, const End& end) {
    std::uint64_t fingerprint = end.fingerprint;
    std::uint64_t sequence = end.last_sequence;
    std::uint64_t at = 0;
    const auto broken = [&](const std::string& what) {
        const std::uint64_t offset = end.offset + sizeof(GroupHeader) + at;
        return tl::unexpected(flaw_at(segment, offset, sequence, what));
    };
    for (std::uint32_t i = 0; i < group.count; ++i) {
        ++sequence;
        const std::uint64_t left = group.bytes - at;
        if (left < sizeof(RecordHeader)) return broken("the group ends inside a record");
        const auto header = load<RecordHeader>(records + at);
        const std::size_t bytes = record_bytes(header.length);
        if (header.length > kPayloadMax || bytes > left) {
            return broken(
                found_expected("record of length", header.length, left - sizeof(RecordHeader)) +
                " at most");
        }
        if (record_checksum(records + at, bytes) != header.checksum) {
            return broken("the record's checksum does not match its bytes");
        }
        if (header.sequence != sequence) {
            return broken(found_expected("record with sequence", header.sequence, sequence));
        }
        fingerprint = extend_fingerprint(fingerprint, header.checksum);
        at += bytes;
    }
    if (at != group.bytes) return broken("bytes after the last record of the group");
    if (fingerprint != group.fingerprint) {
        return broken("the group's fingerprint does not match its records");
    }
    return fingerprint;
}

}  // namespace

Result<SegmentReader> SegmentReader::open(io::Folder& folder, std::uint64_t number) {
    const std::string name = segment_name(number);
    auto file = io::open_file(folder, name, io::Mode::read);
    if (!file) return tl::unexpected(file.error());
    const auto bytes = io::size_of(**file, name);
    if (!bytes) return tl::unexpected(bytes.error());
    if (*bytes < sizeof(SegmentHeader)) {
        return fail(name + " offset 0: " +
                    found_expected("bad header: file of bytes", *bytes, sizeof(SegmentHeader)) +
                    " at least");
    }
    Window window(std::move(*file), name, *bytes);
    const auto from = window.at(0, sizeof(SegmentHeader));
    if (!from) return tl::unexpected(from.error());
    const auto header = load<SegmentHeader>(*from);
    if (header.magic != kSegmentMagic) {
        return fail(name + " offset 0: bad header: this is no segment of a journal");
    }
    if (header.version != kFormatVersion) {
        return fail(name + " offset 8: " +
                    found_expected("format version", header.version, kFormatVersion));
    }
    if (checksum_of(header) != header.checksum || header.header_bytes != sizeof(SegmentHeader)) {
        return fail(name + " offset 0: bad header: its checksum does not match its bytes");
    }
    return SegmentReader(std::move(window), header);
}

Status SegmentReader::join(const End& end) const {
    const std::uint64_t due = end.last_sequence + 1;
    const auto no = [&](std::uint64_t offset, const std::string& what) {
        return tl::unexpected(flaw_at(name(), offset, due, what));
    };
    if (header_.segment != end.segment + 1) {
        return no(offsetof(SegmentHeader, segment),
                  found_expected("this is segment", header_.segment, end.segment + 1));
    }
    if (end.segment != 0 && header_.journal_id != end.journal_id) {
        return no(offsetof(SegmentHeader, journal_id),
                  found_expected("a segment of journal", header_.journal_id, end.journal_id));
    }
    if (header_.first_sequence != due) {
        return no(offsetof(SegmentHeader, first_sequence),
                  found_expected("the segment begins with sequence", header_.first_sequence, due));
    }
    if (header_.previous_bytes != end.offset) {
        return no(
            offsetof(SegmentHeader, previous_bytes),
            found_expected("the segment before has bytes", end.offset, header_.previous_bytes));
    }
    if (header_.fingerprint != end.fingerprint) {
        return no(offsetof(SegmentHeader, fingerprint),
                  "the segments before it are not those that it was written after");
    }
    return {};
}

bool SegmentReader::is_group(const GroupHeader& group) const {
    return group.magic == kGroupMagic && checksum_of(group, header_.checksum) == group.checksum;
}

Result<Found> SegmentReader::next_group(End& end, bool last) {
    const std::uint64_t left = bytes() - end.offset;
    const std::uint64_t due = end.last_sequence + 1;
    if (left == 0) return Found::end;
    const auto flaw = [&](const std::string& what) {
        return flaw_at(name(), end.offset, due, what);
    };
    if (left < sizeof(GroupHeader)) {
        return judge(flaw("the file ends inside a group's header"), end, bytes(), last);
    }
    auto from = window_.at(end.offset, sizeof(GroupHeader));
    if (!from) return tl::unexpected(from.error());
    const auto group = load<GroupHeader>(*from);
    if (!is_group(group)) {
        return judge(flaw("the group header's checksum does not match its bytes"), end,
                     end.offset + kAlignment, last);
    }
    if (group.first_sequence != due) {
        return tl::unexpected(
            flaw(found_expected("the group begins with sequence", group.first_sequence, due)));
    }
    if (group.count == 0) return take_seal(group, end, last);
    if (group.bytes > left - sizeof(GroupHeader)) {
        return judge(flaw("the file ends inside a group"), end, bytes(), last);
    }
    from = window_.at(end.offset, sizeof(GroupHeader) + group.bytes);
    if (!from) return tl::unexpected(from.error());
    records_ = {*from + sizeof(GroupHeader), static_cast<std::size_t>(group.bytes)};
    const std::uint64_t after = end.offset + sizeof(GroupHeader) + group.bytes;
    const auto fingerprint = check_records(group, records_.data(), name(), end);
    if (!fingerprint) return judge(fingerprint.error(), end, after, last);
    end.offset = after;
    end.last_sequence += group.count;
    end.fingerprint = *fingerprint;
    return Found::group;
}

Result<Found> SegmentReader::take_seal(const GroupHeader& group, End& end, bool last) {
    const std::uint64_t after = end.offset + sizeof(GroupHeader);
    if (group.bytes != 0 || group.fingerprint != end.fingerprint || !last || after != bytes()) {
        return tl::unexpected(flaw_at(name(), end.offset, end.last_sequence + 1,
                                      "the journal's seal is not where and what it must be"));
    }
    end.sealed = true;
    return Found::seal;
}

// A flaw is a torn tail if nothing proves that the writer ever came further: no segment follows,
// and no valid group begins at `from` or later.
Result<Found> SegmentReader::judge(const Error& flaw, const End& end, std::uint64_t from,
                                   bool last) {
    if (!last) return tl::unexpected(flaw);
    const auto later = later_group(from, end.last_sequence + 1);
    if (!later) return tl::unexpected(later.error());
    if (*later == 0) return Found::torn;
    return fail(flaw.message + "; a later group is whole at offset " + std::to_string(*later));
}

// The offset of the first valid group from `from` on that begins after `sequence`; 0: there is
// none.
Result<std::uint64_t> SegmentReader::later_group(std::uint64_t from, std::uint64_t sequence) {
    for (; from + sizeof(GroupHeader) <= bytes(); from += kAlignment) {
        const auto at = window_.at(from, sizeof(GroupHeader));
        if (!at) return tl::unexpected(at.error());
        if (load<std::uint32_t>(*at) != kGroupMagic) continue;
        const auto group = load<GroupHeader>(*at);
        if (is_group(group) && group.first_sequence > sequence) return from;
    }
    return 0;
}

}  // namespace lpc::journal
