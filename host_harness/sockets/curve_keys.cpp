#include "sockets/curve_keys.hpp"

#include <zmq.h>

#include <array>
#include <cstdint>

#include "foundation/text_file.hpp"

namespace lpc::sockets {
namespace {

using KeyText = std::array<char, kCurveKeyCharacters + 1>;

Status not_a_key(const std::string& where) {
    return fail(where + ": expected a CURVE key of " + std::to_string(kCurveKeyCharacters) +
                " characters (Z85)");
}

}  // namespace

bool is_curve_key(std::string_view text) {
    constexpr std::string_view kZ85 =
        "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";
    // Why not the decoder alone: it takes any character for granted.
    if (text.size() != kCurveKeyCharacters ||
        text.find_first_not_of(kZ85) != std::string_view::npos)
        return false;
    std::array<std::uint8_t, 32> bytes{};
    return zmq_z85_decode(bytes.data(), std::string(text).c_str()) != nullptr;
}

Result<CurveKeys> make_curve_keys() {
    KeyText public_key{};
    KeyText secret_key{};
    if (zmq_curve_keypair(public_key.data(), secret_key.data()) != 0)
        return fail("CURVE keys cannot be made: this build of ZeroMQ has no CURVE");
    return CurveKeys{public_key.data(), secret_key.data(), {}};
}

Status write_curve_keys(const std::string& path, const CurveKeys& keys) {
    std::string text =
        "# A CURVE key pair of LPC. Whoever has curve_secret is taken for its owner.\n"
        "curve_public " +
        keys.public_key + "\ncurve_secret " + keys.secret_key + "\n";
    if (!keys.server_key.empty()) text += "server " + keys.server_key + "\n";
    return write_new_text_file(path, text, 0600);
}

Result<CurveKeys> read_curve_keys(const std::string& path) {
    const auto text = read_text_file(path, true);
    if (!text) return tl::unexpected(text.error());
    auto fields = read_fields(path, *text, {"curve_public", "curve_secret"}, {"server"});
    if (!fields) return tl::unexpected(fields.error());
    for (const auto& field : *fields) {
        if (is_curve_key(field.second)) continue;
        const Status wrong = not_a_key(path + ": " + field.first);
        return tl::unexpected(wrong.error());
    }
    const CurveKeys keys{fields->at("curve_public"), fields->at("curve_secret"),
                         (*fields)["server"]};
    KeyText derived{};
    if (zmq_curve_public(derived.data(), keys.secret_key.c_str()) != 0 ||
        keys.public_key != derived.data())
        return fail(path + ": curve_secret does not belong to curve_public");
    return keys;
}

}  // namespace lpc::sockets
