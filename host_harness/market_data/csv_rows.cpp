#include <lpc/limits.h>

#include <algorithm>
#include <market_data/csv_rows.hpp>
#include <market_data/found_text.hpp>
#include <utility>

namespace lpc::market_data {

namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string columns_text(std::size_t count) {
    return std::to_string(count) + (count == 1 ? " column" : " columns");
}

}  // namespace

CsvRows::CsvRows(std::string_view text, std::string name, const CsvLayout& layout)
    : rest_(text), name_(std::move(name)), layout_(layout), places_(layout.size(), kAbsent) {
    if (rest_.substr(0, kByteOrderMark.size()) == kByteOrderMark) {
        rest_.remove_prefix(kByteOrderMark.size());
    }
}

void CsvRows::split_line() {
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    fields_.clear();
    for (;;) {
        const std::size_t comma = line.find(',');
        fields_.push_back(line.substr(0, comma));
        if (comma == std::string_view::npos) break;
        line.remove_prefix(comma + 1);
    }
    ++line_;
}

bool CsvRows::at_header() const {
    const std::string_view first = fields_.front();
    return !first.empty() && (first.front() < '0' || first.front() > '9');
}

void CsvRows::place_by_order() {
    width_ = layout_.size();
    for (std::size_t i = 0; i < layout_.size(); ++i) places_[i] = i;
}

Status CsvRows::place_by_header() {
    width_ = fields_.size();
    for (std::size_t i = 0; i < layout_.size(); ++i) {
        const auto found = std::find(fields_.begin(), fields_.end(), layout_[i].name);
        if (found == fields_.end()) {
            if (!layout_[i].required) continue;
            return wrong(i, "a header without it, beginning with " + quoted(fields_.front()),
                         "a header with this column, or a number");
        }
        if (std::find(found + 1, fields_.end(), layout_[i].name) != fields_.end()) {
            return wrong(i, "it twice in the header", "it once");
        }
        places_[i] = static_cast<std::size_t>(found - fields_.begin());
    }
    return {};
}

// A row that is too short is told by the first column that it does not reach.
Status CsvRows::judge_width() const {
    if (fields_.size() == width_) return {};
    const std::string found = fields_.size() == 1 && fields_.front().empty()
                                  ? "an empty row"
                                  : "a row of " + columns_text(fields_.size());
    if (fields_.size() > width_) {
        return fail(name_ + ": row " + std::to_string(line_) + ": found " + found + ", expected " +
                    columns_text(width_));
    }
    std::size_t missing = layout_.size();
    for (std::size_t i = 0; i < layout_.size(); ++i) {
        if (!has(i) || places_[i] < fields_.size()) continue;
        if (missing == layout_.size() || places_[i] < places_[missing]) missing = i;
    }
    if (missing == layout_.size()) {
        return fail(name_ + ": row " + std::to_string(line_) + ": found " + found + ", expected " +
                    columns_text(width_));
    }
    return wrong(missing, found, columns_text(width_));
}

Result<bool> CsvRows::next() {
    const bool first = line_ == 0;
    if (first && rest_.empty()) return fail(name_ + ": found an empty file, expected rows");
    if (rest_.empty()) return false;
    split_line();
    if (first && at_header()) {
        if (const Status status = place_by_header(); !status) {
            return tl::make_unexpected(status.error());
        }
        if (rest_.empty()) return fail(name_ + ": found a header only, expected rows after it");
        split_line();
    } else if (first) {
        place_by_order();
    }
    if (const Status status = judge_width(); !status) return tl::make_unexpected(status.error());
    ++rows_;
    return true;
}

std::string_view CsvRows::text(std::size_t column) const {
    return fields_[places_[column]];
}

Result<std::int64_t> CsvRows::count(std::size_t column) const {
    const auto value = parse_count(text(column));
    if (!value) return wrong(column, "an integer");
    return *value;
}

Result<std::int64_t> CsvRows::units(std::size_t column, const CsvUnit& unit) const {
    const auto value = parse_decimal(text(column));
    if (!value || value->digits < 0) return wrong(column, "a decimal number");
    const auto units = count_units(*value, unit.size, unit.rounding);
    const auto of_unit = [&] { return std::string(unit.name) + " of " + unit.size_text; };
    if (!units) return wrong(column, "a multiple of the " + of_unit());
    if (*units < unit.count_min) {
        return wrong(column, "at least " + std::to_string(unit.count_min) + " " + of_unit());
    }
    if (*units > unit.count_max) {
        return wrong(column,
                     "at most " + std::to_string(unit.count_max) + " times the " + of_unit());
    }
    return static_cast<std::int64_t>(*units);
}

Result<bool> CsvRows::flag(std::size_t column) const {
    const std::string_view found = text(column);
    if (found == "true" || found == "True") return true;
    if (found == "false" || found == "False") return false;
    return wrong(column, "true or false");
}

Result<std::int64_t> CsvRows::time_ns(std::size_t column) const {
    // 13 digits are milliseconds from 2001 on, 16 digits microseconds from 2001 on; both end where
    // engine time ends.
    constexpr std::int64_t kNsPerMs = 1'000'000;
    constexpr std::int64_t kNsPerUs = 1'000;
    const auto value = parse_count(text(column));
    if (value && *value >= 1'000'000'000'000 && *value <= LPC_TIME_MAX_NS / kNsPerMs) {
        return *value * kNsPerMs;
    }
    if (value && *value >= 1'000'000'000'000'000 && *value <= LPC_TIME_MAX_NS / kNsPerUs) {
        return *value * kNsPerUs;
    }
    return wrong(column, "Unix time in milliseconds (13 digits) or microseconds (16 digits)");
}

Status CsvRows::number(std::size_t column) const {
    if (!has(column) || parse_decimal(text(column))) return {};
    return wrong(column, "a decimal number");
}

tl::unexpected<Error> CsvRows::wrong(std::size_t column, const std::string& found,
                                     const std::string& expected) const {
    return fail(name_ + ": row " + std::to_string(line_) + ", column " +
                std::string(layout_[column].name) + ": found " + found + ", expected " + expected);
}

tl::unexpected<Error> CsvRows::wrong(std::size_t column, const std::string& expected) const {
    return wrong(column, quoted(text(column)), expected);
}

}  // namespace lpc::market_data
