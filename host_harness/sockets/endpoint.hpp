// Where a server may listen: judged before anything is bound. tcp:// only with keys,
// ipc:// without keys only if so configured, and then for the host's own user only. Looks at the
// disk; any thread.
#pragma once

#include <string>

#include "foundation/status.hpp"

namespace lpc::sockets {

// The path of "ipc://PATH"; empty for other transports.
[[nodiscard]] std::string ipc_path(const std::string& endpoint);

// Whether keys are in use, and whether the configuration allows ipc without them.
struct Protection {
    bool curve = false;
    bool allow_plaintext_ipc = false;
};
[[nodiscard]] Status judge_endpoint(const std::string& endpoint, Protection protection);

// ZeroMQ removes whatever lies at the path of an ipc endpoint before it binds: refuses if that is
// no socket, or one where somebody listens.
[[nodiscard]] Status judge_ipc_place(const std::string& path);

}  // namespace lpc::sockets
