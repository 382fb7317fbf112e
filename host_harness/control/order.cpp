#include "control/order.hpp"

#include <cstdio>

namespace lpc::control {
namespace {

constexpr std::array<std::string_view, kVerbs.size()> kVerbNames{
    "status", "stages", "swap", "shadow", "rollback", "promote",
    "pause",  "resume", "hold", "unhold", "dismiss"};
constexpr std::array<std::string_view, 3> kRoleNames{"viewer", "operator", "approver"};

}  // namespace

std::string_view name_of(Verb verb) {
    return kVerbNames.at(static_cast<std::size_t>(verb));
}

std::optional<Verb> verb_named(std::string_view name) {
    for (const Verb verb : kVerbs) {
        if (name_of(verb) == name) return verb;
    }
    return std::nullopt;
}

std::string_view name_of(Role role) {
    return kRoleNames.at(static_cast<std::size_t>(role));
}

std::optional<Role> role_named(std::string_view name) {
    for (const Role role : {Role::viewer, Role::operating, Role::approver}) {
        if (name_of(role) == name) return role;
    }
    return std::nullopt;
}

std::string text_of(const RequestId& id) {
    std::array<char, 40> text{};
    std::snprintf(text.data(), text.size(), "%016llx-%016llx",
                  static_cast<unsigned long long>(id.time_ns),
                  static_cast<unsigned long long>(id.random));
    return text.data();
}

}  // namespace lpc::control
