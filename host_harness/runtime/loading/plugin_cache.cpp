#include "runtime/loading/plugin_cache.hpp"

#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <span>
#include <system_error>
#include <utility>

namespace lpc::runtime {
namespace {

// An open file; closed when it goes.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    int get() const { return fd_; }
    bool ok() const { return fd_ >= 0; }

  private:
    int fd_;
};

tl::unexpected<Error> system_failure(const std::string& what) {
    return fail(what + ": " + std::generic_category().message(errno));
}

std::string sha256_of(std::span<const std::byte> bytes) {
    std::array<unsigned char, crypto_hash_sha256_BYTES> hash{};
    crypto_hash_sha256(hash.data(), reinterpret_cast<const unsigned char*>(bytes.data()),
                       bytes.size());
    std::array<char, 2 * crypto_hash_sha256_BYTES + 1> text{};
    sodium_bin2hex(text.data(), text.size(), hash.data(), hash.size());
    return text.data();
}

Result<std::uint64_t> regular_size(int fd) {
    struct stat state {};
    if (::fstat(fd, &state) != 0) {
        return system_failure("cannot look at it");
    }
    if (S_ISDIR(state.st_mode)) {
        return fail("is a folder, expected a plugin file");
    }
    if (!S_ISREG(state.st_mode)) {
        return fail("is not a regular file");
    }
    if (state.st_size == 0) {
        return fail("is empty, expected a plugin file");
    }
    const auto size = static_cast<std::uint64_t>(state.st_size);
    if (size > kPluginBytesMax) {
        return fail("has " + std::to_string(size) + " bytes, expected at most " +
                    std::to_string(kPluginBytesMax));
    }
    return size;
}

Result<std::vector<std::byte>> read_whole(const std::filesystem::path& path) {
    // Why not blocking: opening a named pipe would wait for its writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.ok()) {
        return system_failure("cannot be opened");
    }
    const Result<std::uint64_t> size = regular_size(file.get());
    if (!size) {
        return tl::unexpected<Error>(size.error());
    }
    std::vector<std::byte> bytes(*size);
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return system_failure("cannot be read");
        }
        if (got == 0) {
            return fail("became shorter while it was read");
        }
        done += static_cast<std::size_t>(got);
    }
    return bytes;
}

Status write_whole(const std::filesystem::path& path, std::span<const std::byte> bytes) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0500));
    if (!file.ok()) {
        return system_failure("cannot be made");
    }
    while (!bytes.empty()) {
        const ssize_t put = ::write(file.get(), bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return system_failure("cannot be written");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(put));
    }
    if (::fsync(file.get()) != 0) {
        return system_failure("cannot be synced");
    }
    return {};
}

Status sync_folder(const std::filesystem::path& folder) {
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.ok() || ::fsync(opened.get()) != 0) {
        return system_failure("cannot be synced");
    }
    return {};
}

// Why the process and a number: two threads or two processes may store the same content at once;
// the later rename wins, with the same bytes.
Status store(const std::filesystem::path& folder, const std::filesystem::path& place,
             std::span<const std::byte> bytes) {
    static std::atomic<std::uint64_t> next{0};
    std::filesystem::path aside = place;
    for (const std::uint64_t part : {static_cast<std::uint64_t>(::getpid()), next.fetch_add(1)}) {
        aside += ".";
        aside += std::to_string(part);
    }
    aside += ".part";
    // A process of this number may have died here before.
    ::unlink(aside.c_str());
    if (Status done = write_whole(aside, bytes); !done) {
        ::unlink(aside.c_str());
        return fail_in(aside.string(), done.error());
    }
    if (::rename(aside.c_str(), place.c_str()) != 0) {
        const auto failure = system_failure(place.string() + ": cannot be put in place");
        ::unlink(aside.c_str());
        return failure;
    }
    if (Status done = sync_folder(folder); !done) {
        return fail_in(folder.string(), done.error());
    }
    return {};
}

bool is_intact(const std::filesystem::path& place, const std::string& sha256) {
    const Result<std::vector<std::byte>> bytes = read_whole(place);
    return bytes && sha256_of(*bytes) == sha256;
}

}  // namespace

Result<PluginCache> PluginCache::open(const std::filesystem::path& folder) {
    const std::string where = "plugin cache " + folder.string();
    if (::sodium_init() < 0) {
        return fail(where + ": libsodium cannot be initialised");
    }
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
        return system_failure(where);
    }
    if ((state.st_mode & S_IWOTH) != 0) {
        return fail(where + ": everybody may write to it, expected a folder of the host's own");
    }
    return PluginCache(std::move(absolute));
}

Result<CachedFile> PluginCache::keep(const std::filesystem::path& candidate) const {
    Result<std::vector<std::byte>> bytes = read_whole(candidate);
    if (!bytes) {
        return tl::unexpected<Error>(bytes.error());
    }
    CachedFile kept{{}, sha256_of(*bytes), std::move(*bytes)};
    kept.path = folder_ / (kept.sha256 + ".so");
    if (!is_intact(kept.path, kept.sha256)) {
        if (Status done = store(folder_, kept.path, kept.bytes); !done) {
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
