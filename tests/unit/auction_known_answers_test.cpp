// Dust and partial takes against published cases, read in place from ../shared/data. There the debt
// of an auction is what is sold off; one of our lots is a tenth of its unit.
#include <auction/clearing.hpp>
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace {

using nlohmann::json;

std::int64_t lots(double debt) {
    return std::llround(debt * 10);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(auction_known_answers)

// makerdao/dss src/test/clip.t.sol, lines 871-1082: debt 110, dust 22, price 5.
BOOST_AUTO_TEST_CASE(takes_and_what_they_leave_are_those_of_maker) {
    std::ifstream file(LPC_SOURCE_DIR "/../shared/data/known_answers/vectors.json");
    if (!file) {
        std::cout << "skipped: takes_and_what_they_leave_are_those_of_maker: no data\n";
        return;
    }
    const json all = json::parse(file);
    const std::set<std::string> wanted{"take_over_tab", "take_at_tab", "take_under_tab",
                                       "dust_remainder_shrinks_bid",
                                       "no_partial_when_tab_le_chost"};
    std::size_t checked = 0;
    for (const json& c : all.at("clip").at("cases")) {
        const std::string id = c.at("id");
        if (!wanted.contains(id)) continue;
        const json& in = c.at("in");
        const double price = in.value("price", 5.0);
        const lpc::auction::Lot lot{true, lots(in.value("tab", 110.0)), 5, 0};
        lpc::auction::ClearingRules rules;
        rules.dust_lots = lots(22);
        const std::vector<lpc::auction::Bid> take{
            {1, 1, 5, lots(in.at("amt").get<double>() * price)}};
        const auto cleared = lpc::auction::clear(take, lot, rules);
        const json& expect = c.at("expect");
        const std::int64_t expected =
            expect.is_string() ? 0 : lots(expect.at("slice").get<double>() * price);
        BOOST_TEST_CONTEXT(id) {
            BOOST_TEST((cleared.awards.empty() ? 0 : cleared.awards.front().lots) == expected);
        }
        ++checked;
    }
    BOOST_TEST(checked == wanted.size());
}

BOOST_AUTO_TEST_SUITE_END()
