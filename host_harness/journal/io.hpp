// The journal's only way to files: two small interfaces at the level of system calls, so that tests
// can stand in for the disk. Every call answers a count or 0, or minus an errno. Retries, short
// writes and sentences are not here but in transfer.hpp. Used by one thread at a time; a File
// belongs to whoever opened it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <foundation/status.hpp>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace lpc::journal::io {

class File {
  public:
    virtual ~File() = default;
    virtual std::int64_t size() = 0;
    virtual std::int64_t read_at(std::uint64_t offset, std::span<std::byte> into) = 0;
    virtual std::int64_t write_at(std::uint64_t offset, std::span<const std::byte> bytes) = 0;
    virtual int truncate(std::uint64_t bytes) = 0;
    virtual int sync_data() = 0;  // fdatasync
    virtual int sync_all() = 0;   // fsync
};

enum class Mode {
    read,
    write,   // the file exists
    create,  // made anew, emptied if it exists
};

class Folder {
  public:
    virtual ~Folder() = default;
    [[nodiscard]] virtual std::string path() const = 0;  // for messages
    virtual int list(std::vector<std::string>& names) = 0;
    virtual int open(const std::string& name, Mode mode, std::unique_ptr<File>& file) = 0;
    virtual int rename(const std::string& from, const std::string& to) = 0;
    virtual int sync() = 0;  // its list of names
    // One writer at a time, over all processes; -EWOULDBLOCK if another Folder holds the lock.
    virtual int lock() = 0;
    virtual void unlock() = 0;
};

// A folder of the file system. create_folder makes it, with its parents, if it is not there.
[[nodiscard]] Result<std::shared_ptr<Folder>> open_folder(const std::string& path);
[[nodiscard]] Result<std::shared_ptr<Folder>> create_folder(const std::string& path);

}  // namespace lpc::journal::io
