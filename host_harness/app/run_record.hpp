// What a run is written into: its journal, from its beginning or from where an earlier start was
// cut short, the snapshots beside it, and the ledger of record. Begun on one thread, then the
// engine's.
#pragma once

#include <memory>
#include <optional>

#include <scenario/run.hpp>
#include <settlement/record/ledger_record.hpp>

#include "host_config.hpp"
#include "out_folder.hpp"

namespace lpc::app {

class RunRecord {
  public:
    explicit RunRecord(const HostConfig& host) {
        if (host.ledger_of_record) ledger_.emplace();
    }
    // Who hears of the ledger's postings, from before the run begins; nullptr: nobody.
    settlement::PostingObserver* postings() { return ledger_ ? &*ledger_ : nullptr; }
    [[nodiscard]] Status begin(OutFolder& out, const HostConfig& host, bool resume);
    // While what was journaled before comes again.
    bool in_the_past() const { return past_ != nullptr && !past_->over(); }
    scenario::RunJournal journal();
    // After each step: what was posted goes to the disk while the run goes on.
    void after_step() {
        if (ledger_) ledger_->offer();
    }
    [[nodiscard]] Status close();

  private:
    std::optional<settlement::LedgerRecord> ledger_;
    std::optional<journal::Writer> writer_;
    std::unique_ptr<journal::Past> past_;
    std::optional<journal::Snapshot> from_;
    std::optional<journal::SnapshotWriter> snapshots_;
    std::uint64_t snapshot_every_inputs_ = 0;
};

}  // namespace lpc::app
