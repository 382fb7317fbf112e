#include "runtime/loading/plugin_cache.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

#include "foundation/file.hpp"
#include "foundation/sha256.hpp"

namespace lpc::runtime {
namespace {

// Why the process and a number: two threads or two processes may store the same content at once;
// the later rename wins, with the same bytes.
Status store(const std::filesystem::path& place, const std::string& bytes) {
    static std::atomic<std::uint64_t> next{0};
    std::string aside = place.string();
    for (const std::uint64_t part : {static_cast<std::uint64_t>(::getpid()), next.fetch_add(1)})
        aside.append(".").append(std::to_string(part));
    aside += ".part";
    // A process of this number may have died here before.
    ::unlink(aside.c_str());
    if (Status done = write_new(aside, bytes, 0500); !done) return fail_in(aside, done.error());
    if (Status done = put_in_place(aside, place.string()); !done)
        return fail_in(place.string(), done.error());
    return {};
}

bool is_intact(const std::filesystem::path& place, const std::string& sha256) {
    const Result<std::string> bytes = read_whole(place.string(), kPluginFile);
    return bytes && sha256_hex(*bytes) == sha256;
}

}  // namespace

Result<PluginCache> PluginCache::open(const std::filesystem::path& folder) {
    const std::string where = "plugin cache " + folder.string();
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    if (error) {
        return fail(where + ": cannot be made: " + error.message());
    }
    std::filesystem::path absolute = std::filesystem::canonical(folder, error);
    if (error) {
        return fail(where + ": " + error.message());
    }
    struct stat state {};
    if (::stat(absolute.c_str(), &state) != 0) {
        return fail(where + ": " + std::generic_category().message(errno));
    }
    if ((state.st_mode & S_IWOTH) != 0) {
        return fail(where + ": everybody may write to it, expected a folder of the host's own");
    }
    return PluginCache(std::move(absolute));
}

Result<CachedFile> PluginCache::keep(const std::filesystem::path& candidate) const {
    Result<std::string> bytes = read_whole(candidate.string(), kPluginFile);
    if (!bytes) {
        return tl::unexpected<Error>(bytes.error());
    }
    if (bytes->empty()) {
        return fail("is empty, expected a plugin file");
    }
    const auto content = std::as_bytes(std::span(*bytes));
    CachedFile kept{{}, sha256_hex(*bytes), {content.begin(), content.end()}};
    kept.path = folder_ / (kept.sha256 + ".so");
    if (!is_intact(kept.path, kept.sha256)) {
        if (Status done = store(kept.path, *bytes); !done) {
            return fail_in("copy in the plugin cache", done.error());
        }
        if (!is_intact(kept.path, kept.sha256)) {
            return fail("copy in the plugin cache: " + kept.path.string() +
                        ": does not hold what was written");
        }
    }
    return kept;
}

}  // namespace lpc::runtime
