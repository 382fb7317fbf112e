// Judges a plugin file by its bytes, before any of its code has run: what it exports, wants and
// imports, and the head of the table that it exports. Pure, any thread.
#pragma once

#include "foundation/status.hpp"
#include "runtime/loading/elf_file.hpp"

namespace lpc::runtime {

// The failure is a half sentence that follows the file's name: "imports 'clock_gettime', which is a
// clock: ...". Where several rules are broken, the first in this order is told: the exported symbol
// and its major version, libraries, powers over the process, imports, the table's head.
[[nodiscard]] Status judge_file(const ElfFile& file);

}  // namespace lpc::runtime
