// The margin arithmetic against published examples that fit in a line.
#include <lpc/sdk/margin.hpp>

#include <boost/test/unit_test.hpp>
#include <vector>

namespace {

using lpc::Exposure;
using lpc::Health;
using lpc::Int128;
using lpc::TierRow;

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_margin_examples)

// Worked example: mark 100, rate 2 %, equity 60 of maintenance 100 gives 98.8, where
// the ratio stays 0.6.
BOOST_AUTO_TEST_CASE(closing_at_the_bankruptcy_price_keeps_the_margin_ratio) {
    const std::vector<TierRow> tiers{{{0}, {20'000'000}, {20'000'000}, {0}}};
    const Exposure half{
        {25'000}, {0}, {10'000}, {1}, tiers};  // maintenance 5,000,000 of 10,000,000
    const Health account{{6'000'000}, {10'000'000}, {}};
    const lpc::Price price = lpc::bankruptcy_price(half, account);
    BOOST_TEST(price.ticks == 9'880);
    const Int128 left =
        account.equity.units + Int128{half.position.lots} * (price.ticks - half.mark.ticks);
    BOOST_TEST((left * 10 == Int128{5'000'000} * 6));
}

// Hyperliquid's documents: 1 BTC at 100,000, equity 2,500, maintenance 1.25 % gives 98,734.18,
// where equity is 1,234.18.
BOOST_AUTO_TEST_CASE(the_liquidation_price_is_that_of_hyperliquids_example) {
    const std::vector<TierRow> tiers{{{0}, {12'500'000}, {25'000'000}, {0}}};
    const Exposure e{{1}, {10'000'000}, {10'000'000}, {1}, tiers};  // a tick is 0.01, one lot 1 BTC
    const Health account = lpc::health({250'000}, std::vector<Exposure>{e});
    BOOST_TEST(lpc::liquidation_price(e, account).ticks == 9'873'418);
    const Exposure shorted{{-1}, {-10'000'000}, {10'000'000}, {1}, tiers};
    // 100,000 + 2,500 - 1.0125 p = 0 ... p = 101,234.567, rounded down for a short.
    BOOST_TEST(lpc::liquidation_price(shorted, account).ticks == 10'123'456);
}

// Drift's formula, worked: shortage 100, price 100, 7 % - 1 % - 0.5 % gives 18.1818.
BOOST_AUTO_TEST_CASE(the_size_that_frees_a_shortage_after_fees_is_drifts) {
    const std::vector<TierRow> tiers{{{0}, {70'000'000}, {70'000'000}, {0}}};
    const Exposure e{{1'000'000}, {0}, {100}, {100}, tiers};  // a lot is 1e-4
    const Int128 maintenance = lpc::maintenance_requirement(e).units;
    const Health account{{maintenance - 100'000'000}, {maintenance}, {}};
    const lpc::CloseRule rule{{0}, {15'000'000}, {0}, {1'000'000'000}, {1'500'000'000}};
    BOOST_TEST(lpc::size_to_target(e, account, rule).lots == 181'819);
}

BOOST_AUTO_TEST_SUITE_END()
