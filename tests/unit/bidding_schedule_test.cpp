// A provider's schedule: what is sound, which price a discount is, and how many lots it takes.
#include <lpc/limits.h>

#include <bidding/schedule.hpp>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <string>

using namespace lpc::bidding;

namespace {

constexpr std::int64_t kPercent = 10'000'000;

bool refused(const Schedule& schedule, const std::string& part) {
    const lpc::Status status = validate(schedule);
    return !status && status.error().message.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(bidding_schedule)

BOOST_AUTO_TEST_CASE(
    a_schedule_has_one_to_sixteen_steps_of_rising_discounts_within_half_the_price) {
    Schedule steps;
    BOOST_TEST(refused(steps, "found 0 steps, expected 1 to 16"));
    for (std::int64_t i = 0; i < 16; ++i) steps.push_back({1, i});
    BOOST_TEST(validate(steps).has_value());
    steps.push_back({1, 16});
    BOOST_TEST(refused(steps, "found 17 steps"));
    BOOST_TEST(validate(Schedule{{1, -kDiscountMaxPpb}, {1, kDiscountMaxPpb}}).has_value());
    BOOST_TEST(refused({{1, -kDiscountMaxPpb - 1}}, "step 1: discount_ppb"));
    BOOST_TEST(refused({{1, 0}, {1, kDiscountMaxPpb + 1}}, "step 2: discount_ppb"));
    BOOST_TEST(refused({{1, 5}, {1, 5}}, "expected more than the step before, 5"));
    BOOST_TEST(refused({{0, 0}}, "step 1: lots is 0"));
    BOOST_TEST(refused({{LPC_LOTS_MAX, 0}, {1, 1}}, "step 2: lots is 1"));
    BOOST_TEST(refused({{INT64_MAX, 0}, {INT64_MAX, 1}}, "step 1: lots"));
}

BOOST_AUTO_TEST_CASE(
    a_discount_is_off_what_is_bought_and_on_what_is_sold_rounded_for_the_provider) {
    BOOST_TEST(price_of(999, -1, kPercent) == 989);       // 989.01
    BOOST_TEST(price_of(999, 1, kPercent) == 1'009);      // 1008.99
    BOOST_TEST(price_of(1'000, -1, -kPercent) == 1'010);  // a premium
    BOOST_TEST(price_of(1, -1, kDiscountMaxPpb) == 1);
    BOOST_TEST(price_of(LPC_PRICE_MAX, 1, kDiscountMaxPpb) == LPC_PRICE_MAX);
}

BOOST_AUTO_TEST_CASE(a_better_price_never_takes_fewer_lots_and_each_step_counts_from_its_price_on) {
    const Schedule steps{{10, kPercent}, {20, 5 * kPercent}, {30, 10 * kPercent}};
    for (const std::int64_t side : {-1, 1}) {
        std::int64_t before = 0;
        for (std::int64_t off = 0; off <= 200; ++off) {
            const std::int64_t lots = lots_at(steps, 1'000, side, 1'000 + side * off);
            const std::int64_t expected = off < 10 ? 0 : off < 50 ? 10 : off < 100 ? 30 : 60;
            BOOST_TEST(lots == expected);
            BOOST_TEST(lots >= before);
            before = lots;
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
