// Where tests find recorded prices; they are read in place, and a test that wants some is skipped
// by name where they are absent.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdio>
#include <filesystem>
#include <string>

namespace lpc::tests {

// One-minute klines of NEARUSDT: the crash of 3 February 2025, and a calm day.
inline constexpr char kCrash[] = "NEARUSDT-um-1m-20250202_20250204.csv";
inline constexpr char kCalm[] = "NEARUSDT-um-1m-20230910_20230911.csv";

inline std::string path_of_prices(const std::string& file) {
    return LPC_SOURCE_DIR "/../shared/data/klines/" + file;
}
// False, and said so: this test is skipped.
inline bool has_prices(const std::string& file) {
    if (std::filesystem::exists(path_of_prices(file))) return true;
    const std::string test = boost::unit_test::framework::current_test_case().p_name;
    std::printf("skipped: %s: no data\n", test.c_str());
    BOOST_TEST_MESSAGE("skipped: " << test << ": no data");
    return false;
}

}  // namespace lpc::tests
