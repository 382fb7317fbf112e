// A stage that is split among arms: who comes to which, that they keep to themselves, what a
// promotion changes and what it leaves. That arms of one plugin do what it does alone is shown in
// tests/property/arms_property_test.cpp.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <numeric>
#include <string>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {

using runtime::Arm;
using runtime::Arms;
using runtime::Case;
using runtime::kBuckets;
using runtime::Purpose;
using runtime::Slot;
using runtime::Split;
using runtime::StepKind;
using runtime::TransitionKind;

namespace {

constexpr std::int64_t kHalf = LPC_RATE_ONE_PPB / 2;
constexpr std::uint8_t kA = 0, kB = 1;

Arms halves() {
    Arms arms;
    arms.all = {{"a", kHalf}, {"b", kHalf}};
    return arms;
}

RigOptions with(const Arms& arms) {
    RigOptions options;
    options.config.stages[0].arms = arms;
    options.with_first = false;
    return options;
}

// Stage "first" with the arms a, where the script `first` acts, and b, where `next` does.
struct Armed : Rig {
    explicit Armed(const Arms& arms = halves()) : Rig(with(arms)) {
        attach_arm("a", "first");
        attach_arm("b", "next");
    }
    void attach_arm(const std::string& arm, const std::string& file) {
        must(runtime::encode_attach({"first", file, "", {}, arm}));
    }
    const Slot& slot() const { return state().slots[1]; }
    const runtime::Route& arm(std::uint8_t index) const { return slot().routes[index]; }
    // The n-th account from 100 on that would come to the arm.
    std::uint64_t account_of(std::uint8_t index, int n = 0) const {
        Case held;
        for (held.account = 100;; ++held.account) {
            if (slot().route_of(held) == index && n-- == 0) return held.account;
        }
    }
    std::string error(Input input) {
        const std::uint64_t before = runtime.state_hash();
        const Status status = apply(std::move(input));
        BOOST_TEST(runtime.state_hash() == before);
        return status ? "" : status.error().message;
    }
    Input step(StepKind kind, std::uint32_t instance, std::int64_t value = 0) {
        return runtime::encode_step({kind, 1, instance, 0, value});
    }
    Input promotion(std::uint8_t index) {
        return step(StepKind::promote, arm(index).active.instance->id());
    }
    void end(std::uint64_t account) {
        risk.say(command(LPC_CMD_RELEASE, account));
        balance(account, 20'000);
        risk.say(margin_of(account));
        turn();
        turn();
    }
};

std::vector<std::int64_t> counts_of(const std::vector<Arm>& arms) {
    std::vector<std::int64_t> counts(arms.size());
    for (const std::uint8_t arm : runtime::buckets_of(arms)) ++counts[arm];
    return counts;
}

std::size_t heard_about(const Script& script, std::uint64_t account) {
    return static_cast<std::size_t>(
        std::count_if(script.heard.begin(), script.heard.end(),
                      [account](const lpc_fact& f) { return f.account == account; }));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_arms)

BOOST_AUTO_TEST_CASE(buckets_are_shared_out_by_largest_remainder_and_of_equal_ones_to_the_earlier) {
    const auto counts = [](std::vector<std::int64_t> shares) {
        std::vector<Arm> arms;
        for (const std::int64_t share : shares) arms.push_back({"x", share});
        return counts_of(arms);
    };
    using Counts = std::vector<std::int64_t>;
    BOOST_TEST(counts({kHalf, kHalf}) == (Counts{128, 128}));
    BOOST_TEST(counts({900'000'000, 100'000'000}) == (Counts{230, 26}));
    BOOST_TEST(counts({333'333'333, 333'333'333, 333'333'334}) == (Counts{85, 85, 86}));
    BOOST_TEST(counts({501'953'125, 498'046'875}) == (Counts{129, 127}));
    BOOST_TEST(counts({996'093'750, 3'906'250}) == (Counts{255, 1}));
}

BOOST_AUTO_TEST_CASE(every_arm_has_its_share_of_the_buckets_to_less_than_one) {
    for (std::uint64_t seed = 1; seed <= 300; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            Random random(seed);
            Arms arms;
            arms.all.clear();
            std::int64_t left = LPC_RATE_ONE_PPB;
            for (int i = 0; left > 2 * runtime::kBucketPpb && i < 40; ++i) {
                const std::int64_t share =
                    random.between(runtime::kBucketPpb, left - runtime::kBucketPpb);
                arms.all.push_back({"arm-" + std::to_string(i), share});
                left -= share;
            }
            arms.all.push_back({"rest", left});
            BOOST_REQUIRE(runtime::validate(arms));
            const std::vector<std::int64_t> counts = counts_of(arms.all);
            BOOST_TEST(std::accumulate(counts.begin(), counts.end(), std::int64_t{0}) ==
                       static_cast<std::int64_t>(kBuckets));
            for (std::size_t i = 0; i < counts.size(); ++i) {
                const std::int64_t off = counts[i] * runtime::kBucketPpb - arms.all[i].share_ppb;
                BOOST_TEST((off < runtime::kBucketPpb && off > -runtime::kBucketPpb));
                BOOST_TEST(counts[i] >= 1);
            }
        }
    }
}

BOOST_AUTO_TEST_CASE(accounts_come_in_proportion_to_the_shares_and_always_to_the_same_arm) {
    Arms arms = halves();
    arms.all[kA].share_ppb = 900'000'000;
    arms.all[kB].share_ppb = 100'000'000;
    const Armed one(arms), other(arms);
    int in_b = 0;
    Case held;
    for (held.account = 1; held.account <= 20'000; ++held.account) {
        held.opened_ns = static_cast<std::int64_t>(held.account) * kSecond;  // no matter when
        const std::uint8_t index = one.slot().route_of(held);
        held.opened_ns = 0;
        BOOST_REQUIRE(other.slot().route_of(held) == index);
        in_b += index == kB ? 1 : 0;
    }
    // 26 of 256 buckets: 2,031 are due, and 4 times the deviation of so many draws is 171.
    BOOST_TEST(in_b > 1'860);
    BOOST_TEST(in_b < 2'202);
}

BOOST_AUTO_TEST_CASE(two_stages_draw_their_arms_independently) {
    RigOptions options = with(halves());
    options.config.stages[1].arms = halves();
    options.with_last = false;
    const Rig rig(options);
    int same = 0;
    Case held;
    for (held.account = 1; held.account <= 10'000; ++held.account) {
        const auto& slots = rig.state().slots;
        same += slots[1].route_of(held) == slots[2].route_of(held) ? 1 : 0;
    }
    BOOST_TEST(same > 4'800);
    BOOST_TEST(same < 5'200);
}

BOOST_AUTO_TEST_CASE(in_a_switchback_the_first_instrument_and_its_block_of_time_decide) {
    Arms arms = halves();
    arms.split = Split::switchback;
    arms.switchback_block_ns = 60 * kSecond;
    const Armed rig(arms);
    int in_b = 0, changed_by_instrument = 0;
    for (std::int64_t block = 0; block < 2'000; ++block) {
        Case held;
        held.opened_instrument = 1;
        held.opened_ns = block * 60 * kSecond;
        const std::uint8_t index = rig.slot().route_of(held);
        in_b += index == kB ? 1 : 0;
        for (const std::uint64_t account : {1u, 2u, 3u, 4u}) {
            held.account = account;
            held.opened_ns =
                block * 60 * kSecond + static_cast<std::int64_t>(account) * 14 * kSecond;
            BOOST_REQUIRE(rig.slot().route_of(held) == index);
        }
        held.opened_instrument = 2;
        changed_by_instrument += rig.slot().route_of(held) != index ? 1 : 0;
    }
    BOOST_TEST(in_b > 900);
    BOOST_TEST(in_b < 1'100);
    BOOST_TEST(changed_by_instrument > 900);
    BOOST_TEST(changed_by_instrument < 1'100);
}

BOOST_AUTO_TEST_CASE(when_and_in_what_a_case_was_opened_holds_in_all_stages_until_it_is_over) {
    Arms arms = halves();
    arms.split = Split::switchback;
    arms.switchback_block_ns = 10 * kSecond;
    std::size_t other = 0;  // runs in which a new case would go elsewhere by then
    for (std::int64_t start = 1; start <= 20; ++start) {
        RigOptions options = with(arms);
        options.with_last = false;
        options.config.stages[0].leave_after_ns = 40 * kSecond;
        options.config.stages[1].arms = arms;
        Rig rig(options);
        rig.turn(start * 10 * kSecond);
        rig.run_closeout(7);
        const Case before = *rig.held(7);
        BOOST_TEST(before.opened_ns == rig.now_ns);
        BOOST_TEST(before.opened_instrument == kCoin);
        for (int i = 0; i < 4; ++i) {
            rig.risk.say(rig.closeout_of(7));  // told again, as it is at every turn
            rig.turn(rig.now_ns + 10 * kSecond);
            BOOST_TEST(rig.held(7)->route == (i < 3 ? before.route : rig.held(7)->route));
        }
        BOOST_REQUIRE(rig.held(7)->stage == 2u);
        Case fresh = before;
        const Slot& last = rig.state().slots[2];
        BOOST_TEST(rig.held(7)->route == last.route_of(before));
        BOOST_TEST(rig.seen.moves.back().arm == rig.held(7)->route);
        fresh.opened_ns = rig.now_ns;
        other += last.route_of(fresh) != last.route_of(before) ? 1u : 0u;
    }
    BOOST_TEST(other > 3u);
}

BOOST_AUTO_TEST_CASE(an_arm_is_told_of_its_own_accounts_only) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.run_closeout(b);
    rig.balance(a, 6'010);
    rig.balance(b, 6'020);
    rig.turn();
    BOOST_TEST(heard_about(rig.first, a) > 5u);
    BOOST_TEST(heard_about(rig.next, b) > 5u);
    BOOST_TEST(heard_about(rig.first, b) == 0u);
    BOOST_TEST(heard_about(rig.next, a) == 0u);
    // What concerns everybody is told to both.
    BOOST_TEST(rig.first.heard_of(LPC_FACT_PRICE).size() ==
               rig.next.heard_of(LPC_FACT_PRICE).size());
    BOOST_TEST(rig.first.turns.size() == rig.next.turns.size());
}

BOOST_AUTO_TEST_CASE(tags_timers_and_refusals_of_an_arm_are_its_own) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.run_closeout(b);
    // The same tags in both: neither is in the other's way.
    rig.first.say({order(a, kCoin, -10, 981, 5), timer(a, rig.now_ns + kSecond, 5)});
    rig.next.say({order(b, kCoin, -20, 981, 5), timer(b, rig.now_ns + kSecond, 6)});
    rig.turn(rig.now_ns);
    rig.release();
    BOOST_REQUIRE(rig.ports.placed.size() == 2u);
    rig.tell(rig.order_fact(a, rig.ports.placed[0].order, LPC_ORDER_OPEN, -4));
    rig.tell(rig.fill_fact(a, rig.ports.placed[0].order, -4, 4));
    rig.first.say(order(a, kCoin, 10, 981, 77));  // the wrong way
    rig.turn(rig.now_ns);
    rig.turn();
    for (const std::uint16_t kind : {LPC_FACT_ORDER, LPC_FACT_FILL}) {
        for (const lpc_fact& f : rig.first.heard_of(kind)) BOOST_TEST(f.account == a);
        for (const lpc_fact& f : rig.next.heard_of(kind)) BOOST_TEST(f.account == b);
    }
    BOOST_TEST(rig.first.heard_of(LPC_FACT_ORDER).back().u.order.tag == 5u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_ORDER).back().u.order.tag == 5u);
    BOOST_REQUIRE(rig.first.heard_of(LPC_FACT_REFUSED).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_REFUSED)[0].u.refused.tag == 77u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_REFUSED).empty());
    BOOST_REQUIRE(rig.first.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(rig.first.heard_of(LPC_FACT_TIMER)[0].u.timer.tag == 5u);
    BOOST_REQUIRE(rig.next.heard_of(LPC_FACT_TIMER).size() == 1u);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_TIMER)[0].u.timer.tag == 6u);
    BOOST_TEST(rig.arm(kA).counters().refused == 1u);
    BOOST_TEST(rig.arm(kB).counters().refused == 0u);
}

BOOST_AUTO_TEST_CASE(an_arm_may_not_speak_for_an_account_of_the_other) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.run_closeout(b);
    BOOST_TEST(rig.verdict_on(rig.first, order(b, kCoin, -10, 981, 1)) ==
               LPC_REASON_NOT_YOUR_ACCOUNT);
    BOOST_TEST(rig.verdict_on(rig.next, order(b, kCoin, -10, 981, 1)) == 0u);
    BOOST_TEST(rig.seen.verdicts.back().arm == kB);
    BOOST_TEST(rig.held(b)->refusals == 0);
    BOOST_TEST(rig.next.heard_of(LPC_FACT_REFUSED).empty());
}

BOOST_AUTO_TEST_CASE(participation_is_shared_out_among_the_accounts_of_all_arms_worst_first) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.turn(rig.now_ns + 70 * kSecond);
    rig.volume(kCoin, 11'500);  // 150 lots for two who want 100 each
    rig.buyer(b, 5'900);        // the worse off
    rig.risk.say({rig.margin_of(b), rig.closeout_of(b)});
    rig.turn();
    const auto told = [](const Script& who) {
        return who.heard_of(LPC_FACT_BUDGET).back().u.budget.lots;
    };
    BOOST_TEST(told(rig.next) == 100);
    BOOST_TEST(told(rig.first) == 50);
}

BOOST_AUTO_TEST_CASE(a_promoted_arm_gets_all_that_come_and_who_is_elsewhere_stays_until_it_leaves) {
    Armed rig;
    const std::uint64_t b = rig.account_of(kB), later = rig.account_of(kB, 1);
    rig.run_closeout(b);
    rig.must(rig.promotion(kA));
    BOOST_TEST(rig.slot().generation == 2u);
    BOOST_TEST(rig.slot().share_ppb(kA) == LPC_RATE_ONE_PPB);
    const auto& [transition, text] = rig.seen.transitions.back();
    BOOST_TEST((transition.kind == TransitionKind::arm_promoted));
    BOOST_TEST(transition.route == kA);
    BOOST_TEST(transition.to == rig.arm(kA).active.instance->id());
    BOOST_TEST(transition.generation == 2u);
    rig.run_closeout(later);
    BOOST_TEST(rig.held(later)->route == kA);
    BOOST_TEST(rig.held(b)->route == kB);
    rig.next.say(order(b, kCoin, -10, 981, 1));
    rig.turn();
    BOOST_TEST(rig.seen.verdicts.back().reason == 0u);
    BOOST_TEST(rig.seen.verdicts.back().arm == kB);
    // Who has left comes back to the winner.
    rig.release();
    rig.tell(rig.order_fact(b, rig.last_order_id(), LPC_ORDER_CANCELLED, 0));
    rig.end(b);
    BOOST_REQUIRE(rig.held(b) == nullptr);
    rig.balance(b, 6'000);
    rig.risk.say({rig.margin_of(b), rig.closeout_of(b)});
    rig.turn();
    BOOST_TEST(rig.held(b)->route == kA);
}

BOOST_AUTO_TEST_CASE(what_cannot_be_promoted_is_refused_in_a_sentence_and_changes_nothing) {
    Armed rig;
    rig.turn();
    BOOST_TEST(rig.error(rig.step(StepKind::promote, 99)) ==
               "stage first: instance 99 does not act, expected one that acts in an arm");
    BOOST_TEST(rig.error(runtime::encode_step({StepKind::promote, 2, 3, 0, 0})) ==
               "stage last: instance 3 does not act, expected one that acts in an arm");
    const std::uint32_t last = rig.state().slots[2].routes[0].active.instance->id();
    BOOST_TEST(rig.error(runtime::encode_step({StepKind::promote, 2, last, 0, 0})) ==
               "stage last: all accounts that come go there already");
    runtime::Follow follow;
    follow.plugin = {"first", "first", "", {}, "b"};
    follow.facts_only = true;
    rig.must(runtime::encode_follow(follow));
    BOOST_TEST(rig.error(rig.promotion(kB)) ==
               "stage first/b: plugin org.test.first is being swapped in, expected the end of that "
               "swap");
    rig.must(rig.promotion(kA));  // the other arm's swap is its own affair
    BOOST_TEST(rig.error(rig.promotion(kA)) ==
               "stage first/a: all accounts that come go there already");
    rig.next.turn_answer = LPC_FAILED;
    rig.turn();
    BOOST_REQUIRE(rig.arm(kB).fallback);
    BOOST_TEST(rig.error(rig.promotion(kB)) ==
               "stage first/b: the plugin has failed and the built-in hold acts");
    BOOST_TEST(rig.slot().generation == 3u);
}

BOOST_AUTO_TEST_CASE(an_arm_that_fails_leaves_the_other_alone) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.run_closeout(b);
    const std::uint32_t other = rig.arm(kB).active.instance->id();
    rig.first.turn_answer = LPC_FAILED;
    rig.turn();
    BOOST_TEST(rig.arm(kA).fallback);
    BOOST_TEST(!rig.arm(kB).fallback);
    BOOST_TEST(rig.arm(kB).active.instance->id() == other);
    BOOST_REQUIRE(rig.seen.failures.size() == 1u);
    BOOST_TEST(rig.seen.failures[0].starts_with("1: arm a: plugin org.test.first"),
               rig.seen.failures[0]);
    BOOST_TEST(rig.seen.transitions.back().first.route == kA);
    BOOST_TEST(rig.verdict_on(rig.next, order(b, kCoin, -10, 981, 1)) == 0u);
    BOOST_TEST(rig.first.alive == 0);
    BOOST_TEST(rig.next.alive == 1);
}

BOOST_AUTO_TEST_CASE(a_swap_moves_the_accounts_of_its_arm_only) {
    Armed rig;
    const std::uint64_t a = rig.account_of(kA), b = rig.account_of(kB);
    rig.run_closeout(a);
    rig.run_closeout(b);
    runtime::Follow follow;
    follow.plugin = {"first", "last", "", {}, "b"};
    follow.facts_only = true;
    rig.must(runtime::encode_follow(follow));
    const std::uint32_t standby = rig.arm(kB).followers.front()->id();
    rig.must(rig.step(StepKind::migrate, standby, 100));
    BOOST_TEST(rig.arm(kB).followers.front()->accounts_moved == 1u);
    const std::uint32_t untouched = rig.arm(kA).active.instance->id();
    rig.must(rig.step(StepKind::flip, standby, kSecond));
    BOOST_TEST(rig.arm(kB).active.instance->id() == standby);
    BOOST_TEST(rig.arm(kA).active.instance->id() == untouched);
    BOOST_TEST(rig.arm(kA).followers.empty());
    BOOST_TEST(rig.seen.transitions.back().first.route == kB);
    const std::uint32_t predecessor = rig.arm(kB).followers.front()->id();
    rig.must(rig.step(StepKind::roll_back, predecessor));
    BOOST_TEST(rig.arm(kB).active.instance->id() == predecessor);
    // Both arms may be swapped at once.
    rig.must(runtime::encode_follow(follow));
    follow.plugin.arm = "a";
    rig.must(runtime::encode_follow(follow));
    BOOST_TEST(rig.arm(kA).followers.size() == 1u);
    BOOST_TEST(rig.arm(kB).followers.size() == 1u);
}

BOOST_AUTO_TEST_CASE(attachments_that_do_not_fit_are_refused_in_a_sentence) {
    Rig rig(with(halves()));
    const auto refused = [&rig](const runtime::Attachment& wanted) {
        const Status status = rig.apply(runtime::encode_attach(wanted));
        return status ? "" : status.error().message;
    };
    BOOST_TEST(refused({"first", "first", "", {}}) ==
               "attach: stage first has no arm 'main', expected one of: a, b");
    BOOST_TEST(refused({"first", "first", "", {}, "c"}) ==
               "attach: stage first has no arm 'c', expected one of: a, b");
    BOOST_TEST(refused({"last", "last", "", {}, "a"}) ==
               "attach: stage last has no arm 'a', expected main");
    BOOST_TEST(refused({"risk", "risk", "", {}, "a"}) ==
               "attach: stage risk has no arm 'a', expected main");
    BOOST_TEST(refused({"first", "first", "", {}, "a"}) == "");
    BOOST_TEST(refused({"first", "next", "", {}, "a"}) ==
               "attach: stage first/a has a plugin already");
    const Status turn = rig.apply(runtime::encode_turn(kSecond));
    BOOST_REQUIRE(!turn);
    BOOST_TEST(turn.error().message ==
               "turn: stage first: arm 'b' has no plugin, expected one in each arm");
    rig.next.table().flags |= LPC_COUPLED;
    BOOST_TEST(refused({"first", "next", "", {}, "b"}) ==
               "attach: plugin org.test.next is COUPLED and cannot share a stage's accounts with "
               "others, expected stage first without arms");
    rig.next.table().flags = LPC_ROLE_LIQUIDATOR;
    BOOST_TEST(refused({"first", "next", "", {}, "b"}) == "");
    rig.turn();
    rig.last.table().flags |= LPC_COUPLED;
    runtime::Follow follow;
    follow.plugin = {"first", "last", "", {}, "b"};
    const Status following = rig.apply(runtime::encode_follow(follow));
    BOOST_REQUIRE(!following);
    BOOST_TEST(following.error().message.find("is COUPLED") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(who_waited_for_an_arms_plugin_is_handed_over_once_it_is_there) {
    Rig rig(with(halves()));
    rig.run_closeout();
    BOOST_TEST(!rig.held(7)->attached);
    const std::string arm = rig.held(7)->route == kA ? "a" : "b";
    rig.must(runtime::encode_attach({"first", "next", "", {}, arm == "a" ? "b" : "a"}));
    BOOST_TEST(!rig.held(7)->attached);
    rig.must(runtime::encode_attach({"first", "first", "", {}, arm}));
    BOOST_TEST(rig.held(7)->attached);
    rig.turn();
    BOOST_TEST(heard_about(rig.first, 7) > 3u);
    BOOST_TEST(heard_about(rig.next, 7) == 0u);
}

BOOST_AUTO_TEST_CASE(who_gets_what_comes_is_part_of_the_state_hash) {
    Armed rig;
    rig.turn();
    const std::uint64_t before = rig.runtime.state_hash();
    rig.must(rig.promotion(kB));
    BOOST_TEST(rig.runtime.state_hash() != before);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
