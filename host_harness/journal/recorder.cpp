#include "recorder.hpp"

#include <cstring>

#include "records.hpp"

namespace lpc::journal {
namespace {

template <class Record>
std::span<const std::byte> bytes_of(const Record& record) {
    return std::as_bytes(std::span<const Record, 1>(&record, 1));
}

template <class Record>
std::vector<std::byte> with_text(const Record& record, const std::string& text) {
    std::vector<std::byte> bytes(sizeof record + text.size());
    std::memcpy(bytes.data(), &record, sizeof record);
    std::memcpy(bytes.data() + sizeof record, text.data(), text.size());
    return bytes;
}

}  // namespace

CommandHash::CommandHash() : state_(XXH3_createState()) {
    XXH3_64bits_reset(state_.get());
}

void CommandHash::add(const runtime::Verdict& verdict) {
    runtime::Verdict anonymous = verdict;
    anonymous.instance = 0;
    XXH3_64bits_update(state_.get(), &anonymous, sizeof anonymous);
    ++commands_;
}

std::uint64_t CommandHash::digest() const {
    return XXH3_64bits_digest(state_.get());
}

std::vector<std::byte> failure_payload(std::uint32_t stage, const std::string& sentence) {
    return with_text(stage, sentence);
}

std::vector<std::byte> transition_payload(const runtime::Transition& transition,
                                          const std::string& why) {
    return with_text(transition, why);
}

Status Recorder::submit(runtime::Runtime& runtime, runtime::Input input) {
    while (failed_) {
        // Each loss is an input, and ends somebody's part: there are not many.
        const auto lost = runtime.prepare(input);
        if (!lost) break;
        const Status gone = submit(runtime, *lost);
        if (!gone) return gone;
    }
    if (!failed_) return failed_;
    if (input.kind == runtime::InputKind::fact && input.bytes.size() == sizeof(lpc_fact)) {
        // Why: `explain` finds the fact that a command's cause_seq names without replaying.
        const std::uint64_t seq = runtime.last_seq() + 1;
        std::memcpy(input.bytes.data() + offsetof(lpc_fact, seq), &seq, sizeof seq);
    }
    ++inputs_;
    append(static_cast<std::uint16_t>(input.kind), input.bytes);
    if (!failed_) return failed_;
    return runtime.apply(input);
}

Status Recorder::commit() {
    if (failed_) failed_ = writer_.commit();
    return failed_;
}

Status Recorder::release(runtime::Runtime& runtime, const runtime::Ports& ports) {
    if (commit()) runtime.release(ports);
    return failed_;
}

Status Recorder::go_through_past(runtime::Runtime& runtime) {
    while (past_ != nullptr && !past_->over()) {
        if (past_->begins_group()) runtime.discard();
        auto input = past_->next_input();
        if (!input)
            return fail("sequence " + std::to_string(past_->sequence() + 1) +
                        " of the journal is no input, and nothing came of the one before that it "
                        "could be; expected the plugins of the engine that wrote it");
        (void)submit(runtime, std::move(*input));  // what was refused then is refused again
        if (!failed_) return failed_;
    }
    return {};
}

Status Recorder::snapshot(runtime::Runtime& runtime, SnapshotWriter& snapshots) {
    if (!failed_) return failed_;
    const auto state = runtime.snapshot();
    if (!state) return tl::unexpected(state.error());
    return snapshots.write(writer_, *state);
}

void Recorder::append(std::uint16_t type, std::span<const std::byte> payload) {
    if (!failed_) return;
    if (past_ != nullptr && !past_->over()) {
        failed_ = past_->expect(type, payload);
        return;
    }
    const Result<std::uint64_t> appended = writer_.append(type, payload);
    if (!appended) failed_ = tl::unexpected(appended.error());
}

void Recorder::on_fact(const lpc_fact& fact) {
    append(kFactRecord, bytes_of(fact));
}

void Recorder::on_verdict(const runtime::Verdict& verdict) {
    hash_.add(verdict);
    append(kVerdictRecord, bytes_of(verdict));
}

void Recorder::on_move(const runtime::Move& move) {
    append(kMoveRecord, bytes_of(move));
}

void Recorder::on_failure(std::uint32_t stage, const std::string& sentence) {
    append(kFailureRecord, failure_payload(stage, sentence));
}

void Recorder::on_transition(const runtime::Transition& transition, const std::string& why) {
    append(kTransitionRecord, transition_payload(transition, why));
}

}  // namespace lpc::journal
