#include "conductor_report.hpp"

#include <app/version.hpp>

namespace lpc::app {
namespace {

control::PluginFile file_of(const runtime::PluginIdentity& identity) {
    return {identity.id, identity.version, identity.sha256, identity.params_sha256};
}

control::Follower::Accounts first_of(std::vector<std::uint64_t> accounts) {
    constexpr std::size_t kShownMax = 1'000;
    const std::uint64_t count = accounts.size();
    accounts.resize(std::min(accounts.size(), kShownMax));
    return {count, std::move(accounts)};
}

control::Follower report_of(const runtime::Follower& follower, std::uint64_t accounts) {
    control::Follower report;
    report.plugin = file_of(follower.identity());
    report.purpose = follower.purpose == runtime::Purpose::shadow ? control::Purpose::shadow
                     : follower.predecessor                       ? control::Purpose::probation
                                                                  : control::Purpose::warming;
    report.ready = follower.warm;
    report.accounts_total = accounts;
    report.accounts_done =
        follower.warm ? accounts : std::min<std::uint64_t>(accounts, follower.accounts_moved);
    const runtime::Comparison compared = follower.delivery().comparison();
    report.turns_compared = compared.turns;
    report.turns_differed = compared.turns_differed;
    report.would_close = first_of(compared.would_close());
    report.would_spare = first_of(compared.would_spare());
    return report;
}

}  // namespace

control::HostReport host_report(const runtime::State& state, bool poisoned) {
    control::HostReport report;
    report.state = poisoned                 ? control::HostState::poisoned
                   : state.holds.everything ? control::HostState::paused
                                            : control::HostState::running;
    report.version = kVersion;
    report.engine_time_ns = state.now_ns;
    report.generation = state.holds.generation;
    report.accounts = state.accounts.all().size();
    report.closeouts = state.cases.size();
    report.holds.everything = state.holds.everything;
    report.holds.accounts.assign(state.holds.accounts.begin(), state.holds.accounts.end());
    report.holds.instruments.assign(state.holds.instruments.begin(), state.holds.instruments.end());
    return report;
}

std::vector<control::StageReport> stage_reports(const runtime::State& state) {
    std::vector<control::StageReport> reports;
    for (std::uint32_t i = 0; i < state.slots.size(); ++i) {
        const runtime::Slot& slot = state.slots[i];
        control::StageReport stage;
        stage.name = slot.name;
        stage.generation = slot.generation;
        for (const runtime::Route& route : slot.routes) {
            const std::uint8_t index = slot.index_of(route);
            control::ArmReport arm;
            if (slot.routes.size() > 1) arm.name = route.arm;
            arm.share_ppb = static_cast<std::uint64_t>(slot.share_ppb(index));
            if (route.active.instance != nullptr)
                arm.plugin = file_of(route.active.instance->identity());
            arm.accounts = accounts_to_move(state, i, index);
            for (const auto& follower : route.followers)
                arm.followers.push_back(report_of(*follower, arm.accounts));
            stage.arms.push_back(std::move(arm));
        }
        reports.push_back(std::move(stage));
    }
    return reports;
}

std::uint64_t accounts_to_move(const runtime::State& state, std::uint32_t stage, std::uint8_t arm) {
    if (stage == 0) return state.accounts.all().size();
    std::uint64_t count = 0;
    for (const std::uint64_t account : state.cases.accounts()) {
        const runtime::Case& held = *state.cases.find(account);
        if (held.stage == stage && held.route == arm) ++count;
    }
    return count;
}

std::string change_text(const runtime::Transition& transition, const std::string& why) {
    const std::string from = "instance " + std::to_string(transition.from);
    const std::string to = "instance " + std::to_string(transition.to);
    using runtime::TransitionKind;
    switch (transition.kind) {
        case TransitionKind::follows:
            return to + " follows " + from;
        case TransitionKind::warm:
            return to + " is warm";
        case TransitionKind::flipped:
        case TransitionKind::promoted:
            return to + " acts in place of " + from;
        case TransitionKind::rolled_back:
            return to + " acts again in place of " + from;
        case TransitionKind::failed_over:
            return from + " failed, " + to + " acts";
        case TransitionKind::fell_back:
            return from + " failed, the built-in hold acts";
        case TransitionKind::arm_promoted:
            return "all accounts that come go to the arm in which " + to + " acts";
        case TransitionKind::dismissed:
            return from + " is dismissed" + (why.empty() ? "" : ": " + why);
    }
    return "";
}

}  // namespace lpc::app
