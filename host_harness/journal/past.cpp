#include "past.hpp"

#include <algorithm>

#include "describe.hpp"
#include "records.hpp"

namespace lpc::journal {

Result<std::unique_ptr<Past>> Past::open(std::shared_ptr<io::Folder> folder, const Writer& writer,
                                         const Snapshot* from) {
    auto reader = Reader::open(std::move(folder));
    if (!reader) return tl::unexpected(reader.error());
    std::unique_ptr<Past> past(new Past(std::move(*reader), writer.last_sequence()));
    Status status = past->advance();
    while (status && from != nullptr && past->done_ < from->sequence && !past->over()) {
        ++past->done_;
        status = past->advance();
    }
    if (!status) return tl::unexpected(status.error());
    if (from != nullptr &&
        (past->done_ != from->sequence || past->fingerprint_ != from->fingerprint))
        return fail("the snapshot after sequence " + std::to_string(from->sequence) +
                    " is not of this journal, which ends at " + std::to_string(past->last_));
    return past;
}

// Invariant: next_ is the record after done_, unless the past is over.
Status Past::advance() {
    begins_group_ = reader_.end().last_sequence == done_;
    if (begins_group_) fingerprint_ = reader_.end().fingerprint;
    if (over() || reader_.next(next_)) return {};
    if (!reader_.status()) return reader_.status();
    return fail("the journal ends at sequence " + std::to_string(done_) + ", expected " +
                std::to_string(last_));
}

Status Past::expect(std::uint16_t type, std::span<const std::byte> payload) {
    if (next_.type != type || next_.payload.size() != payload.size() ||
        !std::equal(payload.begin(), payload.end(), next_.payload.begin()))
        return fail("sequence " + std::to_string(next_.sequence) + " of the journal: found " +
                    describe_record(next_.type, next_.payload) + ", this run comes to " +
                    describe_record(type, payload) +
                    "; expected the scenario, data, seed and plugins of the run that is resumed");
    ++done_;
    return advance();
}

std::optional<runtime::Input> Past::next_input() const {
    if (over() || next_.type >= kFirstOutcome) return std::nullopt;
    return runtime::Input{static_cast<runtime::InputKind>(next_.type),
                          {next_.payload.begin(), next_.payload.end()}};
}

}  // namespace lpc::journal
