// The proof: whatever is swapped, shadowed, rolled back, failed over or restarted from a snapshot
// while a crash runs, and however the warming is cut into slices, the commands and their verdicts
// are byte-identical to those of the undisturbed run. The inputs of a recorded run are applied
// again, with random steps in between.
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <journal/io.hpp>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <map>
#include <memory>
#include <placement/workers.hpp>
#include <runtime/facts/validate.hpp>
#include <runtime/loading/plugin_library.hpp>
#include <runtime/runtime.hpp>
#include <runtime/state.hpp>
#include <string>
#include <support/doomed_plugin.hpp>
#include <vector>
#include <venue/random.hpp>

#include "scenario/workshop.hpp"

namespace {

using lpc::runtime::Follower;
using lpc::runtime::Input;
using lpc::runtime::InputKind;
using lpc::runtime::place_of;
using lpc::runtime::Placement;
using lpc::runtime::Purpose;
using lpc::runtime::Route;
using lpc::runtime::StepKind;
using lpc::runtime::TransitionKind;
using lpc::tests::small_crash;
using lpc::tests::Workshop;
using lpc::venue::Random;
using DoomedRisk = lpc::test::Doomed<0>;
using DoomedLiquidator = lpc::test::Doomed<1>;

std::string describe(const lpc_fact& fact) {
    return lpc::runtime::describe(fact) + ", code " + std::to_string(fact.code) + ", words " +
           std::to_string(fact.u.word[0]) + " " + std::to_string(fact.u.word[1]);
}
std::string describe(const lpc::runtime::Verdict& verdict) {
    const lpc_command& c = verdict.command;
    return std::string(lpc::runtime::command_name(c.kind)) + " of stage " +
           std::to_string(verdict.stage) + " for account " + std::to_string(c.account) + ", tag " +
           std::to_string(c.tag) + ", cause " + std::to_string(c.cause_seq) + ", words " +
           std::to_string(c.u.word[0]) + " " + std::to_string(c.u.word[1]) + ", reason " +
           std::to_string(verdict.reason);
}
std::string describe(const lpc::runtime::Move& move) {
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

std::string first_difference(const Stream& expected, const Stream& found) {
    for (std::size_t i = 0; i < expected.words.size(); ++i) {
        const std::string there = i < found.words.size() ? found.words[i] : "nothing";
        if (there != expected.words[i])
            return "record " + std::to_string(i) + ": found " + there + ", expected " +
                   expected.words[i];
    }
    return "the records differ in other words than are shown";
}

std::vector<Input> inputs_of(const std::string& journal) {
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
        lpc::placement::Workers workers;
        runtime_ = runtime(stream, workers);
        restarts = 0;
        for (const Input& input : inputs_) {
            if (runtime_->configured() && disturb(*runtime_)) restart(stream, workers);
            const lpc::Status applied = runtime_->apply(input);
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

    std::unique_ptr<Runtime> runtime(Stream& stream, lpc::placement::Workers& workers) {
        return std::make_unique<Runtime>([this](const auto& wanted) { return code(wanted); },
                                         stream, [](int, const std::string&) {}, &workers);
    }
    // Whoever follows, or what is not released yet, keeps a snapshot from being taken.
    void restart(Stream& stream, lpc::placement::Workers& workers) {
        const auto snapshot = runtime_->snapshot();
        if (!snapshot) return;
        for (const auto& slot : runtime_->state().slots) {
            for (const Route& route : slot.routes) {
                if (route.active.instance != nullptr)
                    coming_back_[place_of(slot.name, route.arm)] = route.active.instance->id();
            }
        }
        const std::uint64_t hash = runtime_->state_hash();
        runtime_ = runtime(stream, workers);
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
    Trouble(const Replayed& replayed, std::uint64_t seed) : replayed_(replayed), random_(seed) {
        rarity_ = static_cast<std::uint64_t>(random_.between(2, 400));
        slice_max_ = random_.between(1, 300);
    }

    // True: a restart, too.
    bool operator()(lpc::runtime::Runtime& runtime) {
        // Nobody takes the standby away between the fault and the turn in which it is answered.
        if (DoomedRisk::any_doomed() || DoomedLiquidator::any_doomed()) return false;
        if (failed_unheard(runtime)) return false;
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
        if (!follower.warm)
            return step(runtime, StepKind::migrate, slot, follower, random_.between(1, slice_max_));
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
        // A second standby is refused, and that changes nothing.
        (void)runtime.apply(lpc::runtime::encode_follow(wanted));
    }
    void step(lpc::runtime::Runtime& runtime, StepKind kind, std::uint32_t slot,
              const Follower& follower, std::int64_t value) {
        const lpc::Status done =
            runtime.apply(lpc::runtime::encode_step({kind, slot, follower.id(), 0, value}));
        BOOST_REQUIRE_MESSAGE(done, done.error().message);
    }
    // The active answers FAILED in its next turn; only where somebody can take over.
    void fail_the_active(const Route& route, std::uint32_t slot) {
        for (const auto& follower : route.followers) {
            if (!follower->warm || follower->purpose != Purpose::standby || follower->until_ns != 0)
                continue;
            if (slot == 0) DoomedRisk::doom(route.active.instance->id());
            if (slot == 1) DoomedLiquidator::doom(route.active.instance->id());
            return;
        }
    }

    const Replayed& replayed_;
    Random random_;
    std::uint64_t rarity_;
    std::int64_t slice_max_;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_swap_of_a_plugin_for_itself, Workshop)

// Answers at once; and answers so late that orders work through many turns.
BOOST_AUTO_TEST_CASE(is_invisible_whatever_the_schedule) {
    for (const std::int64_t delay_max_ns : {std::int64_t{0}, std::int64_t{8'000'000'000}}) {
        const std::string name = "crash_" + std::to_string(delay_max_ns);
        run(small_crash().faults(delay_max_ns, 0, 0), name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        std::map<TransitionKind, std::uint64_t> seen;
        std::uint64_t restarts = 0;
        for (std::uint64_t seed = 1; seed <= 150; ++seed) {
            BOOST_TEST_CONTEXT("answers within " << delay_max_ns << " ns, seed " << seed) {
                Trouble trouble(replayed, seed);
                const Stream disturbed = replayed.run(std::ref(trouble));
                BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                      first_difference(undisturbed, disturbed));
                for (const auto& [kind, count] : disturbed.transitions) seen[kind] += count;
                restarts += replayed.restarts;
            }
        }
        for (const TransitionKind kind :
             {TransitionKind::follows, TransitionKind::warm, TransitionKind::flipped,
              TransitionKind::rolled_back, TransitionKind::failed_over, TransitionKind::dismissed})
            BOOST_TEST(seen[kind] > 50u, "transition " << static_cast<int>(kind) << " was seen "
                                                       << seen[kind] << " times");
        BOOST_TEST(seen[TransitionKind::fell_back] == 0u);
        BOOST_TEST(restarts > 50u);
    }
}

// Commands are taken some turns after the plugin was asked: a question is open at every swap.
BOOST_AUTO_TEST_CASE(is_invisible_where_answers_are_taken_turns_later) {
    for (const std::uint32_t turns : {1u, 2u, 5u}) {
        const std::string name = "later_" + std::to_string(turns);
        run(small_crash()
                .put_before("permits =", "answer_after_turns = " + std::to_string(turns))
                .faults(8'000'000'000, 0, 0),
            name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        std::map<TransitionKind, std::uint64_t> seen;
        std::uint64_t restarts = 0;
        for (std::uint64_t seed = 1; seed <= 60; ++seed) {
            BOOST_TEST_CONTEXT("answers " << turns << " turns later, seed " << seed) {
                Trouble trouble(replayed, seed);
                const Stream disturbed = replayed.run(std::ref(trouble));
                BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                      first_difference(undisturbed, disturbed));
                for (const auto& [kind, count] : disturbed.transitions) seen[kind] += count;
                restarts += replayed.restarts;
            }
        }
        for (const TransitionKind kind : {TransitionKind::flipped, TransitionKind::rolled_back,
                                          TransitionKind::failed_over, TransitionKind::dismissed})
            BOOST_TEST(seen[kind] > 20u, "transition " << static_cast<int>(kind) << " was seen "
                                                       << seen[kind] << " times");
        BOOST_TEST(restarts > 20u);
    }
}

// Each arm is troubled by itself, and neither its own accounts nor the other's ever notice.
BOOST_AUTO_TEST_CASE(is_invisible_in_each_of_two_arms_too) {
    run(small_crash("flash_crash_arms").faults(8'000'000'000, 0, 0), "arms");
    Replayed replayed(*this, inputs_of(path("arms/journal")));
    const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
    BOOST_TEST(undisturbed.commands > 1'000u);
    std::map<TransitionKind, std::map<std::uint32_t, std::uint64_t>> seen;
    for (std::uint64_t seed = 1; seed <= 130; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Trouble trouble(replayed, seed);
            const Stream disturbed = replayed.run(std::ref(trouble));
            BOOST_REQUIRE_MESSAGE(disturbed.bytes == undisturbed.bytes,
                                  first_difference(undisturbed, disturbed));
            for (const auto& [where, count] : disturbed.in_arms)
                seen[where.first][where.second] += count;
        }
    }
    for (const TransitionKind kind : {TransitionKind::flipped, TransitionKind::rolled_back,
                                      TransitionKind::failed_over, TransitionKind::dismissed}) {
        for (const std::uint32_t arm : {0u, 1u})
            BOOST_TEST(seen[kind][arm] > 10u, "transition " << static_cast<int>(kind) << " in arm "
                                                            << arm << " was seen "
                                                            << seen[kind][arm] << " times");
    }
}

BOOST_AUTO_TEST_SUITE_END()

BOOST_FIXTURE_TEST_SUITE(a_close_out_to_which_nothing_has_happened, Workshop)

// A hold that covers nobody has every close-out looked at in the next turn, as if each had news.
BOOST_AUTO_TEST_CASE(has_nothing_to_do_in_a_turn) {
    for (const std::int64_t delay_max_ns : {std::int64_t{0}, std::int64_t{8'000'000'000}}) {
        const std::string name = "crash_" + std::to_string(delay_max_ns);
        run(small_crash().faults(delay_max_ns, 0, 0), name);
        Replayed replayed(*this, inputs_of(path(name + "/journal")));
        const Stream undisturbed = replayed.run([](lpc::runtime::Runtime&) { return false; });
        BOOST_TEST(undisturbed.commands > 1'000u);
        const Stream all_awake = replayed.run([](lpc::runtime::Runtime& runtime) {
            using lpc::runtime::HoldScope;
            for (const std::uint32_t on : {1u, 0u})
                BOOST_REQUIRE(runtime.apply(
                    lpc::runtime::encode_hold({HoldScope::instrument, on, 4'000'000'000u})));
            return false;
        });
        BOOST_TEST(all_awake.bytes == undisturbed.bytes, first_difference(undisturbed, all_awake));
    }
}

BOOST_AUTO_TEST_SUITE_END()
