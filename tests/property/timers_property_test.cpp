// The timing wheel against an ordered set, which is what it must look like: random additions,
// forgetting, moments from nanoseconds to years apart, archives. LPC_SEED=n runs one seed of one's
// own.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <set>
#include <vector>

#include <runtime/archive.hpp>
#include <runtime/timers.hpp>
#include <venue/random.hpp>

namespace {

using lpc::runtime::Loader;
using lpc::runtime::Saver;
using lpc::runtime::Timer;
using lpc::runtime::Timers;
using lpc::venue::Random;

class NaiveTimers {
  public:
    void add(const Timer& timer) { timers_.insert(timer); }
    void forget(std::uint64_t account) {
        std::erase_if(timers_, [&](const Timer& t) { return t.account == account; });
    }
    std::vector<Timer> due(std::int64_t now_ns) {
        std::vector<Timer> taken;
        while (!timers_.empty() && timers_.begin()->at_ns <= now_ns) {
            taken.push_back(*timers_.begin());
            timers_.erase(timers_.begin());
        }
        return taken;
    }
    std::vector<Timer> of_account(std::uint64_t account) const {
        std::vector<Timer> found;
        std::copy_if(timers_.begin(), timers_.end(), std::back_inserter(found),
                     [&](const Timer& t) { return t.account == account; });
        return found;
    }
    const std::set<Timer>& all() const { return timers_; }

  private:
    std::set<Timer> timers_;
};

template <class T>
std::vector<std::byte> bytes_of(const T& value) {
    Saver saver;
    saver(value);
    return saver.take();
}

// A time of any size: from within one slot of the wheel to beyond its highest level.
std::int64_t some_time(Random& random) {
    return random.between(0, (std::int64_t{1} << random.between(0, 61)) - 1);
}

void compare(const Timers& wheel, const NaiveTimers& naive) {
    BOOST_REQUIRE(wheel.size() == naive.all().size());
    BOOST_REQUIRE(wheel.next_ns().has_value() == !naive.all().empty());
    if (wheel.next_ns()) BOOST_REQUIRE(*wheel.next_ns() == naive.all().begin()->at_ns);
}

void live(std::uint64_t seed) {
    Random random(seed);
    Timers wheel;
    NaiveTimers naive;
    std::int64_t now_ns = random.chance(500'000'000) ? 0 : 1'700'000'000'000'000'000;
    const std::uint64_t accounts = 1 + random.below(60);
    const std::int64_t usual = some_time(random) / 4;
    for (int step = 0; step < 1'500; ++step) {
        const std::uint64_t what = random.below(100);
        const std::uint64_t account = random.below(accounts);
        if (what < 55) {
            // Also times that have passed, and the same timer twice.
            const std::int64_t later = random.chance(900'000'000) ? usual : some_time(random);
            const std::int64_t wish = now_ns + std::min(later, (std::int64_t{1} << 61) - 1) -
                                      (random.chance(50'000'000) ? usual + 5 : 0);
            const std::int64_t at_ns =
                random.chance(10'000'000) ? std::numeric_limits<std::int64_t>::max() : wish;
            for (std::uint64_t i = 0; i < 1 + random.below(3); ++i) {
                const Timer timer{at_ns + static_cast<std::int64_t>(at_ns < (std::int64_t{1} << 62)
                                                                        ? random.below(3)
                                                                        : 0),
                                  account, random.below(3)};
                wheel.add(timer);
                naive.add(timer);
            }
        } else if (what < 60) {
            wheel.forget(account);
            naive.forget(account);
        } else if (what < 95) {
            const std::int64_t step_ns =
                random.chance(950'000'000)
                    ? std::min<std::int64_t>(usual, 1'000'000'000'000'000) / 8
                    : some_time(random);
            if (now_ns < (std::int64_t{1} << 61))
                now_ns += std::min(step_ns, std::int64_t{1} << 60);
            const std::vector<Timer> taken = wheel.due(now_ns), expected = naive.due(now_ns);
            BOOST_REQUIRE(taken == expected);
        } else if (what < 97) {
            BOOST_REQUIRE(wheel.of_account(account) == naive.of_account(account));
        } else {
            const std::vector<std::byte> bytes = bytes_of(wheel);
            BOOST_REQUIRE(bytes == bytes_of(naive.all()));
            if (what == 97) wheel = Timers(wheel);
            if (what == 98) {
                Loader loader(bytes);
                loader(wheel);
                BOOST_REQUIRE((loader.ok() && loader.at_end()));
            }
        }
        compare(wheel, naive);
    }
    BOOST_REQUIRE((wheel.due(std::numeric_limits<std::int64_t>::max()) ==
                   naive.due(std::numeric_limits<std::int64_t>::max())));
    compare(wheel, naive);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(timers_properties)

BOOST_AUTO_TEST_CASE(a_timing_wheel_is_an_ordered_set) {
    const char* own = std::getenv("LPC_SEED");
    const std::uint64_t first = own == nullptr ? 1 : std::strtoull(own, nullptr, 10);
    for (std::uint64_t seed = first; seed < first + (own == nullptr ? 600 : 1); ++seed) {
        BOOST_TEST_CONTEXT("LPC_SEED=" << seed) {
            live(seed);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_timer_twice_in_an_archive_is_refused) {
    const std::vector<Timer> twice{{5, 1, 1}, {5, 1, 1}};
    const std::vector<std::byte> bytes = bytes_of(twice);
    Timers wheel;
    Loader loader(bytes);
    loader(wheel);
    BOOST_TEST(!loader.ok());
}

BOOST_AUTO_TEST_CASE(tens_of_thousands_that_are_due_together_come_in_the_order_of_accounts) {
    Timers wheel;
    for (std::uint64_t i = 0; i < 50'000; ++i) wheel.add({1'000'000'000, (i * 7'919) % 50'000, 1});
    const std::vector<Timer> taken = wheel.due(1'000'000'000);
    BOOST_REQUIRE(taken.size() == 50'000u);
    for (std::uint64_t i = 0; i < taken.size(); ++i) BOOST_REQUIRE(taken[i].account == i);
}

BOOST_AUTO_TEST_SUITE_END()
