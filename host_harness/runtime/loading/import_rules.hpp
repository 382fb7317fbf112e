// Which libraries and which functions of the process a plugin file may use. Hygiene against
// accidents, not a sandbox: what a file does through inline assembly or a pointer that it was given
// is not seen here. Pure, any thread.
#pragma once

#include <string_view>

namespace lpc::runtime {

// Why a plugin may not import this symbol, a half sentence that follows the symbol's name; empty:
// it may.
[[nodiscard]] std::string_view import_refusal(std::string_view symbol);

// Why a plugin may not be linked with this library, likewise; empty: it may. The C and C++ run
// times are allowed, and in a process that runs under a sanitizer that sanitizer's.
[[nodiscard]] std::string_view library_refusal(std::string_view soname);

}  // namespace lpc::runtime
