// Horizon, volume, size and jitter of the TWAP plugin as pure functions, each against an
// independent computation.
#include <lpc/limits.h>

#include <sodium.h>
#include <boost/test/unit_test.hpp>

#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

#include <venue/random.hpp>
#include "twap/horizon.hpp"
#include "twap/jitter.hpp"
#include "twap/sizing.hpp"
#include "twap/volume.hpp"

BOOST_AUTO_TEST_SUITE(twap_limits)

using namespace lpc::twap;
using lpc::venue::Random;

namespace {

constexpr std::int64_t kSecond = 1'000'000'000, kMinute = 60 * kSecond, kDay = 86'400 * kSecond;
constexpr std::int64_t kPercent = 10'000'000;

constexpr HorizonRule kRule{5 * kSecond, 250'000'000, 900 * kSecond, 1'500'000'000, kDay, 0};

}  // namespace

BOOST_AUTO_TEST_CASE(a_horizon_is_as_long_as_the_buffer_bears) {
    const auto minutes = [](std::int64_t buffer_ppb, std::int64_t sigma_ppb) {
        return static_cast<double>(buffer_horizon_ns(buffer_ppb, sigma_ppb, kRule)) /
               static_cast<double>(kMinute);
    };
    BOOST_TEST(minutes(kPercent, 3 * kPercent) == 71.11, boost::test_tools::tolerance(0.001));
    BOOST_TEST(minutes(kPercent, 6 * kPercent) == 17.78, boost::test_tools::tolerance(0.001));
    BOOST_TEST(minutes(kPercent, 15 * kPercent) == 2.844, boost::test_tools::tolerance(0.001));
    BOOST_TEST(minutes(kPercent / 2, 15 * kPercent) == 42.67 / 60,
               boost::test_tools::tolerance(0.001));
    for (std::uint64_t seed = 1; seed <= 2'000; ++seed) {
        Random random(seed);
        HorizonRule rule = kRule;
        rule.buffer_sigmas_ppb = random.between(1, 100'000'000'000);
        rule.volatility_span_ns = random.between(kSecond, kDay);
        const std::int64_t buffer = random.between(1, 1'000'000'000);
        const std::int64_t sigma = random.between(1, 1'000'000'000);
        const long double ratio =
            static_cast<long double>(buffer) * 1e9L /
            (static_cast<long double>(rule.buffer_sigmas_ppb) * static_cast<long double>(sigma));
        const long double span = static_cast<long double>(rule.volatility_span_ns);
        const long double expected = span * ratio * ratio;
        const auto found = static_cast<long double>(buffer_horizon_ns(buffer, sigma, rule));
        BOOST_TEST_INFO("seed " << seed);
        // The ratio is kept to a billionth, and above a thousand it is one.
        const long double slack = span * (2 * ratio + 1) * 1e-9L + 1;
        BOOST_TEST((ratio >= 1'000 ? found >= static_cast<long double>(kDay)
                                   : found <= expected * 1.0000001L && found >= expected - slack));
    }
}

BOOST_AUTO_TEST_CASE(a_horizon_stays_within_its_bounds_and_gives_the_market_its_time) {
    const auto of = [](std::int64_t lots, std::int64_t buffer, std::int64_t sigma,
                       std::optional<VolumeRate> rate, std::int64_t participation) {
        HorizonRule rule = kRule;
        rule.participation_ppb = participation;
        return horizon_ns({lots, buffer, sigma, rate}, rule);
    };
    const VolumeRate rate{1'000, 10 * kSecond};  // 100 lots a second
    BOOST_TEST(of(100, kPercent, 3 * kPercent, {}, 0) == 900 * kSecond);
    BOOST_TEST(of(100, 0, 3 * kPercent, {}, 0) == 250'000'000);
    BOOST_TEST(of(100, -kPercent, 3 * kPercent, {}, 0) == 250'000'000);
    BOOST_TEST(of(100, kPercent, 0, {}, 0) == 5 * kSecond);  // no volatility is told
    // 4,000 lots at a fifth of 100 a second: 200 s, not the 2.8 minutes of the buffer.
    BOOST_TEST(of(4'000, kPercent, 15 * kPercent, rate, 200'000'000) == 200 * kSecond);
    BOOST_TEST(of(4'000, kPercent, 6 * kPercent, rate, 200'000'000) > 900 * kSecond - 1);
    BOOST_TEST(of(4'000'000, kPercent, 15 * kPercent, rate, 200'000'000) == 900 * kSecond);
    BOOST_TEST(of(4'000, kPercent, 0, rate, 200'000'000) == 200 * kSecond);
    BOOST_TEST(of(4'000, kPercent, 0, VolumeRate{0, 1}, 200'000'000) == 900 * kSecond);
    BOOST_TEST(volume_horizon_ns(1, {3, 10}, 1'000'000'000) == 4);  // rounded up
    HorizonRule off = kRule;
    off.buffer_sigmas_ppb = 0;
    BOOST_TEST(horizon_ns({100, kPercent, kPercent, {}}, off) == 5 * kSecond);
}

BOOST_AUTO_TEST_CASE(a_buffer_is_equity_over_notional_rounded_down) {
    BOOST_TEST(buffer_ppb(1, 3) == 333'333'333);
    BOOST_TEST(buffer_ppb(-1, 3) == -333'333'334);
    BOOST_TEST(buffer_ppb(7, 3) == 1'000'000'000);
    BOOST_TEST(buffer_ppb(LPC_MONEY_MAX, lpc::Int128{64} * LPC_NOTIONAL_MAX) == 1'000'000'000);
}

BOOST_AUTO_TEST_CASE(volume_is_what_others_traded_within_one_or_two_windows) {
    VolumeTape tape;
    BOOST_TEST(!tape.rate(kDay).has_value());
    tape.observe(kDay, 5'000'000, kMinute);  // long ago is not now
    BOOST_TEST(!tape.rate(kDay).has_value());
    std::int64_t others = 5'000'000;
    for (std::int64_t s = 1; s <= 600; ++s) {
        others += s <= 300 ? 10 : 70;
        tape.observe(kDay + s * kSecond, others, kMinute);
        const auto rate = tape.rate(kDay + s * kSecond);
        BOOST_REQUIRE(rate.has_value());
        if (s <= 300 || s > 420)
            BOOST_TEST(rate->lots * kSecond == (s <= 300 ? 10 : 70) * rate->span_ns);
        BOOST_TEST(rate->span_ns <= 2 * kMinute);
        if (s > 120) BOOST_TEST(rate->span_ns >= kMinute);
    }
    // A market that stands still slows down; the same fact once more changes nothing.
    const VolumeTape before = tape;
    tape.observe(kDay + 700 * kSecond, others, kMinute);
    BOOST_TEST((tape == before));
    const auto late = tape.rate(kDay + 1'200 * kSecond);
    BOOST_TEST(late->lots * kSecond < 15 * late->span_ns);
}

BOOST_AUTO_TEST_CASE(a_small_rest_goes_whole_and_no_slice_is_above_what_is_allowed) {
    const Plan plan{0, 1, 10, 10, 100, {}};
    SliceRule rule{3'000'000'000, 1, 20, LPC_LOTS_MAX};
    BOOST_TEST(slice_lots(plan, 3, 79, rule) == 0);   // ahead of its time
    BOOST_TEST(slice_lots(plan, 3, 80, rule) == 20);  // as one
    rule.most_lots = 6;
    BOOST_TEST(slice_lots(plan, 3, 80, rule) == 6);
    BOOST_TEST(slice_lots(plan, 3, 0, rule) == 6);
    rule.min_lots = 7;
    BOOST_TEST(slice_lots(plan, 3, 0, rule) == 0);  // below the smallest slice
}

BOOST_AUTO_TEST_CASE(a_scaled_slice_is_no_larger_than_the_rest_and_the_last_is_whole) {
    const Plan plan{0, 1, 10, 10, 100, {}};
    BOOST_TEST(slice_lots(plan, 0, 0, {3'000'000'000, 1, 0, 1'000, 1'500'000'000}) == 15);
    BOOST_TEST(slice_lots(plan, 0, 0, {3'000'000'000, 1, 0, 1'000, 500'000'000}) == 5);
    BOOST_TEST(slice_lots(plan, 9, 80, {3'000'000'000, 1, 0, 1'000, 500'000'000}) == 20);
    BOOST_TEST(slice_lots(plan, 8, 80, {3'000'000'000, 1, 0, 1'000, 2'000'000'000}) == 20);
    Plan fraction = plan;
    fraction.shape.fraction_ppb = 500'000'000;
    BOOST_TEST(slice_lots(fraction, 9, 80, {1'000'000'000, 1, 0, 1'000, 500'000'000}) == 5);
}

BOOST_AUTO_TEST_CASE(a_steep_curve_is_not_cut_by_the_catch_up_limit_of_a_mean_slice) {
    const Plan plan{0, 1, 10, 10, 1'000, {decay_of(1, 1), 0, 0, 0}};
    const std::int64_t first = scheduled(plan, 1);
    BOOST_TEST(first > 450);
    BOOST_TEST(slice_lots(plan, 0, 0, {1'000'000'000, 1, 0, 10'000}) == first);
    BOOST_TEST(slice_lots(plan, 8, 0, {1'000'000'000, 1, 0, 10'000}) == 100);
}

BOOST_AUTO_TEST_CASE(siphash_is_what_another_implementation_computes) {
    static_assert(crypto_shorthash_KEYBYTES == sizeof(JitterKey));
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        Random random(seed);
        const JitterKey key{random.next(), random.next()};
        std::vector<std::uint64_t> words(seed % 7);
        for (std::uint64_t& word : words) word = random.next();
        unsigned char wide[sizeof key], out[8];
        std::memcpy(wide, key.data(), sizeof key);
        std::vector<unsigned char> bytes(words.size() * 8);
        if (!words.empty()) std::memcpy(bytes.data(), words.data(), bytes.size());
        crypto_shorthash(out, bytes.data(), bytes.size(), wide);
        std::uint64_t expected = 0;
        std::memcpy(&expected, out, sizeof expected);
        BOOST_TEST_INFO("seed " << seed);
        BOOST_TEST(siphash(key, words.data(), words.size()) == expected);
    }
}

BOOST_AUTO_TEST_CASE(jitter_is_even_within_its_bounds_and_hangs_on_key_and_slice_alone) {
    const Jitter jitter{{1, 2}, 1'000'000'000, 500'000'000};
    const Jitter other{{1, 3}, 1'000'000'000, 500'000'000};
    std::vector<std::int64_t> delays(10), scales(10);
    int same = 0;
    for (std::int64_t i = 0; i < 20'000; ++i) {
        const SliceName name{7, 1, i * kSecond};
        const std::int64_t delay = delay_ns(jitter, name, kSecond);
        const std::int64_t scale = scale_ppb(jitter, name);
        BOOST_REQUIRE((delay >= 0 && delay < kSecond));
        BOOST_REQUIRE((scale >= 500'000'000 && scale <= 1'500'000'000));
        ++delays[static_cast<std::size_t>(delay / (kSecond / 10))];
        ++scales[static_cast<std::size_t>(
            std::min<std::int64_t>(9, (scale - 500'000'000) / 100'000'000))];
        BOOST_TEST(delay == delay_ns(jitter, name, kSecond));
        if (delay == delay_ns(other, name, kSecond)) ++same;
        if (delay == delay_ns(jitter, {8, 1, i * kSecond}, kSecond)) ++same;
        if (delay == delay_ns(jitter, {7, 2, i * kSecond}, kSecond)) ++same;
    }
    BOOST_TEST(same <= 2);
    // Each tenth has 2,000 of them, give or take six standard deviations of 42.
    for (const std::int64_t count : delays) BOOST_TEST(std::abs(count - 2'000) < 260);
    for (const std::int64_t count : scales) BOOST_TEST(std::abs(count - 2'000) < 260);
    BOOST_TEST(delay_ns({{1, 2}, 0, 0}, {7, 1, 5}, kSecond) == 0);
    BOOST_TEST(scale_ppb({{1, 2}, 0, 0}, {7, 1, 5}) == LPC_RATE_ONE_PPB);
}

BOOST_AUTO_TEST_SUITE_END()
