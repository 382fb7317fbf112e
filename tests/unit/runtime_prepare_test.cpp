// All waiting for other processes is done before an input is applied: whatever the input needs of
// them is there, or they are lost and a step of its own dismisses them.
#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "support/elsewhere.hpp"
#include "support/runtime_rig.hpp"

namespace lpc::test {

using runtime::Placement;
using runtime::Purpose;
using runtime::StepKind;
using runtime::TransitionKind;

namespace {

struct Apart : Rig {
    Elsewhere& where;

    explicit Apart(Elsewhere& premises) : Rig(answers_later(premises)), where(premises) {
        runtime::Attachment in_sidecar{"first", "first", "", {}};
        in_sidecar.placement = Placement::sidecar;
        must(runtime::encode_attach(in_sidecar));
        attach("last");
        run_closeout();
    }
    static RigOptions answers_later(Elsewhere& premises) {
        RigOptions options;
        options.config.stages[0].answer_after_turns = 2;
        options.with_first = options.with_last = false;
        options.premises = &premises;
        return options;
    }
    const runtime::Route& route() const { return state().slots[1].routes[0]; }

    // As a host does it. Refusals are the runtime's right.
    void submit(Input input) {
        for (auto lost = runtime.prepare(input); lost; lost = runtime.prepare(input)) submit(*lost);
        (void)apply(std::move(input));
        BOOST_REQUIRE(runtime.poisoned() == "");
    }
    void pass_turn(std::int64_t ns = kSecond) {
        now_ns += ns;
        submit(runtime::encode_turn(now_ns));
        runtime.discard();
    }
    void follow(const std::string& sha256, Purpose purpose, Placement placement,
                bool facts_only = false) {
        runtime::Follow follow;
        follow.plugin = {"first", sha256, "", {}};
        follow.purpose = purpose;
        follow.placement = placement;
        follow.facts_only = facts_only;
        submit(runtime::encode_follow(follow));
    }
    void step(StepKind kind, std::uint32_t instance, std::int64_t value = 0) {
        submit(runtime::encode_step({kind, 1, instance, 0, value}));
    }
    std::string all_unprepared() const {
        std::string all;
        for (const std::string& what : where.unprepared) all += what + "; ";
        return all;
    }
};

// The same algorithm twice, so that state goes over; its answers are nothing.
void let_both_save(Apart& rig) {
    for (Script* script : {&rig.first, &rig.next}) {
        script->table().save = [](lpc_instance*, std::uint64_t, lpc_record* out) {
            out->size = 0;
            return lpc_status{LPC_OK};
        };
        script->table().state_id = "org.test.state";
        static const char* const kLoads[] = {"org.test.state", nullptr};
        script->table().state_loads = kLoads;
    }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(what_an_input_needs_of_another_process)

BOOST_AUTO_TEST_CASE(is_there_before_it_is_applied_whatever_is_done_to_a_stage) {
    std::uint64_t flips = 0, failovers = 0, lost = 0;
    for (std::uint64_t seed = 1; seed <= 200; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Elsewhere where;
            Apart rig(where);
            let_both_save(rig);
            Random random(seed);
            for (int round = 0; round < 60; ++round) {
                const auto& followers = rig.route().followers;
                const std::uint32_t active = rig.route().active.instance->id();
                const std::uint32_t other = followers.empty() ? 0 : followers.back()->id();
                const auto place = random.one_in(3) ? Placement::engine : Placement::sidecar;
                switch (random.between(0, 9)) {
                    case 0:
                        rig.follow(random.one_in(2) ? "next" : "first",
                                   random.one_in(4) ? Purpose::shadow : Purpose::standby, place,
                                   random.one_in(3));
                        break;
                    case 1:
                    case 2:
                        rig.step(StepKind::migrate, other, random.between(1, 3));
                        break;
                    case 3:
                        rig.step(StepKind::flip, other, random.between(0, 3) * kSecond);
                        break;
                    case 4:
                        rig.step(random.one_in(2) ? StepKind::roll_back : StepKind::dismiss, other);
                        break;
                    case 5:
                        if (random.one_in(3)) where.lost.insert(random.one_in(2) ? active : other);
                        break;
                    case 6:
                        rig.first.turn_answer = random.one_in(3) ? LPC_FAILED : LPC_OK;
                        break;
                    case 7:
                        rig.price(kCoin, random.between(970, 990));
                        break;
                    default:
                        rig.pass_turn(random.between(1, 2) * kSecond);
                        break;
                }
                BOOST_REQUIRE_MESSAGE(where.unprepared.empty(),
                                      "round " << round << ": " << rig.all_unprepared());
            }
            for (const auto& [transition, why] : rig.seen.transitions) {
                flips += transition.kind == TransitionKind::flipped ? 1u : 0u;
                failovers += transition.kind == TransitionKind::failed_over ? 1u : 0u;
                lost += why.find("the test has it so") != std::string::npos ? 1u : 0u;
            }
            for (const std::string& failure : rig.seen.failures)
                lost += failure.find("the test has it so") != std::string::npos ? 1u : 0u;
        }
    }
    BOOST_TEST(flips > 20u);
    BOOST_TEST(failovers > 20u);
    BOOST_TEST(lost > 20u);
}

BOOST_AUTO_TEST_CASE(is_all_of_the_stage_where_a_coupled_plugin_begins_to_follow) {
    Elsewhere where;
    Apart rig(where);
    let_both_save(rig);
    rig.next.table().flags |= LPC_COUPLED;
    rig.follow("next", Purpose::standby, Placement::engine);
    BOOST_REQUIRE(rig.route().followers.size() == 1u);
    BOOST_TEST(rig.route().followers[0]->accounts_moved == 1u);
    BOOST_TEST(where.unprepared.empty(), rig.all_unprepared());
}

BOOST_AUTO_TEST_CASE(is_told_with_what_is_known_of_the_loss_and_the_same_again_in_a_replay) {
    Elsewhere where;
    Apart rig(where);
    where.lost.insert(rig.route().active.instance->id());
    for (int i = 0; i < 4; ++i) rig.pass_turn();
    const std::string sentence =
        "1: plugin org.test.first: its process gave no answer in time (the test has it so)";
    BOOST_TEST(rig.seen.failures == std::vector<std::string>{sentence});
    BOOST_TEST(rig.route().fallback);
    Elsewhere nobody_lost;
    RigOptions empty = Apart::answers_later(nobody_lost);
    Rig again(empty);
    for (std::size_t i = again.inputs.size(); i < rig.inputs.size(); ++i)
        (void)again.runtime.apply(rig.inputs[i]);
    BOOST_TEST(again.seen.failures == rig.seen.failures);
}

// What a lost process is said to have done is bounded, and belongs to a loss alone.
BOOST_AUTO_TEST_CASE(is_refused_where_its_sentence_has_no_place) {
    using runtime::decode_step;
    using runtime::encode_step;
    const runtime::Step loss{StepKind::dismiss, 1, 2, 1, 0};
    const std::string longest(runtime::kLossTextMax, 'x');
    const Input cut = encode_step(loss, longest + "y");
    BOOST_TEST(decode_step(cut.bytes).has_value());
    BOOST_TEST(runtime::loss_text(cut.bytes) == longest);
    Input too_long = cut;
    too_long.bytes.push_back(std::byte{'y'});
    BOOST_TEST(!decode_step(too_long.bytes).has_value());
    BOOST_TEST(!decode_step(encode_step({StepKind::flip, 1, 2, 0, 0}, "why").bytes).has_value());
    BOOST_TEST(!decode_step(encode_step({StepKind::dismiss, 1, 2, 0, 0}, "why").bytes).has_value());
    const auto begin = cut.bytes.begin();
    BOOST_TEST(!decode_step(std::vector<std::byte>(begin, begin + 23)).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
