#include <boost/test/unit_test.hpp>
#include <market_data/utc_time.hpp>
#include <string_view>
#include <venue/random.hpp>

using lpc::market_data::parse_utc;
using lpc::market_data::utc_text;

BOOST_AUTO_TEST_SUITE(utc_time)

BOOST_AUTO_TEST_CASE(a_moment_is_read_and_written) {
    BOOST_TEST(*parse_utc("2025-02-03T02:08:00Z") == 1'738'548'480'000'000'000);
    BOOST_TEST(*parse_utc("1970-01-01T00:00:00Z") == 0);
    BOOST_TEST(*parse_utc("2024-02-29T23:59:59.25Z") == 1'709'251'199'250'000'000);
    BOOST_TEST(utc_text(1'709'251'199'250'000'000) == "2024-02-29T23:59:59.25Z");
    BOOST_TEST(utc_text(1) == "1970-01-01T00:00:00.000000001Z");
}

BOOST_AUTO_TEST_CASE(reading_what_was_written_changes_nothing) {
    const std::uint64_t seed = 1970;
    lpc::venue::Random random(seed);
    for (int round = 0; round < 20'000; ++round) {
        const std::int64_t time_ns = random.between(0, 4'611'686'018'427'387'904);
        BOOST_TEST_CONTEXT("seed " << seed << " time " << time_ns) {
            const auto read = parse_utc(utc_text(time_ns));
            BOOST_REQUIRE(read);
            BOOST_REQUIRE(*read == time_ns);
        }
    }
}

BOOST_AUTO_TEST_CASE(what_is_no_moment_in_utc_is_refused) {
    for (const std::string_view text : {"",
                                        "Z",
                                        "2025-02-03",
                                        "2025-02-03T01:30:00",
                                        "2025-02-03 01:30:00Z",
                                        "2025-02-03T01:30:00+01:00",
                                        "2025-02-29T00:00:00Z",
                                        "2025-13-01T00:00:00Z",
                                        "2025-00-01T00:00:00Z",
                                        "2025-02-03T24:00:00Z",
                                        "2025-02-03T23:60:00Z",
                                        "2016-12-31T23:59:60Z",
                                        "2025-02-03T01:30:00.Z",
                                        "2025-02-03T01:30:00.1234567890Z",
                                        "2025-02-03T01:30:00.5xZ",
                                        "1969-12-31T23:59:59Z",
                                        "2117-01-01T00:00:00Z",
                                        "2116-12-31T00:00:00Z",
                                        "25-02-03T01:30:00Z",
                                        "2025-02-03T01:30:00ZZ"}) {
        BOOST_TEST_CONTEXT(text) {
            BOOST_TEST(!parse_utc(text));
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
