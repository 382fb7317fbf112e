// The one way in which TOML files are read: typed, checked, and with every key accounted for.
// Getters never fail on the spot: the first error is kept, they go on with harmless values, and
// `read` gives out the error instead of what was made of them (for a missing key, the key that may
// be its misspelling). Every error names file, line, full key, found and expected. One thread;
// start-up only; a table may outlive its file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <foundation/status.hpp>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace lpc::scenario {

struct IntRange {
    std::int64_t min = std::numeric_limits<std::int64_t>::min();
    std::int64_t max = std::numeric_limits<std::int64_t>::max();
};

struct ConfigState;

// A view of one table. Keys are plain names in this table; errors show the full dotted path. After
// an error a getter returns: the range's min, empty text, false, the first of the names, time 0, an
// empty table or list.
class ConfigTable {
  public:
    std::int64_t required_int(std::string_view key, IntRange range = {}) const;
    std::int64_t optional_int(std::string_view key, std::int64_t fallback,
                              IntRange range = {}) const;
    std::vector<std::int64_t> required_ints(std::string_view key, IntRange range = {}) const;

    // Required text is not empty.
    std::string required_string(std::string_view key) const;
    std::string optional_string(std::string_view key, std::string fallback) const;
    std::vector<std::string> required_strings(std::string_view key) const;

    // The path of a file that is there; a relative one starts at the folder of this file.
    std::string required_file(std::string_view key) const;
    std::string optional_file(std::string_view key) const;  // absent: ""

    bool required_bool(std::string_view key) const;
    bool optional_bool(std::string_view key, bool fallback) const;

    // One of the names, of which there is at least one.
    std::string one_of(std::string_view key, const std::vector<std::string>& names) const;
    std::string optional_one_of(std::string_view key, const std::string& fallback,
                                const std::vector<std::string>& names) const;
    // Each one of the names.
    std::vector<std::string> several_of(std::string_view key,
                                        const std::vector<std::string>& names) const;

    // "2025-02-03T01:30:00Z" in quotes or as a TOML date-time, as Unix time [ns].
    std::int64_t required_time(std::string_view key) const;
    std::int64_t optional_time(std::string_view key, std::int64_t fallback_ns) const;

    // A size such as a tick: decimal text in quotes above zero, returned as it stands.
    std::string required_size(std::string_view key) const;
    // Decimal text in quotes (or an integer) as an exact number of units, "2.739" in units of
    // "0.001" -> 2739. A unit that is no size above zero has been reported by required_size.
    std::int64_t required_decimal(std::string_view key, std::string_view unit,
                                  IntRange range = {}) const;
    std::int64_t optional_decimal(std::string_view key, std::int64_t fallback,
                                  std::string_view unit, IntRange range = {}) const;

    ConfigTable required_table(std::string_view key) const;
    std::optional<ConfigTable> optional_table(std::string_view key) const;
    // [[key]], at least `count_min` of them; absent is none.
    std::vector<ConfigTable> tables(std::string_view key, std::size_t count_min = 0) const;

    // All keys in this table, sorted; for tables whose keys are names of the user's. Each must
    // still be read.
    std::vector<std::string> keys() const;
    bool has(std::string_view key) const;  // counts as reading it

    // Where a key stands, as errors say it: "a.toml: line 3, key accounts.count". Counts as reading
    // it.
    std::string place_of(std::string_view key) const;

    // The reader's own rule about a key that it has read: "expected at most high_ticks".
    void reject(std::string_view key, const std::string& expected) const;

  private:
    friend class ConfigFile;
    friend struct ConfigState;
    ConfigTable(std::shared_ptr<ConfigState> state, std::size_t index)
        : state_(std::move(state)), index_(index) {}

    std::shared_ptr<ConfigState> state_;
    std::size_t index_;  // in the state's list of opened tables
};

class ConfigFile {
  public:
    [[nodiscard]] static Result<ConfigFile> load(const std::string& path);
    [[nodiscard]] static Result<ConfigFile> parse(std::string_view text, std::string name);

    // Calls fill(root table); returns what it made, or else the first error: of a getter, of
    // `reject`, or a key that nobody asked for. The values can be had in no other way, so the check
    // cannot be forgotten.
    template <class Fill>
    [[nodiscard]] Result<std::invoke_result_t<Fill, ConfigTable>> read(Fill&& fill) {
        auto value = std::forward<Fill>(fill)(root());
        if (const Status status = finish(); !status) return tl::make_unexpected(status.error());
        return value;
    }

  private:
    explicit ConfigFile(std::shared_ptr<ConfigState> state) : state_(std::move(state)) {}
    ConfigTable root() const { return ConfigTable(state_, 0); }
    Status finish() const;

    std::shared_ptr<ConfigState> state_;
};

}  // namespace lpc::scenario
