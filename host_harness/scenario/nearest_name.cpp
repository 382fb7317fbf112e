#include "nearest_name.hpp"

#include <algorithm>
#include <vector>

namespace lpc::scenario {
namespace {

// Optimal string alignment distance.
std::size_t edits(std::string_view a, std::string_view b) {
    std::vector<std::vector<std::size_t>> cost(a.size() + 1,
                                               std::vector<std::size_t>(b.size() + 1, 0));
    for (std::size_t i = 0; i <= a.size(); ++i) {
        for (std::size_t j = 0; j <= b.size(); ++j) {
            if (i == 0 || j == 0) {
                cost[i][j] = i + j;
                continue;
            }
            const std::size_t replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
            cost[i][j] = std::min({replaced, cost[i - 1][j] + 1, cost[i][j - 1] + 1});
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
            }
        }
    }
    return cost[a.size()][b.size()];
}

constexpr std::size_t kLengthMax = 64;  // the work grows with the length, and it is from outside

}  // namespace

std::string nearest_name(std::string_view found, const std::set<std::string, std::less<>>& names) {
    found = found.substr(0, kLengthMax);
    return *std::min_element(names.begin(), names.end(),
                             [found](const std::string& a, const std::string& b) {
                                 return edits(found, a) < edits(found, b);
                             });
}

bool is_near(std::string_view found, std::string_view name) {
    if (found.size() > kLengthMax) return false;
    return 3 * edits(found, name) <= std::max(found.size(), name.size());
}

}  // namespace lpc::scenario
