#include <journal/segment_writer.hpp>
#include <utility>

namespace lpc::journal {

Status SegmentWriter::begin_next(std::uint64_t first_sequence, std::uint64_t fingerprint) {
    SegmentHeader header = {.magic = kSegmentMagic,
                            .version = kFormatVersion,
                            .header_bytes = sizeof(SegmentHeader),
                            .journal_id = options_.journal_id,
                            .segment = number_ + 1,
                            .first_sequence = first_sequence,
                            .previous_bytes = end_,
                            .fingerprint = fingerprint,
                            .checksum = 0};
    header.checksum = checksum_of(header);

    const std::string name = segment_name(header.segment);
    const std::string unborn = name + ".new";
    auto file = io::open_file(*folder_, unborn, io::Mode::create);
    if (!file) return tl::unexpected(file.error());
    const auto bytes = std::as_bytes(std::span(&header, 1));
    if (Status done = io::write_all(**file, unborn, 0, bytes); !done) return done;
    const bool durable = options_.durability != Durability::none;
    if (durable) {
        if (Status done = io::sync_all(**file, unborn); !done) return done;
    }
    if (Status done = io::rename(*folder_, unborn, name); !done) return done;
    if (durable) {
        if (Status done = io::sync(*folder_); !done) return done;
    }
    file_ = std::move(*file);
    name_ = name;
    number_ = header.segment;
    end_ = sizeof header;
    checksum_ = header.checksum;
    return {};
}

Status SegmentWriter::reopen(const End& end) {
    options_.journal_id = end.journal_id;
    name_ = segment_name(end.segment);
    auto file = io::open_file(*folder_, name_, io::Mode::write);
    if (!file) return tl::unexpected(file.error());
    if (Status done = io::truncate(**file, name_, end.offset); !done) return done;
    if (Status done = io::sync_all(**file, name_); !done) return done;
    file_ = std::move(*file);
    number_ = end.segment;
    end_ = end.offset;
    checksum_ = end.segment_checksum;
    return {};
}

Status SegmentWriter::write(std::span<const std::byte> bytes) {
    if (Status done = io::write_all(*file_, name_, end_, bytes); !done) return done;
    if (options_.durability == Durability::fdatasync) {
        if (Status done = io::sync_data(*file_, name_, end_); !done) return done;
    }
    end_ += bytes.size();
    return {};
}

Status SegmentWriter::sync() {
    return io::sync_data(*file_, name_, end_);
}

void SegmentWriter::abandon() {
    if (file_ != nullptr) (void)io::truncate(*file_, name_, end_);
    file_.reset();
}

}  // namespace lpc::journal
