#include <fmt/format.h>

#include <control/signing.hpp>
#include <sockets/curve_keys.hpp>

#include "commands.hpp"
#include "control_args.hpp"

namespace lpc::app {
namespace {

int make_signing(const std::string& out) {
    const auto keys = control::make_signing_keys();
    if (!keys) return wrong(keys.error());
    if (const Status written = control::write_signing_keys(out, *keys); !written)
        return wrong(written.error());
    fmt::print("{}\n", keys->public_key);
    return 0;
}

}  // namespace

int keygen_command(const KeygenArgs& args) {
    const std::string out = args.out.empty() ? "lpc.keys" : args.out;
    if (args.signing) return make_signing(out);
    if (!args.server.empty() && !sockets::is_curve_key(args.server))
        return wrong({"--server: found '" + args.server +
                      "', expected the host's public key, 40 characters as keygen printed it"});
    auto keys = sockets::make_curve_keys();
    if (!keys) return wrong(keys.error());
    keys->server_key = args.server;
    if (const Status written = sockets::write_curve_keys(out, *keys); !written)
        return wrong(written.error());
    fmt::print("{}\n", keys->public_key);
    return 0;
}

int sign_command(const SignArgs& args) {
    const auto keys = control::read_signing_keys(args.key);
    if (!keys) return wrong(keys.error());
    const auto sha256 = control::sign_file(args.file, *keys);
    if (!sha256) return wrong(sha256.error());
    fmt::print("{}: sha256 {} signed by {}\n", control::signature_path(args.file), *sha256,
               keys->public_key);
    return 0;
}

}  // namespace lpc::app
