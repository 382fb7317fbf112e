#include <cstddef>
#include <market_data/found_text.hpp>

namespace lpc::market_data {

std::string quoted(std::string_view text) {
    constexpr std::size_t kShownMax = 40;
    constexpr char kHex[] = "0123456789abcdef";
    std::string shown = "\"";
    for (const char c : text.substr(0, kShownMax)) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte < 0x20 || byte > 0x7e || c == '"' || c == '\\') {
            shown += "\\x";
            shown += kHex[byte >> 4];
            shown += kHex[byte & 15];
        } else {
            shown += c;
        }
    }
    if (text.size() > kShownMax) shown += "...";
    return shown + "\"";
}

}  // namespace lpc::market_data
