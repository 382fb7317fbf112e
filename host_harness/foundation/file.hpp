// Whole files: bounded reads, writes that never replace. Blocks on the disk, so never on the engine
// thread; any other thread. Sentences begin after the file's name: callers put it in front.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "foundation/status.hpp"

namespace lpc {

struct FileRules {
    std::string_view what;  // "a plugin file": what was expected to be there
    std::uint64_t bytes_max = 0;
    bool secret = false;  // refused if others than its owner may read it
};

// What is loaded as a plugin, and what is signed as one.
inline constexpr FileRules kPluginFile{"a plugin file", 64u << 20};

// Regular files only, and never waits for one that is none.
[[nodiscard]] Result<std::string> read_whole(const std::string& path, const FileRules& rules);

// Made anew with this mode, refused if something is there; synced. Whole or not at all.
[[nodiscard]] Status write_new(const std::string& path, std::string_view bytes, mode_t mode);

// Puts `aside` where `path` is, in place of what is there; the folder is synced.
[[nodiscard]] Status put_in_place(const std::string& aside, const std::string& path);

}  // namespace lpc
