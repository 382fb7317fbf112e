// What the tests of loading share: where the deliberately bad files lie, and a plugin cache of
// one's own that goes with its test.
#pragma once

#include <filesystem>
#include <foundation/temporary_folder.hpp>
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

struct CacheFixture {
    TemporaryFolder folder = TemporaryFolder::make().value();
    runtime::PluginCache cache = runtime::PluginCache::open(folder.path() / "cache").value();
};

}  // namespace lpc::tests
