#include "conductor.hpp"

#include <algorithm>
#include <utility>

#include <runtime/transitions.hpp>

#include "conductor_report.hpp"
#include "conductor_view.hpp"

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

std::int64_t initial_of(const lpc_plugin& table, std::uint64_t param) {
    const lpc_param* end = table.params + table.param_count;
    return std::find_if(table.params, end, [&](const lpc_param& p) { return p.id == param; })
        ->initial;
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
    if (stages_.empty()) take_charge(steering);
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

// The first look. In a run that is resumed a follower may be half warm, and whoever warmed it is no
// more.
void Conductor::take_charge(scenario::Steering& steering) {
    std::vector<runtime::Step> steps;
    const State& state = steering.state();
    for (std::uint32_t stage = 0; stage < state.slots.size(); ++stage) {
        const runtime::Slot& slot = state.slots[stage];
        stages_.push_back(slot.name);
        std::vector<std::string>& arms = arms_.emplace_back();
        for (const runtime::Route& route : slot.routes) {
            arms.push_back(slot.routes.size() > 1 ? route.arm : "");
            if (const runtime::Instance* active = route.active.instance.get())
                sha256_of_[active->id()] = active->identity().sha256;
            for (const auto& follower : route.followers) {
                sha256_of_[follower->id()] = follower->identity().sha256;
                if (!follower->warm)
                    steps.push_back({StepKind::dismiss, stage, follower->id(), 0, 0});
            }
        }
    }
    for (const runtime::Step& step : steps) (void)steering.submit(runtime::encode_step(step));
}

// The same code with the same parameters, whether they were set or left as they are.
bool Conductor::acts_already(const runtime::Instance* active,
                             const runtime::Attachment& wanted) const {
    if (active == nullptr || active->identity().sha256 != wanted.sha256) return false;
    return std::all_of(active->params().begin(), active->params().end(), [&](const lpc_fact& fact) {
        const auto set =
            std::find_if(wanted.params.begin(), wanted.params.end(),
                         [&](const auto& param) { return param.first == fact.u.param.id; });
        const std::int64_t value =
            set != wanted.params.end() ? set->second : initial_of(active->table(), fact.u.param.id);
        return value == fact.u.param.value;
    });
}

void Conductor::begin(scenario::Steering& steering, Task& task) {
    const State& state = steering.state();
    const Order& order = task.order;
    Answer answer;
    bool waits = false;
    switch (order.verb) {
        case Verb::status:
            answer = outcome({}, state, state.holds.generation);
            answer.host = host_report(state, steering.poisoned());
            break;
        case Verb::stages:
            answer = outcome({}, state, state.holds.generation);
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
        case Verb::dismiss:
            answer = dismiss(steering, order);
            break;
        case Verb::pause:
        case Verb::resume:
        case Verb::hold:
        case Verb::unhold:
            answer = hold(steering, order);
            break;
    }
    if (!waits) reply(steering, task.reply, std::move(answer));
}

// What is called done would outlive a crash.
void Conductor::reply(scenario::Steering& steering, const control::Reply& to, Answer answer) {
    if (answer.outcome == Outcome::done) {
        const Status kept = steering.make_durable();
        if (!kept)
            answer = refused(steering.state(), kept.error().message, answer.generation.value_or(0));
    }
    to(std::move(answer));
}

Answer Conductor::follow(scenario::Steering& steering, Task& task, bool& waits) {
    const State& state = steering.state();
    const Order& order = task.order;
    const auto stage = stage_named(state, order.stage);
    if (!stage) return refused(state, "no stage is named '" + order.stage + "'", 0);
    const runtime::Slot& slot = state.slots[*stage];
    if (auto answer = stale(order, slot.generation, state, "stage")) return *answer;
    const bool swaps = order.verb == Verb::swap;
    const auto arm = slot.arm_named(order.arm);
    if (!arm) return refused(state, arm.error().message, slot.generation);
    const runtime::Instance* active = slot.routes[*arm].active.instance.get();
    if (swaps && acts_already(active, task.attachment))
        return refused(state,
                       "stage " + runtime::place_of(slot.name, order.arm) + ": plugin " +
                           active->identity().id +
                           " with this sha256 and these parameters acts already",
                       slot.generation);
    runtime::Follow wanted;
    wanted.plugin = task.attachment;
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
    Warming warming;
    warming.stage = *stage;
    warming.arm = *arm;
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
    const runtime::Slot& slot = state.slots[*stage];
    const std::uint32_t& generation = slot.generation;
    if (auto answer = stale(order, generation, state, "stage")) return *answer;
    const auto arm = slot.arm_named(order.arm);
    if (!arm) return refused(state, arm.error().message, generation);
    const Follower* predecessor =
        find_follower(slot.routes[*arm], [](const Follower& f) { return f.predecessor; });
    if (predecessor == nullptr)
        return refused(state,
                       "stage " + runtime::place_of(slot.name, order.arm) +
                           ": no predecessor stands by, expected a rollback within the probation "
                           "of a swap",
                       generation);
    const Status done = steering.submit(
        runtime::encode_step({StepKind::roll_back, *stage, predecessor->id(), 0, 0}));
    return outcome(done, state, generation);
}

// False: it has come to its end.
bool Conductor::go_on(scenario::Steering& steering, Warming& warming) {
    const State& state = steering.state();
    const std::uint32_t& generation = state.slots[warming.stage].generation;
    const auto settle = [&](Answer answer) {
        if (warming.reply) reply(steering, warming.reply, std::move(answer));
        return false;
    };
    const runtime::Route& route = state.slots[warming.stage].routes[warming.arm];
    const Follower* follower = route.follower(warming.instance);
    if (follower == nullptr) {
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
    const State& state = steering.state();
    const runtime::Slot& slot = state.slots[warming.stage];
    const Follower* follower = slot.routes[warming.arm].follower(warming.instance);
    if (follower == nullptr) return;
    control::Event event;
    event.sequence = state.last_seq;
    event.stage = slot.name;
    event.arm = arms_[warming.stage][warming.arm];
    event.generation = slot.generation;
    event.accounts_done = follower->accounts_moved;
    event.accounts_total = accounts_to_move(state, warming.stage, warming.arm);
    options_.publish(std::move(event));
}

void Conductor::on_transition(const runtime::Transition& transition, const std::string& why) {
    using runtime::TransitionKind;
    const bool failed = transition.kind == TransitionKind::failed_over ||
                        transition.kind == TransitionKind::fell_back;
    if (transition.kind == TransitionKind::follows) sha256_of_[transition.to] = why;
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
    event.arm = arms_[transition.stage][transition.route];
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
        const auto brought = code_.find(wanted.sha256);
        return brought != code_.end() ? Result<runtime::PluginCode>(brought->second)
                                      : others(wanted);
    };
}

}  // namespace lpc::app
