#include "prepare.hpp"

#include <vector>

#include "transitions.hpp"

namespace lpc::runtime {
namespace {

using Answer = std::optional<Input>;

Answer overdue(std::uint32_t slot, std::uint32_t instance, const std::optional<Lost>& lost) {
    if (!lost) return std::nullopt;
    return encode_step(
        {StepKind::dismiss, slot, instance, static_cast<std::uint32_t>(lost->how), 0}, lost->why);
}

Answer prepare_follower(std::uint32_t slot, Follower& follower) {
    if (follower.placement != Placement::sidecar) return std::nullopt;
    follower.feed();
    return overdue(slot, follower.id(), follower.fetch());
}

// Whoever takes over if the active fails.
Answer prepare_standby(std::uint32_t slot, Route& route) {
    for (const auto& follower : route.followers) {
        if (!follower->warm || follower->purpose != Purpose::standby) continue;
        if (Answer lost = prepare_follower(slot, *follower)) return lost;
    }
    return std::nullopt;
}

// The answer to the open question; and who stands by, if the plugin failed at it.
Answer prepare_answer(std::uint32_t slot, Route& route) {
    if (!route.question) return std::nullopt;
    if (!route.question->answer) {
        Instance& active = *route.active.instance;
        if (Answer lost = overdue(slot, active.id(), active.fetch_answer())) return lost;
        route.collect();
    }
    return route.question->failed() ? prepare_standby(slot, route) : std::nullopt;
}

Answer prepare_turn(State& state) {
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        for (Route& route : state.slots[slot].routes) {
            const bool due = route.question && route.question->turns_left == 1;
            if (!due) continue;
            if (Answer lost = prepare_answer(slot, route)) return lost;
        }
    }
    return std::nullopt;
}

Answer prepare_saved(std::uint32_t slot, Instance& active,
                     std::span<const std::uint64_t> accounts) {
    return overdue(slot, active.id(), active.fetch_saved(accounts));
}

Answer prepare_step(State& state, const Step& step) {
    if (step.stage >= state.slots.size()) return std::nullopt;
    for (Route& route : state.slots[step.stage].routes) {
        Instance* active = route.active.instance.get();
        if (active != nullptr && active->id() == step.instance && step.kind == StepKind::dismiss)
            return prepare_standby(step.stage, route);
        Follower* follower = route.follower(step.instance);
        if (follower == nullptr) continue;
        switch (step.kind) {
            case StepKind::migrate: {
                if (active->placement() != Placement::sidecar || !follower->transfers)
                    return std::nullopt;
                return prepare_saved(step.stage, *active,
                                     accounts_to_move(state, step.stage, route, follower,
                                                      static_cast<std::uint64_t>(step.value)));
            }
            case StepKind::flip:
            case StepKind::roll_back:
                if (Answer lost = prepare_answer(step.stage, route)) return lost;
                return prepare_follower(step.stage, *follower);
            case StepKind::dismiss:
                return step.loss == 0 ? prepare_follower(step.stage, *follower) : std::nullopt;
            default:
                return std::nullopt;
        }
    }
    return std::nullopt;
}

// A follower begins with what of the market is the active's alone; one that is COUPLED with all.
Answer prepare_follow(State& state, const CodeSource& code, const Follow& follow) {
    for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
        if (state.slots[slot].name != follow.plugin.stage) continue;
        for (Route& route : state.slots[slot].routes) {
            Instance* active = route.active.instance.get();
            if (route.arm != follow.plugin.arm || active == nullptr ||
                active->placement() != Placement::sidecar || follow.facts_only)
                continue;
            std::vector<std::uint64_t> accounts;
            const auto next = code(follow.plugin);
            if (next && (next->table->flags & LPC_COUPLED) != 0)
                accounts = accounts_to_move(state, slot, route, nullptr, UINT64_MAX);
            constexpr std::uint64_t kMarket = 0;
            accounts.push_back(kMarket);
            return prepare_saved(slot, *active, accounts);
        }
    }
    return std::nullopt;
}

}  // namespace

std::optional<Input> prepare(State& state, const CodeSource& code, const Input& input) {
    if (input.kind == InputKind::turn) return prepare_turn(state);
    if (input.kind == InputKind::step) {
        const auto step = decode_step(input.bytes);
        return step ? prepare_step(state, *step) : std::nullopt;
    }
    if (input.kind == InputKind::follow) {
        const auto follow = decode_follow(input.bytes);
        return follow ? prepare_follow(state, code, *follow) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace lpc::runtime
