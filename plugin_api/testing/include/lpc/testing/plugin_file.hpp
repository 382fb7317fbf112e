// The table inside a plugin file. For tests only: it trusts the file, and runs its code. Never
// unloaded, as in the real host.
#pragma once

#include <dlfcn.h>
#include <lpc/plugin.h>
#include <lpc/testing/instance.hpp>

#include <string>

namespace lpc::testing {

[[nodiscard]] inline const lpc_plugin& open_plugin(const std::string& path) {
    void* file = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (file == nullptr) throw ProtocolError(dlerror());
    const void* table = dlsym(file, "lpc_plugin_v0");
    if (table == nullptr) throw ProtocolError(path + ": no lpc_plugin_v0");
    return *static_cast<const lpc_plugin*>(table);
}

}  // namespace lpc::testing
