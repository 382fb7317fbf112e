#include "run_record.hpp"

#include <fmt/format.h>

#include <utility>

#include "log.hpp"

namespace lpc::app {

Status RunRecord::begin(OutFolder& out, const HostConfig& host, bool resume) {
    if (resume) {
        auto unfinished = out.continue_journal(host.journal);
        if (!unfinished) return tl::unexpected(unfinished.error());
        writer_ = std::move(unfinished->writer);
        past_ = std::move(unfinished->past);
        from_ = std::move(unfinished->snapshot);
        std::string what = fmt::format("resume: the journal holds {} records, which come again",
                                       past_->last_sequence());
        if (from_) what += fmt::format("; the snapshot after {} is gone on from", from_->sequence);
        if (writer_->cut()) what += fmt::format("; {} cut off", describe(*writer_->cut()));
        log_sink()(LPC_LOG_NOTE, what);
    } else {
        auto begun = out.begin_journal(host.journal);
        if (!begun) return tl::unexpected(begun.error());
        writer_ = std::move(*begun);
    }
    if (ledger_) {
        if (Status opened = ledger_->open(out.ledger()); !opened) return opened;
    }
    snapshot_every_inputs_ = host.snapshot_every_inputs;
    if (snapshot_every_inputs_ == 0) return {};
    auto snapshots = out.snapshots();
    if (!snapshots) return tl::unexpected(snapshots.error());
    snapshots_ = std::move(*snapshots);
    return {};
}

Status RunRecord::close() {
    Status journal = writer_->close();
    const Status ledger = ledger_ ? ledger_->close() : Status{};
    return journal ? ledger : journal;
}

scenario::RunJournal RunRecord::journal() {
    return {*writer_, past_.get(), from_ ? &*from_ : nullptr, snapshots_ ? &*snapshots_ : nullptr,
            snapshot_every_inputs_};
}

}  // namespace lpc::app
