// SHA-256, as the 64 hexadecimal digits that a person reads. Any thread.
#pragma once

#include <sodium.h>

#include <span>
#include <string>
#include <string_view>

namespace lpc {

// Lower case, two digits a byte.
[[nodiscard]] std::string hex_of(std::span<const unsigned char> bytes);

class Sha256 {
  public:
    Sha256();
    void update(std::string_view bytes);
    // Once, at the end.
    [[nodiscard]] std::string hex();

  private:
    crypto_hash_sha256_state state_{};
};

[[nodiscard]] std::string sha256_hex(std::string_view bytes);

}  // namespace lpc
