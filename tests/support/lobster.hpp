// Reads a LOBSTER sample: Nasdaq order messages and the book after each of them, both as CSV in
// gzip. For tests.
#pragma once

#include <zlib.h>

#include <charconv>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "foundation/status.hpp"

namespace lpc::test {

enum class LobsterType : std::int64_t {
    submission = 1,
    reduction = 2,  // by `size`
    deletion = 3,
    execution = 4,  // of a visible order
    hidden_execution = 5,
    cross = 6,
    halt = 7
};

struct LobsterMessage {
    LobsterType type{};
    std::uint64_t order = 0;
    std::int64_t size = 0;
    std::int64_t price = 0;  // USD x 10000
    bool buy = false;        // the resting order's side, also in executions
};

struct LobsterLevel {
    std::int64_t price = 0;
    std::int64_t size = 0;
};

struct LobsterRow {  // best first; only levels that are there
    std::vector<LobsterLevel> asks, bids;
};

struct LobsterDay {
    std::vector<LobsterMessage> messages;
    std::vector<LobsterRow> rows;  // rows[i] is the book after messages[i]
};

inline Result<std::string> read_gzip(const std::filesystem::path& path) {
    const std::unique_ptr<gzFile_s, int (*)(gzFile)> file(gzopen(path.c_str(), "rb"), gzclose);
    if (!file) return fail("cannot open " + path.string());
    std::string text;
    char block[65536];
    int count = 0;
    while ((count = gzread(file.get(), block, sizeof block)) > 0) {
        text.append(block, static_cast<std::size_t>(count));
    }
    if (count < 0) return fail(path.string() + " is not sound gzip");
    return text;
}

// Every line as its integers; a first column of seconds with a fraction is skipped.
inline Result<std::vector<std::vector<std::int64_t>>> read_integer_rows(
    const std::filesystem::path& path, bool skip_first_column) {
    const auto text = read_gzip(path);
    if (!text) return fail_in("LOBSTER", text.error());
    std::vector<std::vector<std::int64_t>> rows;
    const char* at = text->data();
    const char* const end = at + text->size();
    while (at != end) {
        std::vector<std::int64_t>& row = rows.emplace_back();
        if (skip_first_column) {
            while (at != end && *at != ',') ++at;
            if (at != end) ++at;
        }
        bool line_goes_on = true;
        while (line_goes_on) {
            std::int64_t value = 0;
            const auto [next, error] = std::from_chars(at, end, value);
            if (error != std::errc{}) {
                return fail(path.string() + ": row " + std::to_string(rows.size()) + ", column " +
                            std::to_string(row.size() + 1) + ": not an integer");
            }
            row.push_back(value);
            at = next;
            line_goes_on = at != end && *at == ',';
            if (at != end) ++at;
        }
    }
    return rows;
}

// `folder`/L50_`symbol`_msgs.csv.gz and L50_`symbol`_book.csv.gz.
inline Result<LobsterDay> read_lobster(const std::filesystem::path& folder,
                                       const std::string& symbol) {
    const auto messages = read_integer_rows(folder / ("L50_" + symbol + "_msgs.csv.gz"), true);
    if (!messages) return tl::unexpected<Error>(messages.error());
    const auto books = read_integer_rows(folder / ("L50_" + symbol + "_book.csv.gz"), false);
    if (!books) return tl::unexpected<Error>(books.error());
    if (messages->size() != books->size()) return fail(symbol + ": not one book row a message");
    LobsterDay day;
    for (const auto& row : *messages) {
        if (row.size() != 5) return fail(symbol + ": a message that has not six columns");
        day.messages.push_back({static_cast<LobsterType>(row[0]),
                                static_cast<std::uint64_t>(row[1]), row[2], row[3], row[4] == 1});
    }
    for (const auto& row : *books) {
        if (row.size() % 4 != 0) return fail(symbol + ": a book row that has not whole levels");
        LobsterRow& book = day.rows.emplace_back();
        for (std::size_t i = 0; i < row.size(); i += 4) {
            if (row[i + 1] > 0) book.asks.push_back({row[i], row[i + 1]});
            if (row[i + 3] > 0) book.bids.push_back({row[i + 2], row[i + 3]});
        }
    }
    return day;
}

}  // namespace lpc::test
