// The value types: each named rounding goes its own way, for either sign, and nothing within
// lpc/limits.h wraps.
#include <lpc/sdk/value.hpp>

#include <boost/test/unit_test.hpp>

#include <type_traits>

BOOST_AUTO_TEST_SUITE(sdk_value)

BOOST_AUTO_TEST_CASE(floor_and_ceil_bracket_the_exact_quotient_for_either_sign) {
    for (int dividend = -60; dividend <= 60; ++dividend) {
        for (int divisor = 1; divisor <= 13; ++divisor) {
            const auto low = static_cast<int>(lpc::div_floor(dividend, divisor));
            const auto high = static_cast<int>(lpc::div_ceil(dividend, divisor));
            BOOST_TEST(low * divisor <= dividend);
            BOOST_TEST((low + 1) * divisor > dividend);
            BOOST_TEST(high * divisor >= dividend);
            BOOST_TEST((high - 1) * divisor < dividend);
        }
    }
}

BOOST_AUTO_TEST_CASE(an_exact_quotient_is_the_same_by_every_rounding) {
    BOOST_TEST((lpc::div_exact(-42, 7) == -6));
    BOOST_TEST((lpc::div_floor(-42, 7) == -6));
    BOOST_TEST((lpc::div_ceil(-42, 7) == -6));
}

BOOST_AUTO_TEST_CASE(what_is_owed_rounds_up_and_what_is_given_rounds_down) {
    const lpc::Rate third{333'333'333};
    BOOST_TEST((lpc::share_ceil({10}, third) == lpc::Money{4}));
    BOOST_TEST((lpc::share_floor({10}, third) == lpc::Money{3}));
    BOOST_TEST((lpc::share_floor({-10}, third) == lpc::Money{-4}));
    BOOST_TEST((lpc::share_ceil({0}, third) == lpc::Money{0}));
}

BOOST_AUTO_TEST_CASE(a_position_at_the_limits_has_an_exact_value) {
    const lpc::Money value = lpc::value_at({LPC_LOTS_MAX}, {LPC_PRICE_MAX}, {LPC_MULTIPLIER_MAX});
    BOOST_TEST((value.units == lpc::Int128{1} << 120));
    BOOST_TEST((lpc::value_at({-LPC_LOTS_MAX}, {LPC_PRICE_MAX}, {LPC_MULTIPLIER_MAX}) == -value));
    BOOST_TEST((lpc::notional({-LPC_LOTS_MAX}, {LPC_PRICE_MAX}, {LPC_MULTIPLIER_MAX}) == value));
}

BOOST_AUTO_TEST_CASE(a_published_number_is_clamped_and_never_wraps) {
    BOOST_TEST(lpc::published({(lpc::Int128{1} << 64) + 5}) == LPC_MONEY_MAX);
    BOOST_TEST(lpc::published({-(lpc::Int128{1} << 64)}) == -LPC_MONEY_MAX);
    BOOST_TEST(lpc::published({-7}) == -7);
}

BOOST_AUTO_TEST_CASE(money_orders_by_amount_over_its_whole_width) {
    const lpc::Money huge{lpc::Int128{1} << 100};
    BOOST_TEST((huge > lpc::Money{1}));
    BOOST_TEST((-huge < lpc::Money{-1}));
    BOOST_TEST((huge - huge == lpc::Money{}));
}

BOOST_AUTO_TEST_CASE(a_sides_sign_and_magnitude_put_together_give_the_quantity) {
    for (std::int64_t lots = -3; lots <= 3; ++lots) {
        BOOST_TEST(lpc::sign({lots}) * lpc::magnitude({lots}).lots == lots);
    }
}

static_assert(!std::is_convertible_v<lpc::Price, lpc::Quantity>, "a price is no quantity");
static_assert(!std::is_convertible_v<lpc::Quantity, lpc::Price>, "a quantity is no price");
static_assert(
    !std::is_invocable_v<decltype(&lpc::value_at), lpc::Price, lpc::Quantity, lpc::Multiplier>,
    "swapped arguments do not compile");

BOOST_AUTO_TEST_SUITE_END()
