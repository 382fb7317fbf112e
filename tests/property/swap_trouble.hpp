// The troubles of a run: what an operator, a fault or chance may do between two inputs. The same
// seed makes the same troubles.
#pragma once

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstdint>
#include <map>
#include <placement/sidecar_instance.hpp>
#include <string>
#include <venue/random.hpp>

#include "property/swap_replay.hpp"

namespace lpc::tests {

using lpc::runtime::Follower;
using lpc::runtime::Placement;
using lpc::runtime::Purpose;
using lpc::runtime::StepKind;
using lpc::venue::Random;

// What an operator, a fault or chance may do between two inputs.
class Trouble {
  public:
    Trouble(const Replayed& replayed, std::uint64_t seed, bool sidecars = false)
        : replayed_(replayed), random_(seed), sidecars_(sidecars) {
        rarity_ = static_cast<std::uint64_t>(random_.between(2, 400));
        slice_max_ = random_.between(1, 300);
    }

    // True: a restart, too.
    bool operator()(lpc::runtime::Runtime& runtime) {
        // Nobody takes the standby away between the fault and the turn in which it is answered.
        if (DoomedRisk::any_doomed() || DoomedLiquidator::any_doomed()) return false;
        if (failed_unheard(runtime) || killed_acts(runtime)) return false;
        if (random_.below(rarity_) != 0) return false;
        const bool restarts = random_.below(12) == 0;
        if (restarts) {
            dismiss_all(runtime);
        } else {
            disturb(runtime);
        }
        return restarts;
    }

  private:
    void disturb(lpc::runtime::Runtime& runtime) {
        const auto slot = static_cast<std::uint32_t>(random_.below(2));
        const lpc::runtime::Slot& at = runtime.state().slots[slot];
        const Route& route = at.routes[random_.below(at.routes.size())];
        if (route.active.instance == nullptr) return;
        if (route.followers.empty() || (route.followers.size() < 3 && random_.below(8) == 0))
            return follow(runtime, place_of(at.name, route.arm));
        const Follower& follower = *route.followers[random_.below(route.followers.size())];
        const lpc::runtime::Comparison compared = follower.delivery().comparison();
        BOOST_REQUIRE_MESSAGE(!compared.differs(),
                              "follower "
                                  << follower.id() << " of the same plugin "
                                  << (compared.first_is_extra ? "alone says " : "does not say ")
                                  << describe({*compared.first, slot, 0, 0, 0}) << " at "
                                  << compared.first_ns);
        for (const auto& other : route.followers) {
            if (other->warm) warm_since_.emplace(other->id(), runtime.state().last_seq);
        }
        expect_own_orders(runtime.state());
        if (!follower.warm) {
            expect_no_early_flip(runtime, slot, follower);
            return step(runtime, StepKind::migrate, slot, follower, random_.between(1, slice_max_));
        }
        const bool acts_elsewhere = route.active.instance->placement() == Placement::sidecar;
        if (acts_elsewhere && random_.below(3) == 0) return fail_the_active(route, slot);
        switch (random_.below(6)) {
            case 0:
                return step(runtime, StepKind::dismiss, slot, follower, 0);
            case 1:
                if (follower.predecessor)
                    return step(runtime, StepKind::roll_back, slot, follower, 0);
                break;
            case 2:
                return fail_the_active(route, slot);
            default:
                break;
        }
        if (follower.purpose == Purpose::standby)
            step(runtime, StepKind::flip, slot, follower,
                 random_.below(3) == 0 ? 0 : random_.between(1, 60) * 1'000'000'000);
    }

    // Has somebody failed at what he was asked, whose answer is not due yet?
    static bool failed_unheard(lpc::runtime::Runtime& runtime) {
        for (const auto& slot : runtime.state().slots) {
            for (const Route& route : slot.routes) {
                if (route.question && route.question->failed()) return true;
            }
        }
        return false;
    }
    // Does somebody act whose process is no more?
    bool killed_acts(lpc::runtime::Runtime& runtime) const {
        const Route& route = runtime.state().slots[1].routes.front();
        return route.active.instance != nullptr && route.active.instance->id() == killed_;
    }
    // While somebody follows no snapshot can be taken.
    void dismiss_all(lpc::runtime::Runtime& runtime) {
        for (std::uint32_t slot = 0; slot < 2; ++slot) {
            for (const Route& route : runtime.state().slots[slot].routes) {
                while (!route.followers.empty())
                    step(runtime, StepKind::dismiss, slot, *route.followers.front(), 0);
            }
        }
    }
    void follow(lpc::runtime::Runtime& runtime, const std::string& place) {
        lpc::runtime::Follow wanted;
        wanted.plugin = replayed_.attachment(place);
        wanted.purpose = random_.below(3) == 0 ? Purpose::shadow : Purpose::standby;
        wanted.placement = random_.below(2) == 0 ? Placement::worker : Placement::engine;
        if (sidecars_ && wanted.plugin.stage != "risk" && random_.below(2) == 0)
            wanted.placement = Placement::sidecar;
        // A second standby is refused, and that changes nothing.
        (void)apply_prepared(runtime, lpc::runtime::encode_follow(wanted));
    }
    static std::uint8_t arm_of(const lpc::runtime::Slot& slot, std::uint32_t follower) {
        std::uint8_t arm = 0;
        while (slot.routes[arm].follower(follower) == nullptr) ++arm;
        return arm;
    }
    void step(lpc::runtime::Runtime& runtime, StepKind kind, std::uint32_t slot,
              const Follower& follower, std::int64_t value) {
        const std::uint32_t whom = follower.id();
        const std::uint8_t arm = arm_of(runtime.state().slots[slot], whom);
        const lpc::Status done =
            apply_prepared(runtime, lpc::runtime::encode_step({kind, slot, whom, 0, value}));
        BOOST_REQUIRE_MESSAGE(done, done.error().message);
        if (kind != StepKind::flip && kind != StepKind::roll_back) return;
        const Route& route = runtime.state().slots[slot].routes[arm];
        BOOST_REQUIRE_MESSAGE(
            route.active.instance->id() == whom,
            "instance " << route.active.instance->id() << " acts after " << whom << " was to");
    }
    // Asked too early, it is refused, and nothing changes.
    static void expect_no_early_flip(lpc::runtime::Runtime& runtime, std::uint32_t slot,
                                     const Follower& follower) {
        const lpc::Status early = apply_prepared(
            runtime, lpc::runtime::encode_step({StepKind::flip, slot, follower.id(), 0, 0}));
        BOOST_REQUIRE_MESSAGE(!early, "instance " << follower.id() << " acts before it is warm");
    }
    // Whoever acts knows the orders that it, or one before it, has placed, under their tags.
    static void expect_own_orders(const lpc::runtime::State& state) {
        for (const auto& [id, order] : state.orders.all()) {
            const lpc::runtime::Case* held = state.cases.find(order.account);
            if (held == nullptr || held->stage != 1) continue;
            const std::uint64_t known =
                state.slots[1].routes[held->route].active.orders.tag(order.account, id);
            BOOST_REQUIRE_MESSAGE(known == order.tag, "order "
                                                          << id << " of account " << order.account
                                                          << " is known under the tag " << known
                                                          << ", expected " << order.tag);
        }
    }
    // The active answers FAILED in its next turn; only where somebody can take over.
    void fail_the_active(const Route& route, std::uint32_t slot) {
        for (const auto& follower : route.followers) {
            if (!follower->warm || follower->purpose != Purpose::standby || follower->until_ns != 0)
                continue;
            lpc::runtime::Instance& active = *route.active.instance;
            if (active.placement() == Placement::sidecar) return kill_process(route, *follower);
            if (slot == 0) DoomedRisk::doom(active.id());
            if (slot == 1) DoomedLiquidator::doom(active.id());
            return;
        }
    }

    // Only where the standby was asked all that the active was: else nobody knows the answer.
    void kill_process(const Route& route, const Follower& standby) {
        const auto warm = warm_since_.find(standby.id());
        if (!standby.asked() || warm == warm_since_.end() || warm->second + 1 >= route.asked.seq)
            return;
        auto& active = static_cast<lpc::placement::SidecarInstance&>(*route.active.instance);
        BOOST_REQUIRE(::kill(active.sidecar().process(), SIGKILL) == 0);
        killed_ = active.id();
        ++kills;
    }

  public:
    std::uint64_t kills = 0;

  private:
    std::uint32_t killed_ = 0;
    const Replayed& replayed_;
    Random random_;
    bool sidecars_;                                      // some follow in processes of their own
    std::map<std::uint32_t, std::uint64_t> warm_since_;  // by instance: seen warm at this sequence
    std::uint64_t rarity_;
    std::int64_t slice_max_;
};

}  // namespace lpc::tests
