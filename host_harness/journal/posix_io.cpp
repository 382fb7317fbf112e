#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <journal/io.hpp>
#include <journal/transfer.hpp>
#include <utility>

namespace lpc::journal::io {
namespace {

int answer(int returned) {
    return returned < 0 ? -errno : 0;
}

class Descriptor {
  public:
    explicit Descriptor(int fd) : fd_(fd) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() { ::close(fd_); }
    [[nodiscard]] int get() const { return fd_; }

  private:
    int fd_;
};

class PosixFile final : public File {
  public:
    explicit PosixFile(int fd) : fd_(fd) {}

    std::int64_t size() override {
        struct stat status = {};
        return ::fstat(fd_.get(), &status) < 0 ? -errno : status.st_size;
    }
    std::int64_t read_at(std::uint64_t offset, std::span<std::byte> into) override {
        const auto count = ::pread(fd_.get(), into.data(), into.size(), static_cast<off_t>(offset));
        return count < 0 ? -errno : count;
    }
    std::int64_t write_at(std::uint64_t offset, std::span<const std::byte> bytes) override {
        const auto count =
            ::pwrite(fd_.get(), bytes.data(), bytes.size(), static_cast<off_t>(offset));
        return count < 0 ? -errno : count;
    }
    int truncate(std::uint64_t bytes) override {
        return answer(::ftruncate(fd_.get(), static_cast<off_t>(bytes)));
    }
    int sync_data() override { return answer(::fdatasync(fd_.get())); }
    int sync_all() override { return answer(::fsync(fd_.get())); }

  private:
    Descriptor fd_;
};

int flags_of(Mode mode) {
    switch (mode) {
        case Mode::read:
            return O_RDONLY;
        case Mode::write:
            return O_RDWR;
        case Mode::create:
            return O_RDWR | O_CREAT | O_TRUNC;
    }
    return O_RDONLY;
}

class PosixFolder final : public Folder {
  public:
    PosixFolder(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    [[nodiscard]] std::string path() const override { return path_; }

    int list(std::vector<std::string>& names) override {
        names.clear();
        const int fd = ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (fd < 0) return -errno;
        DIR* stream = ::fdopendir(fd);
        if (stream == nullptr) {
            const int error = -errno;
            ::close(fd);
            return error;
        }
        errno = 0;
        while (const dirent* entry = ::readdir(stream)) names.emplace_back(entry->d_name);
        const int error = -errno;
        ::closedir(stream);
        return error;
    }
    int open(const std::string& name, Mode mode, std::unique_ptr<File>& file) override {
        const int fd = ::openat(fd_.get(), name.c_str(), flags_of(mode) | O_CLOEXEC, 0644);
        if (fd < 0) return -errno;
        file = std::make_unique<PosixFile>(fd);
        return 0;
    }
    int rename(const std::string& from, const std::string& to) override {
        return answer(::renameat(fd_.get(), from.c_str(), fd_.get(), to.c_str()));
    }
    int sync() override { return answer(::fsync(fd_.get())); }
    int lock() override {
        // Why: the system's lock belongs to the open folder, so it would let its holder in a second
        // time.
        if (locked_) return -EWOULDBLOCK;
        const int error = answer(::flock(fd_.get(), LOCK_EX | LOCK_NB));
        locked_ = error == 0;
        return error;
    }
    void unlock() override {
        ::flock(fd_.get(), LOCK_UN);
        locked_ = false;
    }

  private:
    std::string path_;
    Descriptor fd_;
    bool locked_ = false;
};

}  // namespace

Result<std::shared_ptr<Folder>> open_folder(const std::string& path) {
    const int fd = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return fail("journal folder " + path + ": cannot be opened (" + error_text(-errno) +
                    "), expected a readable folder");
    return std::make_shared<PosixFolder>(path, fd);
}

Result<std::shared_ptr<Folder>> create_folder(const std::string& path) {
    std::error_code error;
    std::filesystem::create_directories(path, error);
    if (error)
        return fail("journal folder " + path + ": cannot be made (" + error.message() +
                    "), expected a folder that may be written to");
    return open_folder(path);
}

}  // namespace lpc::journal::io
