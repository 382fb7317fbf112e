// Signatures of plugin files: ed25519 over the sha256 of the file's content, in FILE.so.sig beside
// it. Keys are 64 hexadecimal digits. Any thread; blocks on the disk.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::control {

struct SigningKeys {
    std::string public_key;
    std::string secret_seed;
};

[[nodiscard]] bool is_signing_key(std::string_view text);
[[nodiscard]] Result<SigningKeys> make_signing_keys();
// Lines "sign_public KEY" and "sign_secret SEED"; made with mode 0600, never replaces a file.
[[nodiscard]] Status write_signing_keys(const std::string& path, const SigningKeys& keys);
[[nodiscard]] Result<SigningKeys> read_signing_keys(const std::string& path);

// Of the content, 64 hexadecimal digits.
[[nodiscard]] Result<std::string> sha256_of_file(const std::string& path);

[[nodiscard]] std::string signature_path(const std::string& file);
// Writes FILE.so.sig; a signature that is there is replaced. Returns the sha256 that was signed.
[[nodiscard]] Result<std::string> sign_file(const std::string& file, const SigningKeys& keys);

// The public key that signed; fails in a sentence if the signature is missing, is not of this
// content, is of an unknown key or is wrong.
[[nodiscard]] Result<std::string> verify_signature(const std::string& file,
                                                   const std::string& sha256,
                                                   const std::vector<std::string>& known_keys);

}  // namespace lpc::control
