#include "temporary_folder.hpp"

#include <stdlib.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace lpc {

namespace fs = std::filesystem;

Result<TemporaryFolder> TemporaryFolder::make() {
    std::error_code error;
    std::string name = (fs::temp_directory_path(error) / "lpc_XXXXXX").string();
    if (error || ::mkdtemp(name.data()) == nullptr)
        return fail("cannot make a folder like " + name + ": " +
                    (error ? error : std::error_code(errno, std::generic_category())).message());
    const fs::path real = fs::canonical(name, error);
    return TemporaryFolder(error ? fs::path(name) : real);
}

TemporaryFolder::TemporaryFolder(TemporaryFolder&& other) noexcept : path_(std::move(other.path_)) {
    other.path_.clear();
}

TemporaryFolder::~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
}

}  // namespace lpc
