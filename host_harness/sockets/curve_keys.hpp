// CURVE key pairs of the host and of its clients, and their files: lines "curve_public KEY",
// "curve_secret KEY" and, for a client, "server KEY", the host's public key. Keys are Z85 text of
// 40 characters, as every ZeroMQ tool writes them. Any thread; blocks on the disk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "foundation/status.hpp"

namespace lpc::sockets {

inline constexpr std::size_t kCurveKeyCharacters = 40;

struct CurveKeys {
    std::string public_key, secret_key;
    std::string server_key;  // a client's: whom it talks to; empty: not known
};

[[nodiscard]] bool is_curve_key(std::string_view text);

[[nodiscard]] Result<CurveKeys> make_curve_keys();

// The file is made with mode 0600 and never replaces one.
[[nodiscard]] Status write_curve_keys(const std::string& path, const CurveKeys& keys);
// Refuses a file that others may read, and a secret that does not belong to the public key.
[[nodiscard]] Result<CurveKeys> read_curve_keys(const std::string& path);

}  // namespace lpc::sockets
