// An operator's orders, carried out on a running engine between two turns: follow, migrate in
// slices of bounded time, flip, roll back, dismiss, hold. Orders are prepared by the clerk and
// taken here on the engine's thread, where everything but submit() and last_sequence() is called.
// Only what is submitted as an input changes the run; a clock decides nothing but the size of a
// slice, which is an input too.
#pragma once

#include <atomic>
#include <control/operator.hpp>
#include <control/server.hpp>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <scenario/steering.hpp>
#include <scenario/watcher.hpp>
#include <string>
#include <utility>
#include <vector>

#include "clerk.hpp"
#include "slice_size.hpp"

namespace lpc::app {

struct ConductorOptions {
    std::int64_t slice_budget_ns = 50'000;                      // of one migrating slice
    std::int64_t probation_ns = 600'000'000'000;                // of engine time, after a flip
    runtime::Placement placement = runtime::Placement::engine;  // of followers
    std::int64_t lag_max = 1'000'000;                           // records; beyond it: dismissed
    std::function<std::int64_t()> clock_ns;                     // monotonic
    std::function<void(control::Event)> publish;  // from the engine's thread; must not wait
};

class Conductor final : public control::Operator, public scenario::Watcher {
  public:
    Conductor(Clerk& clerk, ConductorOptions options)
        : clerk_(clerk), options_(std::move(options)), followers_time_(options_.clock_ns) {}

    // From the server's thread.
    void submit(control::Order order, control::Reply reply) override {
        clerk_.take(std::move(order), std::move(reply));
    }
    std::uint64_t last_sequence() const override { return sequence_.load(); }

    // Between two turns: takes what is ready, and lets what goes on go on.
    void steer(scenario::Steering& steering);
    // The run is over: whatever is undecided is refused.
    void finish();
    // Code that an operator brought, else what `others` know.
    runtime::CodeSource source(runtime::CodeSource others);

    void on_transition(const runtime::Transition& transition, const std::string& why) override;
    void on_turn_begin(std::uint32_t) override {
        if (!warming_.empty()) followers_time_.turn_begins();
    }
    void on_turn_end(std::uint32_t stage) override {
        if (!warming_.empty()) followers_time_.turn_ends(stage);
    }
    void on_feed_begin(std::uint32_t) override {
        if (!warming_.empty()) followers_time_.feeding_begins();
    }
    void on_feed_end(std::uint32_t stage) override {
        if (!warming_.empty()) followers_time_.feeding_ends(stage);
    }

  private:
    // A swap or shadow whose warming goes on.
    struct Warming {
        std::uint32_t stage = 0;
        std::uint8_t arm = 0;
        std::uint32_t instance = 0;
        bool flips = false;  // a swap; else it stays a shadow
        SliceSize slice;
        std::int64_t slice_ns = 0;  // the last one took so long; 0: there was none
        control::Reply reply;       // empty: answered already
        std::string dismissed;      // why it is no more
    };

    void take_charge(scenario::Steering& steering);
    void begin(scenario::Steering& steering, Task& task);
    static void reply(scenario::Steering& steering, const control::Reply& to,
                      control::Answer answer);
    control::Answer follow(scenario::Steering& steering, Task& task, bool& waits);
    control::Answer step_back(scenario::Steering& steering, const control::Order& order);
    control::Answer promote(scenario::Steering& steering, const control::Order& order);
    control::Answer promote_shadow(scenario::Steering& steering, std::uint32_t stage,
                                   const std::string& arm);
    control::Answer promote_arm(scenario::Steering& steering, std::uint32_t stage,
                                const std::string& arm);
    control::Answer dismiss(scenario::Steering& steering, const control::Order& order);
    control::Answer hold(scenario::Steering& steering, const control::Order& order);
    bool acts_already(const runtime::Instance* active, const runtime::Attachment& wanted) const;
    bool go_on(scenario::Steering& steering, Warming& warming);
    void give_up_on_the_slow(scenario::Steering& steering);
    void migrate(scenario::Steering& steering, Warming& warming);
    control::Answer outcome(const Status& status, const runtime::State& state,
                            std::uint64_t generation) const;
    std::optional<control::Answer> stale(const control::Order& order, std::uint64_t generation,
                                         const runtime::State& state, const char* whose) const;

    Clerk& clerk_;
    ConductorOptions options_;
    std::atomic<std::uint64_t> sequence_{0};
    std::map<std::string, runtime::PluginCode> code_;  // by sha256
    std::vector<Warming> warming_;
    FollowersTime followers_time_;
    std::vector<std::string> stages_;                 // names, for events
    std::vector<std::vector<std::string>> arms_;      // of each; one without a name: the only one
    std::map<std::uint32_t, std::string> sha256_of_;  // of instances that act or have followed
};

}  // namespace lpc::app
