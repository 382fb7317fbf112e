// Which plugin files an operator may have loaded: those that lie in the configured folders, and, if
// so configured, only with a signature of a known key. Any thread; blocks on the disk.
#pragma once

#include <string>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::control {

struct PluginPolicy {
    std::vector<std::string> folders;
    bool require_signature = false;
    std::vector<std::string> signing_keys;  // public, 64 hexadecimal digits each
};

struct JudgedFile {
    std::string path;    // without symbolic links
    std::string sha256;  // of the content that was judged
    std::string signer;  // public key; empty: no signature was required
};

// `path` may be relative to the process's folder, or a bare file name, which is looked for in the
// folders in their order. Symbolic links are followed first: where the file truly lies counts.
// Whoever loads compares the sha256 with that of the bytes that are loaded (PluginCache::keep).
[[nodiscard]] Result<JudgedFile> judge(const PluginPolicy& policy, const std::string& path);

}  // namespace lpc::control
