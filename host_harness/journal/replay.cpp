#include "replay.hpp"

#include <cstring>
#include <deque>
#include <utility>
#include <vector>

#include "describe.hpp"
#include "recorder.hpp"
#include "records.hpp"

namespace lpc::journal {
namespace {

struct Outcome {
    std::uint16_t type = 0;
    std::vector<std::byte> bytes;
};

// Keeps what the replaying runtime does until the journal's record of it is read.
class Collector final : public runtime::Observer {
  public:
    std::deque<Outcome> outcomes;
    CommandHash hash;

    void on_fact(const lpc_fact& fact) override { keep(kFactRecord, fact); }
    void on_verdict(const runtime::Verdict& verdict) override {
        hash.add(verdict);
        keep(kVerdictRecord, verdict);
    }
    void on_move(const runtime::Move& move) override { keep(kMoveRecord, move); }
    void on_failure(std::uint32_t stage, const std::string& sentence) override {
        outcomes.push_back({kFailureRecord, failure_payload(stage, sentence)});
    }
    void on_transition(const runtime::Transition& transition, const std::string& why) override {
        outcomes.push_back({kTransitionRecord, transition_payload(transition, why)});
    }
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}

  private:
    template <class Record>
    void keep(std::uint16_t type, const Record& record) {
        const auto bytes = std::as_bytes(std::span<const Record, 1>(&record, 1));
        outcomes.push_back({type, {bytes.begin(), bytes.end()}});
    }
};

std::string difference(const Record& recorded, const Outcome* replayed) {
    return "first difference at sequence " + std::to_string(recorded.sequence) + ": recorded " +
           describe_record(recorded.type, recorded.payload) + ", replayed " +
           (replayed == nullptr ? "nothing" : describe_record(replayed->type, replayed->bytes));
}

class Replay {
  public:
    explicit Replay(const ReplayOptions& options)
        : options_(options), runtime_(options.code, collector_, options.log, options.premises) {}

    // False: the first difference was found, or an input could not be applied at all.
    bool take(const Record& record, ReplayResult& result, Status& status) {
        if (record.type < kFirstOutcome) return input(record, result, status);
        ++result.outcomes;
        if (record.type == kVerdictRecord) ++result.commands;
        const Outcome* next = collector_.outcomes.empty() ? nullptr : &collector_.outcomes.front();
        const bool same =
            next != nullptr && next->type == record.type &&
            next->bytes.size() == record.payload.size() &&
            std::memcmp(next->bytes.data(), record.payload.data(), next->bytes.size()) == 0;
        if (!same) {
            result.first_difference = difference(record, next);
            return false;
        }
        collector_.outcomes.pop_front();
        return true;
    }

    // Between two groups: is a snapshot that was taken here what the replay would take?
    bool compare_snapshots(const End& before, ReplayResult& result) {
        for (const Snapshot& snapshot : options_.snapshots) {
            if (snapshot.sequence != before.last_sequence ||
                snapshot.fingerprint != before.fingerprint || !collector_.outcomes.empty())
                continue;
            const auto state = runtime_.snapshot();
            ++result.snapshots;
            if (state && *state == snapshot.state) continue;
            result.first_difference =
                "the snapshot after sequence " + std::to_string(snapshot.sequence) +
                " differs from the replay's" + (state ? "" : ": " + state.error().message);
            return false;
        }
        return true;
    }

    void finish(ReplayResult& result) {
        // Why not at a torn tail: the journal may end between an input and what came of it.
        if (!collector_.outcomes.empty() && result.sealed && result.first_difference.empty())
            result.first_difference = "after the last record: recorded nothing, replayed " +
                                      describe_record(collector_.outcomes.front().type,
                                                      collector_.outcomes.front().bytes);
        result.command_hash = collector_.hash.digest();
        result.state_hash = runtime_.state_hash();
    }

  private:
    bool input(const Record& record, ReplayResult& result, Status& status) {
        if (!collector_.outcomes.empty()) {
            Record none;
            none.sequence = record.sequence;
            result.first_difference = difference(none, &collector_.outcomes.front());
            return false;
        }
        ++result.inputs;
        const auto kind = static_cast<runtime::InputKind>(record.type);
        const Status applied = kind == runtime::InputKind::attach && options_.attach
                                   ? attach(record)
                                   : runtime_.apply(kind, record.payload);
        runtime_.discard();
        // A fact or turn that the run refused is refused again, which is as it should be; without
        // the configuration or a plugin there is nothing to replay.
        const bool vital =
            kind == runtime::InputKind::configure || kind == runtime::InputKind::attach;
        if (!applied && (vital || !runtime_.poisoned().empty())) {
            status = fail("replay, sequence " + std::to_string(record.sequence) + ": " +
                          applied.error().message);
            return false;
        }
        return true;
    }

    Status attach(const Record& record) {
        Result<runtime::Attachment> attachment = runtime::decode_attach(record.payload);
        if (!attachment) return tl::unexpected(attachment.error());
        options_.attach(*attachment);
        return runtime_.apply(runtime::encode_attach(*attachment));
    }

    const ReplayOptions& options_;
    Collector collector_;
    runtime::Runtime runtime_;
};

}  // namespace

Result<ReplayResult> replay(Reader& reader, const ReplayOptions& options) {
    constexpr std::uint64_t kProgressEvery = 1u << 16;
    Replay replay(options);
    ReplayResult result;
    Status status;
    Record record;
    End before;
    const auto snapshots_hold = [&] {
        const bool group_ended = result.last_sequence == before.last_sequence;
        return !group_ended || replay.compare_snapshots(before, result);
    };
    while (before = reader.end(), reader.next(record)) {
        if (!snapshots_hold()) break;
        if (options.until_sequence != 0 && record.sequence > options.until_sequence) break;
        result.last_sequence = record.sequence;
        if (!replay.take(record, result, status)) break;
        if (options.progress && record.sequence % kProgressEvery == 0)
            options.progress(record.sequence);
    }
    if (result.first_difference.empty()) (void)snapshots_hold();
    if (!status) return tl::unexpected(status.error());
    if (!reader.status()) return tl::unexpected(reader.status().error());
    result.sealed = reader.end().sealed;
    if (reader.torn_tail()) result.torn_tail = describe(*reader.torn_tail());
    replay.finish(result);
    return result;
}

}  // namespace lpc::journal
