// The rules of a descending lot: the word that holds them, and the price that they give, against a
// model in long arithmetic.
#include <lpc/sdk/auction.hpp>

#include <boost/multiprecision/cpp_int.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>

#include <venue/random.hpp>

namespace {

using boost::multiprecision::cpp_int;
using lpc::LotRules;
using lpc::Price;
using lpc::venue::Random;

constexpr lpc::Quantity kSold{-1}, kBought{1};
constexpr std::int64_t kSecond = 1'000'000'000;

cpp_int wide(lpc::Int128 value) {
    cpp_int whole = static_cast<std::int64_t>(value / LPC_RATE_ONE_PPB);
    return whole * LPC_RATE_ONE_PPB + static_cast<std::int64_t>(value % LPC_RATE_ONE_PPB);
}

const cpp_int kOne = wide(lpc::Factor::kOne);

// The published power by squaring, with half a unit added before each division.
cpp_int naive_power(std::int64_t ppb, std::int64_t n) {
    cpp_int x = cpp_int(ppb) * 1'000'000'000 * 1'000'000'000;
    cpp_int z = n % 2 == 0 ? kOne : x;
    for (n /= 2; n != 0; n /= 2) {
        x = (x * x + kOne / 2) / kOne;
        if (n % 2 != 0) z = (z * x + kOne / 2) / kOne;
    }
    return z;
}

std::int64_t clamped(const cpp_int& ticks) {
    if (ticks < 1) return 1;
    return ticks > LPC_PRICE_MAX ? LPC_PRICE_MAX : static_cast<std::int64_t>(ticks);
}

std::int64_t naive_price(bool sold, std::int64_t start, const LotRules& r, std::int64_t elapsed) {
    const std::int64_t n = std::max<std::int64_t>(elapsed, 0) / (r.step_ms * 1'000'000);
    cpp_int above = start, below = 1;
    if (r.curve == LPC_CURVE_LINEAR) {
        const cpp_int passed = cpp_int(n) * r.step_ms;
        below = r.pace;
        above *= sold ? cpp_int(r.pace - passed) : cpp_int(r.pace + passed);
        if (above < 0) above = 0;
    } else {
        const cpp_int factor = naive_power(r.pace, n);
        if (!sold && factor == 0) return LPC_PRICE_MAX;
        above *= sold ? factor : kOne;
        below = sold ? kOne : factor;
    }
    return clamped(sold ? cpp_int((above + below - 1) / below) : cpp_int(above / below));
}

LotRules any_rules(Random& random) {
    LotRules r;
    r.curve = random.chance(500'000'000) ? LPC_CURVE_LINEAR : LPC_CURVE_STAIRSTEP;
    r.step_ms = random.between(1, random.chance(500'000'000) ? 20 : (1 << 20) - 1);
    if (r.curve == LPC_CURVE_LINEAR) {
        r.pace = random.between(1, random.chance(500'000'000) ? 1'000 : UINT32_MAX);
    } else {
        r.pace = random.chance(500'000'000) ? random.between(990'000'000, 999'999'999)
                                            : random.between(1, 999'999'999);
    }
    return r;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(sdk_auction)

BOOST_AUTO_TEST_CASE(a_word_holds_its_rules_and_no_other_word_is_read) {
    Random random(1);
    for (int i = 0; i < 20'000; ++i) {
        const LotRules rules = any_rules(random);
        const auto back = lpc::unpack_lot_rules(lpc::pack(rules));
        BOOST_REQUIRE(back.has_value());
        BOOST_TEST((*back == rules));
        const std::uint64_t word = random.next() >> random.below(64);
        const auto read = lpc::unpack_lot_rules(word);
        if (read) BOOST_TEST(lpc::pack(*read) == word);
    }
}

BOOST_AUTO_TEST_CASE(rules_that_could_not_be_followed_are_no_rules) {
    const std::uint64_t good = lpc::pack({LPC_CURVE_STAIRSTEP, 1'000, 990'000'000});
    BOOST_TEST(lpc::unpack_lot_rules(good).has_value());
    BOOST_TEST(!lpc::unpack_lot_rules(0).has_value());
    BOOST_TEST(!lpc::unpack_lot_rules(good & ~std::uint64_t{3}).has_value());  // curve 0
    BOOST_TEST(!lpc::unpack_lot_rules(good | 3).has_value());                  // curve 3
    BOOST_TEST(
        !lpc::unpack_lot_rules(good & ~(std::uint64_t{0xfffff} << 2)).has_value());  // step 0
    BOOST_TEST(!lpc::unpack_lot_rules(good & 0x3fffff).has_value());                 // pace 0
    BOOST_TEST(!lpc::unpack_lot_rules(good | std::uint64_t{1} << 54).has_value());   // bits beyond
    BOOST_TEST(!lpc::well_formed({LPC_CURVE_STAIRSTEP, 1, 1'000'000'000}));  // would never fall
    BOOST_TEST(lpc::well_formed({LPC_CURVE_LINEAR, (1 << 20) - 1, UINT32_MAX}));
    BOOST_TEST(!lpc::well_formed({LPC_CURVE_LINEAR, 1 << 20, 1}));
    BOOST_TEST(!lpc::well_formed({LPC_CURVE_LINEAR, 1, std::int64_t{UINT32_MAX} + 1}));
}

BOOST_AUTO_TEST_CASE(a_power_is_the_one_of_long_arithmetic_to_the_last_decimal) {
    Random random(2);
    for (int i = 0; i < 20'000; ++i) {
        const std::int64_t ppb = any_rules(random).pace % 1'000'000'000;
        const auto n = static_cast<std::int64_t>(random.next() >> (1 + random.below(62)));
        BOOST_TEST((wide(lpc::power(lpc::Factor::of_ppb(ppb), n).units()) == naive_power(ppb, n)));
    }
}

BOOST_AUTO_TEST_CASE(a_price_is_the_one_of_long_arithmetic) {
    Random random(3);
    for (int i = 0; i < 100'000; ++i) {
        const LotRules rules = any_rules(random);
        const std::int64_t start =
            1 + static_cast<std::int64_t>(random.next() >> (24 + random.below(40)));
        const std::int64_t elapsed =
            static_cast<std::int64_t>(random.next() >> (2 + random.below(60))) -
            (random.chance(10'000'000) ? kSecond : 0);
        BOOST_TEST(lpc::price_at(kSold, {start}, rules, elapsed).ticks ==
                   naive_price(true, start, rules, elapsed));
        BOOST_TEST(lpc::price_at(kBought, {start}, rules, elapsed).ticks ==
                   naive_price(false, start, rules, elapsed));
    }
}

BOOST_AUTO_TEST_CASE(a_sale_never_becomes_dearer_and_a_purchase_never_cheaper) {
    Random random(4);
    for (int i = 0; i < 500; ++i) {
        const LotRules rules = any_rules(random);
        const Price start{random.between(1, LPC_PRICE_MAX)};
        const std::int64_t stride = std::max<std::int64_t>(
            1, static_cast<std::int64_t>(random.next() >> (1 + random.below(60))) / 200);
        Price sold = start, bought = start;
        for (std::int64_t k = 0; k < 200; ++k) {
            const Price lower = lpc::price_at(kSold, start, rules, k * stride);
            const Price higher = lpc::price_at(kBought, start, rules, k * stride);
            BOOST_TEST(lower.ticks <= sold.ticks);
            BOOST_TEST(higher.ticks >= bought.ticks);
            sold = lower;
            bought = higher;
        }
    }
}

BOOST_AUTO_TEST_CASE(the_price_holds_within_a_step_and_rounds_for_the_account) {
    constexpr LotRules kRules{LPC_CURVE_STAIRSTEP, 1'000, 990'000'000};
    BOOST_TEST(lpc::price_at(kSold, {1'000}, kRules, kSecond - 1).ticks == 1'000);
    BOOST_TEST(lpc::price_at(kSold, {1'000}, kRules, kSecond).ticks == 990);
    BOOST_TEST(lpc::price_at(kSold, {1'000}, kRules, 2 * kSecond).ticks == 981);    // 980.1
    BOOST_TEST(lpc::price_at(kBought, {1'000}, kRules, kSecond).ticks == 1'010);    // 1010.1
    BOOST_TEST(lpc::price_at(kSold, {1'000}, kRules, LPC_TIME_MAX_NS).ticks == 1);  // never free
    BOOST_TEST(lpc::price_at(kBought, {1'000}, kRules, LPC_TIME_MAX_NS).ticks == LPC_PRICE_MAX);
    static_assert(lpc::price_at(kSold, {1'000}, kRules, 2'000'000'000).ticks == 981);
}

BOOST_AUTO_TEST_SUITE_END()
