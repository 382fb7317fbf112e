#include "foundation/file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace lpc {
namespace {

// An open file; closed when it goes.
class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (ok()) ::close(fd_);
    }
    int get() const { return fd_; }
    bool ok() const { return fd_ >= 0; }

  private:
    int fd_;
};

tl::unexpected<Error> system_failure(const std::string& what) {
    return fail(what + ": " + std::generic_category().message(errno));
}

Status judge(const struct stat& state, const FileRules& rules) {
    const std::string expected = ", expected " + std::string(rules.what);
    if (S_ISDIR(state.st_mode)) return fail("is a folder" + expected);
    if (!S_ISREG(state.st_mode)) return fail("is not a regular file" + expected);
    if (static_cast<std::uint64_t>(state.st_size) > rules.bytes_max)
        return fail("has " + std::to_string(state.st_size) + " bytes" + expected + " of at most " +
                    std::to_string(rules.bytes_max));
    if (rules.secret && (state.st_mode & 077) != 0) {
        std::array<char, 8> mode{};
        std::snprintf(mode.data(), mode.size(), "%04o", state.st_mode & 07777u);
        return fail(std::string("holds a secret key and has mode ") + mode.data() +
                    ", expected 0600: nobody but its owner may read it");
    }
    return {};
}

Status write_all(int fd, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t put = ::write(fd, bytes.data(), bytes.size());
        if (put < 0 && errno == EINTR) continue;
        if (put < 0) return system_failure("cannot be written");
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    if (::fsync(fd) != 0) return system_failure("cannot be synced");
    return {};
}

}  // namespace

Result<std::string> read_whole(const std::string& path, const FileRules& rules) {
    // Why not blocking: opening a named pipe would wait for its writer.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (!file.ok()) return system_failure("cannot be opened");
    struct stat state {};
    if (::fstat(file.get(), &state) != 0) return system_failure("cannot be looked at");
    if (const Status judged = judge(state, rules); !judged) return tl::unexpected(judged.error());
    // One byte more than it has, so that one that grows is seen.
    std::string bytes(static_cast<std::size_t>(state.st_size) + 1, '\0');
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return system_failure("cannot be read");
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    if (done + 1 != bytes.size()) return fail("changed its length while it was read");
    bytes.resize(done);
    return bytes;
}

Status write_new(const std::string& path, std::string_view bytes, mode_t mode) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode));
    if (!file.ok() && errno == EEXIST) return fail("is there already, expected a new file");
    if (!file.ok()) return system_failure("cannot be made");
    const Status written = write_all(file.get(), bytes);
    if (!written) ::unlink(path.c_str());
    return written;
}

Status put_in_place(const std::string& aside, const std::string& path) {
    if (::rename(aside.c_str(), path.c_str()) != 0) {
        const auto failure = system_failure("cannot be put in place");
        ::unlink(aside.c_str());
        return failure;
    }
    const std::filesystem::path folder = std::filesystem::absolute(path).parent_path();
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!opened.ok() || ::fsync(opened.get()) != 0)
        return system_failure("its folder cannot be synced");
    return {};
}

}  // namespace lpc
