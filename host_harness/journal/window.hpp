// A stretch of a file in memory, moved along as it is read. Private to the reader.
// Why: not mmap, which turns an error of the disk into a signal that would end the engine's
// process.
#pragma once

#include <journal/transfer.hpp>
#include <vector>

namespace lpc::journal {

class Window {
  public:
    Window(std::unique_ptr<io::File> file, std::string name, std::uint64_t file_bytes)
        : file_(std::move(file)), name_(std::move(name)), file_bytes_(file_bytes) {}

    // `bytes` bytes from `offset`, all within the file; valid until the next call.
    [[nodiscard]] Result<const std::byte*> at(std::uint64_t offset, std::uint64_t bytes);

    [[nodiscard]] std::uint64_t file_bytes() const { return file_bytes_; }
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    std::unique_ptr<io::File> file_;
    std::string name_;
    std::uint64_t file_bytes_;
    std::vector<std::byte> buffer_;
    std::uint64_t start_ = 0;
    std::uint64_t filled_ = 0;
};

}  // namespace lpc::journal
