#include "changes.hpp"

#include <fmt/format.h>

#include <map>

#include <journal/records.hpp>
#include <runtime/input.hpp>

#include "case_text.hpp"

namespace lpc::app {
namespace {

using Json = nlohmann::ordered_json;
using runtime::TransitionKind;

// As the report names them.
const char* name_of(TransitionKind kind) {
    switch (kind) {
        case TransitionKind::follows:
            return "follows";
        case TransitionKind::warm:
            return "warm";
        case TransitionKind::flipped:
            return "swap";
        case TransitionKind::promoted:
        case TransitionKind::arm_promoted:
            return "promote";
        case TransitionKind::rolled_back:
            return "rollback";
        case TransitionKind::failed_over:
        case TransitionKind::fell_back:
            return "failover";
        case TransitionKind::dismissed:
            return "dismiss";
    }
    return "?";
}

std::string numbered(const std::optional<ActingPlugin>& plugin) {
    return plugin ? fmt::format("#{} {}", plugin->instance, text_of(*plugin)) : "nobody";
}

// What was configured otherwise for who comes, by the parameters' numbers.
std::string differences(const std::optional<ActingPlugin>& from,
                        const std::optional<ActingPlugin>& to) {
    if (!from || !to) return {};
    std::map<std::uint64_t, std::int64_t> before(from->params.begin(), from->params.end());
    std::string text;
    for (const auto& [id, value] : to->params) {
        const auto known = before.find(id);
        if (known != before.end() && known->second == value) continue;
        text += fmt::format("{} parameter {} = {}", text.empty() ? " with" : ",", id, value);
        if (known != before.end()) text += fmt::format(" (was {})", known->second);
    }
    return text;
}

std::string sentence(TransitionKind kind, const Change& c, bool as_shadow) {
    const std::string from = numbered(c.from), to = numbered(c.to);
    switch (kind) {
        case TransitionKind::follows:
            return to + differences(c.from, c.to) + " follows " + from +
                   (as_shadow ? ", in its shadow" : ", to act in its place");
        case TransitionKind::warm:
            return fmt::format("{} is warm: {} accounts moved", to, c.accounts);
        case TransitionKind::flipped:
            return to + " acts in place of " + from;
        case TransitionKind::promoted:
            return to + " comes out of the shadow and acts in place of " + from;
        case TransitionKind::rolled_back:
            return to + " acts again, in place of " + from;
        case TransitionKind::failed_over:
        case TransitionKind::fell_back:
            return fmt::format("{} failed, {} acts in its place: {}", from, to, c.why);
        case TransitionKind::dismissed:
            return fmt::format("{} follows no more: {}", from, c.why);
        case TransitionKind::arm_promoted:
            return "all accounts that come from now on go to " + to;
    }
    return {};
}

Json or_null(const std::optional<ActingPlugin>& plugin) {
    return plugin ? json_of(*plugin) : Json(nullptr);
}

}  // namespace

Json json_of(const ActingPlugin& plugin) {
    return {{"instance", plugin.instance}, {"file", plugin.file}, {"sha256", plugin.sha256}};
}

void Changes::take(const journal::Record& record) {
    using runtime::InputKind;
    runtime::Transition transition;
    std::string text;
    actors_.take(record);
    if (read_transition(record, transition, text))
        return take_transition(transition, text, record.sequence);
    if (record.type == journal::kFailureRecord && record.payload.size() >= sizeof(std::uint32_t)) {
        const auto sentence = record.payload.subspan(sizeof(std::uint32_t));
        failure_.assign(reinterpret_cast<const char*>(sentence.data()), sentence.size());
    } else if (record.type == static_cast<std::uint16_t>(InputKind::turn)) {
        if (const auto now = runtime::decode_turn(record.payload)) now_ns_ = *now;
    } else if (record.type == static_cast<std::uint16_t>(InputKind::follow)) {
        const auto follow = runtime::decode_follow(record.payload);
        as_shadow_ = follow && follow->purpose == runtime::Purpose::shadow;
    } else if (record.type == static_cast<std::uint16_t>(InputKind::hold)) {
        take_hold(record);
    }
}

void Changes::take_transition(const runtime::Transition& t, const std::string& text,
                              std::uint64_t sequence) {
    const auto plugin = [&](std::uint32_t instance) {
        return instance == 0 ? std::nullopt : std::optional(actors_.of(t.stage, t.route, instance));
    };
    Change change;
    change.sequence = sequence;
    change.now_ns = t.now_ns;
    change.stage = actors_.stages().of(t.stage, t.route);
    change.kind = name_of(t.kind);
    change.from = plugin(t.from);
    change.to = plugin(t.to);
    change.accounts = t.accounts;
    change.generation = t.generation;
    const bool failed =
        t.kind == TransitionKind::failed_over || t.kind == TransitionKind::fell_back;
    if (t.kind == TransitionKind::dismissed) change.why = text;
    if (failed) change.why = failure_;
    change.text = sentence(t.kind, change, as_shadow_);
    all_.push_back(std::move(change));
}

// What is refused for another reason than its form was never given to the runtime.
void Changes::take_hold(const journal::Record& record) {
    const auto hold = runtime::decode_hold(record.payload);
    if (!hold || hold->on > 1) return;
    const bool on = hold->on == 1;
    Change change;
    change.sequence = record.sequence;
    change.now_ns = now_ns_;
    change.kind = on ? "hold" : "unhold";
    const char* const ends = on ? " is held: no new orders for it" : " is held no more";
    switch (hold->scope) {
        case runtime::HoldScope::account:
            change.text = fmt::format("account {}{}", hold->id, ends);
            break;
        case runtime::HoldScope::instrument:
            change.text = fmt::format("instrument {}{}", hold->id, ends);
            break;
        case runtime::HoldScope::everything:
            change.kind = on ? "pause" : "resume";
            change.text = on ? "paused: no close-out gives new orders" : "the pause is over";
            break;
        default:
            return;
    }
    change.generation = ++host_generation_;
    all_.push_back(std::move(change));
}

Json json_of(const Changes& changes) {
    Json all = Json::array();
    for (const Change& one : changes.all())
        all.push_back({{"sequence", one.sequence},
                       {"now_ns", one.now_ns},
                       {"stage", one.stage.empty() ? Json(nullptr) : Json(one.stage)},
                       {"kind", one.kind},
                       {"from", or_null(one.from)},
                       {"to", or_null(one.to)},
                       {"accounts", one.accounts},
                       {"generation", one.generation},
                       {"why", one.why},
                       {"text", one.text}});
    return all;
}

std::string text_of(const Changes& changes) {
    if (changes.all().empty()) return {};
    std::string text = "what operators and faults did to the run, and what came of it:\n";
    for (const Change& one : changes.all())
        text += fmt::format("{:>23}  {:<16} {}\n", time_text(one.now_ns),
                            one.stage.empty() ? "host" : one.stage, one.text);
    return text;
}

}  // namespace lpc::app
