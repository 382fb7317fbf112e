#include "past.hpp"

#include <algorithm>

#include "describe.hpp"
#include "records.hpp"

namespace lpc::journal {

Result<std::unique_ptr<Past>> Past::open(std::shared_ptr<io::Folder> folder, const Writer& writer) {
    auto reader = Reader::open(std::move(folder));
    if (!reader) return tl::unexpected(reader.error());
    std::unique_ptr<Past> past(new Past(std::move(*reader), writer.last_sequence()));
    if (const Status status = past->advance(); !status) return tl::unexpected(status.error());
    return past;
}

// Invariant: next_ is the record after done_, unless the past is over.
Status Past::advance() {
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

std::optional<runtime::Input> Past::operators_next() const {
    if (over()) return std::nullopt;
    const auto kind = static_cast<runtime::InputKind>(next_.type);
    if (kind != runtime::InputKind::follow && kind != runtime::InputKind::step &&
        kind != runtime::InputKind::hold)
        return std::nullopt;
    return runtime::Input{kind, {next_.payload.begin(), next_.payload.end()}};
}

}  // namespace lpc::journal
