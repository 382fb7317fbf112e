// The journal that a command is asked to read, and what its missing seal means in words. One
// thread; reads only.
#pragma once

#include <string>
#include <vector>

#include <foundation/status.hpp>
#include <journal/reader.hpp>
#include <journal/snapshots.hpp>

namespace lpc::app {

// `named`: the journal's folder, or a run's folder with the journal in journal/ below it.
[[nodiscard]] Result<journal::Reader> open_journal(const std::string& named);

// The snapshots beside it.
[[nodiscard]] Result<std::vector<journal::Snapshot>> open_snapshots(const std::string& named);

// For people: that the journal's end may not be the run's.
inline constexpr char kNoSeal[] =
    "the journal has no seal: the run was interrupted, or still goes on, or the journal's end is "
    "missing; this is only what there is of it";

}  // namespace lpc::app
