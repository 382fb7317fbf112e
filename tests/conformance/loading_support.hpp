// What the tests of loading share: where the deliberately bad files lie, and a plugin cache of
// one's own that goes with its test.
#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "runtime/loading/plugin_cache.hpp"

namespace lpc::tests {

inline std::filesystem::path bad_file(const std::string& name) {
    return std::filesystem::path(LPC_BINARY_DIR) / "tests/bad_files" / (name + ".so");
}

inline std::vector<std::byte> bytes_of(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    const auto* const begin = reinterpret_cast<const std::byte*>(text.data());
    return {begin, begin + text.size()};
}

inline std::vector<std::byte> beginning(const std::vector<std::byte>& bytes, std::size_t size) {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(size)};
}

inline void write_file(const std::filesystem::path& path, const std::vector<std::byte>& bytes) {
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()),
              static_cast<std::streamsize>(bytes.size()));
}

class Folder {
  public:
    Folder() {
        std::string pattern = (std::filesystem::temp_directory_path() / "lpc_XXXXXX").string();
        path = ::mkdtemp(pattern.data());
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }

    std::filesystem::path path;
};

struct CacheFixture {
    Folder folder;
    runtime::PluginCache cache = runtime::PluginCache::open(folder.path / "cache").value();
};

}  // namespace lpc::tests
