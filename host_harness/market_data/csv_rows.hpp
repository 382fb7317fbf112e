// Rows of one CSV text, read column by column against a layout; every failure names file, row
// (1-based, the header counted), column, what was found and what was expected. Borrows the text. No
// floating point; deterministic; one thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <foundation/status.hpp>
#include <market_data/decimal.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace lpc::market_data {

// The columns of a format, in the order that files without a header have. A file with a header may
// leave out what is not required, and may have its columns in any order.
struct CsvColumn {
    std::string_view name;
    bool required = true;
};
using CsvLayout = std::vector<CsvColumn>;

// What a decimal column is counted in: "ticks" of 0.001, at least 1 and at most LPC_PRICE_MAX of
// them.
struct CsvUnit {
    std::string_view name;  // "tick", "lot"
    std::string size_text;
    Decimal size;
    Rounding rounding = Rounding::kExact;
    std::int64_t count_min = 0;
    std::int64_t count_max = 0;
};

class CsvRows {
  public:
    // The layout must outlive the rows.
    CsvRows(std::string_view text, std::string name, const CsvLayout& layout);

    // Goes to the next row: true if there is one, false at the end of a text that had rows.
    [[nodiscard]] Result<bool> next();

    // A column is its index in the layout. `has` is false only for one that is not required and
    // that the header leaves out.
    [[nodiscard]] bool has(std::size_t column) const { return places_[column] != kAbsent; }
    [[nodiscard]] std::string_view text(std::size_t column) const;
    [[nodiscard]] Result<std::int64_t> count(std::size_t column) const;
    [[nodiscard]] Result<std::int64_t> units(std::size_t column, const CsvUnit& unit) const;
    [[nodiscard]] Result<bool> flag(std::size_t column) const;
    // Unix time in ms or us, told apart by its magnitude, as ns.
    [[nodiscard]] Result<std::int64_t> time_ns(std::size_t column) const;
    // Good if the column is absent or holds a decimal number (of either sign and any size within 18
    // digits).
    [[nodiscard]] Status number(std::size_t column) const;

    // The failure of a rule about the row that stands now.
    [[nodiscard]] tl::unexpected<Error> wrong(std::size_t column, const std::string& found,
                                              const std::string& expected) const;
    // The same, with the column's text as what was found.
    [[nodiscard]] tl::unexpected<Error> wrong(std::size_t column,
                                              const std::string& expected) const;

    [[nodiscard]] std::size_t rows() const { return rows_; }  // the header is none

  private:
    static constexpr std::size_t kAbsent = static_cast<std::size_t>(-1);

    void split_line();
    [[nodiscard]] bool at_header() const;
    void place_by_order();
    Status place_by_header();
    Status judge_width() const;

    std::string_view rest_;
    std::string name_;
    const CsvLayout& layout_;
    std::vector<std::size_t>
        places_;  // of each column of the layout: its place in a row, or kAbsent
    std::vector<std::string_view> fields_;  // of the row that stands now
    std::size_t width_ = 0;                 // fields that each row must have
    std::size_t line_ = 0;
    std::size_t rows_ = 0;
};

}  // namespace lpc::market_data
