#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <market_data/csv_source.hpp>
#include <memory>
#include <system_error>
#include <vector>

#include "foundation/sha256.hpp"

namespace lpc::market_data {

namespace fs = std::filesystem;

namespace {

struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
};

std::string system_text(int code) {
    return std::generic_category().message(code);
}

Result<std::vector<std::string>> csv_files(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) return std::vector<std::string>{path};
    std::vector<std::string> files;
    fs::directory_iterator entries(path, error);
    while (!error && entries != fs::directory_iterator()) {
        const std::string end = entries->path().extension().string();
        if (end == ".csv" || end == ".gz" || end == ".zip") {
            files.push_back(entries->path().string());
        }
        entries.increment(error);
    }
    if (error) {
        return fail(path + ": cannot be listed (" + error.message() +
                    "), expected a readable folder");
    }
    if (files.empty()) {
        return fail(path + ": found a folder without market data, expected files that end in " +
                    ".csv, .gz or .zip");
    }
    std::sort(files.begin(), files.end());
    return files;
}

Status visit_text(std::string bytes, const std::string& name, const CsvLayout& layout,
                  const RowVisitor& visit) {
    const auto text = decompressed(std::move(bytes), name);
    if (!text) return tl::make_unexpected(text.error());
    CsvRows row(*text, name, layout);
    for (;;) {
        const auto more = row.next();
        if (!more) return tl::make_unexpected(more.error());
        if (!*more) return {};
        if (const Status status = visit(row); !status) return status;
    }
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::uint64_t bytes_max) {
    const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rb"));
    if (!file) {
        return fail(path + ": cannot be opened (" + system_text(errno) +
                    "), expected a readable file");
    }
    std::string bytes;
    std::vector<char> chunk(1 << 16);
    std::size_t got = 0;
    while ((got = std::fread(chunk.data(), 1, chunk.size(), file.get())) > 0) {
        if (got > bytes_max - bytes.size()) {
            return fail(path + ": found a larger file, expected at most " +
                        std::to_string(bytes_max) + " bytes");
        }
        bytes.append(chunk.data(), got);
    }
    if (std::ferror(file.get()) != 0) {
        return fail(path + ": cannot be read (" + system_text(errno) +
                    "), expected a readable file");
    }
    return bytes;
}

Result<std::string> visit_rows(const std::string& path, const CsvLayout& layout,
                               const RowVisitor& visit) {
    const auto files = csv_files(path);
    if (!files) return tl::make_unexpected(files.error());
    Sha256 hash;
    for (const std::string& name : *files) {
        auto bytes = read_file(name);
        if (!bytes) return bytes;
        hash.update(*bytes);
        const Status status = visit_text(std::move(*bytes), name, layout, visit);
        if (!status) return tl::make_unexpected(status.error());
    }
    return hash.hex();
}

Result<std::string> visit_rows_of(std::string bytes, const std::string& name,
                                  const CsvLayout& layout, const RowVisitor& visit) {
    std::string sha256 = sha256_hex(bytes);
    const Status status = visit_text(std::move(bytes), name, layout, visit);
    if (!status) return tl::make_unexpected(status.error());
    return sha256;
}

}  // namespace lpc::market_data
