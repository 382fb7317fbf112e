// Loads plugin files into the process: a content-addressed copy, checked before any of its code
// runs, mapped for the process's whole life. Any thread but the engine's: it reads the disk and
// runs the file's constructors.
#pragma once

#include <lpc/plugin.h>

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "foundation/status.hpp"
#include "runtime/loading/plugin_cache.hpp"

namespace lpc::runtime {

// A loaded plugin file whose table has been judged. The table and all that it points to stay valid
// for the process's life.
struct PluginImage {
    const lpc_plugin* table = nullptr;
    std::filesystem::path path;  // from which this content was first loaded
    std::string sha256;
    std::string id;
    std::string version;
    std::string build;
    std::uint32_t role = 0;  // LPC_ROLE_*
};

// A process maps at most this many different files: none is ever unmapped.
inline constexpr std::size_t kImagesMax = 128;

class PluginLibrary {
  public:
    // The same content gives the same image. The calling thread's floating-point state is left as
    // it was, whatever the file's constructors do to it. A failure is one sentence: file, what,
    // found, expected.
    [[nodiscard]] static Result<std::shared_ptr<const PluginImage>> load(
        const std::filesystem::path& file, const PluginCache& cache);
};

}  // namespace lpc::runtime
