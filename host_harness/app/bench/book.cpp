#include <time.h>

#include <algorithm>
#include <chrono>
#include <numeric>
#include <stdexcept>
#include <vector>

#include "app/bench/bench.hpp"
#include "app/bench/book_workload.hpp"
#include "app/bench/samples.hpp"
#include "support/naive_book.hpp"
#include "venue/order_book.hpp"
#include "venue/random.hpp"

namespace lpc::app {

namespace {

using Clock = std::chrono::steady_clock;

// CPU time of this thread: unlike the time of day it leaves out the turns of other processes on a
// busy machine. Too slow to read around one operation.
std::int64_t cpu_time_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

// What one replay of a stream did, to see that every book did the same.
struct Tally {
    std::uint64_t trades = 0;
    std::uint64_t cancelled = 0;
    std::int64_t filled_lots = 0;
    bool operator==(const Tally&) const = default;
};

std::uint64_t order_to_cancel(const venue::OrderBook&, const BookOperation& operation) {
    return operation.order;
}
std::uint64_t order_to_cancel(const test::NaiveBook&, const BookOperation& operation) {
    return operation.naive_order;
}

template <class Book>
class Replay {
  public:
    explicit Replay(const BookWorkload& workload, std::uint32_t book_count) {
        books_.reserve(book_count);
        for (std::uint32_t i = 0; i < book_count; ++i) books_.emplace_back();
        for (const BookOperation& operation : workload.filling) apply(operation);
        tally_ = {};
    }

    void apply(const BookOperation& operation) {
        Book& book = books_[operation.book];
        if (operation.kind == BookOperation::Kind::cancel) {
            if (book.cancel(order_to_cancel(book, operation))) ++tally_.cancelled;
            return;
        }
        trades_.clear();
        withdrawn_.clear();
        tally_.filled_lots += book.place(operation.new_order(), trades_, withdrawn_).filled_lots;
        tally_.trades += trades_.size();
    }

    // Mean time of an operation over the stream's first `count`. [ns]
    double mean_ns(const BookWorkload& workload, std::size_t count) {
        const std::int64_t start_ns = cpu_time_ns();
        for (std::size_t i = 0; i < count; ++i) apply(workload.stream[i]);
        return static_cast<double>(cpu_time_ns() - start_ns) / static_cast<double>(count);
    }

    // 99th percentile of the operations timed one by one, reading the clock included. [ns]
    double p99_ns(const BookWorkload& workload) {
        std::vector<std::int64_t> times(workload.stream.size());
        for (std::size_t i = 0; i < times.size(); ++i) {
            const auto start = Clock::now();
            apply(workload.stream[i]);
            times[i] = std::chrono::nanoseconds(Clock::now() - start).count();
        }
        const auto p99 = times.begin() + static_cast<std::ptrdiff_t>(times.size() * 99 / 100);
        std::nth_element(times.begin(), p99, times.end());
        return static_cast<double>(*p99);
    }

    const Tally& tally() const { return tally_; }

  private:
    std::vector<Book> books_;
    std::vector<venue::Trade> trades_;
    std::vector<venue::Withdrawn> withdrawn_;
    Tally tally_;
};

// 128 MiB of 128-byte records, each naming the next on one random cycle through all of them.
class DependentAccess {
  public:
    static constexpr std::uint32_t kRecordCount = 1U << 20;
    static constexpr std::uint32_t kStepCount = 1'000'000;

    DependentAccess() : records_(kRecordCount) {
        std::vector<std::uint32_t> cycle(kRecordCount);
        std::iota(cycle.begin(), cycle.end(), 0U);
        venue::Random random(7);
        for (std::size_t i = cycle.size() - 1; i > 0; --i) {
            std::swap(cycle[i], cycle[random.below(i + 1)]);
        }
        for (std::size_t i = 0; i < cycle.size(); ++i) {
            records_[cycle[i]].next = cycle[(i + 1) % cycle.size()];
        }
    }

    double mean_ns() {
        const std::int64_t start_ns = cpu_time_ns();
        for (std::uint32_t i = 0; i < kStepCount; ++i) at_ = records_[at_].next;
        const std::int64_t elapsed_ns = cpu_time_ns() - start_ns;
        if (at_ >= kRecordCount) throw std::logic_error("the chase left its records");
        return static_cast<double>(elapsed_ns) / kStepCount;
    }

  private:
    struct alignas(128) Record {
        std::uint32_t next = 0;
    };
    std::vector<Record> records_;
    std::uint32_t at_ = 0;
};

void require_same(const Tally& one, const Tally& other) {
    if (!(one == other)) throw std::logic_error("bench book: two replays of a stream differ");
}

Json params_of(const BookWorkloadOptions& options, const BookWorkload& workload) {
    return {{"instruments", options.book_count},
            {"resting_orders", workload.filling.size()},
            {"resting_orders_at_end", workload.resting_at_end},
            {"operations", workload.stream.size()},
            {"distance_max_ticks", options.distance_max_ticks},
            {"accounts", options.accounts}};
}

struct Samples {
    std::vector<double> hot, wide, wide_p99, naive, dependent;
};

}  // namespace

Json bench_book(const BenchOptions& options) {
    constexpr std::size_t kNaiveOperations = 200'000;  // it is slow
    const std::uint32_t repeats = options.repeats != 0 ? options.repeats : 7;
    BookWorkloadOptions hot_options;
    if (options.accounts != 0) hot_options.accounts = static_cast<std::uint32_t>(options.accounts);
    BookWorkloadOptions wide_options = hot_options;
    wide_options.book_count = 50;
    const BookWorkload hot = make_book_workload(hot_options);
    const BookWorkload wide = make_book_workload(wide_options);
    DependentAccess dependent;
    Samples samples;
    Tally hot_tally, wide_tally;
    for (std::uint32_t i = 0; i < repeats; ++i) {
        samples.dependent.push_back(dependent.mean_ns());
        Replay<venue::OrderBook> hot_replay(hot, 1);
        samples.hot.push_back(hot_replay.mean_ns(hot, hot.stream.size()));
        Replay<venue::OrderBook> wide_replay(wide, wide_options.book_count);
        samples.wide.push_back(wide_replay.mean_ns(wide, wide.stream.size()));
        Replay<venue::OrderBook> timed_replay(wide, wide_options.book_count);
        samples.wide_p99.push_back(timed_replay.p99_ns(wide));
        require_same(timed_replay.tally(), wide_replay.tally());
        if (i == 0) hot_tally = hot_replay.tally();
        if (i == 0) wide_tally = wide_replay.tally();
        require_same(hot_replay.tally(), hot_tally);
        require_same(wide_replay.tally(), wide_tally);
        Replay<test::NaiveBook> naive_replay(wide, wide_options.book_count);
        samples.naive.push_back(naive_replay.mean_ns(wide, kNaiveOperations));
        Replay<venue::OrderBook> prefix_replay(wide, wide_options.book_count);
        prefix_replay.mean_ns(wide, kNaiveOperations);
        require_same(naive_replay.tally(), prefix_replay.tally());
    }
    return {{"params",
             {{"repeats", repeats},
              {"add_pct", 48},
              {"cancel_pct", 47},
              {"cross_pct", 5},
              {"hot", params_of(hot_options, hot)},
              {"wide", params_of(wide_options, wide)},
              {"naive_operations", kNaiveOperations},
              {"dependent_record_bytes", 128},
              {"dependent_records", DependentAccess::kRecordCount}}},
            {"results",
             {{"hot_op_ns", median(samples.hot)},
              {"wide_op_ns", median(samples.wide)},
              {"wide_p99_ns", median(samples.wide_p99)},
              {"naive_wide_op_ns", median(samples.naive)},
              {"dependent_access_ns", median(samples.dependent)}}}};
}

}  // namespace lpc::app
