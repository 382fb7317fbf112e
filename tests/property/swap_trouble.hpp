// What the proof of swaps is made of: a recorded run whose inputs are applied again, all that
// leaves the runtime meanwhile, and the troubles in between: what an operator, a fault or chance
// may do.
#pragma once

#include <boost/test/unit_test.hpp>
#include <chrono>
#include <csignal>
#include <cstring>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <map>
#include <memory>
#include <placement/host_premises.hpp>
#include <placement/sidecar_instance.hpp>
#include <runtime/facts/validate.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <string>
#include <support/doomed_plugin.hpp>
#include <vector>
#include <venue/random.hpp>

#include "scenario/workshop.hpp"

namespace lpc::tests {

using lpc::runtime::Follower;
using lpc::runtime::Input;
using lpc::runtime::InputKind;
using lpc::runtime::place_of;
using lpc::runtime::Placement;
using lpc::runtime::Purpose;
using lpc::runtime::Route;
using lpc::runtime::StepKind;
using lpc::runtime::TransitionKind;
using lpc::venue::Random;
using DoomedRisk = lpc::test::Doomed<0>;
using DoomedLiquidator = lpc::test::Doomed<1>;

inline std::string describe(const lpc_fact& fact) {
    return lpc::runtime::describe(fact) + ", code " + std::to_string(fact.code) + ", words " +
           std::to_string(fact.u.word[0]) + " " + std::to_string(fact.u.word[1]);
}
inline std::string describe(const lpc::runtime::Verdict& verdict) {
    const lpc_command& c = verdict.command;
    return std::string(lpc::runtime::command_name(c.kind)) + " of stage " +
           std::to_string(verdict.stage) + " for account " + std::to_string(c.account) + ", tag " +
           std::to_string(c.tag) + ", cause " + std::to_string(c.cause_seq) + ", words " +
           std::to_string(c.u.word[0]) + " " + std::to_string(c.u.word[1]) + ", reason " +
           std::to_string(verdict.reason);
}
inline std::string describe(const lpc::runtime::Move& move) {
    return "move of account " + std::to_string(move.account) + " to stage " +
           std::to_string(move.to);
}

// Everything that leaves the runtime, but for which instance said it.
struct Stream final : lpc::runtime::Observer {
    std::string bytes;
    std::vector<std::string> words;  // one for each record
    std::uint64_t commands = 0;
    std::map<lpc::runtime::TransitionKind, std::uint64_t> transitions;
    // The same of the first liquidator stage, by arm.
    std::map<std::pair<lpc::runtime::TransitionKind, std::uint32_t>, std::uint64_t> in_arms;
    std::string dismissed;

    template <class Record>
    void add(const Record& record) {
        bytes.append(reinterpret_cast<const char*>(&record), sizeof record);
        words.push_back(describe(record));
    }
    void on_fact(const lpc_fact& fact) override { add(fact); }
    void on_verdict(const lpc::runtime::Verdict& verdict) override {
        lpc::runtime::Verdict anonymous = verdict;
        anonymous.instance = 0;
        add(anonymous);
        ++commands;
    }
    void on_move(const lpc::runtime::Move& move) override { add(move); }
    void on_failure(std::uint32_t, const std::string&) override {}
    void on_transition(const lpc::runtime::Transition& t, const std::string& why) override {
        ++transitions[t.kind];
        if (t.stage == 1) ++in_arms[{t.kind, t.route}];
        if (t.kind == lpc::runtime::TransitionKind::dismissed) dismissed = why;
    }
    void on_turn_begin(std::uint32_t) override {}
    void on_turn_end(std::uint32_t) override {}
};

inline std::string first_difference(const Stream& expected, const Stream& found) {
    for (std::size_t i = 0; i < expected.words.size(); ++i) {
        const std::string there = i < found.words.size() ? found.words[i] : "nothing";
        if (there != expected.words[i])
            return "record " + std::to_string(i) + ": found " + there + ", expected " +
                   expected.words[i];
    }
    return "the records differ in other words than are shown";
}

inline std::vector<Input> inputs_of(const std::string& journal) {
    std::vector<Input> inputs;
    auto reader = lpc::journal::Reader::open(*lpc::journal::io::open_folder(journal));
    BOOST_REQUIRE(reader);
    lpc::journal::Record record;
    while (reader->next(record)) {
        if (record.type < lpc::journal::kFirstOutcome)
            inputs.push_back({static_cast<InputKind>(record.type),
                              {record.payload.begin(), record.payload.end()}});
    }
    BOOST_REQUIRE(reader->status());
    return inputs;
}

// As a host does it: whoever is lost is dismissed before.
inline lpc::Status apply_prepared(lpc::runtime::Runtime& runtime, const Input& input) {
    while (const auto lost = runtime.prepare(input)) {
        const lpc::Status gone = apply_prepared(runtime, *lost);
        if (!gone) return gone;
    }
    return runtime.apply(input);
}

class Replayed {
  public:
    Replayed(const Workshop& shop, std::vector<Input> inputs)
        : cache_(*lpc::runtime::PluginCache::open(shop.path("images"))),
          inputs_(std::move(inputs)) {
        for (const Input& input : inputs_) {
            if (input.kind != InputKind::attach) continue;
            auto attachment = *lpc::runtime::decode_attach(input.bytes);
            attachments_[place_of(attachment.stage, attachment.arm)] = attachment;
        }
    }

    // Applies the inputs, with `disturb` called before each of them.
    template <class Disturb>
    Stream run(Disturb&& disturb) {
        DoomedRisk::reset();
        DoomedLiquidator::reset();
        Stream stream;
        lpc::placement::HostPremises premises(
            lpc::placement::SidecarTerms{.executable = LPC_BINARY_DIR "/bin/lpc",
                                         .cache_folder = cache_.folder().string(),
                                         .patience = std::chrono::seconds(60)});
        runtime_ = runtime(stream, premises);
        restarts = 0;
        for (const Input& input : inputs_) {
            if (runtime_->configured() && disturb(*runtime_)) restart(stream, premises);
            const lpc::Status applied = apply_prepared(*runtime_, input);
            if (!applied) {
                BOOST_TEST(false, applied.error().message);
                break;
            }
            runtime_->discard();
        }
        last_hash = runtime_->state_hash();
        runtime_.reset();
        return stream;
    }
    // `place`: a stage, or STAGE/ARM.
    const lpc::runtime::Attachment& attachment(const std::string& place) const {
        return attachments_.at(place);
    }
    std::uint64_t last_hash = 0, restarts = 0;

  private:
    using Runtime = lpc::runtime::Runtime;

    std::unique_ptr<Runtime> runtime(Stream& stream, lpc::placement::HostPremises& premises) {
        return std::make_unique<Runtime>([this](const auto& wanted) { return code(wanted); },
                                         stream, [](int, const std::string&) {}, &premises);
    }
    // Whoever follows, or what is not released yet, keeps a snapshot from being taken.
    void restart(Stream& stream, lpc::placement::HostPremises& premises) {
        const auto snapshot = runtime_->snapshot();
        if (!snapshot) return;
        for (const auto& slot : runtime_->state().slots) {
            for (const Route& route : slot.routes) {
                if (route.active.instance != nullptr)
                    coming_back_[place_of(slot.name, route.arm)] = route.active.instance->id();
            }
        }
        const std::uint64_t hash = runtime_->state_hash();
        runtime_ = runtime(stream, premises);
        const lpc::Status restored = runtime_->restore(*snapshot);
        coming_back_.clear();
        BOOST_REQUIRE_MESSAGE(restored, restored.error().message);
        BOOST_REQUIRE(runtime_->state_hash() == hash);
        BOOST_REQUIRE((*runtime_->snapshot() == *snapshot));
        ++restarts;
    }
    lpc::Result<lpc::runtime::PluginCode> code(const lpc::runtime::Attachment& wanted) {
        const auto image = lpc::runtime::PluginLibrary::load(wanted.file, cache_);
        if (!image) return tl::unexpected(image.error());
        lpc::runtime::PluginCode code{
            (*image)->table, {(*image)->id, (*image)->version, (*image)->sha256}, *image};
        const auto back = coming_back_.find(place_of(wanted.stage, wanted.arm));
        const std::uint32_t instance =
            back != coming_back_.end() ? back->second : runtime_->state().next_instance;
        return wanted.stage == "risk" ? DoomedRisk::wrap(code, instance)
                                      : DoomedLiquidator::wrap(code, instance);
    }

    lpc::runtime::PluginCache cache_;
    std::unique_ptr<Runtime> runtime_;
    std::map<std::string, std::uint32_t> coming_back_;  // instances, by place, in a restart
    std::vector<Input> inputs_;
    std::map<std::string, lpc::runtime::Attachment> attachments_;
};

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
        if (!follower.warm)
            return step(runtime, StepKind::migrate, slot, follower, random_.between(1, slice_max_));
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
    void step(lpc::runtime::Runtime& runtime, StepKind kind, std::uint32_t slot,
              const Follower& follower, std::int64_t value) {
        const lpc::Status done = apply_prepared(
            runtime, lpc::runtime::encode_step({kind, slot, follower.id(), 0, value}));
        BOOST_REQUIRE_MESSAGE(done, done.error().message);
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
