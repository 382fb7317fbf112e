#include "actors.hpp"

#include <cstring>
#include <string_view>

#include <journal/records.hpp>
#include <runtime/input.hpp>

namespace lpc::app {
namespace {

constexpr std::string_view kBuiltin = "builtin:";

std::string name_of_file(const std::string& path) {
    return path.substr(path.rfind('/') + 1);  // all of it where there is no folder
}

}  // namespace

std::string text_of(const ActingPlugin& plugin) {
    constexpr std::size_t kDigits = 12;
    if (plugin.sha256.starts_with(kBuiltin))
        return "the built-in " + plugin.sha256.substr(kBuiltin.size());
    return (plugin.file.empty() ? "" : plugin.file + " ") + plugin.sha256.substr(0, kDigits);
}

bool read_transition(const journal::Record& record, runtime::Transition& transition,
                     std::string& text) {
    if (record.type != journal::kTransitionRecord || record.payload.size() < sizeof transition)
        return false;
    std::memcpy(&transition, record.payload.data(), sizeof transition);
    const auto behind = record.payload.subspan(sizeof transition);
    text.assign(reinterpret_cast<const char*>(behind.data()), behind.size());
    return true;
}

void Actors::take(const journal::Record& record) {
    using runtime::InputKind;
    runtime::Transition transition;
    std::string text;
    if (read_transition(record, transition, text)) return take_transition(transition);
    if (record.type == static_cast<std::uint16_t>(InputKind::configure)) {
        if (const auto config = runtime::decode_configure(record.payload))
            stages_.configure(*config);
    } else if (record.type == static_cast<std::uint16_t>(InputKind::attach)) {
        if (const auto plugin = runtime::decode_attach(record.payload))
            attached_[runtime::place_of(plugin->stage, plugin->arm)] = {
                0, name_of_file(plugin->file), plugin->sha256, plugin->params};
    } else if (record.type == static_cast<std::uint16_t>(InputKind::follow)) {
        if (const auto follow = runtime::decode_follow(record.payload))
            begins_ = {0, name_of_file(follow->plugin.file), follow->plugin.sha256,
                       follow->plugin.params};
    }
}

void Actors::take_transition(const runtime::Transition& transition) {
    if (transition.kind == runtime::TransitionKind::follows) instances_[transition.to] = begins_;
    if (transition.kind == runtime::TransitionKind::fell_back)
        instances_[transition.to] = {0, "", std::string(kBuiltin) + "hold"};
}

ActingPlugin Actors::of(std::uint32_t stage, std::uint32_t arm, std::uint32_t instance) const {
    ActingPlugin plugin;
    if (const auto later = instances_.find(instance); later != instances_.end()) {
        plugin = later->second;
    } else if (const auto first = attached_.find(stages_.of(stage, arm));
               first != attached_.end()) {
        plugin = first->second;
    }
    plugin.instance = instance;
    return plugin;
}

}  // namespace lpc::app
