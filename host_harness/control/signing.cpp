#include "control/signing.hpp"

#include <sodium.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "foundation/file.hpp"
#include "foundation/sha256.hpp"
#include "foundation/text_file.hpp"

namespace lpc::control {
namespace {

using Key = std::array<unsigned char, crypto_sign_PUBLICKEYBYTES>;
using Secret = std::array<unsigned char, crypto_sign_SECRETKEYBYTES>;
using Signature = std::array<unsigned char, crypto_sign_BYTES>;

template <std::size_t kBytes>
bool from_hex(std::string_view text, std::array<unsigned char, kBytes>& bytes) {
    std::size_t read = 0;
    return text.size() == 2 * kBytes &&
           sodium_hex2bin(bytes.data(), bytes.size(), text.data(), text.size(), nullptr, &read,
                          nullptr) == 0 &&
           read == kBytes;
}

// What is signed: said with its purpose, so that a signature made for anything else is worth
// nothing.
std::string message_of(const std::string& sha256) {
    return "lpc plugin file sha256 " + sha256;
}

Status started() {
    if (::sodium_init() < 0) return fail("libsodium cannot be initialised");
    return {};
}

bool derive(const std::array<unsigned char, crypto_sign_SEEDBYTES>& seed, Key& key,
            Secret& secret) {
    return crypto_sign_seed_keypair(key.data(), secret.data(), seed.data()) == 0;
}

// Written aside and renamed: a reader sees the old signature or the new one, whole.
Status replace_file(const std::string& path, const std::string& text) {
    const std::string aside = path + "." + std::to_string(::getpid()) + ".part";
    if (Status done = write_new(aside, text, 0644); !done) return fail_in(aside, done.error());
    if (Status done = put_in_place(aside, path); !done) return fail_in(path, done.error());
    return {};
}

}  // namespace

bool is_signing_key(std::string_view text) {
    Key key{};
    return from_hex(text, key);
}

Result<SigningKeys> make_signing_keys() {
    if (const Status ready = started(); !ready) return tl::unexpected(ready.error());
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    randombytes_buf(seed.data(), seed.size());
    Key key{};
    Secret secret{};
    derive(seed, key, secret);
    SigningKeys keys{hex_of(key), hex_of(seed)};
    sodium_memzero(secret.data(), secret.size());
    return keys;
}

Status write_signing_keys(const std::string& path, const SigningKeys& keys) {
    return write_new_text_file(path,
                               "# An ed25519 key of LPC: sign_secret makes plugin files loadable.\n"
                               "sign_public " +
                                   keys.public_key + "\nsign_secret " + keys.secret_seed + "\n",
                               0600);
}

Result<SigningKeys> read_signing_keys(const std::string& path) {
    const auto text = read_text_file(path, true);
    if (!text) return tl::unexpected(text.error());
    const auto fields = read_fields(path, *text, {"sign_public", "sign_secret"}, {});
    if (!fields) return tl::unexpected(fields.error());
    const SigningKeys keys{fields->at("sign_public"), fields->at("sign_secret")};
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    Key key{};
    Secret secret{};
    if (!is_signing_key(keys.public_key) || !from_hex(keys.secret_seed, seed))
        return fail(path + ": expected two ed25519 keys of 64 hexadecimal digits");
    derive(seed, key, secret);
    sodium_memzero(secret.data(), secret.size());
    if (hex_of(key) != keys.public_key)
        return fail(path + ": sign_secret does not belong to sign_public");
    return keys;
}

Result<std::string> sha256_of_file(const std::string& path) {
    const auto bytes = read_whole(path, kPluginFile);
    if (!bytes) return fail_in(path, bytes.error());
    return sha256_hex(*bytes);
}

std::string signature_path(const std::string& file) {
    return file + ".sig";
}

Result<std::string> sign_file(const std::string& file, const SigningKeys& keys) {
    auto sha256 = sha256_of_file(file);
    if (!sha256) return sha256;
    std::array<unsigned char, crypto_sign_SEEDBYTES> seed{};
    if (!from_hex(keys.secret_seed, seed))
        return fail("sign_secret: expected 64 hexadecimal digits");
    Key key{};
    Secret secret{};
    derive(seed, key, secret);
    const std::string message = message_of(*sha256);
    Signature signature{};
    crypto_sign_detached(signature.data(), nullptr,
                         reinterpret_cast<const unsigned char*>(message.data()), message.size(),
                         secret.data());
    sodium_memzero(secret.data(), secret.size());
    const Status written =
        replace_file(signature_path(file), "sha256 " + *sha256 + "\nkey " + hex_of(key) +
                                               "\nsignature " + hex_of(signature) + "\n");
    if (!written) return tl::unexpected(written.error());
    return sha256;
}

Result<std::string> verify_signature(const std::string& file, const std::string& sha256,
                                     const std::vector<std::string>& known_keys) {
    if (const Status ready = started(); !ready) return tl::unexpected(ready.error());
    const std::string path = signature_path(file);
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        return fail(file + ": is unsigned, expected a signature in " + path);
    const auto text = read_text_file(path);
    if (!text) return tl::unexpected(text.error());
    const auto fields = read_fields(path, *text, {"sha256", "key", "signature"}, {});
    if (!fields) return tl::unexpected(fields.error());
    const std::string& signer = fields->at("key");
    if (std::find(known_keys.begin(), known_keys.end(), signer) == known_keys.end())
        return fail(file + ": is signed by the unknown key '" + signer + "'");
    if (fields->at("sha256") != sha256)
        return fail(file + ": its signature is of other content, sha256 '" + fields->at("sha256") +
                    "', expected " + sha256);
    Key key{};
    Signature signature{};
    const std::string message = message_of(sha256);
    if (!from_hex(signer, key) || !from_hex(fields->at("signature"), signature) ||
        crypto_sign_verify_detached(signature.data(),
                                    reinterpret_cast<const unsigned char*>(message.data()),
                                    message.size(), key.data()) != 0)
        return fail(path + ": the signature is wrong: it was not made by the key " + signer);
    return signer;
}

}  // namespace lpc::control
