// The parsed file behind config_reader.hpp: the tables that were opened, the keys that were asked
// for, the first error. Private to config_*.cpp, the only files that see toml++. One thread.
#pragma once

#include <toml++/toml.h>
#include <cstddef>
#include <cstdint>
#include <foundation/status.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lpc::scenario {

struct OpenTable {
    const toml::table* table = nullptr;
    std::string path;  // "" for the root, "stages[1].limits"
    std::uint32_t line = 1;
    std::set<std::string, std::less<>> asked;
};

struct ConfigState {
    std::string name;
    toml::table root;
    toml::table empty;  // stands for tables that are missing
    std::vector<OpenTable> open;
    std::optional<Error> first_error;
    struct Missing {
        std::size_t index;
        std::string key;
    };
    std::optional<Missing> missing;  // what the first error is about, if it was not found

    // The node of a key, which counts as asked for from now on; nullptr if there is none.
    const toml::node* ask(std::size_t index, std::string_view key);
    // The list place of a table; the same for the same table.
    std::size_t open_table(const toml::table& table, const std::string& path, std::uint32_t line);

    std::string path_of(std::size_t index, std::string_view key) const;
    // "a.toml: line 3, key accounts.count"; a null node stands at its table.
    std::string place_of(std::size_t index, const std::string& path, const toml::node* node) const;
    // Keeps the first. A null node was not found; the error is then told at its table.
    void report(std::size_t index, const std::string& path, const toml::node* node,
                const std::string& expected);
    // The first key in the file that is in an opened table and that nobody asked for.
    std::optional<Error> unknown_key() const;
    // The same, of those that may be the missing key misspelt.
    std::optional<Error> misspelt_key() const;

  private:
    struct Unknown {
        std::size_t index;
        std::string key;
        std::uint32_t line;
    };
    template <class Which>
    std::optional<Unknown> first_unknown(Which&& which) const;
    Error told(const Unknown& unknown, const std::string& expected) const;
};

// What stands there, for an error: 12, "abc", true, a table ...
std::string found_node(const toml::node& node);

}  // namespace lpc::scenario
