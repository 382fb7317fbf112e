// What the clock of one slice costs with tens of thousands of close-outs in flight: its timer is
// due and the next one is asked for. The timing wheel that the runtime keeps its timers in, beside
// a binary heap that does less: it knows no accounts, and could not forget one.
#include <chrono>
#include <cstdint>
#include <queue>
#include <vector>

#include <app/bench/bench.hpp>
#include <app/bench/samples.hpp>
#include <runtime/timers.hpp>
#include <venue/random.hpp>

namespace lpc::app {
namespace {

using Clock = std::chrono::steady_clock;
using runtime::Timer;
using runtime::Timers;

constexpr std::uint64_t kInFlight = 50'000;
constexpr std::uint32_t kRepeats = 7;
constexpr std::int64_t kInterval_ns = 1'000'000'000;
constexpr std::int64_t kTurn_ns = 1'000'000;
constexpr std::int64_t kTurns = 3'000;  // three slices of each

class Heap {
  public:
    void add(const Timer& timer) { queue_.push(timer); }
    std::vector<Timer> due(std::int64_t now_ns) {
        std::vector<Timer> taken;
        while (!queue_.empty() && queue_.top().at_ns <= now_ns) {
            taken.push_back(queue_.top());
            queue_.pop();
        }
        return taken;
    }

  private:
    struct Later {
        bool operator()(const Timer& a, const Timer& b) const { return b < a; }
    };
    std::priority_queue<Timer, std::vector<Timer>, Later> queue_;
};

struct Course {
    double slice_ns = 0;
    std::uint64_t slices = 0;
    std::uint64_t order = 0;  // a hash of the order in which they came
};

// Slices spread over the interval, as close-outs that began at different moments are; or all of
// them due at one moment.
template <class Queue>
Course run(std::uint64_t in_flight, bool together) {
    venue::Random random(1);
    Queue queue;
    const std::int64_t began_ns = 1'700'000'000'000'000'000;
    for (std::uint64_t account = 1; account <= in_flight; ++account) {
        const std::int64_t phase = together ? 0 : random.between(0, kInterval_ns - 1);
        queue.add({began_ns + phase, account, 1});
    }
    Course course;
    std::int64_t now_ns = began_ns;
    const auto turns = [&](std::int64_t count) {
        for (std::int64_t i = 0; i < count; ++i, now_ns += kTurn_ns) {
            for (const Timer& timer : queue.due(now_ns)) {
                course.order = (course.order ^ timer.account) * 0x100000001b3ULL;
                ++course.slices;
                queue.add({timer.at_ns + kInterval_ns, timer.account, timer.tag});
            }
        }
    };
    turns(kTurns / 3);  // warm
    course.slices = 0;
    const auto began = Clock::now();
    turns(kTurns);
    const std::chrono::duration<double, std::nano> took = Clock::now() - began;
    course.slice_ns = took.count() / static_cast<double>(course.slices);
    return course;
}

}  // namespace

Json bench_slices(const BenchOptions& options) {
    const std::uint64_t in_flight = options.accounts == 0 ? kInFlight : options.accounts;
    const std::uint32_t repeats = options.repeats == 0 ? kRepeats : options.repeats;
    std::vector<double> wheel, heap, wheel_together, heap_together;
    bool same = true;
    for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
        const Course a = run<Timers>(in_flight, false), b = run<Heap>(in_flight, false);
        const Course c = run<Timers>(in_flight, true), d = run<Heap>(in_flight, true);
        same = same && a.order == b.order && c.order == d.order;
        wheel.push_back(a.slice_ns);
        heap.push_back(b.slice_ns);
        wheel_together.push_back(c.slice_ns);
        heap_together.push_back(d.slice_ns);
    }
    return {
        {"params", {{"interval_ns", kInterval_ns}, {"turn_ns", kTurn_ns}, {"repeats", repeats}}},
        {"results",
         {{"in_flight", in_flight},
          {"slice_ns", median(wheel)},
          {"heap_slice_ns", median(heap)},
          {"ratio_heap_to_wheel", median(heap) / median(wheel)},
          {"together_slice_ns", median(wheel_together)},
          {"together_heap_slice_ns", median(heap_together)},
          {"same_order", same ? 1 : 0}}}};
}

}  // namespace lpc::app
