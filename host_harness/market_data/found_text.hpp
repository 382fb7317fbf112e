// How a text from outside is shown in an error: in quotes, on one line, printable, of bounded
// length. Pure, any thread.
#pragma once

#include <string>
#include <string_view>

namespace lpc::market_data {

// "4.25x" for people: bytes that are not printable ASCII become \xNN; after 40 bytes it is cut with
// `...`.
[[nodiscard]] std::string quoted(std::string_view text);

}  // namespace lpc::market_data
