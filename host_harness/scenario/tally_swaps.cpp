// What Tally keeps of swaps: who took whose place, and how long that held the engine's thread.
#include <algorithm>

#include "tally.hpp"

namespace lpc::scenario {

void Tally::on_failure(std::uint32_t stage, const std::string& sentence) {
    failures_.push_back({stage, 0, events_, sentence});
    failed_at_ns_ = clock_ns_();
}

void Tally::put_on_hold(std::uint32_t stage, std::uint32_t arm) {
    ArmTally& failed = stages_[stage].arms[arm];
    failed.failed = true;
    for (const auto& [account, at] : place_of_) {
        if (stage != 0 && at.stage == stage && at.arm == arm) failed.on_hold.insert(account);
    }
}

void Tally::on_transition(const runtime::Transition& transition, const std::string& text) {
    using runtime::TransitionKind;
    std::string failure;
    switch (transition.kind) {
        case TransitionKind::follows:
            sha256_of_[transition.to] = text;
            follower_ = transition.to;
            return;
        case TransitionKind::warm:
        case TransitionKind::dismissed:
            return;
        case TransitionKind::fell_back:
            sha256_of_[transition.to] = "builtin:hold";
            put_on_hold(transition.stage, transition.route);
            [[fallthrough]];
        case TransitionKind::failed_over:  // of whom it was just told
            failures_.back().arm = transition.route;
            failure = failures_.back().sentence;
            break;
        default:
            break;
    }
    swaps_.push_back(
        {transition, sha256_of_[transition.from], sha256_of_[transition.to], failure, 0, 0});
    if (failure.empty()) return;
    swaps_.back().flip_ns = swaps_.back().pause_ns_max = clock_ns_() - failed_at_ns_;
}

void Tally::operators_input_took(const runtime::Input& input, std::int64_t ns) {
    using runtime::StepKind;
    if (input.kind == runtime::InputKind::follow) pause_ns_[follower_] = ns;
    if (input.kind != runtime::InputKind::step) return;
    const auto step = runtime::decode_step(input.bytes);
    if (!step) return;
    std::int64_t& pause_ns = pause_ns_[step->instance];
    pause_ns = std::max(pause_ns, ns);
    if (step->kind == StepKind::migrate) slices_[step->stage] = {step->instance, ns};
    for (; timed_swaps_ < swaps_.size(); ++timed_swaps_) {
        SwapRecord& swap = swaps_[timed_swaps_];
        if (!swap.failure.empty()) continue;
        swap.flip_ns = ns;
        swap.pause_ns_max = pause_ns;
    }
}

// What a slice leaves to the follower is its doing too.
void Tally::on_feed_begin(std::uint32_t) {
    feed_began_ns_ = clock_ns_();
}

void Tally::on_feed_end(std::uint32_t stage) {
    const auto slice = slices_.find(stage);
    if (slice == slices_.end()) return;
    std::int64_t& pause_ns = pause_ns_[slice->second.instance];
    pause_ns = std::max(pause_ns, slice->second.ns + clock_ns_() - feed_began_ns_);
    slices_.erase(slice);
}

}  // namespace lpc::scenario
