#include <boost/test/unit_test.hpp>
#include <market_data/decimal.hpp>
#include <string>
#include <string_view>

using lpc::Int128;
using lpc::market_data::count_units;
using lpc::market_data::Decimal;
using lpc::market_data::parse_count;
using lpc::market_data::parse_decimal;
using lpc::market_data::Rounding;

namespace {

// Units as 64 bits for printing; -1 stands for "refused".
std::int64_t units(std::string_view value, std::string_view unit, Rounding rounding) {
    const auto counted = count_units(*parse_decimal(value), *parse_decimal(unit), rounding);
    return counted ? static_cast<std::int64_t>(*counted) : -1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(decimal)

BOOST_AUTO_TEST_CASE(text_that_is_no_decimal_number_is_refused) {
    for (const std::string_view text :
         {"", "-", ".", ".5", "5.", "1e5", "+1", "1 ", " 1", "1.2.3", "0x1", "1,5", "nan", "--1",
          "1.-2", "1234567890123456789", "0.1234567890123456789", "0.0000000000000000001",
          "12345678901.12345678"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!parse_decimal(text));
        }
    }
}

BOOST_AUTO_TEST_CASE(zeros_that_say_nothing_do_not_count) {
    const auto value = parse_decimal("000000000000000000000042.50000000000000000000");
    BOOST_REQUIRE(value);
    BOOST_TEST(value->digits == 425);
    BOOST_TEST(value->places == 1);
    BOOST_TEST(parse_decimal("-0.001")->digits == -1);
    BOOST_TEST(parse_decimal("-0.001")->places == 3);
    BOOST_TEST(parse_decimal("999999999999999999")->digits == 999'999'999'999'999'999);
}

BOOST_AUTO_TEST_CASE(a_multiple_is_counted_exactly_under_every_rounding) {
    for (const Rounding rounding : {Rounding::kExact, Rounding::kDown, Rounding::kNearest}) {
        BOOST_TEST(units("2.7390", "0.001", rounding) == 2739);
        BOOST_TEST(units("3621.81", "0.01", rounding) == 362181);
        BOOST_TEST(units("100", "25", rounding) == 4);
        BOOST_TEST(units("0.75", "0.25", rounding) == 3);
        BOOST_TEST(units("0", "0.001", rounding) == 0);
    }
}

BOOST_AUTO_TEST_CASE(what_is_left_over_goes_where_the_rounding_says) {
    BOOST_TEST(units("2.7395", "0.001", Rounding::kExact) == -1);
    BOOST_TEST(units("2.7395", "0.001", Rounding::kDown) == 2739);
    BOOST_TEST(units("2.7395", "0.001", Rounding::kNearest) == 2740);
    BOOST_TEST(units("2.7394", "0.001", Rounding::kNearest) == 2739);
    BOOST_TEST(units("-2.5", "1", Rounding::kDown) == -3);
    BOOST_TEST(units("-2.5", "1", Rounding::kNearest) == -2);
}

BOOST_AUTO_TEST_CASE(the_largest_ratio_does_not_wrap) {
    Int128 expected = 999'999'999'999'999'999;
    for (int i = 0; i < 18; ++i) expected *= 10;
    const auto counted = count_units(*parse_decimal("999999999999999999"),
                                     *parse_decimal("0.000000000000000001"), Rounding::kNearest);
    BOOST_TEST((*counted == expected));
}

BOOST_AUTO_TEST_CASE(a_count_is_digits_only) {
    BOOST_TEST(*parse_count("0") == 0);
    BOOST_TEST(*parse_count("1738454400000") == 1'738'454'400'000);
    for (const std::string_view text : {"", "-1", "1.0", " 1", "1234567890123456789"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!parse_count(text));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
