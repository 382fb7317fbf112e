#include "runtime/loading/plugin_library.hpp"

// Boost.DLL 1.74 forgets these five.
#include <algorithm>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#define BOOST_DLL_USE_STD_FS
#include <dlfcn.h>

#include <boost/dll/shared_library.hpp>
#include <cfenv>
#include <map>
#include <mutex>
#include <utility>

#include "runtime/loading/elf_file.hpp"
#include "runtime/loading/plugin_file.hpp"
#include "runtime/loading/plugin_table.hpp"

namespace lpc::runtime {
namespace {

// Why: a file linked with -ffast-math sets flush-to-zero on the thread that loads it.
class FloatingPointState {
  public:
    FloatingPointState() { std::fegetenv(&saved_); }
    FloatingPointState(const FloatingPointState&) = delete;
    FloatingPointState& operator=(const FloatingPointState&) = delete;
    ~FloatingPointState() { std::fesetenv(&saved_); }

  private:
    std::fenv_t saved_{};
};

struct Mapped {
    boost::dll::shared_library library;
    const lpc_plugin* table = nullptr;
    std::shared_ptr<const PluginImage> image;  // none: its table was refused
};

struct Registry {
    std::mutex mutex;
    std::map<std::string, Mapped> by_sha256;
};

// Why never destroyed: the destructor would unmap code that other threads may still run while the
// process ends.
Registry& registry() {
    static Registry* const one = new Registry;
    return *one;
}

Result<boost::dll::shared_library> map_file(const std::filesystem::path& path) {
    const FloatingPointState unchanged;
    boost::dll::shared_library library;
    boost::dll::fs::error_code error;
    library.load(path, boost::dll::load_mode::rtld_now | boost::dll::load_mode::rtld_local, error);
    if (error) {
        // Boost.DLL reports every failure as a bad file descriptor; the dynamic loader knows
        // better.
        const char* const reason = ::dlerror();
        return fail(std::string("cannot be mapped: ") +
                    (reason != nullptr ? reason : error.message().c_str()));
    }
    return library;
}

Result<Mapped> map_plugin(const CachedFile& copy) {
    const Result<ElfFile> file = ElfFile::parse(copy.bytes);
    if (!file) {
        return tl::unexpected<Error>(file.error());
    }
    if (const Status allowed = judge_file(*file); !allowed) {
        return tl::unexpected<Error>(allowed.error());
    }
    Result<boost::dll::shared_library> library = map_file(copy.path);
    if (!library) {
        return tl::unexpected<Error>(library.error());
    }
    Mapped mapped;
    mapped.library = std::move(*library);
    mapped.table = &mapped.library.get<const lpc_plugin>(std::string(kTableSymbol));
    return mapped;
}

// The file's entry in the registry, mapped now if it is the first time.
Result<Mapped*> find_or_map(Registry& all, const CachedFile& copy) {
    const auto known = all.by_sha256.find(copy.sha256);
    if (known != all.by_sha256.end()) {
        return &known->second;
    }
    if (all.by_sha256.size() >= kImagesMax) {
        return fail("is one file too many: this process has mapped " + std::to_string(kImagesMax) +
                    " different plugin files and unmaps none; restart it");
    }
    Result<Mapped> mapped = map_plugin(copy);
    if (!mapped) {
        return tl::unexpected<Error>(mapped.error());
    }
    return &all.by_sha256.emplace(copy.sha256, std::move(*mapped)).first->second;
}

std::shared_ptr<const PluginImage> make_image(const lpc_plugin& table,
                                              const std::filesystem::path& file,
                                              const std::string& sha256) {
    auto image = std::make_shared<PluginImage>();
    image->table = &table;
    image->path = file;
    image->sha256 = sha256;
    image->id = table.id;
    image->version = table.version;
    image->build = table.build;
    image->role = table.flags & (LPC_ROLE_RISK | LPC_ROLE_LIQUIDATOR);
    return image;
}

}  // namespace

Result<std::shared_ptr<const PluginImage>> PluginLibrary::load(const std::filesystem::path& file,
                                                               const PluginCache& cache) {
    const std::string where = "plugin file " + file.string();
    const Result<CachedFile> copy = cache.keep(file);
    if (!copy) {
        return fail_in(where, copy.error());
    }
    Registry& all = registry();
    const std::lock_guard<std::mutex> lock(all.mutex);
    const Result<Mapped*> mapped = find_or_map(all, *copy);
    if (!mapped) {
        return fail_in(where, mapped.error());
    }
    Mapped& entry = **mapped;
    if (entry.image == nullptr) {
        if (const Status sound = judge_table(*entry.table); !sound) {
            return fail_in(where, Error{std::string(kTableSymbol) + " " + sound.error().message});
        }
        entry.image = make_image(*entry.table, file, copy->sha256);
    }
    return entry.image;
}

}  // namespace lpc::runtime
