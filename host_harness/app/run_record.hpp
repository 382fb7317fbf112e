// What a run is written into: its journal, from its beginning or from where an earlier start was
// cut short, and the snapshots beside it. Begun on one thread, then the engine's.
#pragma once

#include <memory>
#include <optional>

#include <scenario/run.hpp>

#include "host_config.hpp"
#include "out_folder.hpp"

namespace lpc::app {

class RunRecord {
  public:
    [[nodiscard]] Status begin(OutFolder& out, const HostConfig& host, bool resume);
    // While what was journaled before comes again.
    bool in_the_past() const { return past_ != nullptr && !past_->over(); }
    scenario::RunJournal journal();
    [[nodiscard]] Status close() { return writer_->close(); }

  private:
    std::optional<journal::Writer> writer_;
    std::unique_ptr<journal::Past> past_;
    std::optional<journal::Snapshot> from_;
    std::optional<journal::SnapshotWriter> snapshots_;
    std::uint64_t snapshot_every_inputs_ = 0;
};

}  // namespace lpc::app
