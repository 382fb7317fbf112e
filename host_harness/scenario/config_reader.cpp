#include <lpc/limits.h>

#include <algorithm>
#include <filesystem>
#include <market_data/csv_source.hpp>
#include <market_data/decimal.hpp>
#include <market_data/utc_time.hpp>
#include <scenario/config_reader.hpp>

#include "config_state.hpp"
#include "nearest_name.hpp"

namespace lpc::scenario {

namespace {

constexpr std::uint64_t kConfigBytesMax = 16 << 20;

std::string range_text(IntRange range, const std::string& noun) {
    const IntRange all;
    if (range.min == all.min && range.max == all.max) return noun;
    if (range.max == all.max) return noun + " of at least " + std::to_string(range.min);
    if (range.min == all.min) return noun + " of at most " + std::to_string(range.max);
    return noun + " from " + std::to_string(range.min) + " to " + std::to_string(range.max);
}

bool holds(IntRange range, std::int64_t value) {
    return value >= range.min && value <= range.max;
}

std::string names_text(const std::vector<std::string>& names) {
    std::string text = names.size() == 1 ? "" : "one of ";
    for (std::size_t i = 0; i < names.size(); ++i) {
        text += (i == 0 ? "\"" : ", \"") + names[i] + "\"";
    }
    return text;
}

// A TOML date-time in UTC; nothing if it has another offset, or none.
std::optional<std::int64_t> utc_ns(const toml::date_time& moment) {
    if (!moment.offset || moment.offset->minutes != 0) return std::nullopt;
    market_data::CivilTime civil;
    civil.year = moment.date.year;
    civil.month = moment.date.month;
    civil.day = moment.date.day;
    civil.hour = moment.time.hour;
    civil.minute = moment.time.minute;
    civil.second = moment.time.second;
    civil.nanosecond = moment.time.nanosecond;
    return unix_ns(civil);
}

}  // namespace

std::int64_t ConfigTable::required_int(std::string_view key, IntRange range) const {
    const toml::node* node = state_->ask(index_, key);
    const auto* integer = node == nullptr ? nullptr : node->as_integer();
    if (integer != nullptr && holds(range, integer->get())) return integer->get();
    state_->report(index_, state_->path_of(index_, key), node, range_text(range, "an integer"));
    return range.min;
}

std::int64_t ConfigTable::optional_int(std::string_view key, std::int64_t fallback,
                                       IntRange range) const {
    return has(key) ? required_int(key, range) : fallback;
}

std::vector<std::int64_t> ConfigTable::required_ints(std::string_view key, IntRange range) const {
    const toml::node* node = state_->ask(index_, key);
    const std::string path = state_->path_of(index_, key);
    const auto* array = node == nullptr ? nullptr : node->as_array();
    std::vector<std::int64_t> values;
    if (array == nullptr) {
        state_->report(index_, path, node, "an array of integers");
        return values;
    }
    for (const toml::node& element : *array) {
        const auto* integer = element.as_integer();
        if (integer == nullptr || !holds(range, integer->get())) {
            state_->report(index_, path + "[" + std::to_string(values.size()) + "]", &element,
                           range_text(range, "an integer"));
            return {};
        }
        values.push_back(integer->get());
    }
    return values;
}

std::string ConfigTable::required_string(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    const auto* text = node == nullptr ? nullptr : node->as_string();
    if (text != nullptr && !text->get().empty()) return text->get();
    state_->report(index_, state_->path_of(index_, key), node, "text in quotes, not empty");
    return "";
}

std::string ConfigTable::optional_string(std::string_view key, std::string fallback) const {
    return has(key) ? required_string(key) : fallback;
}

std::vector<std::string> ConfigTable::required_strings(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    const std::string path = state_->path_of(index_, key);
    const auto* array = node == nullptr ? nullptr : node->as_array();
    std::vector<std::string> values;
    if (array == nullptr) {
        state_->report(index_, path, node, "an array of texts in quotes");
        return values;
    }
    for (const toml::node& element : *array) {
        const auto* text = element.as_string();
        if (text == nullptr || text->get().empty()) {
            state_->report(index_, path + "[" + std::to_string(values.size()) + "]", &element,
                           "text in quotes, not empty");
            return {};
        }
        values.push_back(text->get());
    }
    return values;
}

std::string ConfigTable::required_file(std::string_view key) const {
    const std::string named = required_string(key);
    if (named.empty()) return "";
    const std::string path =
        (std::filesystem::path(state_->name).parent_path() / named).lexically_normal().string();
    std::error_code ignored;
    if (!std::filesystem::exists(path, ignored))
        reject(key, "a file, but there is no " + path +
                        " (a relative path starts at the folder of the file that names it)");
    return path;
}

std::string ConfigTable::optional_file(std::string_view key) const {
    return has(key) ? required_file(key) : "";
}

bool ConfigTable::required_bool(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    if (const auto* boolean = node == nullptr ? nullptr : node->as_boolean()) return boolean->get();
    state_->report(index_, state_->path_of(index_, key), node, "true or false");
    return false;
}

bool ConfigTable::optional_bool(std::string_view key, bool fallback) const {
    return has(key) ? required_bool(key) : fallback;
}

std::string ConfigTable::one_of(std::string_view key, const std::vector<std::string>& names) const {
    const toml::node* node = state_->ask(index_, key);
    const auto* text = node == nullptr ? nullptr : node->as_string();
    for (const std::string& name : names) {
        if (text != nullptr && text->get() == name) return name;
    }
    state_->report(index_, state_->path_of(index_, key), node, names_text(names));
    return names.front();
}

std::vector<std::string> ConfigTable::several_of(std::string_view key,
                                                 const std::vector<std::string>& names) const {
    const std::vector<std::string> found = required_strings(key);
    for (std::size_t i = 0; i < found.size(); ++i) {
        if (std::find(names.begin(), names.end(), found[i]) != names.end()) continue;
        const toml::node& element = *state_->ask(index_, key)->as_array()->get(i);
        state_->report(index_, state_->path_of(index_, key) + "[" + std::to_string(i) + "]",
                       &element,
                       names_text(names) + ", of which the nearest is \"" +
                           nearest_name(found[i], {names.begin(), names.end()}) + "\"");
        return {};
    }
    return found;
}

std::string ConfigTable::optional_one_of(std::string_view key, const std::string& fallback,
                                         const std::vector<std::string>& names) const {
    return has(key) ? one_of(key, names) : fallback;
}

std::int64_t ConfigTable::required_time(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    std::optional<std::int64_t> time_ns;
    if (const auto* text = node == nullptr ? nullptr : node->as_string()) {
        time_ns = market_data::parse_utc(text->get());
    } else if (const auto* moment = node == nullptr ? nullptr : node->as_date_time()) {
        time_ns = utc_ns(moment->get());
    }
    if (time_ns) return *time_ns;
    state_->report(index_, state_->path_of(index_, key), node,
                   "a UTC time such as 2025-02-03T01:30:00Z, from 1970 to 2116");
    return 0;
}

std::int64_t ConfigTable::optional_time(std::string_view key, std::int64_t fallback_ns) const {
    return has(key) ? required_time(key) : fallback_ns;
}

std::string ConfigTable::required_size(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    const auto* text = node == nullptr ? nullptr : node->as_string();
    const auto size = text == nullptr ? std::nullopt : market_data::parse_decimal(text->get());
    if (size && size->digits > 0) return text->get();
    state_->report(index_, state_->path_of(index_, key), node,
                   "decimal text in quotes above zero, such as \"0.001\"");
    return "";
}

std::int64_t ConfigTable::required_decimal(std::string_view key, std::string_view unit,
                                           IntRange range) const {
    const toml::node* node = state_->ask(index_, key);
    const std::string path = state_->path_of(index_, key);
    std::optional<market_data::Decimal> value;
    if (const auto* text = node == nullptr ? nullptr : node->as_string()) {
        value = market_data::parse_decimal(text->get());
    } else if (const auto* integer = node == nullptr ? nullptr : node->as_integer()) {
        value = market_data::parse_decimal(std::to_string(integer->get()));
    }
    const auto size = market_data::parse_decimal(unit);
    if (!value || !size || size->digits <= 0) {
        state_->report(index_, path, node, "decimal text in quotes, such as \"2.5\"");
        return range.min;
    }
    const auto units = market_data::count_units(*value, *size, market_data::Rounding::kExact);
    if (!units) {
        state_->report(index_, path, node, "a multiple of " + std::string(unit));
        return range.min;
    }
    if (*units < range.min || *units > range.max) {
        state_->report(index_, path, node,
                       range_text(range, "a count") + " times " + std::string(unit));
        return range.min;
    }
    return static_cast<std::int64_t>(*units);
}

std::int64_t ConfigTable::optional_decimal(std::string_view key, std::int64_t fallback,
                                           std::string_view unit, IntRange range) const {
    return has(key) ? required_decimal(key, unit, range) : fallback;
}

ConfigTable ConfigTable::required_table(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    const std::string path = state_->path_of(index_, key);
    const auto* table = node == nullptr ? nullptr : node->as_table();
    if (table == nullptr) {
        state_->report(index_, path, node, "a table, [" + path + "]");
        table = &state_->empty;
    }
    return ConfigTable(state_, state_->open_table(*table, path, state_->open[index_].line));
}

std::optional<ConfigTable> ConfigTable::optional_table(std::string_view key) const {
    if (!has(key)) return std::nullopt;
    return required_table(key);
}

std::vector<ConfigTable> ConfigTable::tables(std::string_view key, std::size_t count_min) const {
    const toml::node* node = state_->ask(index_, key);
    const std::string path = state_->path_of(index_, key);
    const auto* array = node == nullptr ? nullptr : node->as_array();
    std::vector<ConfigTable> found;
    const bool absent = node == nullptr && count_min == 0;
    if (absent) return found;
    if (array == nullptr || array->size() < count_min) {
        const std::string count = count_min < 2 ? "" : std::to_string(count_min) + " or more of ";
        state_->report(index_, path, node, count + "tables, [[" + path + "]]");
        return found;
    }
    for (const toml::node& element : *array) {
        const std::string element_path = path + "[" + std::to_string(found.size()) + "]";
        const auto* table = element.as_table();
        if (table == nullptr) {
            state_->report(index_, element_path, &element, "a table, [[" + path + "]]");
            return {};
        }
        const std::size_t index =
            state_->open_table(*table, element_path, state_->open[index_].line);
        found.push_back(ConfigTable(state_, index));
    }
    return found;
}

std::vector<std::string> ConfigTable::keys() const {
    std::vector<std::string> names;
    for (const auto& [key, node] : *state_->open[index_].table) names.emplace_back(key.str());
    return names;
}

bool ConfigTable::has(std::string_view key) const {
    return state_->ask(index_, key) != nullptr;
}

std::string ConfigTable::place_of(std::string_view key) const {
    const toml::node* node = state_->ask(index_, key);
    return state_->place_of(index_, state_->path_of(index_, key), node);
}

void ConfigTable::reject(std::string_view key, const std::string& expected) const {
    const toml::node* node = state_->ask(index_, key);
    state_->report(index_, state_->path_of(index_, key), node, expected);
}

Result<ConfigFile> ConfigFile::load(const std::string& path) {
    const auto text = market_data::read_file(path, kConfigBytesMax);
    if (!text) return tl::make_unexpected(text.error());
    return parse(*text, path);
}

Result<ConfigFile> ConfigFile::parse(std::string_view text, std::string name) {
    auto state = std::make_shared<ConfigState>();
    try {
        state->root = toml::parse(text, name);
    } catch (const toml::parse_error& error) {
        const auto& at = error.source().begin;
        return fail(name + ": line " + std::to_string(at.line) + ", column " +
                    std::to_string(at.column) + ": found text that is not TOML (" +
                    std::string(error.description()) + "), expected a TOML file");
    }
    state->name = std::move(name);
    state->open.push_back({&state->root, "", 1, {}});
    return ConfigFile(std::move(state));
}

Status ConfigFile::finish() const {
    if (auto misspelt = state_->misspelt_key()) return tl::make_unexpected(*misspelt);
    if (state_->first_error) return tl::make_unexpected(*state_->first_error);
    if (auto unknown = state_->unknown_key()) return tl::make_unexpected(*unknown);
    return {};
}

}  // namespace lpc::scenario
