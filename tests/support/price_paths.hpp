// What tests of price paths ask of one.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <market_data/price_path.hpp>
#include <string>
#include <vector>

namespace lpc::test {

constexpr std::int64_t kSecond = 1'000'000'000;

using List = std::vector<std::int64_t>;

inline List prices(const Result<market_data::PricePath>& path) {
    BOOST_REQUIRE_MESSAGE(path, (path ? "" : path.error().message));
    List list;
    for (const market_data::PriceStep& step : *path) list.push_back(step.price_ticks);
    return list;
}

inline List volumes(const Result<market_data::PricePath>& path) {
    BOOST_REQUIRE_MESSAGE(path, (path ? "" : path.error().message));
    List list;
    for (const market_data::PriceStep& step : *path) list.push_back(step.volume_lots);
    return list;
}

inline void fails_with(const Result<market_data::PricePath>& result, const std::string& sentence) {
    BOOST_REQUIRE(!result);
    BOOST_TEST(result.error().message == sentence);
}

inline std::int64_t distance(std::int64_t a, std::int64_t b) {
    return a < b ? b - a : a - b;
}

}  // namespace lpc::test
