// What swaps cost the engine's thread, with everybody in the plugins and many close-outs in flight:
// migrating slices, flips, and a shadow on a worker, in both stages; and whether they left a trace
// in the commands. Round after round, each figure beside the same without it in the same round.
//
// A flip is timed in turns in which nothing else happens, not even a price: a turn with one costs
// margin a look at every holder, which would hide it.
#include <time.h>

#include <array>
#include <cstring>
#include <foundation/temporary_folder.hpp>
#include <thread>
#include <vector>

#include <placement/host_premises.hpp>

#include "app/clock.hpp"
#include "app/host_config.hpp"
#include "app/slice_size.hpp"
#include "bench.hpp"
#include "must.hpp"
#include "samples.hpp"
#include "swap_world.hpp"

namespace lpc::app {
namespace {

using runtime::Placement;
using runtime::Purpose;
using runtime::StepKind;
using TurnKind = SwapWorld::TurnKind;
using Times = std::vector<std::int64_t>;

constexpr std::uint64_t kAccounts = 1'000'000;
constexpr std::uint64_t kAccountsPerCloseout = 100;
constexpr std::int64_t kBudget_ns = 50'000;
constexpr std::uint32_t kRounds = 5;
constexpr std::uint32_t kFlips = 250;         // of each stage, in a round
constexpr std::uint32_t kShadowTurns = 500;   // of each block
constexpr std::uint32_t kSettlingTurns = 50;  // before it
constexpr std::int64_t kProbation_ns = 1'000'000'000'000'000;
constexpr std::uint64_t kShadowSlice = 1'024;

// CPU time of this thread: what others do on a busy machine is left out.
std::int64_t cpu_time_ns() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return std::int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec;
}

template <class Body>
std::int64_t time_of(Body&& body) {
    const std::int64_t began = monotonic_ns();
    body();
    return monotonic_ns() - began;
}

// How long a loop overstays that does nothing but look at the clock until the budget is spent.
std::int64_t idle_excess_ns() {
    const std::int64_t began = monotonic_ns();
    std::int64_t now = began;
    while (now < began + kBudget_ns) now = monotonic_ns();
    return now - began - kBudget_ns;
}

struct Moved {
    Times excess_ns, idle_excess_ns;  // beyond the budget
    std::uint64_t accounts = 0;
    std::int64_t spent_ns = 0;  // by the slices and what the follower made of them

    // In a second spent so.
    double per_s() const {
        return static_cast<double>(accounts) * 1e9 / static_cast<double>(spent_ns);
    }
    double excess_p99() const { return static_cast<double>(percentile(excess_ns, 99)); }
    double idle_p99() const { return static_cast<double>(percentile(idle_excess_ns, 99)); }
};

struct Flipped {
    Times turns_ns, flipping_ns;
    double turn() const { return static_cast<double>(median(turns_ns)); }
    double beyond(const Times& times, std::size_t percent) const {
        return static_cast<double>(percentile(times, percent)) - turn();
    }
};

// One round of everything, in a world that goes on.
class Round {
  public:
    explicit Round(SwapWorld& world) : world_(world) {}

    // Each slice is followed by the turn in which the follower makes something of it, and that one
    // by a turn to compare it with.
    Moved migrate(std::uint32_t stage) {
        const std::uint32_t follower = world_.follow(stage, Purpose::standby, Placement::engine);
        world_.turn(TurnKind::quiet);
        SliceSize slice;
        Moved moved;
        Times with_slice, without;
        while (!world_.follower(stage).warm) {
            (void)world_.followers_time().take_excess_ns(stage);
            std::int64_t step_ns = 0;
            with_slice.push_back(time_of([&] {
                step_ns = time_of([&] {
                    world_.step(StepKind::migrate, stage, follower,
                                static_cast<std::int64_t>(slice.accounts()));
                });
                world_.turn(TurnKind::quiet);
            }));
            slice.took(step_ns + world_.followers_time().take_excess_ns(stage), kBudget_ns);
            without.push_back(time_of([&] { world_.turn(TurnKind::quiet); }));
            moved.idle_excess_ns.push_back(idle_excess_ns());
        }
        const std::int64_t turn_ns = median(without);
        for (const std::int64_t took : with_slice) {
            moved.excess_ns.push_back(took - turn_ns - kBudget_ns);
            moved.spent_ns += std::max<std::int64_t>(1, took - turn_ns);
        }
        moved.accounts = world_.follower(stage).accounts_moved;
        return moved;
    }

    // To and fro between the two that are warm; a turn that flips, and one that does not.
    Flipped flip(std::uint32_t stage) {
        Flipped flipped;
        for (std::uint32_t i = 0; i < kFlips; ++i) {
            come_to_rest();
            flipped.turns_ns.push_back(time_of([&] { world_.turn(TurnKind::quiet); }));
            come_to_rest();
            const std::uint32_t next = world_.follower(stage).id();
            flipped.flipping_ns.push_back(time_of([&] {
                world_.step(StepKind::flip, stage, next, kProbation_ns);
                world_.turn(TurnKind::quiet);
            }));
        }
        return flipped;
    }

    void dismiss(std::uint32_t stage) {
        world_.step(StepKind::dismiss, stage, world_.follower(stage).id(), 0);
    }

    // The median busy turn with a shadow of each stage on a worker, in CPU time of the engine's
    // thread, to that before and after without.
    double shadow_cost() {
        const double before = busy_turns_ns();
        for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage) shadow(stage);
        const double with = busy_turns_ns();
        for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage) dismiss(stage);
        const double after = busy_turns_ns();
        busy_turn_ns = (before + after) / 2;
        return with / busy_turn_ns - 1;
    }

    double busy_turn_ns = 0;  // without anybody who follows

  private:
    // Something happens, and one turn more takes note of what came of it.
    void come_to_rest() {
        world_.turn(TurnKind::busy);
        world_.turn(TurnKind::quiet);
    }

    double busy_turns_ns() {
        for (std::uint32_t i = 0; i < kSettlingTurns; ++i) world_.turn(TurnKind::busy);
        Times turns_ns;
        for (std::uint32_t i = 0; i < kShadowTurns; ++i) {
            const std::int64_t began = cpu_time_ns();
            world_.turn(TurnKind::busy);
            turns_ns.push_back(cpu_time_ns() - began);
        }
        return static_cast<double>(median(turns_ns));
    }

    void shadow(std::uint32_t stage) {
        const std::uint32_t follower = world_.follow(stage, Purpose::shadow, Placement::worker);
        while (!world_.follower(stage).warm)
            world_.step(StepKind::migrate, stage, follower, kShadowSlice);
        world_.turn(TurnKind::quiet);
        while (world_.follower(stage).delivery().lag() != 0) std::this_thread::yield();
    }

    SwapWorld& world_;
};

struct Figures {
    std::vector<double> flip_p50, flip_p99, turn_p99, slice_excess, idle_excess, accounts_per_s,
        closeouts_per_s, shadow_cost, quiet_turn, busy_turn;

    // Where the stages differ, the worse one counts.
    void add(SwapWorld& world) {
        Round round(world);
        std::array<Moved, SwapImages::kStages> moved;
        std::array<Flipped, SwapImages::kStages> flipped;
        for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage)
            moved[stage] = round.migrate(stage);
        for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage)
            flipped[stage] = round.flip(stage);
        world.turn(TurnKind::swing);
        for (std::uint32_t stage = 0; stage < SwapImages::kStages; ++stage) round.dismiss(stage);
        shadow_cost.push_back(round.shadow_cost());
        busy_turn.push_back(round.busy_turn_ns);
        accounts_per_s.push_back(moved[0].per_s());
        closeouts_per_s.push_back(moved[1].per_s());
        const auto worse = [](auto& both, auto&& figure) {
            return std::max(figure(both[0]), figure(both[1]));
        };
        slice_excess.push_back(worse(moved, [](const Moved& m) { return m.excess_p99(); }));
        idle_excess.push_back(worse(moved, [](const Moved& m) { return m.idle_p99(); }));
        quiet_turn.push_back(worse(flipped, [](const Flipped& f) { return f.turn(); }));
        flip_p50.push_back(
            worse(flipped, [](const Flipped& f) { return f.beyond(f.flipping_ns, 50); }));
        flip_p99.push_back(
            worse(flipped, [](const Flipped& f) { return f.beyond(f.flipping_ns, 99); }));
        turn_p99.push_back(
            worse(flipped, [](const Flipped& f) { return f.beyond(f.turns_ns, 99); }));
    }
};

// Did the swaps leave a trace? The same turns without any.
bool same_without_swaps(const SwapWorld& swapped, const SwapImages& images,
                        const SwapWorldOptions& options, runtime::Premises& premises) {
    SwapWorld undisturbed(images, options, premises);
    undisturbed.open();
    for (const TurnKind kind : swapped.turns()) undisturbed.turn(kind);
    const auto& expected = undisturbed.said();
    const auto& found = swapped.said();
    return found.size() == expected.size() &&
           std::memcmp(found.data(), expected.data(), found.size() * sizeof(runtime::Verdict)) == 0;
}

}  // namespace

Json bench_swap(const BenchOptions& options) {
    const std::uint32_t rounds = options.repeats != 0 ? options.repeats : kRounds;
    SwapWorldOptions size;
    size.accounts = options.accounts != 0 ? options.accounts : kAccounts;
    size.in_flight = std::max<std::uint64_t>(1, size.accounts / kAccountsPerCloseout);
    const HostConfig host = must(load_host_config("", ""));
    const TemporaryFolder folder = must(TemporaryFolder::make());
    const SwapImages images = SwapImages::load(host.plugin_folders, folder.path().string());
    placement::HostPremises premises;
    SwapWorld world(images, size, premises);
    world.open();
    Figures figures;
    for (std::uint32_t i = 0; i < rounds; ++i) figures.add(world);
    Json json;
    json["params"] = {{"rounds", rounds},
                      {"flips", rounds * kFlips * SwapImages::kStages},
                      {"orders_out", world.orders_out()},
                      {"commands", world.said().size()},
                      {"stages", {"margin", "twap"}}};
    json["results"] = {
        {"accounts", size.accounts},
        {"in_flight", size.in_flight},
        {"quiet_turn_ns", median(figures.quiet_turn)},
        {"turn_excess_ns_p99", median(figures.turn_p99)},
        {"flip_ns_p50", median(figures.flip_p50)},
        {"flip_ns_p99", median(figures.flip_p99)},
        {"slice_budget_ns", kBudget_ns},
        {"idle_excess_ns_p99", median(figures.idle_excess)},
        {"slice_excess_ns_p99", median(figures.slice_excess) - median(figures.idle_excess)},
        {"accounts_per_s", median(figures.accounts_per_s)},
        {"closeouts_per_s", median(figures.closeouts_per_s)},
        {"busy_turn_ns", median(figures.busy_turn)},
        {"shadow_worker_cost_ppb", median(figures.shadow_cost) * 1e9},
        {"commands_identical", same_without_swaps(world, images, size, premises)}};
    return json;
}

}  // namespace lpc::app
