// The golden run: a journal that is kept with the sources and that every build and compiler must
// replay byte for byte. If it differs, something decides differently than it did; a reviewed change
// is accepted with tests/replay/accept.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "scenario/workshop.hpp"

using lpc::tests::Outcome;
using lpc::tests::text_of_file;
using lpc::tests::Workshop;
using Json = nlohmann::json;

namespace {

const std::string kGolden = LPC_SOURCE_DIR "/tests/replay/golden";

std::string golden_hash() {
    std::string hash = text_of_file(kGolden + "/command_hash");
    hash.resize(hash.find('\n'));
    return hash;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(the_golden_run, Workshop)

BOOST_AUTO_TEST_CASE(replays_byte_for_byte_with_this_build_of_the_plugins) {
    const Outcome outcome =
        lpc({"replay", kGolden, "--json", "--stage", "risk=" LPC_BINARY_DIR "/plugins/margin.so",
             "--stage", "twap=" LPC_BINARY_DIR "/plugins/twap.so"});
    BOOST_TEST(outcome.code == 0, outcome.out << outcome.err);
    BOOST_TEST_REQUIRE(!outcome.out.empty());
    const Json result = Json::parse(outcome.out);
    BOOST_TEST(result.at("sealed") == true);
    BOOST_TEST(result.at("commands").get<int>() > 100);
    BOOST_TEST(result.at("command_hash") == golden_hash());
}

BOOST_AUTO_TEST_CASE(comes_out_the_same_when_it_is_run_anew) {
    const Outcome outcome =
        lpc({"run", LPC_SOURCE_DIR "/tests/replay/golden.toml", "--json", "--out", path("out")});
    BOOST_TEST(outcome.code == 0, outcome.out << outcome.err);
    BOOST_TEST_REQUIRE(!outcome.out.empty());
    BOOST_TEST(Json::parse(outcome.out).at("command_hash") == golden_hash());
}

BOOST_AUTO_TEST_SUITE_END()
