// What an event costs across the ABI: one virtual call an event as the baseline, a hook called with
// a run of 64 facts, and an empty on_turn. Both sides do the same work for an event and sit behind
// pointers that the compiler cannot see through.
#include <lpc/plugin.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include <app/bench/bench.hpp>
#include <app/bench/samples.hpp>

namespace lpc::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kRun = 64;
constexpr std::size_t kEvents = std::size_t{1} << 22;
constexpr std::uint32_t kRepeats = 15;

class Listener {
  public:
    virtual ~Listener() = default;
    virtual lpc_status on_price(const lpc_fact& fact) = 0;
};

class Summing final : public Listener {
  public:
    lpc_status on_price(const lpc_fact& fact) override {
        sum += fact.u.price.mark;
        return LPC_OK;
    }
    std::int64_t sum = 0;
};

struct SummingPlugin {
    std::int64_t sum = 0;
};

lpc_status on_price_run(lpc_instance* self, const lpc_fact* facts, std::uint32_t count) {
    auto& plugin = *reinterpret_cast<SummingPlugin*>(self);
    for (std::uint32_t i = 0; i < count; ++i) plugin.sum += facts[i].u.price.mark;
    return LPC_OK;
}

lpc_status on_turn(lpc_instance*, const lpc_turn*, lpc_output*) {
    return LPC_OK;
}

// Keeps the compiler from knowing what a pointer points to.
template <class Pointer>
Pointer opaque(Pointer pointer) {
    asm volatile("" : "+r"(pointer) : : "memory");
    return pointer;
}

template <class Body>
double ns_each(std::size_t count, Body&& body) {
    const auto began = Clock::now();
    body();
    const std::chrono::duration<double, std::nano> took = Clock::now() - began;
    return took.count() / static_cast<double>(count);
}

}  // namespace

Json bench_abi(const BenchOptions& options) {
    const std::uint32_t repeats = options.repeats == 0 ? kRepeats : options.repeats;
    std::vector<lpc_fact> facts(kRun);
    for (std::size_t i = 0; i < kRun; ++i) facts[i].u.price.mark = static_cast<std::int64_t>(i);
    Summing summing;
    SummingPlugin plugin;
    const lpc_turn turn{};
    lpc_output output{};
    std::vector<double> virtual_call, hook_run, turn_call;
    for (std::uint32_t repeat = 0; repeat < repeats; ++repeat) {
        virtual_call.push_back(ns_each(kEvents, [&] {
            Listener* listener = &summing;
            for (std::size_t i = 0; i < kEvents; ++i) opaque(listener)->on_price(facts[i % kRun]);
        }));
        hook_run.push_back(ns_each(kEvents, [&] {
            auto* self = reinterpret_cast<lpc_instance*>(&plugin);
            const lpc_hook hook = on_price_run;
            for (std::size_t i = 0; i < kEvents; i += kRun) opaque(hook)(self, facts.data(), kRun);
        }));
        turn_call.push_back(ns_each(kEvents, [&] {
            auto* self = reinterpret_cast<lpc_instance*>(&plugin);
            const auto call = &on_turn;
            for (std::size_t i = 0; i < kEvents; ++i) opaque(call)(self, &turn, &output);
        }));
    }
    return {{"params", {{"events", kEvents}, {"run", kRun}, {"repeats", repeats}}},
            {"results",
             {{"virtual_call_ns", median(virtual_call)},
              {"hook_run64_event_ns", median(hook_run)},
              {"turn_call_ns", median(turn_call)},
              {"ratio_hook_to_virtual", median(hook_run) / median(virtual_call)}}}};
}

}  // namespace lpc::app
