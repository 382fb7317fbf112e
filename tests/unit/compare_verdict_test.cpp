// What is said of paired runs: which arm is better in what, and when nothing may be said.
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <scenario/compare/comparison.hpp>
#include <scenario/compare/comparison_text.hpp>
#include <scenario/compare/figures.hpp>
#include <string>
#include <vector>
#include <venue/random.hpp>

using lpc::Int128;
using lpc::scenario::Better;
using lpc::scenario::compare;
using lpc::scenario::Comparison;
using lpc::scenario::ComparisonSubject;
using lpc::scenario::FailedCheck;
using lpc::scenario::MeasureComparison;
using lpc::scenario::Measured;
using lpc::scenario::measured;
using lpc::scenario::measures;
using lpc::scenario::Pair;
using lpc::scenario::Round;
using lpc::scenario::Unit;

namespace {

std::size_t index_of(const std::string& name) {
    for (std::size_t i = 0; i < measures().size(); ++i) {
        if (measures()[i].name == name) return i;
    }
    BOOST_FAIL("no measure " << name);
    return 0;
}

// Pairs that are the same but for noise in one measure; `edit` changes arm b of each.
std::vector<Pair> pairs_of(std::size_t count, const std::function<void(Measured& b)>& edit) {
    lpc::venue::Random random(3);
    std::vector<Pair> pairs;
    for (std::size_t i = 0; i < count; ++i) {
        Pair pair;
        pair.seed = i + 1;
        for (std::size_t m = 0; m < measures().size(); ++m)
            pair.a.emplace_back(random.between(900'000, 1'100'000));
        pair.b = pair.a;
        edit(pair.b);
        pairs.push_back(pair);
    }
    return pairs;
}

void add(Measured& values, const std::string& name, std::int64_t more) {
    auto& value = values[index_of(name)];
    value = *value + more;
}

const MeasureComparison& row_of(const Comparison& comparison, const std::string& name) {
    return comparison.rows[index_of(name)];
}

Comparison judged(std::size_t count, const std::function<void(Measured& b)>& edit) {
    return compare(pairs_of(count, edit), {}, {1, 1000});
}

void expect_verdict(const Comparison& comparison, const std::string& start,
                    const std::vector<std::string>& parts) {
    BOOST_TEST(comparison.verdict.starts_with(start), comparison.verdict);
    for (const std::string& part : parts)
        BOOST_TEST(comparison.verdict.find(part) != std::string::npos,
                   comparison.verdict << " has no: " << part);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(verdict)

BOOST_AUTO_TEST_CASE(arms_that_do_the_same_differ_by_exactly_0_in_everything) {
    const Comparison same = judged(12, [](Measured&) {});
    for (const MeasureComparison& row : same.rows) {
        BOOST_TEST((row.diff.sum == 0 && row.diff.low == 0 && row.diff.high == 0),
                   row.measure.name);
        BOOST_TEST((row.a_sum == row.b_sum && row.better == Better::none), row.measure.name);
    }
    BOOST_TEST(same.verdict == "no difference: every metric is the same in all 12 pairs");
    expect_verdict(judged(3, [](Measured&) {}), "no difference: ", {"3 pairs are too few"});
}

BOOST_AUTO_TEST_CASE(the_arm_that_recovers_more_and_is_no_worse_in_the_guardrails_is_better) {
    const Comparison b = judged(12, [](Measured& v) { add(v, "recovery_rate_ppb", 500); });
    expect_verdict(b, "b is better in recovery_rate_ppb (a minus b: ",
                   {"95 % interval", "no worse in bad_debt_quote and fund_draw_quote"});
    BOOST_TEST((row_of(b, "recovery_rate_ppb").better == Better::b));
    BOOST_TEST((row_of(b, "recovery_rate_ppb").diff.sum == -12 * 500));
    expect_verdict(judged(12, [](Measured& v) { add(v, "recovery_rate_ppb", -500); }),
                   "a is better in recovery_rate_ppb", {});
}

BOOST_AUTO_TEST_CASE(an_arm_that_recovers_more_but_is_worse_in_a_guardrail_is_not_better) {
    const Comparison debt = judged(12, [](Measured& v) {
        add(v, "recovery_rate_ppb", 500);
        add(v, "bad_debt_quote", 1);
    });
    expect_verdict(debt, "no verdict: b is better in recovery_rate_ppb",
                   {"but worse in bad_debt_quote"});
    lpc::venue::Random random(8);
    const Comparison unsure = judged(12, [&](Measured& v) {
        add(v, "recovery_rate_ppb", -500);
        add(v, "bad_debt_quote", random.between(-1000, 1000));
    });
    expect_verdict(unsure, "no verdict: a is better in recovery_rate_ppb",
                   {"that it is no worse in bad_debt_quote is not shown"});
}

BOOST_AUTO_TEST_CASE(the_fund_draw_may_be_worse_by_its_margin_and_no_more) {
    const auto draws = [](std::int64_t more) {
        return judged(12, [more](Measured& v) {
            add(v, "recovery_rate_ppb", 500);
            add(v, "fund_draw_quote", more);
        });
    };
    // Means are about a million: the margin of 2 % is about 20,000.
    expect_verdict(draws(15'000), "b is better", {});
    expect_verdict(draws(25'000), "no verdict: b is better", {"but worse in fund_draw_quote"});
}

BOOST_AUTO_TEST_CASE(noise_shows_no_difference) {
    lpc::venue::Random random(4);
    const Comparison noise = judged(40, [&](Measured& v) {
        add(v, "recovery_rate_ppb", random.between(-1000, 1000));
        add(v, "bad_debt_quote", -5);
    });
    expect_verdict(noise, "no difference shown in recovery_rate_ppb (a minus b: ",
                   {"; but b is better in bad_debt_quote"});
}

BOOST_AUTO_TEST_CASE(fewer_than_ten_pairs_name_no_better_arm) {
    const auto edit = [](Measured& v) { add(v, "recovery_rate_ppb", 500); };
    const Comparison few = judged(9, edit);
    expect_verdict(few, "no verdict: 9 pairs are too few, expected at least 10", {});
    BOOST_TEST((row_of(few, "recovery_rate_ppb").better == Better::none));
    BOOST_TEST((row_of(judged(10, edit), "recovery_rate_ppb").better == Better::b));
}

BOOST_AUTO_TEST_CASE(a_pair_counts_only_where_both_arms_have_a_value) {
    std::size_t nth = 0;
    const Comparison some = judged(12, [&](Measured& v) {
        if (nth++ < 3) v[index_of("recovery_rate_ppb")].reset();
    });
    BOOST_TEST(row_of(some, "recovery_rate_ppb").diff.count == 9);
    BOOST_TEST(row_of(some, "bankrupt").diff.count == 12);
    expect_verdict(some, "no verdict: 9 pairs are too few",
                   {"in which both arms have recovery_rate_ppb"});
}

BOOST_AUTO_TEST_CASE(a_failed_check_is_named_and_there_is_no_other_verdict) {
    const auto pairs = pairs_of(12, [](Measured& v) { add(v, "recovery_rate_ppb", 500); });
    const std::vector<FailedCheck> failed{{7, "b", "zero_residual", "residual 3"},
                                          {8, "b", "zero_residual", "residual 4"}};
    expect_verdict(compare(pairs, failed, {1, 1000}),
                   "no verdict: check zero_residual failed in arm b with seed 7 (residual 3)",
                   {"1 more failed"});
}

BOOST_AUTO_TEST_CASE(swapped_arms_mirror_every_row) {
    lpc::venue::Random random(6);
    std::vector<Pair> pairs = pairs_of(15, [&](Measured& v) {
        for (auto& value : v) value = *value + random.between(-2000, 5000);
    });
    const Comparison one = compare(pairs, {}, {1, 1000});
    for (Pair& pair : pairs) std::swap(pair.a, pair.b);
    const Comparison other = compare(pairs, {}, {1, 1000});
    for (std::size_t i = 0; i < one.rows.size(); ++i) {
        const MeasureComparison &x = one.rows[i], &y = other.rows[i];
        BOOST_TEST((x.a_sum == y.b_sum && x.b_sum == y.a_sum && x.diff.sum == -y.diff.sum &&
                    x.diff.low == -y.diff.high && x.diff.high == -y.diff.low),
                   x.measure.name);
        BOOST_TEST(((x.better == Better::a) == (y.better == Better::b) &&
                    (x.better == Better::none) == (y.better == Better::none)),
                   x.measure.name);
    }
}

BOOST_AUTO_TEST_CASE(json_rounds_the_interval_outwards_and_keeps_money_whole) {
    Comparison comparison = judged(12, [](Measured&) {});
    MeasureComparison& draw = comparison.rows[index_of("fund_draw_quote")];
    draw.a_sum = 30;
    draw.b_sum = -30;
    draw.diff = {31, 25, 37, 12};
    const auto json =
        nlohmann::json::parse(comparison_json(comparison, ComparisonSubject{}))["metrics"];
    const auto& row = json[index_of("fund_draw_quote")];
    BOOST_TEST(row["a_mean"].dump() == "3");
    BOOST_TEST(row["b_mean"].dump() == "-3");
    BOOST_TEST(row["diff_mean"].dump() == "3");
    BOOST_TEST(row["ci_low"].dump() == "2");
    BOOST_TEST(row["ci_high"].dump() == "4");
    BOOST_TEST(row["better"] == "none");
}

BOOST_AUTO_TEST_CASE(people_read_decimals) {
    using lpc::scenario::shown;
    BOOST_TEST(shown(Unit::money, -123'456'789, 10, 1'000'000) == "-12.35");
    BOOST_TEST(shown(Unit::ppb, 23'190'653, 1, 1) == "2.3191 %");
    BOOST_TEST(shown(Unit::bps_hundredths, 9199 * 2, 2, 1) == "91.99 bps");
    BOOST_TEST(shown(Unit::ms, 5, 2, 1) == "2.50 ms");
    BOOST_TEST(shown(Unit::count, -1, 3, 1) == "-0.33");
    BOOST_TEST(shown(Unit::count, 0, 0, 1) == "-");
    BOOST_TEST((lpc::scenario::divided(-5, 2, Round::nearest) == -3));
    BOOST_TEST((lpc::scenario::divided(-5, 2, Round::up) == -2));
}

BOOST_AUTO_TEST_CASE(a_report_without_a_figure_is_refused_by_name) {
    const auto none = measured("{}");
    BOOST_REQUIRE(!none);
    BOOST_TEST(none.error().message ==
               "report: found no /liquidation/recovery_rate_ppb, expected a number");
    BOOST_TEST(!measured("no json").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
