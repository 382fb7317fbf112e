// The report of a run: report.json with the published keys, and the table that people read. Money
// as integers in the smallest unit of the settlement asset, rates in ppb, times in ns of engine
// time unless the key says otherwise.
#pragma once

#include <string>

#include "run.hpp"

namespace lpc::scenario {

struct RunTimes {
    double wall_s = 0;
};

// report.json, one object.
std::string report_json(Run& run, const RunTimes& times);

// The same for a terminal.
std::string report_table(Run& run, const RunTimes& times);

}  // namespace lpc::scenario
