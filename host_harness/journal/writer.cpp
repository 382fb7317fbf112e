#include <algorithm>
#include <journal/group_buffer.hpp>
#include <journal/segment_writer.hpp>
#include <journal/writer.hpp>
#include <utility>

namespace lpc::journal {
namespace {

constexpr std::size_t kLazyBytes = std::size_t{1} << 20;

}  // namespace

std::string describe(const TornTail& tail) {
    return tail.segment + " offset " + std::to_string(tail.offset) + " sequence " +
           std::to_string(tail.sequence) + ": torn tail of " + std::to_string(tail.bytes) +
           " bytes";
}

// Invariant: the buffer is whole groups that wait to be written (`sealed` bytes), then the open
// group: nothing, or a header still to be filled in and its records.
struct Writer::State {
    State(std::shared_ptr<io::Folder> folder, const Options& wanted)
        : options(wanted), segments(std::move(folder), wanted) {}
    ~State() {
        if (refusal.empty()) release();
    }

    Status commit();
    Status close();
    Status flush();
    void seal_group();
    void release();
    Status give_up(const Error& error);
    std::byte* begin_record(std::size_t bytes);

    Options options;
    SegmentWriter segments;
    GroupBuffer buffer;
    std::size_t sealed = 0;
    std::uint32_t count = 0;  // records of the open group
    std::uint64_t sequence = 0;
    std::uint64_t fingerprint = 0;
    std::uint64_t sealed_sequence = 0;
    std::uint64_t sealed_fingerprint = 0;
    std::optional<TornTail> cut;
    std::string refusal;  // not empty: closed, and why
};

std::byte* Writer::State::begin_record(std::size_t bytes) {
    if (count > 0) return buffer.grow(bytes);
    return buffer.grow(sizeof(GroupHeader) + bytes) + sizeof(GroupHeader);
}

void Writer::State::seal_group() {
    std::byte* at = buffer.data() + sealed;
    GroupHeader header = {.magic = kGroupMagic,
                          .count = count,
                          .bytes = buffer.size() - sealed - sizeof(GroupHeader),
                          .first_sequence = sealed_sequence + 1,
                          .fingerprint = fingerprint,
                          .checksum = 0};
    header.checksum = checksum_of(header, segments.checksum());
    store(at, header);
    sealed = buffer.size();
    sealed_sequence = sequence;
    sealed_fingerprint = fingerprint;
    count = 0;
}

Status Writer::State::flush() {
    if (sealed == 0) return {};
    if (Status done = segments.write({buffer.data(), sealed}); !done) return done;
    buffer.drop_front(sealed);
    sealed = 0;
    return {};
}

Status Writer::State::commit() {
    if (count == 0) return {};
    if (!segments.fits(sealed, buffer.size() - sealed)) {
        if (Status done = flush(); !done) return done;
        Status done = segments.begin_next(sealed_sequence + 1, sealed_fingerprint);
        if (!done) return done;
    }
    seal_group();
    if (options.durability == Durability::none && sealed < kLazyBytes) return {};
    return flush();
}

Status Writer::State::close() {
    if (Status done = commit(); !done) return done;
    buffer.grow(sizeof(GroupHeader));
    seal_group();  // Why: a group of no records is the seal.
    if (Status done = flush(); !done) return done;
    if (options.durability == Durability::write) return segments.sync();
    return {};
}

void Writer::State::release() {
    // Why: no one is left to hear of a failure; what is lost then is what Durability::none may
    // lose.
    (void)flush();
    segments.folder().unlock();
}

Status Writer::State::give_up(const Error& error) {
    segments.abandon();
    segments.folder().unlock();
    refusal = "journal " + segments.folder().path() + ": " + error.message +
              "; the writer is closed, what was committed before replays";
    return fail(refusal);
}

Writer::Writer(std::unique_ptr<State> state) : state_(std::move(state)) {}
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;
Writer::~Writer() = default;

Result<Writer> Writer::create(std::shared_ptr<io::Folder> folder, const Options& options) {
    const std::string where = "creating journal " + folder->path();
    auto state = std::make_unique<State>(folder, options);
    if (Status done = io::lock(*folder); !done) {
        state->refusal = "not opened";
        return fail_in(where, done.error());
    }
    const auto names = io::list(*folder);
    if (!names) return fail_in(where, names.error());
    const auto taken = std::find_if(names->begin(), names->end(),
                                    [](const auto& name) { return segment_number(name) != 0; });
    if (taken != names->end()) {
        return fail(where + ": the folder already holds a journal (" + *taken + "); expected none");
    }
    if (Status done = state->segments.begin_next(1, 0); !done) return fail_in(where, done.error());
    return Writer(std::move(state));
}

Result<Writer> Writer::open_for_append(std::shared_ptr<io::Folder> folder, const Options& options) {
    const std::string where = "continuing journal " + folder->path();
    auto state = std::make_unique<State>(folder, options);
    if (Status done = io::lock(*folder); !done) {
        state->refusal = "not opened";
        return fail_in(where, done.error());
    }
    auto reader = Reader::open(folder);
    if (!reader) return fail_in(where, reader.error());
    Record record;
    while (reader->next(record)) continue;
    if (!reader->status()) return fail_in(where, reader->status().error());
    const End& end = reader->end();
    if (Status done = state->segments.reopen(end); !done) return fail_in(where, done.error());
    state->sequence = state->sealed_sequence = end.last_sequence;
    state->fingerprint = state->sealed_fingerprint = end.fingerprint;
    state->cut = reader->torn_tail();
    return Writer(std::move(state));
}

Result<std::uint64_t> Writer::append(std::uint16_t type, std::span<const std::byte> payload) {
    State& state = *state_;
    const std::size_t bytes = record_bytes(payload.size());
    if (!state.refusal.empty()) return fail(state.refusal);
    if (payload.size() > kPayloadMax) {
        return fail("journal record of " + std::to_string(payload.size()) +
                    " bytes; expected at most " + std::to_string(kPayloadMax));
    }
    if (state.buffer.size() - state.sealed + bytes > kGroupBytesMax) {
        return fail("journal group of more than " + std::to_string(kGroupBytesMax) +
                    " bytes; expected a commit before");
    }
    std::byte* at = state.begin_record(bytes);
    RecordHeader header = {.checksum = 0,
                           .sequence = ++state.sequence,
                           .length = static_cast<std::uint32_t>(payload.size()),
                           .type = type,
                           .reserved = 0};
    // Why: zeros first, then the payload over them, leaves the padding zero.
    if (!payload.empty()) {
        std::memset(at + bytes - kAlignment, 0, kAlignment);
        std::memcpy(at + sizeof header, payload.data(), payload.size());
    }
    store(at, header);
    const std::uint64_t checksum = record_checksum(at, bytes);
    store(at + offsetof(RecordHeader, checksum), checksum);
    state.fingerprint = extend_fingerprint(state.fingerprint, checksum);
    ++state.count;
    return header.sequence;
}

Status Writer::commit() {
    if (!state_->refusal.empty()) return fail(state_->refusal);
    Status done = state_->commit();
    return done ? done : state_->give_up(done.error());
}

Status Writer::close() {
    if (!state_->refusal.empty()) return fail(state_->refusal);
    Status done = state_->close();
    if (!done) return state_->give_up(done.error());
    state_->release();
    state_->refusal = "journal " + state_->segments.folder().path() + ": already closed";
    return {};
}

std::uint64_t Writer::last_sequence() const {
    return state_->sequence;
}
std::uint64_t Writer::fingerprint() const {
    return state_->fingerprint;
}
const std::optional<TornTail>& Writer::cut() const {
    return state_->cut;
}

}  // namespace lpc::journal
