// A process of its own: what this test maps would be in the way of the other tests of loading.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "conformance/loading_support.hpp"
#include "runtime/loading/plugin_library.hpp"

using lpc::runtime::kImagesMax;
using lpc::runtime::PluginLibrary;

BOOST_FIXTURE_TEST_CASE(a_process_maps_a_bounded_number_of_files, lpc::tests::CacheFixture) {
    const std::vector<std::byte> good = lpc::tests::bytes_of(lpc::tests::bad_file("loads_first"));
    const auto load_number = [&](std::size_t number) {
        std::vector<std::byte> bytes = good;  // what follows its end makes it another file
        bytes.push_back(static_cast<std::byte>(number / 256));
        bytes.push_back(static_cast<std::byte>(number % 256));
        lpc::tests::write_file(folder.path() / "numbered.so", bytes);
        return PluginLibrary::load(folder.path() / "numbered.so", cache);
    };
    for (std::size_t number = 0; number < kImagesMax; ++number) {
        BOOST_REQUIRE(load_number(number));
    }
    const auto refused = load_number(kImagesMax);
    BOOST_REQUIRE(!refused);
    BOOST_TEST(refused.error().message.find("is one file too many") != std::string::npos);
    BOOST_TEST(load_number(0).has_value(), "a known file still loads");
}
