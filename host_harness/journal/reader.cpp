#include <algorithm>
#include <journal/reader.hpp>
#include <journal/segment_reader.hpp>
#include <utility>

namespace lpc::journal {
namespace {

// How many segments the folder holds: 1 to n, none missing.
Result<std::uint64_t> count_segments(io::Folder& folder) {
    const auto names = io::list(folder);
    if (!names) return tl::unexpected(names.error());
    std::vector<std::uint64_t> numbers;
    for (const std::string& name : *names) {
        if (const std::uint64_t number = segment_number(name)) numbers.push_back(number);
    }
    if (numbers.empty()) return fail("the folder holds no journal; expected " + segment_name(1));
    std::sort(numbers.begin(), numbers.end());
    for (std::uint64_t i = 0; i < numbers.size(); ++i) {
        if (numbers[i] == i + 1) continue;
        return fail(segment_name(i + 1) + " is missing; found " + segment_name(numbers[i]));
    }
    return numbers.size();
}

}  // namespace

struct Reader::State {
    bool open_next_segment();
    bool advance();
    bool damaged(const Error& error);

    std::shared_ptr<io::Folder> folder;
    std::uint64_t segments = 0;
    std::optional<SegmentReader> segment;
    std::span<const std::byte> records;  // of the group that are still to be handed out
    End end;
    Status status;
    std::optional<TornTail> torn;
    bool finished = false;
};

bool Reader::State::damaged(const Error& error) {
    status = fail_in("journal " + folder->path(), error);
    finished = true;
    return false;
}

bool Reader::State::open_next_segment() {
    auto opened = SegmentReader::open(*folder, end.segment + 1);
    if (!opened) return damaged(opened.error());
    if (const Status joined = opened->join(end); !joined) return damaged(joined.error());
    segment.emplace(std::move(*opened));
    const SegmentHeader& header = segment->header();
    end.journal_id = header.journal_id;
    end.segment = header.segment;
    end.segment_checksum = header.checksum;
    end.first_sequence = header.first_sequence;
    end.offset = sizeof(SegmentHeader);
    return true;
}

// To the next group; false at the end and at damage.
bool Reader::State::advance() {
    while (!finished) {
        const bool last = end.segment == segments;
        const auto found = segment->next_group(end, last);
        if (!found) return damaged(found.error());
        if (*found == Found::group) {
            records = segment->records();
            return true;
        }
        if (*found == Found::torn) {
            torn = TornTail{.segment = segment->name(),
                            .offset = end.offset,
                            .bytes = segment->bytes() - end.offset,
                            .sequence = end.last_sequence + 1};
        }
        if (last) {
            finished = true;
        } else if (!open_next_segment()) {
            return false;
        }
    }
    return false;
}

Reader::Reader(std::unique_ptr<State> state) : state_(std::move(state)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Result<Reader> Reader::open(std::shared_ptr<io::Folder> folder) {
    auto state = std::make_unique<State>();
    state->folder = std::move(folder);
    const auto segments = count_segments(*state->folder);
    if (!segments) return fail_in("journal " + state->folder->path(), segments.error());
    state->segments = *segments;
    if (!state->open_next_segment()) return tl::unexpected(state->status.error());
    return Reader(std::move(state));
}

bool Reader::next(Record& record) {
    State& state = *state_;
    if (state.records.empty() && !state.advance()) return false;
    const auto header = load<RecordHeader>(state.records.data());
    record.sequence = header.sequence;
    record.type = header.type;
    record.payload = state.records.subspan(sizeof header, header.length);
    state.records = state.records.subspan(record_bytes(header.length));
    return true;
}

const Status& Reader::status() const {
    return state_->status;
}
const std::optional<TornTail>& Reader::torn_tail() const {
    return state_->torn;
}
const End& Reader::end() const {
    return state_->end;
}

}  // namespace lpc::journal
