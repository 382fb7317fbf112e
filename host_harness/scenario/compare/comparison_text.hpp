// A comparison as the JSON object of `lpc ab --json` and as the table that people read. Pure.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "comparison.hpp"

namespace lpc::scenario {

struct ArmDescription {
    std::string file;  // as it was named
    std::string id, version, sha256;
    std::map<std::string, std::int64_t> params;  // set by file or option
    std::string note;                            // for people; empty: nothing to say
};

struct ComparisonSubject {
    std::string scenario, stage;
    std::uint64_t first_seed = 0;
    std::int64_t asset_scale = 1;
    ArmDescription a, b;
    std::vector<FailedCheck> failed;
};

std::string comparison_json(const Comparison& comparison, const ComparisonSubject& subject);
std::string comparison_table(const Comparison& comparison, const ComparisonSubject& subject);

}  // namespace lpc::scenario
