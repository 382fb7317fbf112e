// The results of a bench for people: each figure with a name, a unit and three significant digits,
// the baseline marked as such, and how many times the baseline each other one takes. Pure.
#pragma once

#include <string>

#include "bench.hpp"

namespace lpc::app {

// "2.63", "0.221", "12,300,000": three significant digits, rounded.
std::string three_digits(double value);

// A line for each result; `bench` is its name. A result that this does not know is shown by its
// key.
std::string figures_text(const std::string& bench, const Json& results);

}  // namespace lpc::app
