// The other side: what the process does that a host starts as `EXECUTABLE sidecar --parent PID
// --cache FOLDER --sha256 HEX --memory BYTES`, with the channel's memory as descriptor 3. It loads
// the plugin's checked copy, locks itself in its cage, makes the instance and answers until the
// host ends it. One thread.
#pragma once

#include <cstdint>
#include <string>

#include <foundation/status.hpp>

namespace lpc::placement {

struct SidecarOrder {
    std::int64_t parent = 0;  // the host's process
    std::string cache_folder;
    std::string sha256;
    std::uint64_t memory_bytes = 0;
};

// Never returns as long as the host wants it; an error says why it could not begin.
Status be_sidecar(const SidecarOrder& order);

}  // namespace lpc::placement
