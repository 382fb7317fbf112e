// Small text files (keys, signatures, the list of clients): whole reads with a bound,
// whole writes that never replace a file. Blocks on the disk; any thread.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "foundation/status.hpp"

namespace lpc {

// The sentences name the path. `secret`: refused if others than its owner may read it.
[[nodiscard]] Result<std::string> read_text_file(const std::string& path, bool secret = false);

// Made anew with this mode; refused if something is there.
[[nodiscard]] Status write_new_text_file(const std::string& path, const std::string& text,
                                         mode_t mode);

// Words of each line that is neither empty nor a comment (#), with its number.
struct Line {
    std::size_t number = 0;
    std::vector<std::string> words;
};
[[nodiscard]] std::vector<Line> lines_of(const std::string& text);

// Lines "NAME VALUE", each name once, all of them wanted, nothing else.
[[nodiscard]] Result<std::map<std::string, std::string>> read_fields(
    const std::string& path, const std::string& text, const std::vector<std::string>& needed,
    const std::vector<std::string>& optional);

}  // namespace lpc
