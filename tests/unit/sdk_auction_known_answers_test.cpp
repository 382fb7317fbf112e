// The curves of descending lots against published figures, read in place from ../shared/data.
#include <lpc/sdk/auction.hpp>

#include <boost/test/unit_test.hpp>

#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace {

using nlohmann::json;

constexpr lpc::Quantity kSold{-1};
constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::int64_t kTicks = 100'000'000;  // a tick is 10^-8

// The curve of this name in vectors.json.
std::optional<json> curve(const std::string& test, const std::string& id) {
    std::ifstream file(LPC_SOURCE_DIR "/../shared/data/known_answers/vectors.json");
    if (!file) {
        std::cout << "skipped: " << test << ": no data\n";
        return std::nullopt;
    }
    const json all = json::parse(file);
    for (const json& one : all.at("dutch_auction")) {
        if (one.at("id") == id) return one;
    }
    BOOST_FAIL("no curve " << id << " in vectors.json");
    return std::nullopt;
}

std::int64_t ppb(double share) {
    return std::llround(share * 1e9);
}

lpc::Int128 digits_of(const std::string& decimal) {
    lpc::Int128 value = 0;
    for (const char c : decimal) {
        if (c != '.') value = value * 10 + (c - '0');
    }
    return value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_auction_known_answers)

// makerdao/dss src/test/abaci.t.sol, lines 180-229.
BOOST_AUTO_TEST_CASE(the_linear_curve_is_that_of_maker) {
    const auto c = curve("the_linear_curve_is_that_of_maker", "lin");
    if (!c) return;
    const std::int64_t top = c->at("top");
    const lpc::LotRules rules{LPC_CURVE_LINEAR, 1'000, c->at("tau_s").get<std::int64_t>() * 1'000};
    std::size_t checked = 0;
    for (const auto& [second, price] : c->at("expect").items()) {
        // At its end the curve is at 0; a lot still costs the least price that there is.
        const std::int64_t expected = std::max<std::int64_t>(1, price.get<std::int64_t>() * kTicks);
        BOOST_TEST(
            lpc::price_at(kSold, {top * kTicks}, rules, std::stoll(second) * kSecond).ticks ==
            expected);
        ++checked;
    }
    BOOST_TEST(checked == 11u);
}

// The same file, lines 164-178; its tolerance is a thousandth.
BOOST_AUTO_TEST_CASE(a_stairstep_of_one_second_is_the_exponential_curve_of_maker) {
    const auto c = curve("a_stairstep_of_one_second_is_the_exponential_curve_of_maker", "exp");
    if (!c) return;
    const std::int64_t top = c->at("top").get<std::int64_t>() * kTicks;
    const double tolerance = c->at("tolerance").get<double>();
    const lpc::LotRules rules{LPC_CURVE_STAIRSTEP, 1'000,
                              ppb(std::stod(c->at("cut").get<std::string>()))};
    std::size_t checked = 0;
    for (const auto& [second, price] : c->at("expect").items()) {
        const auto found = static_cast<double>(
            lpc::price_at(kSold, {top}, rules, std::stoll(second) * kSecond).ticks);
        BOOST_TEST(std::abs(found / kTicks - price.get<double>()) <= tolerance);
        ++checked;
    }
    BOOST_TEST(checked == 5u);
}

// makerdao/dss src/test/clip.t.sol, lines 301-328, 1030 and 1120. The price after thirty steps
// stands there in a comment, written by a program with 16 digits: its last one is off by one.
BOOST_AUTO_TEST_CASE(sixty_steps_are_exact_to_the_27th_decimal_and_thirty_to_the_16th_digit) {
    const char* const kTest = "sixty_steps_are_exact_to_the_27th_decimal";
    const auto sixty = curve(kTest, "stair60");
    const auto thirty = curve(kTest, "stair30");
    if (!sixty || !thirty) return;
    for (const auto& [c, steps] : {std::pair(*sixty, 60), std::pair(*thirty, 30)}) {
        const std::int64_t cut = ppb(c.at("cut").get<double>());
        const std::int64_t top = c.at("top");
        const std::string expected = c.at("expect").at(std::to_string(steps));
        const std::string published = expected.substr(0, expected.find(' '));
        BOOST_TEST(published.size() == (steps == 60 ? 29u : 17u));
        lpc::Int128 found = top * lpc::power(lpc::Factor::of_ppb(cut), steps).units();
        const lpc::Int128 exact = found;
        for (std::size_t size = published.size(); size < 29; ++size) found /= 10;
        const lpc::Int128 difference = found - digits_of(published);
        BOOST_TEST((difference >= 0 && difference <= (steps == 60 ? 0 : 1)));
        // The lot's own price is that, to the tick above.
        const lpc::LotRules rules{LPC_CURVE_STAIRSTEP, 1'000, cut};
        const lpc::Int128 ticks = lpc::div_ceil(exact, lpc::Factor::kOne / kTicks);
        BOOST_TEST(lpc::price_at(kSold, {top * kTicks}, rules, steps * kSecond).ticks ==
                   static_cast<std::int64_t>(ticks));
    }
}

BOOST_AUTO_TEST_SUITE_END()
