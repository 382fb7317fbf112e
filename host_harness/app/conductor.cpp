#include "conductor.hpp"

#include <algorithm>
#include <utility>

#include <runtime/transitions.hpp>

#include "conductor_report.hpp"

namespace lpc::app {
namespace {

// The engine's thread waits at a flip until so many records of 64 bytes have been heard: well below
// a millisecond.
constexpr std::uint64_t kLagAtFlip = 1'024;

using control::Answer;
using control::Order;
using control::Outcome;
using control::Verb;
using runtime::Follower;
using runtime::State;
using runtime::StepKind;

std::optional<std::uint32_t> stage_named(const State& state, const std::string& name) {
    for (std::uint32_t i = 0; i < state.slots.size(); ++i) {
        if (state.slots[i].name == name) return i;
    }
    return std::nullopt;
}

const Follower* follower_of(const State& state, std::uint32_t stage, std::uint32_t instance) {
    for (const runtime::Route& route : state.slots[stage].routes) {
        if (const Follower* follower = route.follower(instance)) return follower;
    }
    return nullptr;
}

template <class Which>
const Follower* find_follower(const State& state, std::uint32_t stage, Which&& which) {
    for (const runtime::Route& route : state.slots[stage].routes) {
        for (const auto& follower : route.followers) {
            if (which(*follower)) return follower.get();
        }
    }
    return nullptr;
}

Answer refused(const State& state, const std::string& why, std::uint64_t generation) {
    Answer answer;
    answer.why = why;
    answer.generation = generation;
    answer.sequence = state.last_seq;
    return answer;
}

}  // namespace

Answer Conductor::outcome(const Status& status, const State& state,
                          std::uint64_t generation) const {
    if (!status) return refused(state, status.error().message, generation);
    Answer answer = refused(state, "", generation);
    answer.outcome = Outcome::done;
    return answer;
}

std::optional<Answer> Conductor::stale(const Order& order, std::uint64_t generation,
                                       const State& state, const char* whose) const {
    if (!order.expected_generation || *order.expected_generation == generation) return std::nullopt;
    return refused(state,
                   std::string("expected ") + whose + " generation " +
                       std::to_string(*order.expected_generation) + ", found " +
                       std::to_string(generation) + ": somebody was faster, look again",
                   generation);
}

void Conductor::steer(scenario::Steering& steering) {
    sequence_.store(steering.state().last_seq);
    if (stages_.empty()) look_around(steering.state());
    give_up_on_the_slow(steering);
    Task task;
    while (clerk_.next(task)) begin(steering, task);
    for (std::size_t i = 0; i < warming_.size();) {
        if (go_on(steering, warming_[i])) {
            ++i;
        } else {
            warming_.erase(warming_.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

// Before the first order: who acts, and with which parameters.
void Conductor::look_around(const State& state) {
    for (const runtime::Slot& slot : state.slots) {
        stages_.push_back(slot.name);
        const runtime::Instance* active = slot.routes.front().active.instance.get();
        if (active != nullptr) params_of_[active->id()] = first_params_[slot.name];
    }
}

// The same code with the same parameters, whether they were set or left as they are.
bool Conductor::acts_already(const runtime::Slot& slot, const runtime::Attachment& wanted) const {
    const runtime::Instance* active = slot.routes.front().active.instance.get();
    if (active == nullptr || active->identity().sha256 != wanted.sha256) return false;
    const auto values = [active](const Params& set) {
        std::map<std::uint64_t, std::int64_t> all;
        for (const auto& [id, value] : set) all[id] = value;
        for (std::uint64_t i = 0; i < active->table().param_count; ++i)
            all.emplace(active->table().params[i].id, active->table().params[i].initial);
        return all;
    };
    const auto known = params_of_.find(active->id());
    return known != params_of_.end() && values(known->second) == values(wanted.params);
}

void Conductor::begin(scenario::Steering& steering, Task& task) {
    const State& state = steering.state();
    const Order& order = task.order;
    Answer answer;
    bool waits = false;
    switch (order.verb) {
        case Verb::status:
            answer = outcome({}, state, holds_generation_);
            answer.host = host_report(state, steering.poisoned(), holds_generation_);
            break;
        case Verb::stages:
            answer = outcome({}, state, holds_generation_);
            answer.stages = stage_reports(state);
            break;
        case Verb::swap:
        case Verb::shadow:
            answer = follow(steering, task, waits);
            break;
        case Verb::rollback:
            answer = step_back(steering, order);
            break;
        case Verb::promote:
            answer = promote(steering, order);
            break;
        case Verb::pause:
        case Verb::resume:
        case Verb::hold:
        case Verb::unhold:
            answer = hold(steering, order);
            break;
    }
    if (!waits) task.reply(std::move(answer));
}

Answer Conductor::follow(scenario::Steering& steering, Task& task, bool& waits) {
    const State& state = steering.state();
    const Order& order = task.order;
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const runtime::Slot& slot = state.slots[*stage];
    if (auto answer = stale(order, slot.generation, state, "stage")) return *answer;
    const bool swaps = order.verb == Verb::swap;
    const runtime::Instance* active = slot.routes.front().active.instance.get();
    if (swaps && acts_already(slot, task.attachment))
        return refused(state,
                       "stage " + slot.name + ": plugin " + active->identity().id +
                           " with this sha256 and these parameters acts already",
                       slot.generation);
    runtime::Follow wanted;
    wanted.plugin = task.attachment;
    if (!order.arm.empty()) wanted.arm = order.arm;
    wanted.purpose = swaps ? runtime::Purpose::standby : runtime::Purpose::shadow;
    wanted.placement = options_.placement;
    wanted.facts_only = order.state == control::StateTransfer::facts_only;
    // A shadow of another algorithm has nothing to take over.
    if (!swaps && active != nullptr &&
        runtime::matching_format(active->table(), *task.code->table) < 0)
        wanted.facts_only = true;
    code_[task.attachment.sha256] = *task.code;
    const std::uint32_t instance = state.next_instance;
    const Status begun = steering.submit(runtime::encode_follow(wanted));
    if (!begun) return refused(state, begun.error().message, slot.generation);
    sha256_of_[instance] = task.attachment.sha256;
    params_of_[instance] = task.attachment.params;
    Warming warming;
    warming.stage = *stage;
    warming.instance = instance;
    warming.flips = swaps;
    if (swaps) warming.reply = task.reply;
    warming_.push_back(std::move(warming));
    waits = swaps;
    return outcome({}, state, slot.generation);
}

Answer Conductor::step_back(scenario::Steering& steering, const Order& order) {
    const State& state = steering.state();
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const std::uint32_t& generation = state.slots[*stage].generation;
    if (auto answer = stale(order, generation, state, "stage")) return *answer;
    const Follower* predecessor =
        find_follower(state, *stage, [](const Follower& f) { return f.predecessor; });
    if (predecessor == nullptr)
        return refused(state,
                       "stage " + order.stage +
                           ": no predecessor stands by, expected a rollback within the probation "
                           "of a swap",
                       generation);
    const Status done = steering.submit(
        runtime::encode_step({StepKind::roll_back, *stage, predecessor->id(), 0, 0}));
    return outcome(done, state, generation);
}

// What has shown itself in the shadow acts from now on.
Answer Conductor::promote(scenario::Steering& steering, const Order& order) {
    const State& state = steering.state();
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const std::uint32_t& generation = state.slots[*stage].generation;
    if (auto answer = stale(order, generation, state, "stage")) return *answer;
    if (order.arm != "shadow")
        return refused(state,
                       "stage " + order.stage + ": found arm '" + order.arm +
                           "', expected 'shadow', the only one that can be promoted here",
                       generation);
    const Follower* shadow = find_follower(
        state, *stage, [](const Follower& f) { return f.purpose == runtime::Purpose::shadow; });
    if (shadow == nullptr)
        return refused(state, "stage " + order.stage + ": no plugin runs in its shadow",
                       generation);
    if (!shadow->warm) {
        const std::uint64_t all = accounts_to_move(state, *stage);
        return refused(state,
                       "stage " + order.stage + ": shadow is not ready yet: " +
                           std::to_string(std::min<std::uint64_t>(all, shadow->accounts_moved)) +
                           " of " + std::to_string(all) + " accounts moved; see `stages`",
                       generation);
    }
    const Status done = steering.submit(
        runtime::encode_step({StepKind::flip, *stage, shadow->id(), 0, options_.probation_ns}));
    return outcome(done, state, generation);
}

// False: it has come to its end.
bool Conductor::go_on(scenario::Steering& steering, Warming& warming) {
    const State& state = steering.state();
    const std::uint32_t& generation = state.slots[warming.stage].generation;
    const auto settle = [&](Answer answer) {
        if (warming.reply) warming.reply(std::move(answer));
        return false;
    };
    const Follower* follower = follower_of(state, warming.stage, warming.instance);
    if (follower == nullptr) {
        const auto& route = state.slots[warming.stage].routes.front();
        const bool acts =
            route.active.instance != nullptr && route.active.instance->id() == warming.instance;
        if (acts)
            return settle(outcome({}, state, generation));  // it took over from one that failed
        return settle(
            refused(state, "the new plugin was dismissed: " + warming.dismissed, generation));
    }
    if (!follower->warm) {
        migrate(steering, warming);
        return true;
    }
    if (!warming.flips) return false;
    if (follower->delivery().lag() > kLagAtFlip) return true;
    const Status done = steering.submit(runtime::encode_step(
        {StepKind::flip, warming.stage, warming.instance, 0, options_.probation_ns}));
    return settle(outcome(done, state, generation));
}

// What runs on another thread has failed, or cannot keep up, at a moment that only the clock knows:
// so it is an input.
void Conductor::give_up_on_the_slow(scenario::Steering& steering) {
    std::vector<runtime::Step> steps;
    const State& state = steering.state();
    for (std::uint32_t stage = 0; stage < state.slots.size(); ++stage) {
        for (const runtime::Route& route : state.slots[stage].routes) {
            for (const auto& follower : route.followers) {
                if (follower->placement == runtime::Placement::engine) continue;
                const auto lag = static_cast<std::int64_t>(follower->delivery().lag());
                const bool failed = follower->delivery().failure().has_value();
                if (failed || lag > options_.lag_max)
                    steps.push_back(
                        {StepKind::dismiss, stage, follower->id(), 0, failed ? 0 : lag});
            }
        }
    }
    for (const runtime::Step& step : steps) (void)steering.submit(runtime::encode_step(step));
}

// One slice, as large as the last one allows.
void Conductor::migrate(scenario::Steering& steering, Warming& warming) {
    if (warming.slice_ns != 0)
        warming.slice.took(warming.slice_ns + followers_time_.take_excess_ns(warming.stage),
                           options_.slice_budget_ns);
    const std::int64_t began = options_.clock_ns();
    (void)steering.submit(
        runtime::encode_step({StepKind::migrate, warming.stage, warming.instance, 0,
                              static_cast<std::int64_t>(warming.slice.accounts())}));
    warming.slice_ns = std::max<std::int64_t>(1, options_.clock_ns() - began);
    if (!options_.publish) return;
    const Follower* follower = follower_of(steering.state(), warming.stage, warming.instance);
    if (follower == nullptr) return;
    control::Event event;
    event.sequence = steering.state().last_seq;
    event.stage = stages_[warming.stage];
    event.generation = steering.state().slots[warming.stage].generation;
    event.accounts_done = follower->accounts_moved;
    event.accounts_total = accounts_to_move(steering.state(), warming.stage);
    options_.publish(std::move(event));
}

void Conductor::on_transition(const runtime::Transition& transition, const std::string& why) {
    using runtime::TransitionKind;
    const bool failed = transition.kind == TransitionKind::failed_over ||
                        transition.kind == TransitionKind::fell_back;
    if (failed && sha256_of_.count(transition.from) != 0)
        clerk_.quarantine(sha256_of_[transition.from]);
    if (transition.kind == TransitionKind::dismissed) {
        for (Warming& warming : warming_) {
            if (warming.instance == transition.from) warming.dismissed = why;
        }
    }
    if (!options_.publish || transition.stage >= stages_.size()) return;
    control::Event event;
    event.sequence = transition.seq;
    event.stage = stages_[transition.stage];
    event.generation = transition.generation;
    event.accounts_done = event.accounts_total = transition.accounts;
    event.change = change_text(transition, why);
    options_.publish(std::move(event));
}

void Conductor::finish() {
    clerk_.stop();
    Task task;
    control::Answer answer;
    answer.why = "the run is over";
    while (clerk_.next(task)) task.reply(answer);
    for (const Warming& warming : warming_) {
        if (warming.reply) warming.reply(answer);
    }
    warming_.clear();
}

runtime::CodeSource Conductor::source(runtime::CodeSource others) {
    return [this, others = std::move(others)](
               const runtime::Attachment& wanted) -> Result<runtime::PluginCode> {
        if (stages_.empty()) first_params_[wanted.stage] = wanted.params;
        const auto brought = code_.find(wanted.sha256);
        return brought != code_.end() ? Result<runtime::PluginCode>(brought->second)
                                      : others(wanted);
    };
}

}  // namespace lpc::app
