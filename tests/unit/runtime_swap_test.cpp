// Who acts and who follows, step by step: what a follower is told, what becomes of what it says,
// and what may not be done. That a swap is invisible is shown in
// tests/property/swap_property_test.cpp.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstring>
#include <utility>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {

using runtime::Follower;
using runtime::Purpose;
using runtime::StepKind;
using runtime::TransitionKind;

namespace {

// What was saved and loaded, as (account, word); a state that both scripts share.
struct Carried {
    static std::vector<std::pair<std::uint64_t, std::uint64_t>>& saved() {
        static std::vector<std::pair<std::uint64_t, std::uint64_t>> list;
        return list;
    }
    static std::vector<std::pair<std::uint64_t, std::uint64_t>>& loaded() {
        static std::vector<std::pair<std::uint64_t, std::uint64_t>> list;
        return list;
    }
    static lpc_status save(lpc_instance*, std::uint64_t account, lpc_record* out) {
        const std::uint64_t word = account * 1'000 + 1;
        std::memcpy(out->data, &word, sizeof word);
        out->size = sizeof word;
        saved().emplace_back(account, word);
        return LPC_OK;
    }
    static lpc_status load(lpc_instance*, std::uint64_t account, std::uint32_t format,
                           const lpc_record* in) {
        std::uint64_t word = 0;
        if (in->size != sizeof word || format != 0) return LPC_REFUSED;
        std::memcpy(&word, in->data, sizeof word);
        loaded().emplace_back(account, word);
        return LPC_OK;
    }
    static void give(lpc_plugin& table) {
        static const char* const kFormats[] = {"org.test.state", nullptr};
        table.state_id = kFormats[0];
        table.state_loads = kFormats;
        table.record_max = 16;
        table.save = &save;
        table.load = &load;
    }
};

struct Swap : Rig {
    explicit Swap(const RigOptions& options = {}) : Rig(options) { run_closeout(); }

    static runtime::Follow next_of(Purpose purpose = Purpose::standby, bool facts_only = true) {
        runtime::Follow follow;
        follow.plugin = {"first", "next", "", {}};
        follow.purpose = purpose;
        follow.facts_only = facts_only;
        return follow;
    }
    const runtime::Route& route() const { return state().slots[1].routes.front(); }
    const Follower& follower() const { return *route().followers.back(); }
    Status step(StepKind kind, std::int64_t value = 0) {
        return apply(runtime::encode_step({kind, 1, follower().id(), 0, value}));
    }
    void begin(Purpose purpose = Purpose::standby) {
        must(runtime::encode_follow(next_of(purpose)));
    }
    void warm() {
        begin();
        BOOST_REQUIRE(step(StepKind::migrate, 1'000));
        BOOST_REQUIRE(follower().warm);
    }
    TransitionKind last() const { return seen.transitions.back().first.kind; }
    std::string error(StepKind kind, std::int64_t value = 0) {
        const Status status = step(kind, value);
        return status ? "" : status.error().message;
    }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_swap)

BOOST_AUTO_TEST_CASE(a_follower_is_told_the_market_at_once_and_accounts_as_they_are_moved) {
    Swap rig;
    rig.begin();
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_PRICE).back().u.price.mark == 985);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_POSITION).empty());
    rig.balance(7, 6'001);
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_BALANCE).empty());
    BOOST_TEST(!rig.follower().warm);
    BOOST_REQUIRE(rig.step(StepKind::migrate, 1));
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_BALANCE).back().u.balance.amount == 6'001);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_CLOSEOUT).size() == 1u);
    rig.balance(7, 6'002);
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_BALANCE).back().u.balance.amount == 6'002);
}

BOOST_AUTO_TEST_CASE(what_only_the_follower_says_is_refused_as_following_and_changes_nothing) {
    Swap rig;
    rig.warm();
    const std::uint64_t before = rig.runtime.state_hash();
    rig.next.say(order(7, kCoin, -5, 981, 9));
    rig.turn(rig.now_ns);
    rig.turn(rig.now_ns);
    BOOST_TEST(rig.runtime.state_hash() == before);
    const lpc_fact told = rig.next.heard_of(LPC_FACT_REFUSED).back();
    BOOST_TEST(int{told.reason} == LPC_REASON_FOLLOWING);
    BOOST_TEST(told.u.refused.tag == 9u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_REFUSED).empty());
    BOOST_TEST(rig.follower().delivery().comparison().extra == 1u);
}

BOOST_AUTO_TEST_CASE(what_both_say_is_done_once_and_is_the_tag_of_both) {
    Swap rig;
    rig.warm();
    rig.first.say(order(7, kCoin, -5, 981, 9));
    rig.next.say(order(7, kCoin, -5, 981, 9));
    rig.turn();
    rig.release();
    BOOST_TEST(rig.ports.placed.size() == 1u);
    rig.turn();
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_TEST(!rig.follower().delivery().comparison().differs());
}

BOOST_AUTO_TEST_CASE(what_the_guard_refuses_to_both_is_told_to_both_with_its_reason) {
    Swap rig;
    rig.warm();
    rig.first.say(order(7, kCoin, 5, 981, 9));
    rig.next.say(order(7, kCoin, 5, 981, 9));
    rig.turn();
    rig.turn();
    BOOST_TEST(int{rig.first.heard_of(LPC_FACT_REFUSED).back().reason} ==
               LPC_REASON_WRONG_DIRECTION);
    BOOST_TEST(int{rig.next.heard_of(LPC_FACT_REFUSED).back().reason} ==
               LPC_REASON_WRONG_DIRECTION);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_REFUSED).size() == 1u);
}

BOOST_AUTO_TEST_CASE(
    after_a_flip_with_facts_only_the_orders_of_before_are_nobodys_tag_and_can_be_cancelled) {
    Swap rig;
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -5, 981, 9)) == 0u);
    rig.release();
    rig.warm();
    BOOST_REQUIRE(rig.step(StepKind::flip, 60 * kSecond));
    BOOST_TEST((rig.last() == TransitionKind::flipped));
    BOOST_TEST(rig.state().slots[1].generation == 2u);
    rig.turn();
    BOOST_TEST(rig.next.turns.back().flags == LPC_TURN_ACTIVE);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.tag == 0u);
    lpc_command cancel = command(LPC_CMD_CANCEL, 7, kCoin);
    cancel.u.cancel.order_id = rig.last_order_id();
    BOOST_TEST(rig.verdict_on(rig.next, cancel) == 0u);
    // The predecessor still knows its own.
    rig.turn();
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_TEST(rig.verdict_on(rig.next, order(7, kCoin, -5, 981, 9)) == 0u);  // another's tag
}

BOOST_AUTO_TEST_CASE(what_was_said_before_a_swap_stays_counted) {
    Swap rig;
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -5, 981, 9)) == 0u);
    rig.warm();
    const std::uint64_t said = rig.state().slots[1].counters().commands;
    BOOST_TEST(said > 0u);
    for (const std::int64_t probation_ns : {60 * kSecond, std::int64_t{0}}) {
        BOOST_REQUIRE(rig.step(StepKind::flip, probation_ns));
        BOOST_TEST(rig.state().slots[1].counters().commands == said);
    }
}

// The same plugin under another sha256, with nothing to save: everything else goes over.
BOOST_AUTO_TEST_CASE(with_its_state_a_follower_takes_over_tags_and_timers) {
    Swap rig;
    rig.next.table().id = "org.test.first";
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -5, 981, 9)) == 0u);
    rig.release();
    lpc_command timer = command(LPC_CMD_TIMER, 7);
    timer.tag = 5;
    timer.u.timer.at_ns = rig.now_ns + 3 * kSecond;
    BOOST_TEST(rig.verdict_on(rig.first, timer) == 0u);
    rig.must(runtime::encode_follow(Swap::next_of(Purpose::standby, false)));
    BOOST_REQUIRE(rig.step(StepKind::migrate, 1'000));
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_REQUIRE(rig.step(StepKind::flip, 60 * kSecond));
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_OPEN, -2));
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.done_lots == -2);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).back().u.order.tag == 9u);
    BOOST_TEST(rig.verdict_on(rig.next, order(7, kCoin, -1, 981, 9)) ==
               std::uint32_t{LPC_REASON_DUPLICATE_TAG});
    for (int i = 0; i < 4; ++i) rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER).size() == 1u);  // its own, as a follower
}

BOOST_AUTO_TEST_CASE(private_state_goes_over_for_the_market_and_for_each_account_once) {
    Carried::saved().clear();
    Carried::loaded().clear();
    Swap rig;
    rig.buyer(8);
    rig.risk.say(rig.closeout_of(8));
    rig.turn();
    Carried::give(rig.first.table());
    Carried::give(rig.next.table());
    rig.must(runtime::encode_follow(Swap::next_of(Purpose::standby, false)));
    BOOST_REQUIRE(Carried::loaded().size() == 1u);
    BOOST_TEST(Carried::loaded()[0].first == 0u);
    BOOST_REQUIRE(rig.step(StepKind::migrate, 1));
    BOOST_REQUIRE(rig.step(StepKind::migrate, 1'000));
    BOOST_TEST((Carried::loaded() == Carried::saved()));
    BOOST_REQUIRE(Carried::loaded().size() == 3u);
    BOOST_TEST(Carried::loaded()[1].first == 7u);
    BOOST_TEST(Carried::loaded()[2].first == 8u);
}

BOOST_AUTO_TEST_CASE(a_refusal_of_what_only_the_active_said_is_not_told_to_a_follower) {
    Swap rig;
    rig.warm();
    rig.first.say(order(7, kCoin, 5, 981, 9));
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.first.heard_of(LPC_FACT_REFUSED).size() == 1u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_REFUSED).empty());
}

BOOST_AUTO_TEST_CASE(the_predecessor_is_dismissed_when_its_probation_is_over) {
    Swap rig;
    rig.warm();
    BOOST_REQUIRE(rig.step(StepKind::flip, 3 * kSecond));
    for (int i = 0; i < 2; ++i) rig.turn();
    BOOST_TEST(rig.first.alive == 1);
    rig.turn();
    BOOST_TEST(rig.first.alive == 0);
    BOOST_TEST((rig.last() == TransitionKind::dismissed));
    BOOST_TEST(rig.route().followers.empty());
}

BOOST_AUTO_TEST_CASE(a_rollback_within_the_probation_lets_the_predecessor_act_again) {
    Swap rig;
    rig.warm();
    BOOST_REQUIRE(rig.step(StepKind::flip, 60 * kSecond));
    rig.turn();
    BOOST_REQUIRE(rig.step(StepKind::roll_back));
    BOOST_TEST((rig.last() == TransitionKind::rolled_back));
    BOOST_TEST(rig.state().slots[1].generation == 3u);
    BOOST_TEST(rig.next.alive == 0);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -5, 981, 9)) == 0u);
    BOOST_TEST(rig.first.turns.back().flags == LPC_TURN_ACTIVE);
}

BOOST_AUTO_TEST_CASE(a_warm_standby_acts_in_the_very_turn_in_which_the_active_fails) {
    Swap rig;
    rig.warm();
    rig.first.turn_answer = LPC_FAILED;
    rig.first.say(order(7, kCoin, -1, 981, 1));
    rig.next.say(order(7, kCoin, -2, 981, 1));
    rig.turn();
    rig.release();
    BOOST_REQUIRE(rig.ports.placed.size() == 1u);
    BOOST_TEST(rig.ports.placed[0].lots == -2);
    BOOST_TEST((rig.last() == TransitionKind::failed_over));
    BOOST_TEST(rig.first.alive == 0);
    BOOST_TEST(rig.next.turns.back().flags == LPC_TURN_ACTIVE);
    BOOST_TEST(!rig.route().fallback);
}

BOOST_AUTO_TEST_CASE(a_margin_model_in_the_shadow_tells_whom_it_would_close_out_and_whom_spare) {
    Rig rig;
    rig.next.table().flags = LPC_ROLE_RISK;
    for (const std::uint64_t account : {7u, 8u, 9u, 10u}) rig.buyer(account);
    runtime::Follow shadow;
    shadow.plugin = {"risk", "next", "", {}};
    shadow.purpose = Purpose::shadow;
    shadow.facts_only = true;
    rig.must(runtime::encode_follow(shadow));
    const Follower& follower = *rig.state().slots[0].routes.front().followers.front();
    rig.must(runtime::encode_step({StepKind::migrate, 0, follower.id(), 0, 1'000}));
    rig.price(kCoin, 985);
    rig.turn();
    BOOST_TEST(follower.delivery().comparison().would_close().empty());
    for (const std::uint64_t account : {9u, 7u, 8u})
        rig.risk.say({rig.margin_of(account), rig.closeout_of(account)});
    for (const std::uint64_t account : {10u, 8u})
        rig.next.say({rig.margin_of(account), rig.closeout_of(account)});
    for (int i = 0; i < 6; ++i) rig.turn();
    using Accounts = std::vector<std::uint64_t>;
    const runtime::Comparison compared = follower.delivery().comparison();
    BOOST_TEST((compared.would_close() == Accounts{10}));
    BOOST_TEST((compared.would_spare() == Accounts{7, 9}));
}

BOOST_AUTO_TEST_CASE(a_shadow_and_one_that_is_not_warm_never_take_over) {
    for (const bool shadow : {true, false}) {
        Swap rig;
        rig.begin(shadow ? Purpose::shadow : Purpose::standby);
        if (shadow) BOOST_REQUIRE(rig.step(StepKind::migrate, 1'000));
        rig.first.turn_answer = LPC_FAILED;
        rig.turn();
        BOOST_TEST((rig.last() == TransitionKind::fell_back));
        BOOST_TEST(rig.route().fallback);
    }
}

BOOST_AUTO_TEST_CASE(a_follower_that_fails_is_dismissed_and_nobody_else_notices) {
    Swap rig;
    rig.warm();
    rig.next.turn_answer = LPC_FAILED;
    rig.first.say(order(7, kCoin, -5, 981, 9));
    rig.turn();
    BOOST_TEST((rig.last() == TransitionKind::dismissed));
    BOOST_TEST(rig.seen.transitions.back().second == "plugin org.test.next: on_turn answered -2");
    BOOST_TEST(rig.seen.failures.empty());
    BOOST_TEST(rig.next.alive == 0);
    BOOST_TEST(rig.seen.verdicts.back().reason == 0u);
}

BOOST_AUTO_TEST_CASE(timers_of_a_follower_are_its_own) {
    Swap rig;
    rig.warm();
    lpc_command timer = command(LPC_CMD_TIMER, 7);
    timer.tag = 5;
    timer.u.timer.at_ns = rig.now_ns + 3 * kSecond;
    rig.next.say(timer);
    for (int i = 0; i < 5; ++i) rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_TIMER).back().u.timer.tag == 5u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER).empty());
    BOOST_TEST(!rig.runtime.next_timer_ns().has_value());  // nobody turns for a follower
}

BOOST_AUTO_TEST_CASE(an_account_that_enters_or_leaves_is_told_to_the_follower_too) {
    Swap rig;
    rig.begin();
    rig.buyer(8);
    rig.risk.say(rig.closeout_of(8));
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_CLOSEOUT).back().account == 8u);
    rig.first.say(escalate(8, LPC_ESCALATE_DEADLINE));
    rig.turn();
    rig.turn();
    rig.turn();
    BOOST_TEST(rig.next.heard_of(LPC_FACT_DETACH).back().account == 8u);
    const std::size_t known = rig.next.heard.size();
    rig.balance(8, 6'100);
    rig.turn();
    BOOST_TEST(rig.next.heard.size() == known);
}

BOOST_AUTO_TEST_CASE(what_makes_no_sense_is_refused_in_a_sentence) {
    Swap rig;
    const auto refused = [&rig](const runtime::Follow& follow) {
        const Status status = rig.apply(runtime::encode_follow(follow));
        return status ? "" : status.error().message;
    };
    runtime::Follow wrong = Swap::next_of();
    wrong.plugin.arm = "b";
    BOOST_TEST(refused(wrong) == "follow: stage first has no arm 'b', expected main");
    wrong = Swap::next_of();
    wrong.plugin.stage = "nowhere";
    BOOST_TEST(refused(wrong) == "follow: no stage is named 'nowhere'");
    wrong = Swap::next_of();
    wrong.plugin.sha256 = "feed";
    BOOST_TEST(refused(wrong) == "no code for feed");
    BOOST_TEST(refused(Swap::next_of(Purpose::standby, false)) ==
               "stage first: plugin org.test.next does not load the state of org.test.first, "
               "expected a format in common, or facts only");
    rig.begin();
    BOOST_TEST(rig.error(StepKind::flip) ==
               "stage first: instance 4 is not warm yet, 0 accounts moved");
    BOOST_TEST(
        refused(Swap::next_of()) ==
        "stage first: plugin org.test.next is being swapped in, expected one swap at a time");
    BOOST_TEST(rig.error(StepKind::roll_back) ==
               "stage first: instance 4 is no predecessor on watch, expected a rollback within the "
               "probation");
    BOOST_TEST(rig.error(StepKind::migrate, -1) == "step: found value -1, expected 0 or more");
    BOOST_TEST(rig.error(static_cast<StepKind>(9)) == "step: found kind 9, expected 1 to 5");
    const Status nobody = rig.apply(runtime::encode_step({StepKind::flip, 1, 99, 0, 0}));
    BOOST_TEST(nobody.error().message == "stage first: instance 99 does not follow");
    const Status nowhere = rig.apply(runtime::encode_step({StepKind::flip, 7, 4, 0, 0}));
    BOOST_TEST(nowhere.error().message == "step: found stage 7, expected 0 to 2");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
