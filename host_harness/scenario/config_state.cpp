#include "config_state.hpp"

#include <algorithm>
#include <market_data/found_text.hpp>
#include <sstream>

#include "nearest_name.hpp"

namespace lpc::scenario {

namespace {

template <class Value>
std::string streamed(const Value& value) {
    std::ostringstream text;
    text << value;
    return text.str();
}

// As it may stand in a dotted path: in quotes unless it is a bare key.
std::string shown_key(std::string_view key) {
    const bool bare = !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_' || c == '-';
    });
    return bare ? std::string(key) : market_data::quoted(key);
}

std::uint32_t line_of(const toml::source_region& source, std::uint32_t fallback) {
    return source.begin.line > 0 ? source.begin.line : fallback;
}

}  // namespace

std::string found_node(const toml::node& node) {
    if (const auto* text = node.as_string()) return market_data::quoted(text->get());
    if (const auto* integer = node.as_integer()) return std::to_string(integer->get());
    if (const auto* boolean = node.as_boolean()) return boolean->get() ? "true" : "false";
    if (const auto* date = node.as_date()) return streamed(date->get());
    if (const auto* time = node.as_time()) return streamed(time->get());
    if (const auto* moment = node.as_date_time()) return streamed(moment->get());
    if (node.is_table()) return "a table";
    if (node.is_array()) return "an array";
    return "a floating-point number";
}

const toml::node* ConfigState::ask(std::size_t index, std::string_view key) {
    open[index].asked.emplace(key);
    return open[index].table->get(key);
}

std::size_t ConfigState::open_table(const toml::table& table, const std::string& path,
                                    std::uint32_t line) {
    for (std::size_t i = 0; i < open.size(); ++i) {
        if (open[i].table == &table && &table != &empty) return i;
    }
    open.push_back({&table, path, line_of(table.source(), line), {}});
    return open.size() - 1;
}

std::string ConfigState::path_of(std::size_t index, std::string_view key) const {
    const std::string& table = open[index].path;
    return table.empty() ? shown_key(key) : table + "." + shown_key(key);
}

std::string ConfigState::place_of(std::size_t index, const std::string& path,
                                  const toml::node* node) const {
    const std::uint32_t table_line = open[index].line;
    const std::uint32_t line = node == nullptr ? table_line : line_of(node->source(), table_line);
    return name + ": line " + std::to_string(line) + ", key " + path;
}

void ConfigState::report(std::size_t index, const std::string& path, const toml::node* node,
                         const std::string& expected) {
    if (first_error) return;
    if (node == nullptr) {
        const std::string& table = open[index].path;
        missing = Missing{index, table.empty() ? path : path.substr(table.size() + 1)};
    }
    first_error =
        Error{place_of(index, path, node) + ": found " +
              (node == nullptr ? "nothing" : found_node(*node)) + ", expected " + expected};
}

template <class Which>
std::optional<ConfigState::Unknown> ConfigState::first_unknown(Which&& which) const {
    std::optional<Unknown> first;
    for (std::size_t i = 0; i < open.size(); ++i) {
        for (const auto& [key, node] : *open[i].table) {
            if (open[i].asked.find(key.str()) != open[i].asked.end() || !which(i, key.str()))
                continue;
            const std::uint32_t line = line_of(key.source(), open[i].line);
            if (!first || line < first->line) first = Unknown{i, std::string(key.str()), line};
        }
    }
    return first;
}

Error ConfigState::told(const Unknown& unknown, const std::string& expected) const {
    return Error{name + ": line " + std::to_string(unknown.line) + ", key " +
                 path_of(unknown.index, unknown.key) + ": found an unknown key, expected " +
                 expected};
}

std::optional<Error> ConfigState::unknown_key() const {
    const auto unknown = first_unknown([](std::size_t, std::string_view) { return true; });
    if (!unknown) return std::nullopt;
    const auto& asked = open[unknown->index].asked;
    return told(*unknown, asked.empty() ? "no keys in this table"
                                        : "a known key, of which the nearest is " +
                                              nearest_name(unknown->key, asked));
}

std::optional<Error> ConfigState::misspelt_key() const {
    if (!missing) return std::nullopt;
    const auto unknown = first_unknown([this](std::size_t index, std::string_view key) {
        return index == missing->index && is_near(key, missing->key);
    });
    if (!unknown) return std::nullopt;
    return told(*unknown, missing->key + ", which is missing");
}

}  // namespace lpc::scenario
