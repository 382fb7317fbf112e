// Bytes of market data files: plain, gzip or zip (told apart by their first bytes, not their
// names), one file or a folder. Runs at start-up on the calling thread; reads the whole file before
// it is judged; nothing is cached.
#pragma once

#include <cstdint>
#include <foundation/status.hpp>
#include <functional>
#include <market_data/csv_rows.hpp>
#include <string>
#include <string_view>

namespace lpc::market_data {

// The most bytes that a file, or what a compressed file holds, may have.
inline constexpr std::uint64_t kSourceBytesMax = std::uint64_t{4} << 30;

// The file's bytes as they are.
[[nodiscard]] Result<std::string> read_file(const std::string& path,
                                            std::uint64_t bytes_max = kSourceBytesMax);

// What the bytes hold: themselves, all members of a gzip stream, or the one entry of a zip archive.
[[nodiscard]] Result<std::string> decompressed(std::string bytes, const std::string& name,
                                               std::uint64_t bytes_max = kSourceBytesMax);

using RowVisitor = std::function<Status(const CsvRows& row)>;

// Hands each row of the file to `visit`, or of each file in the folder that ends in .csv, .gz or
// .zip, by name in byte order; stops at the first failure. Returns the SHA-256 (hex) of the files'
// bytes as stored, one after the other.
[[nodiscard]] Result<std::string> visit_rows(const std::string& path, const CsvLayout& layout,
                                             const RowVisitor& visit);

// The same from a file's bytes, compressed or not; `name` stands for the path.
[[nodiscard]] Result<std::string> visit_rows_of(std::string bytes, const std::string& name,
                                                const CsvLayout& layout, const RowVisitor& visit);

}  // namespace lpc::market_data
