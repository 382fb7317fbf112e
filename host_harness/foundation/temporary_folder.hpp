// A folder of one's own among the system's temporary files, gone at the end with all that is in it.
// Any thread.
#pragma once

#include <filesystem>
#include <string>

#include "foundation/status.hpp"

namespace lpc {

class TemporaryFolder {
  public:
    static Result<TemporaryFolder> make();
    TemporaryFolder(TemporaryFolder&& other) noexcept;
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    const std::filesystem::path& path() const { return path_; }  // without symbolic links
    std::string path(const std::string& name) const { return (path_ / name).string(); }

  private:
    explicit TemporaryFolder(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;  // empty: moved away
};

}  // namespace lpc
