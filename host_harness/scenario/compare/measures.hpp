// What `lpc ab` compares: figures of report.json, each with its unit, which direction is better for
// those to whom money is owed, and what part it has in the verdict. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <foundation/status.hpp>

namespace lpc::scenario {

enum class Unit : std::uint8_t { money, ppb, bps_hundredths, ms, count };
enum class Prefer : std::uint8_t { higher, lower, neither };
enum class Part : std::uint8_t {
    primary,    // the one that the verdict is about, named beforehand
    guardrail,  // the better arm may not be worse in it by more than its margin
    beside      // told, and no more
};

struct Measure {
    std::string_view name;
    std::string_view place;  // in report.json
    Unit unit = Unit::count;
    Prefer prefer = Prefer::neither;
    Part part = Part::beside;
    // Of a guardrail: how much worse is still not worse, as a share of the other arm's mean.
    std::int64_t margin_per_cent = 0;
};

// In the order of the report; the primary one first.
const std::vector<Measure>& measures();

// A value for each of measures(): money in the smallest unit, basis points in hundredths. Nothing
// where the report has null (nobody was liquidated).
using Measured = std::vector<std::optional<std::int64_t>>;
[[nodiscard]] Result<Measured> measured(const std::string& report_json);

}  // namespace lpc::scenario
