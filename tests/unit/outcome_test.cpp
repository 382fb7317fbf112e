// What a study reckons with: foresight in a book of one block, ratios of sums, the choice between
// arms.
#include <boost/test/unit_test.hpp>
#include <cmath>
#include <cstdint>
#include <scenario/block_book.hpp>
#include <scenario/outcome/hindsight.hpp>
#include <scenario/outcome/outcome.hpp>
#include <vector>

using namespace lpc::scenario;
using lpc::Int128;

namespace {

constexpr std::int64_t kSecondNs = 1'000'000'000;
constexpr std::int64_t kPrice = 100'000, kPerLevel = 50;

lpc::market_data::BookRecord block() {
    BlockBookOptions options;
    options.step_ns = kSecondNs;
    options.duration_ns = 100 * kSecondNs;
    options.price_ticks = kPrice;
    options.levels_count = 2000;
    options.lots_per_level = kPerLevel;
    return block_book(options);
}

HindsightQuestion question(std::int64_t lots) {
    HindsightQuestion question;
    question.horizon_ns = 20 * kSecondNs;
    question.slot_ns = kSecondNs;
    question.recovery_ns = 10 * kSecondNs;
    question.lots = lots;
    return question;
}

// Obizhaeva and Wang: blocks at both ends, equal trades between, the displacement after each the
// same. What it costs beyond the best price, in ticks times lots, of a book without ticks.
double least_cost(double lots, double trades, double kept) {
    const double first = lots / (2 + (trades - 2) * (1 - kept));
    const double middle = (trades - 2) * (1 - kept * kept);
    const double last = (1 + kept) * (1 + kept) - kept * kept;
    return first * first * (1 + middle + last) / (2.0 * kPerLevel);
}

// Beyond the best price; a level of a tick is half a tick dearer than no tick on average.
double cost_of(std::int64_t value, std::int64_t lots) {
    return static_cast<double>(kPrice * lots - value) + static_cast<double>(lots) / 2;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(outcome)

BOOST_AUTO_TEST_CASE(in_a_book_of_one_block_the_best_schedule_costs_what_the_closed_form_says) {
    // What is kept from second to second: ten steps of a hundredth.
    const double kept = std::pow(0.99, 10);
    for (const std::int64_t lots : {10'000, 40'000}) {
        const Hindsight hindsight = look_back(block(), question(lots));
        std::int64_t sum = 0;
        for (const std::int64_t part : hindsight.schedule) sum += part;
        BOOST_TEST(sum == lots);
        BOOST_TEST(hindsight.schedule.size() == 20u);
        const double expected = least_cost(static_cast<double>(lots), 20, kept);
        const double found = cost_of(hindsight.best, lots);
        BOOST_TEST(found / expected > 0.995);
        BOOST_TEST(found / expected < 1.005);
        BOOST_TEST(hindsight.schedule.front() > 4 * hindsight.schedule[10]);
        // At once the whole block is walked.
        const double whole = static_cast<double>(lots) * static_cast<double>(lots) / 2 / kPerLevel;
        BOOST_TEST(cost_of(hindsight.at_once, lots) / whole > 0.999);
        BOOST_TEST(cost_of(hindsight.at_once, lots) / whole < 1.001);
    }
}

BOOST_AUTO_TEST_CASE(what_a_market_order_costs_a_lot_grows_with_its_size) {
    double before = -1;
    for (const std::int64_t lots : {10, 100, 1'000, 10'000, 90'000}) {
        const Hindsight hindsight = look_back(block(), question(lots));
        const double a_lot =
            static_cast<double>(kPrice * lots - hindsight.at_once) / static_cast<double>(lots);
        BOOST_TEST(a_lot > before - 1e-9);
        before = a_lot;
        BOOST_TEST(hindsight.best >= hindsight.at_once);
    }
    BOOST_TEST(before > 800.0);
}

BOOST_AUTO_TEST_CASE(a_purchase_is_the_mirror_of_a_sale) {
    HindsightQuestion sale = question(7'000), purchase = sale;
    purchase.sells = false;
    const Hindsight sold = look_back(block(), sale), bought = look_back(block(), purchase);
    BOOST_TEST(bought.at_once - (kPrice + 1) * 7'000 == kPrice * 7'000 - sold.at_once);
    BOOST_CHECK(bought.schedule == sold.schedule);
}

namespace {

Score score(std::int64_t shortfall, std::int64_t at_once, std::int64_t best) {
    Score score;
    score.arrival = score.notional = 1'000'000;
    score.shortfall = shortfall;
    score.at_once = at_once;
    score.best = best;
    return score;
}

Study study_of(std::size_t arms) {
    Study study;
    study.blocks = 4;
    for (std::size_t arm = 0; arm < arms; ++arm) study.arms.push_back({"arm", {}, 0, arm > 0});
    study.default_arm = 1;
    return study;
}

std::vector<Closeout> closeouts_of(std::size_t count) {
    std::vector<Closeout> closeouts(count);
    for (std::size_t i = count / 2; i < count; ++i) closeouts[i].held_out = true;
    return closeouts;
}

}  // namespace

BOOST_AUTO_TEST_CASE(filled_at_the_middle_of_a_price_that_stands_still_the_efficiency_is_one) {
    // Nothing better than the middle: the best shortfall is nothing, and so was this one.
    const std::vector<std::vector<Score>> scores{std::vector<Score>(8, score(900, 900, 0)),
                                                 std::vector<Score>(8, score(0, 900, 0))};
    const Outcome outcome = judge_outcome(study_of(2), closeouts_of(8), scores);
    for (const auto& half : outcome.figures) {
        BOOST_TEST(half[0].efficiency.ppb == 0);  // at once
        BOOST_TEST(half[1].efficiency.ppb == 1'000'000'000);
        BOOST_TEST(half[1].efficiency.low_ppb == 1'000'000'000);
        BOOST_TEST(half[1].shortfall.ppb == 0);
        BOOST_TEST(half[1].saved.ppb == 900'000);  // 9 bps
    }
}

BOOST_AUTO_TEST_CASE(where_foresight_is_worth_nothing_the_efficiency_leaves_the_closeout_out) {
    const std::vector<std::vector<Score>> scores{
        {score(100, 100, 0), score(500, 500, 0), score(100, 100, 0), score(500, 500, 0)}};
    Study study = study_of(1);
    study.default_arm = 0;
    const Outcome outcome = judge_outcome(study, closeouts_of(4), scores);
    BOOST_TEST(outcome.figures[2][0].excluded == 2u);  // 100 of a million is a basis point
    BOOST_TEST(outcome.figures[2][0].efficiency.count == 2);
}

BOOST_AUTO_TEST_CASE(the_earlier_half_chooses_and_the_later_half_judges) {
    std::vector<std::vector<Score>> scores(3);
    for (int i = 0; i < 16; ++i) {
        scores[0].push_back(score(500, 500, 0));
        scores[1].push_back(score(300, 500, 0));
        // Better in the earlier half, worse in the later one.
        scores[2].push_back(score(i < 8 ? 200 : 400, 500, 0));
    }
    const Outcome fooled = judge_outcome(study_of(3), closeouts_of(16), scores);
    BOOST_TEST(fooled.chosen == 2u);
    BOOST_TEST(!fooled.chosen_is_better);
    for (Score& one : scores[2]) one.shortfall = 200;
    const Outcome better = judge_outcome(study_of(3), closeouts_of(16), scores);
    BOOST_TEST(better.chosen == 2u);
    BOOST_TEST(better.chosen_is_better);
    // The first arm is no candidate, however good.
    for (Score& one : scores[0]) one.shortfall = 0;
    BOOST_TEST(judge_outcome(study_of(3), closeouts_of(16), scores).chosen == 2u);
}

BOOST_AUTO_TEST_CASE(a_ratio_is_of_sums_and_its_interval_holds_it) {
    std::vector<Quotient> parts;
    for (int i = 0; i < 40; ++i) parts.push_back({i % 7, 100 + i});
    const RatioEstimate ratio = bootstrap_ratio(parts, 10, {});
    Int128 part = 0, whole = 0;
    for (const Quotient& one : parts) {
        part += one.part;
        whole += one.whole;
    }
    BOOST_TEST(ratio.ppb == static_cast<std::int64_t>(part * 1'000'000'000 / whole));
    BOOST_TEST(ratio.low_ppb < ratio.ppb);
    BOOST_TEST(ratio.high_ppb > ratio.ppb);
    const RatioEstimate again = bootstrap_ratio(parts, 10, {});
    BOOST_TEST(again.low_ppb == ratio.low_ppb);
    BOOST_TEST(again.high_ppb == ratio.high_ppb);
    BOOST_TEST(bootstrap_ratio({}, 10, {}).count == 0);
    BOOST_TEST(bootstrap_ratio({{1, 0}}, 10, {}).count == 0);
}

BOOST_AUTO_TEST_CASE(a_closeout_that_did_not_end_has_no_score) {
    CaseRecord done;
    done.account = 7;
    done.side = 1;
    done.mark_opened = 100;
    done.opened_ns = 1;
    done.at_arrival = 1'000;
    done.proceeds = 990;
    BOOST_TEST(!score_of(done, 10, {}, 1).has_value());
    done.ended_ns = 2;
    const auto score = score_of(done, 10, {}, 1);
    BOOST_REQUIRE(score);
    BOOST_CHECK(score->shortfall == 10);
    BOOST_TEST(!score_of(done, 11, {}, 1).has_value());  // a tenth was left
}

BOOST_AUTO_TEST_SUITE_END()
