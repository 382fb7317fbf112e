// Keeps a private copy of each plugin file under its content's hash: <folder>/<sha256>.so. A path
// there never changes its content, so a file that is replaced while it is mapped harms nobody. Any
// thread, any number of processes on one folder; blocks on the disk, so never on the engine thread.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::runtime {

struct CachedFile {
    std::filesystem::path path;    // of the copy, absolute
    std::string sha256;            // 64 hexadecimal digits
    std::vector<std::byte> bytes;  // the content, as hashed
};

class PluginCache {
  public:
    // Makes the folder if need be. Refuses one that everybody may write to: what was checked must
    // be what is loaded.
    [[nodiscard]] static Result<PluginCache> open(const std::filesystem::path& folder);

    // Copies the candidate unless an intact copy is there. Whole or not at all: written aside,
    // synced, renamed, read back.
    [[nodiscard]] Result<CachedFile> keep(const std::filesystem::path& candidate) const;

    const std::filesystem::path& folder() const { return folder_; }

  private:
    explicit PluginCache(std::filesystem::path folder) : folder_(std::move(folder)) {}

    std::filesystem::path folder_;
};

}  // namespace lpc::runtime
