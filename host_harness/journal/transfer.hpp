// Whole transfers over the io seam: interrupted calls are made again, short ones continued, and
// errors become sentences that name the file and the offset. Private to this room; no state.
#pragma once

#include <journal/io.hpp>

namespace lpc::journal::io {

// "No space left on device (errno 28)"; takes minus an errno, as the seam answers.
[[nodiscard]] std::string error_text(std::int64_t negative_errno);

[[nodiscard]] Result<std::unique_ptr<File>> open_file(Folder& folder, const std::string& name,
                                                      Mode mode);
[[nodiscard]] Result<std::uint64_t> size_of(File& file, const std::string& name);
[[nodiscard]] Status read_all(File& file, const std::string& name, std::uint64_t offset,
                              std::span<std::byte> into);
[[nodiscard]] Status write_all(File& file, const std::string& name, std::uint64_t offset,
                               std::span<const std::byte> bytes);
[[nodiscard]] Status truncate(File& file, const std::string& name, std::uint64_t bytes);
[[nodiscard]] Status sync_data(File& file, const std::string& name, std::uint64_t offset);
[[nodiscard]] Status sync_all(File& file, const std::string& name);
[[nodiscard]] Status sync(Folder& folder);
[[nodiscard]] Status rename(Folder& folder, const std::string& from, const std::string& to);
[[nodiscard]] Result<std::vector<std::string>> list(Folder& folder);
[[nodiscard]] Status lock(Folder& folder);

}  // namespace lpc::journal::io
