// A sidecar that answers garbage, late, twice, unasked or not at all: it is lost with a sentence
// that says why, a standby or the built-in hold acts in its place, nobody else notices, and the
// journal replays. lying_sidecar.cpp is that process.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <functional>
#include <journal/reader.hpp>
#include <journal/records.hpp>
#include <placement/host_premises.hpp>
#include <string>
#include <vector>

#include "scenario/in_process.hpp"

using namespace lpc::tests;
using lpc::placement::HostPremises;
using lpc::placement::SidecarTerms;
using lpc::runtime::Placement;
using lpc::runtime::Purpose;
using lpc::runtime::StepKind;
using lpc::runtime::TransitionKind;

namespace {

struct Lie {
    const char* name;
    const char* found;  // words of the sentence with which it is lost
};

const Lie kOfOneThatActs[]{
    {"answers_unasked", "garbage (it answers what it was not asked, or twice)"},
    {"answers_twice", "garbage (it answers what it was not asked, or twice)"},
    {"answers_the_previous_question", "garbage (it answers what it was not asked, or twice)"},
    {"answers_another_kind_of_question", "garbage (its answer is of kind 103, expected 102)"},
    {"answers_too_much", "garbage (its answer is beyond every limit)"},
    {"carries_less_than_nothing", "garbage (its answer is beyond every limit)"},
    {"counts_beyond_all_limits", "garbage (the other side begins a message of 4294967295 records"},
    {"hears_what_it_was_not_told", "garbage (it says that it heard what it was not told"},
    {"is_ready_again", "garbage (it answers what it was not asked, or twice)"},
    {"logs_without_end", "garbage (it logs without end)"},
    {"logs_no_text", "garbage (it logs what is no text)"},
    {"goes_away", "has ended (its process exited with code 0)"},
    {"scribbles", "garbage (the other side "},
    {"answers_late", "no answer in time (it gave no answer within 1000 ms)"},
    {"never_answers", "no answer in time (it gave no answer within 1000 ms)"},
    {"says_that_it_failed", "said that it failed (?? ?[2J??{\")"},
    {"fails_without_a_sentence", "garbage (it failed without a sentence)"},
};
const std::string kItFailed = "no_plugin_failed ";  // of a run's checks, and no other

const Lie kOfOneThatFollows[]{
    {"follower_hears_twice", "garbage (it says that it heard what it was not told"},
    {"follower_hears_nothing", "garbage (it says that it heard what it was not told"},
    {"follower_compares_garbage", "garbage (it says that it heard what it was not told"},
    {"follower_says_that_it_failed", "said that it failed (?? ?[2J"},
    {"follower_has_no_belongings", "garbage (what it calls its own cannot be read)"},
    {"follower_shows_its_belongings_twice", "garbage (it answers what it was not asked, or twice)"},
    {"follower_goes_away", "has ended (its process exited with code 0)"},
    {"follower_never_answers", "no answer in time (it gave no answer within 1000 ms)"},
};

ScenarioText crash_in(const std::string& place) {
    return small_crash().put_before("permits =",
                                    "answer_after_turns = 1\nplace = \"" + place + "\"");
}

// What is left of a run.
struct Traces {
    std::uint64_t commands = 0, state = 0;
    std::vector<std::string> failures;  // "why"; of followers: why they were dismissed
    std::vector<TransitionKind> transitions;
    std::string failed_checks;

    bool has(TransitionKind kind) const {
        return std::find(transitions.begin(), transitions.end(), kind) != transitions.end();
    }
    bool tells(const std::string& words) const {
        return std::any_of(failures.begin(), failures.end(), [&](const std::string& why) {
            return why.find(words) != std::string::npos;
        });
    }
    std::string all_failures() const {
        std::string all;
        for (const std::string& why : failures) all += why + "; ";
        return all;
    }
};

// Who follows in the liquidator's stage from the first step on, and when it is to act.
struct Second {
    Placement placement = Placement::engine;
    int flips_at = 0;  // step; 0: never
};

class Stage {
  public:
    explicit Stage(const Workshop& shop) : shop_(shop) {}

    // Runs the scenario into NAME/; sidecars are those of this executable.
    Traces run(const ScenarioText& scenario, const std::string& name,
               const std::string& executable = LPC_BINARY_DIR "/bin/lpc", const Second* second = {},
               std::chrono::seconds patience = std::chrono::seconds(60)) const {
        HostPremises premises(SidecarTerms{
            .executable = executable, .cache_folder = shop_.path("cache"), .patience = patience});
        int step = 0;
        std::uint32_t instance = 0;
        const auto steer = [&](lpc::scenario::Steering& steering) {
            if (second == nullptr) return;
            if (++step == 1) {
                instance = steering.state().next_instance;
                BOOST_REQUIRE(begin_second(steering, *second, instance));
            }
            // Refused if it is no more.
            if (step == second->flips_at)
                (void)steering.submit(
                    lpc::runtime::encode_step({StepKind::flip, 1, instance, 0, 30'000'000'000}));
        };
        const InProcess world(shop_, scenario, name, steer, &premises);
        BOOST_TEST(world.run->runtime().poisoned() == "");
        Traces left = traces_of(name);
        left.commands = world.run->commands().digest();
        left.state = world.run->runtime().state_hash();
        for (const auto& check : world.run->checks()) {
            if (!check.pass) left.failed_checks += check.name + " ";
        }
        return left;
    }
    // As a copy of lying_sidecar whose name is the lie's.
    std::string liar(const std::string& lie) const {
        std::filesystem::create_directories(shop_.path("liars"));
        const std::string link = shop_.path("liars/" + lie);
        std::filesystem::remove(link);
        std::filesystem::create_symlink(LPC_BINARY_DIR "/bin/lying_sidecar", link);
        return link;
    }
    // With the true sidecar.
    Outcome replay(const std::string& name) const {
        return shop_.lpc({"replay", shop_.path(name)});
    }

  private:
    static lpc::Status begin_second(lpc::scenario::Steering& steering, const Second& second,
                                    std::uint32_t instance) {
        const auto& acts = steering.state().slots[1].routes[0].active.instance;
        lpc::runtime::Follow follow;
        follow.plugin.stage = steering.state().slots[1].name;
        follow.plugin.sha256 = acts->identity().sha256;
        for (const lpc_fact& fact : acts->params())
            follow.plugin.params.emplace_back(fact.u.param.id, fact.u.param.value);
        follow.placement = second.placement;
        const lpc::Status begun = steering.submit(lpc::runtime::encode_follow(follow));
        if (!begun) return begun;
        return steering.submit(
            lpc::runtime::encode_step({StepKind::migrate, 1, instance, 0, 1'000'000}));
    }
    Traces traces_of(const std::string& name) const {
        Traces left;
        auto reader = lpc::journal::Reader::open(*lpc::journal::io::open_folder(shop_.path(name)));
        BOOST_REQUIRE(reader);
        for (lpc::journal::Record record; reader->next(record);) {
            const auto text_behind = [&](std::size_t head) {
                return std::string(reinterpret_cast<const char*>(record.payload.data()) + head,
                                   record.payload.size() - head);
            };
            if (record.type == lpc::journal::kFailureRecord)
                left.failures.push_back(text_behind(sizeof(std::uint32_t)));
            if (record.type != lpc::journal::kTransitionRecord) continue;
            lpc::runtime::Transition transition;
            std::memcpy(&transition, record.payload.data(), sizeof transition);
            left.transitions.push_back(transition.kind);
            if (transition.kind == TransitionKind::dismissed)
                left.failures.push_back(text_behind(sizeof transition));
        }
        return left;
    }

    const Workshop& shop_;
};

std::chrono::seconds patience_for(const std::string& lie) {
    const bool waits =
        lie.find("late") != std::string::npos || lie.find("never") != std::string::npos;
    return std::chrono::seconds(waits ? 1 : 60);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(a_sidecar_that_lies, Workshop)

BOOST_AUTO_TEST_CASE(loses_its_part_to_the_standby_and_no_command_is_missing_or_given_twice) {
    const Stage stage(*this);
    const Traces honest = stage.run(crash_in("engine"), "honest");
    const Second standby;
    for (const auto& [name, found] : kOfOneThatActs) {
        BOOST_TEST_CONTEXT(name) {
            const Traces left = stage.run(crash_in("sidecar"), name, stage.liar(name), &standby,
                                          patience_for(name));
            BOOST_TEST(left.has(TransitionKind::failed_over));
            BOOST_TEST(left.tells(found), left.all_failures());
            BOOST_TEST(left.commands == honest.commands);
            BOOST_TEST(left.state == honest.state);
            BOOST_TEST(left.failed_checks == kItFailed);
            const Outcome replay = stage.replay(name);
            BOOST_TEST(replay.code == 0, replay.out << replay.err);
        }
    }
}

BOOST_AUTO_TEST_CASE(leaves_its_stage_on_hold_where_nobody_stands_by) {
    const Stage stage(*this);
    for (const auto& [name, found] : kOfOneThatActs) {
        BOOST_TEST_CONTEXT(name) {
            const Traces left =
                stage.run(crash_in("sidecar"), name, stage.liar(name), nullptr, patience_for(name));
            BOOST_TEST(left.has(TransitionKind::fell_back));
            BOOST_TEST(left.tells(found), left.all_failures());
            BOOST_TEST(left.failed_checks == kItFailed);
            const Outcome replay = stage.replay(name);
            BOOST_TEST(replay.code == 0, replay.out << replay.err);
        }
    }
}

BOOST_AUTO_TEST_CASE(is_dismissed_where_it_follows_and_who_acts_does_not_notice) {
    const Stage stage(*this);
    const Traces honest = stage.run(crash_in("engine"), "honest");
    const Second follower{Placement::sidecar, 60};
    BOOST_TEST(stage.run(crash_in("engine"), "flips", LPC_BINARY_DIR "/bin/lpc", &follower)
                   .has(TransitionKind::flipped));
    for (const auto& [name, found] : kOfOneThatFollows) {
        BOOST_TEST_CONTEXT(name) {
            const Traces left = stage.run(crash_in("engine"), name, stage.liar(name), &follower,
                                          patience_for(name));
            BOOST_TEST(left.tells(found), left.all_failures());
            BOOST_TEST(left.commands == honest.commands);
            BOOST_TEST(left.state == honest.state);
            const Outcome replay = stage.replay(name);
            BOOST_TEST(replay.code == 0, replay.out << replay.err);
        }
    }
}

// What could as well be the plugin's word is judged as any plugin's; a replay, which hears the true
// plugin, names the first lie.
BOOST_AUTO_TEST_CASE(in_the_words_of_a_plugin_is_refused_by_the_guard_and_found_out_by_a_replay) {
    const Stage stage(*this);
    for (const std::string name :
         {"always_gives_strange_kinds", "always_writes_beyond_the_fields"}) {
        BOOST_TEST_CONTEXT(name) {
            const Traces left = stage.run(crash_in("sidecar"), name, stage.liar(name));
            BOOST_TEST(left.has(TransitionKind::fell_back));
            BOOST_TEST(left.tells("breaches of the rulebook"), left.all_failures());
            const Outcome replay = stage.replay(name);
            BOOST_TEST(replay.code == 1, replay.out << replay.err);
        }
    }
}

BOOST_AUTO_TEST_SUITE_END()
