// Applies a journal's inputs to a fresh runtime and compares what comes of them with what the
// journal says came of them, byte for byte. Ports get nothing. A pure function of the journal and
// the plugins' code.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <runtime/runtime.hpp>

#include "reader.hpp"
#include "snapshots.hpp"

namespace lpc::journal {

struct ReplayResult {
    std::uint64_t inputs = 0;
    std::uint64_t outcomes = 0;  // compared
    std::uint64_t commands = 0;
    std::uint64_t last_sequence = 0;  // of the journal's last record that was read
    std::uint64_t command_hash = 0;
    std::uint64_t state_hash = 0;
    std::uint64_t snapshots = 0;  // compared
    bool sealed = false;
    std::string torn_tail;         // one sentence, or empty
    std::string first_difference;  // one sentence, or empty: identical
};

struct ReplayOptions {
    std::uint64_t until_sequence = 0;  // stop after this record; 0: all
    runtime::CodeSource code;
    std::function<void(runtime::Attachment&)> attach;  // may put another plugin in; may be empty
    std::vector<Snapshot> snapshots;  // beside the journal; each must come again, byte for byte
    runtime::LogSink log;
    runtime::Premises* premises = nullptr;                 // none: all of it runs on this thread
    std::function<void(std::uint64_t sequence)> progress;  // now and then; may be empty
};

// An error: the journal is damaged, or a plugin cannot be had.
Result<ReplayResult> replay(Reader& reader, const ReplayOptions& options);

}  // namespace lpc::journal
