// Who acts in each stage, by what was told of it: each flip, rollback and failover leads to the
// instance whose code is asked from then on, which is told once that it acts now, and whose
// commands are judged. Engine thread only.
#pragma once

#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <map>
#include <runtime/observer.hpp>
#include <runtime/state.hpp>
#include <string>
#include <support/doomed_plugin.hpp>
#include <utility>

namespace lpc::tests {

class Acting {
  public:
    // A plugin was attached: whoever acts from the beginning.
    void begin(const lpc::runtime::State& state) {
        for_each_route(state, [&](const Where& where, const lpc::runtime::Route& route) {
            if (route.active.instance != nullptr)
                acting_.try_emplace(where, Actor{route.active.instance->id(), true});
            generations_.try_emplace(where.first, state.slots[where.first].generation);
        });
    }
    void told(const lpc::runtime::Transition& t) {
        using lpc::runtime::TransitionKind;
        switch (t.kind) {
            case TransitionKind::flipped:
            case TransitionKind::promoted:
            case TransitionKind::rolled_back:
            case TransitionKind::failed_over:
            case TransitionKind::fell_back:
                break;
            default:
                return;
        }
        Actor& now = acting_.at({t.stage, t.route});
        expect(now.instance == t.from, t.stage, "the one that was replaced", t.from, now.instance);
        now = {t.to, true};
        const std::uint32_t generation = ++generations_.at(t.stage);
        expect(t.generation == generation, t.stage, "generation", t.generation, generation);
    }
    void said(const lpc::runtime::Verdict& verdict) {
        const Actor& now = acting_.at({verdict.stage, verdict.arm});
        expect(verdict.instance == now.instance, verdict.stage, "who gave a command",
               verdict.instance, now.instance);
    }
    void turn_begins() { lpc::test::asked_here = {}; }
    // Whose code has run on this thread since; nobody's that is known if it is elsewhere.
    void turn_ends(std::uint32_t slot) {
        const lpc::test::Asked asked = lpc::test::asked_here;
        if (asked.instance == 0) return;
        Actor* now = nullptr;
        for (auto& [where, actor] : acting_) {
            if (where.first == slot && actor.instance == asked.instance) now = &actor;
        }
        expect(now != nullptr, slot, "whose code was asked", asked.instance, 0);
        if (now == nullptr) return;
        expect(asked.active == now->is_new, slot, "told that it acts now", asked.active,
               now->is_new);
        now->is_new = false;
    }
    // What was told is so.
    void expect(const lpc::runtime::State& state) {
        for_each_route(state, [&](const Where& where, const lpc::runtime::Route& route) {
            if (route.active.instance == nullptr) return;
            const std::uint32_t found = route.active.instance->id();
            expect(found == acting_.at(where).instance, where.first, "who acts", found,
                   acting_.at(where).instance);
            const std::uint32_t generation = state.slots[where.first].generation;
            expect(generation == generations_.at(where.first), where.first, "generation",
                   generation, generations_.at(where.first));
        });
    }
    // The first that was not as it was told; empty: all was.
    const std::string& wrong() const { return wrong_; }

  private:
    using Where = std::pair<std::uint32_t, std::uint32_t>;  // slot, route
    struct Actor {
        std::uint32_t instance = 0;
        bool is_new = true;  // not asked yet since it acts
    };
    template <class Visit>
    static void for_each_route(const lpc::runtime::State& state, Visit&& visit) {
        for (std::uint32_t slot = 0; slot < state.slots.size(); ++slot) {
            for (const lpc::runtime::Route& route : state.slots[slot].routes)
                visit(Where{slot, state.slots[slot].index_of(route)}, route);
        }
    }
    void expect(bool holds, std::uint32_t slot, const char* what, std::uint64_t found,
                std::uint64_t expected) {
        if (holds || !wrong_.empty()) return;
        wrong_ = "stage " + std::to_string(slot) + ", " + what + ": found " +
                 std::to_string(found) + ", expected " + std::to_string(expected);
    }

    std::map<Where, Actor> acting_;
    std::map<std::uint32_t, std::uint32_t> generations_;  // by slot
    std::string wrong_;
};

}  // namespace lpc::tests
