#include "report_shadows.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace lpc::scenario {
namespace {

using Json = nlohmann::ordered_json;

template <class Visit>
void for_each_shadow(const Run& run, Visit&& visit) {
    for (const runtime::Slot& slot : run.runtime().state().slots) {
        for (const runtime::Route& route : slot.routes) {
            for (const auto& follower : route.followers) {
                if (follower->purpose == runtime::Purpose::shadow) visit(slot, route, *follower);
            }
        }
    }
}

}  // namespace

Json shadows_json(const Run& run) {
    Json shadows = Json::array();
    for_each_shadow(run, [&](const runtime::Slot& slot, const runtime::Route& route,
                             const runtime::Follower& follower) {
        const runtime::Comparison compared = follower.delivery().comparison();
        Json shadow{{"stage", slot.name}};
        if (slot.routes.size() > 1) shadow["arm"] = route.arm;
        shadow.update({{"plugin", follower.identity().id},
                       {"version", follower.identity().version},
                       {"sha256", follower.identity().sha256},
                       {"ready", follower.warm},
                       {"turns", compared.turns},
                       {"turns_differed", compared.turns_differed},
                       {"commands_same", compared.same},
                       {"commands_missing", compared.missing},
                       {"commands_extra", compared.extra}});
        if (slot.role == LPC_ROLE_RISK) {
            shadow["would_close"] = compared.would_close();
            shadow["would_spare"] = compared.would_spare();
        }
        shadows.push_back(std::move(shadow));
    });
    return shadows;
}

std::string shadows_text(const Run& run) {
    std::string text;
    for_each_shadow(run, [&](const runtime::Slot& slot, const runtime::Route& route,
                             const runtime::Follower& follower) {
        const runtime::Comparison compared = follower.delivery().comparison();
        text += fmt::format("  shadow in stage {}: {} {}, {} of {} turns differed\n",
                            runtime::place_of(slot.name, route.arm), follower.identity().id,
                            follower.identity().version, compared.turns_differed, compared.turns);
        if (slot.role == LPC_ROLE_RISK)
            text += fmt::format(
                "    would have closed out {} accounts that were not, and spared {} that were\n",
                compared.would_close().size(), compared.would_spare().size());
    });
    return text;
}

}  // namespace lpc::scenario
