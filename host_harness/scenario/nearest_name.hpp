// Which known name a misspelt one may have meant. Pure, any thread.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace lpc::scenario {

// The name with the fewest edits (insert, delete, replace, swap of neighbours) from `found`; the
// first of equals. `names` is not empty.
std::string nearest_name(std::string_view found, const std::set<std::string, std::less<>>& names);

// May `found` be `name` misspelt? At most one edit for every three letters.
bool is_near(std::string_view found, std::string_view name);

}  // namespace lpc::scenario
