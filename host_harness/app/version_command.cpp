#include <fmt/format.h>
#include <lpc/version.h>

#include <nlohmann/json.hpp>

#include "app/version.hpp"
#include "commands.hpp"

namespace lpc::app {

int version_command(bool json) {
    if (json) {
        const nlohmann::ordered_json object{
            {"version", kVersion},   {"abi_major", LPC_ABI_MAJOR}, {"abi_minor", LPC_ABI_MINOR},
            {"compiler", kCompiler}, {"build_type", kBuildType},   {"revision", kRevision}};
        fmt::print("{}\n", object.dump(2));
    } else {
        fmt::print("lpc {} (ABI {}.{}, {}, {}, {})\n", kVersion, LPC_ABI_MAJOR, LPC_ABI_MINOR,
                   kCompiler, kBuildType, kRevision);
    }
    return 0;
}

}  // namespace lpc::app
