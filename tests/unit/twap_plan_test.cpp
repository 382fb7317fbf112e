// The schedule of the TWAP plugin as a pure function: exact sums, horizon and deadline, cap,
// budget, dust.
#include <lpc/limits.h>

#include <algorithm>
#include <boost/test/unit_test.hpp>

#include "twap/plan.hpp"
#include "twap/sizing.hpp"

BOOST_AUTO_TEST_SUITE(twap_plan)

using namespace lpc::twap;

BOOST_AUTO_TEST_CASE(the_slices_sum_to_the_whole_exactly_and_differ_by_at_most_one_lot) {
    for (std::int64_t count = 1; count <= 40; ++count) {
        for (std::int64_t lots = 0; lots <= 90; ++lots) {
            const Plan plan{0, 1, count, count, lots, {}};
            std::int64_t sum = 0;
            for (std::int64_t j = 0; j < count; ++j) {
                const std::int64_t slice = scheduled(plan, j + 1) - scheduled(plan, j);
                BOOST_TEST(slice >= lots / count);
                BOOST_TEST(slice <= (lots + count - 1) / count);
                sum += slice;
            }
            BOOST_TEST(sum == lots);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_schedule_at_the_limits_does_not_wrap) {
    const Plan plan{0, 1'000'000, 86'400'000'000'000, 86'400'000, 2 * LPC_LOTS_MAX, {}};
    BOOST_TEST(scheduled(plan, plan.count) == 2 * LPC_LOTS_MAX);
    BOOST_TEST(scheduled(plan, plan.count / 2) == LPC_LOTS_MAX);
}

BOOST_AUTO_TEST_CASE(a_plan_fits_the_horizon_and_the_deadline) {
    BOOST_TEST((lay(5, {100, 60, 10, 0, {}}) == Plan{100, 10, 160, 6, 5, {}}));
    BOOST_TEST((lay(5, {100, 65, 10, 0, {}}) == Plan{100, 10, 170, 7, 5, {}}));  // whole intervals
    BOOST_TEST((lay(5, {100, 60, 10, 130, {}}) == Plan{100, 10, 130, 3, 5, {}}));
    BOOST_TEST((lay(5, {100, 60, 10, 90, {}}) == Plan{100, 10, 100, 1, 5, {}}));
    BOOST_TEST((lay(5, {100, 60, 10, 125, {}}) == Plan{100, 10, 125, 3, 5, {}}));
    BOOST_TEST((lay(5, {100, 3, 10, 0, {}}) == Plan{100, 10, 110, 1, 5, {}}));
    BOOST_TEST((lay(5, {100, 3, 10, 105, {}}) == Plan{100, 10, 105, 1, 5, {}}));
}

BOOST_AUTO_TEST_CASE(a_plan_that_is_laid_anew_keeps_the_grid_and_the_end) {
    const Plan plan = lay(50, {100, 60, 10, 0, {}});
    BOOST_TEST((lay_anew(plan, 9, 130, 0) == Plan{130, 10, 160, 3, 9, {}}));
    BOOST_TEST((lay_anew(plan, 9, 160, 0) == Plan{160, 10, 160, 1, 9, {}}));
    BOOST_TEST((lay_anew(plan, 9, 130, 145) == Plan{130, 10, 145, 3, 9, {}}));
}

BOOST_AUTO_TEST_CASE(a_slice_catches_up_within_its_cap_and_its_budget) {
    const Plan plan{0, 1, 10, 10, 100, {}};
    BOOST_TEST(slice_lots(plan, 0, 0, {3'000'000'000, 1, 0, 1'000}) == 10);
    BOOST_TEST(slice_lots(plan, 1, 0, {3'000'000'000, 1, 0, 1'000}) == 20);
    BOOST_TEST(slice_lots(plan, 8, 0, {3'000'000'000, 1, 0, 1'000}) == 30);
    BOOST_TEST(slice_lots(plan, 8, 0, {1'500'000'000, 1, 0, 1'000}) == 15);
    BOOST_TEST(slice_lots(plan, 8, 0, {3'000'000'000, 1, 0, 7}) == 7);
    BOOST_TEST(slice_lots(plan, 8, 0, {3'000'000'000, 1, 0, 0}) == 0);
    BOOST_TEST(slice_lots(plan, 3, 60, {3'000'000'000, 1, 0, 1'000}) == 0);  // ahead of its time
    BOOST_TEST(slice_lots(plan, 9, 100, {3'000'000'000, 1, 0, 1'000}) == 0);
}

BOOST_AUTO_TEST_CASE(no_slice_is_dust_and_none_leaves_dust_behind) {
    for (std::int64_t min = 1; min <= 12; ++min) {
        for (std::int64_t lots = 1; lots <= 60; ++lots) {
            const Plan plan{0, 1, 10, 10, lots, {}};
            std::int64_t done = 0;
            for (std::int64_t j = 0; j < plan.count; ++j) {
                const std::int64_t slice =
                    slice_lots(plan, j, done, {3'000'000'000, min, 0, LPC_LOTS_MAX});
                BOOST_TEST((slice == 0 || slice >= std::min(min, lots)));
                done += slice;
                BOOST_TEST((done == lots || lots - done >= min));
            }
            BOOST_TEST(done == lots);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
