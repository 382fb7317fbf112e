// A stage whose answers are taken some turns after they were asked for: when commands count, what
// of them is late, and whose answer it is where somebody else acts by then.
#include <boost/test/unit_test.hpp>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {

using runtime::StepKind;
using runtime::TransitionKind;

namespace {

struct Later : Rig {
    explicit Later(std::uint32_t turns = 1) : Rig(answers_after(turns)) { run_closeout(); }

    static RigOptions answers_after(std::uint32_t turns) {
        RigOptions options;
        options.config.stages[0].answer_after_turns = turns;
        return options;
    }
    static lpc_command sell(std::uint64_t tag, std::int64_t lots = 10, std::int64_t price = 981) {
        return order(7, kCoin, -lots, price, tag);
    }
    static lpc_command wake_at(std::int64_t at_ns) {
        lpc_command made = command(LPC_CMD_TIMER, 7, 0);
        made.u.timer.at_ns = at_ns;
        return made;
    }
    std::vector<std::uint32_t> reasons_of(std::uint16_t kind) const {
        std::vector<std::uint32_t> reasons;
        for (const runtime::Verdict& verdict : seen.verdicts) {
            if (verdict.command.kind == kind) reasons.push_back(verdict.reason);
        }
        return reasons;
    }
    std::uint64_t strikes() const {
        return state().slots[1].routes[0].active.instance->counters.strikes;
    }
    void follow() {
        runtime::Follow follow;
        follow.plugin = {"first", "next", "", {}};
        follow.facts_only = true;
        must(runtime::encode_follow(follow));
        step(StepKind::migrate, 1'000);
    }
    void step(StepKind kind, std::int64_t value) {
        const std::uint32_t id = state().slots[1].routes[0].followers.back()->id();
        must(runtime::encode_step({kind, 1, id, 0, value}));
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(an_answer_that_is_taken_later)

BOOST_AUTO_TEST_CASE(counts_exactly_so_many_turns_after_it_was_asked_for) {
    for (const std::uint32_t turns : {1u, 2u, 7u}) {
        Later rig(turns);
        // What it was asked last may be open from before.
        while (rig.state().slots[1].routes[0].question->turns_left != 1) rig.turn();
        rig.first.say(Later::sell(1));
        rig.turn();
        rig.release();
        for (std::uint32_t i = 1; i < turns; ++i) {
            BOOST_TEST(rig.ports.placed.empty());
            rig.turn();
            rig.release();
        }
        BOOST_TEST(rig.ports.placed.empty());
        rig.turn();
        rig.release();
        BOOST_TEST(rig.ports.placed.size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(is_followed_by_the_next_question_once_it_is_known_what_came_of_it) {
    Later rig;
    rig.first.say(Later::sell(1));
    rig.turn();
    const std::size_t asked = rig.first.turns.size();
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).empty());
    rig.turn();
    BOOST_TEST(rig.first.turns.size() == asked + 1);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).size() == 1u);
}

BOOST_AUTO_TEST_CASE(is_late_and_no_strike_where_it_fails_only_because_facts_moved_on) {
    Later rig;
    const std::int64_t permitted = rig.state().closeout(7, kCoin)->u.closeout.permitted_price;
    rig.first.say(Later::sell(1, 10, permitted));
    rig.turn();
    rig.balance(7, 6'200);  // healthier: the permitted price is nearer to the mark
    rig.risk.say({rig.margin_of(7), rig.closeout_of(7)});
    rig.turn();
    BOOST_TEST(rig.reasons_of(LPC_CMD_ORDER) == std::vector<std::uint32_t>{LPC_REASON_LATE});
    BOOST_TEST(rig.strikes() == 0u);
    BOOST_TEST(rig.held(7)->refusals == 0);
}

BOOST_AUTO_TEST_CASE(is_a_strike_where_it_was_wrong_from_the_start) {
    Later rig;
    rig.first.say(Later::sell(1, -10));
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.reasons_of(LPC_CMD_ORDER) ==
               std::vector<std::uint32_t>{LPC_REASON_WRONG_DIRECTION});
    BOOST_TEST(rig.strikes() == 1u);
}

BOOST_AUTO_TEST_CASE(is_late_for_an_account_that_has_left_meanwhile) {
    Later rig;
    rig.first.say(Later::sell(1));
    rig.turn();
    rig.balance(7, 60'000);
    lpc_command release = command(LPC_CMD_RELEASE, 7, 0);
    rig.risk.say({rig.margin_of(7), release});
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
    BOOST_TEST(rig.reasons_of(LPC_CMD_ORDER) == std::vector<std::uint32_t>{LPC_REASON_LATE});
    BOOST_TEST(rig.strikes() == 0u);
}

BOOST_AUTO_TEST_CASE(sets_a_timer_that_is_told_before_the_next_question_if_its_time_went_by) {
    Later rig;
    rig.first.say(Later::wake_at(rig.now_ns + kSecond + 1));
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.reasons_of(LPC_CMD_TIMER) == std::vector<std::uint32_t>{0});
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(!rig.runtime.next_timer_ns().has_value());
}

BOOST_AUTO_TEST_CASE(is_still_the_predecessors_after_a_flip) {
    Later rig;
    rig.follow();
    rig.first.say(Later::sell(1));
    rig.turn();
    rig.step(StepKind::flip, kSecond);
    rig.turn();
    rig.release();
    BOOST_TEST(rig.ports.placed.size() == 1u);
}

BOOST_AUTO_TEST_CASE(is_the_standbys_where_the_active_fails_at_it) {
    for (const bool flipped : {false, true}) {
        Later rig;
        rig.follow();
        rig.first.turn_answer = LPC_FAILED;
        rig.next.say(Later::sell(1));
        rig.turn();
        if (flipped) rig.step(StepKind::flip, kSecond);
        rig.turn();
        rig.release();
        BOOST_TEST(rig.ports.placed.size() == 1u);
        BOOST_TEST((rig.seen.transitions.back().first.kind ==
                    (flipped ? TransitionKind::flipped : TransitionKind::failed_over)));
        // Who has failed is not watched.
        BOOST_TEST(rig.state().slots[1].routes[0].followers.empty());
    }
}

BOOST_AUTO_TEST_CASE(that_fails_with_nobody_standing_by_leaves_the_stage_to_the_builtin_hold) {
    Later rig;
    rig.first.turn_answer = LPC_FAILED;
    rig.turn();
    BOOST_TEST(!rig.state().slots[1].routes[0].fallback);
    rig.turn();
    BOOST_TEST(rig.state().slots[1].routes[0].fallback);
    const std::uint32_t calls = rig.first.calls;
    rig.turn();
    BOOST_TEST(rig.first.calls == calls);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
