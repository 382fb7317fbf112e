// Who may take how much of the market: worst margin ratio first, ties by keyed hash, the sum within
// the share of the window.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <deque>
#include <map>
#include <runtime/keyed_hash.hpp>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

RigOptions told_by_the_engine(Rate claim_share = {LPC_RATE_ONE_PPB}) {
    RigOptions options;
    options.config.rulebook.claim_share = claim_share;
    options.with_risk = false;
    options.config.rulebook.orders_per_account_max = 1'000'000;
    options.config.rulebook.strikes_max = 1'000'000;
    return options;
}

// The engine says that the account is sick, with this equity of 1,000 maintenance, and closes it
// out whole.
void close_out(Rig& rig, std::uint64_t account, std::int64_t lots, std::int64_t equity) {
    rig.position(account, lots, lots * 1'000);
    rig.tell(fact({.account = account, .instrument = kMoney, .code = LPC_MARGIN_LIQUIDATING},
                  lpc_fact_margin{equity, 1'000, 2'000, 1'000, 0}));
    rig.tell(fact({.account = account, .instrument = kCoin, .code = LPC_CLOSEOUT_ACCEPTED},
                  lpc_fact_closeout{0, 900, 950, 0}));
}

std::int64_t budget(const Rig& rig, std::uint64_t account) {
    return rig.held(account)->leg(kCoin)->budget_lots;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(runtime_participation)

BOOST_AUTO_TEST_CASE(the_worst_margin_ratio_is_served_first) {
    Rig rig(told_by_the_engine());
    close_out(rig, 1, 100, 900);
    close_out(rig, 2, 100, 300);
    close_out(rig, 3, 100, 600);
    rig.volume(kCoin, 1'500);  // a share of 150
    rig.turn();
    BOOST_TEST(budget(rig, 2) == 100);
    BOOST_TEST(budget(rig, 3) == 50);
    BOOST_TEST(budget(rig, 1) == 0);
    std::map<std::uint64_t, std::int64_t> told;
    for (const lpc_fact& f : rig.first.heard_of(LPC_FACT_BUDGET)) told[f.account] = f.u.budget.lots;
    const std::map<std::uint64_t, std::int64_t> expected{{1, 0}, {2, 100}, {3, 50}};
    BOOST_TEST((told == expected));
}

BOOST_AUTO_TEST_CASE(in_a_first_round_nobody_gets_more_than_its_claim_share) {
    RigOptions options = told_by_the_engine();
    options.config.rulebook.claim_share = {LPC_RATE_ONE_PPB / 4};
    Rig rig(options);
    close_out(rig, 1, 100, 900);
    close_out(rig, 2, 101, 300);
    close_out(rig, 3, 100, 600);
    rig.volume(kCoin, 500);  // 50: a quarter of 101, rounded up, and the rest of it
    rig.turn();
    BOOST_TEST(budget(rig, 2) == 26);
    BOOST_TEST(budget(rig, 3) == 24);
    BOOST_TEST(budget(rig, 1) == 0);
    rig.volume(kCoin, 1'500);  // 150: 26 + 25 + 25, and 74 more for the worst
    rig.turn();
    BOOST_TEST(budget(rig, 2) == 100);
    BOOST_TEST(budget(rig, 3) == 25);
    BOOST_TEST(budget(rig, 1) == 25);
}

BOOST_AUTO_TEST_CASE(a_share_is_rounded_down_and_nothing_is_shared_before_anybody_traded) {
    Rig rig(told_by_the_engine());
    close_out(rig, 1, 100, 900);
    rig.turn();
    BOOST_TEST(budget(rig, 1) == 0);
    rig.volume(kCoin, 19);
    rig.turn();
    BOOST_TEST(budget(rig, 1) == 1);
    rig.turn(rig.now_ns + 60 * kSecond);  // it has left the window
    BOOST_TEST(budget(rig, 1) == 0);
}

BOOST_AUTO_TEST_CASE(renaming_accounts_changes_nothing_unless_they_tie) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Random random(seed);
        std::vector<std::int64_t> equities{100, 200, 300, 400, 500, 600};
        std::vector<std::int64_t> lots(equities.size());
        for (std::int64_t& l : lots) l = random.between(1, 80);
        const std::int64_t volume = random.between(0, 4'000);
        const auto budgets = [&](auto&& name_of) {
            Rig rig(told_by_the_engine());
            for (std::size_t i = 0; i < lots.size(); ++i)
                close_out(rig, name_of(i), lots[i], equities[i]);
            rig.volume(kCoin, volume);
            rig.turn();
            std::vector<std::int64_t> result;
            for (std::size_t i = 0; i < lots.size(); ++i) result.push_back(budget(rig, name_of(i)));
            return result;
        };
        const std::uint64_t shift = random.next() >> 8;
        const auto plain = budgets([](std::size_t i) { return i + 1; });
        const auto renamed = budgets([&](std::size_t i) { return shift - i * 13; });
        BOOST_TEST(plain == renamed, "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(ties_are_broken_by_the_keyed_hash_and_not_by_the_account_id) {
    int lowest_wins = 0;
    const int keys = 40;
    for (std::uint64_t key = 1; key <= keys; ++key) {
        RigOptions options = told_by_the_engine();
        options.config.rulebook.tie_key = key;
        Rig rig(options);
        std::uint64_t winner = 1;
        for (std::uint64_t account = 1; account <= 4; ++account) {
            close_out(rig, account, 10, 500);
            if (runtime::keyed_hash(key, account) < runtime::keyed_hash(key, winner))
                winner = account;
        }
        rig.volume(kCoin, 100);
        rig.turn();
        for (std::uint64_t account = 1; account <= 4; ++account)
            BOOST_TEST(budget(rig, account) == (account == winner ? 10 : 0));
        if (winner == 1) ++lowest_wins;
    }
    BOOST_TEST(lowest_wins > 0);
    BOOST_TEST(lowest_wins < keys / 2);
}

BOOST_AUTO_TEST_CASE(splitting_an_account_gains_nothing) {
    for (std::uint64_t seed = 1; seed <= 50; ++seed) {
        Random random(seed);
        const std::int64_t lots = random.between(2, 200);
        const std::int64_t part = random.between(1, lots - 1);
        const std::int64_t volume = random.between(0, 5'000);
        const auto others_get = [&](bool split) {
            Rig rig(told_by_the_engine());
            close_out(rig, 1, 60, 100);  // worse
            close_out(rig, 2, split ? part : lots, 500);
            if (split) close_out(rig, 3, lots - part, 500);
            close_out(rig, 4, 60, 800);  // better
            rig.volume(kCoin, volume);
            rig.turn();
            const std::int64_t own = budget(rig, 2) + (split ? budget(rig, 3) : 0);
            return std::vector<std::int64_t>{budget(rig, 1), own, budget(rig, 4)};
        };
        BOOST_TEST(others_get(false) == others_get(true), "seed " << seed);
    }
}

BOOST_AUTO_TEST_CASE(working_orders_are_deducted_from_the_share) {
    Rig rig(told_by_the_engine());
    close_out(rig, 1, 100, 100);
    close_out(rig, 2, 100, 500);
    rig.volume(kCoin, 1'000);
    rig.turn();
    BOOST_TEST(budget(rig, 1) == 100);
    BOOST_TEST(rig.verdict_on(rig.first, order(1, kCoin, -70, 950, 1)) == 0u);
    rig.turn();
    BOOST_TEST(budget(rig, 1) == 30);
    BOOST_TEST(budget(rig, 2) == 0);
    rig.release();
    rig.tell(rig.order_fact(1, rig.last_order_id(), LPC_ORDER_CANCELLED, -20));
    rig.position(1, 80, 80'000);
    rig.volume(kCoin, 1'020, 20);
    rig.turn();  // 20 of the share are used for good, 80 are free again
    BOOST_TEST(budget(rig, 1) == 80);
    BOOST_TEST(budget(rig, 2) == 0);
}

BOOST_AUTO_TEST_CASE(a_take_over_needs_no_share_of_the_market) {
    Rig rig(told_by_the_engine());
    close_out(rig, 1, 100, 100);
    rig.fund(0);
    rig.turn();
    rig.first.say(escalate(1, LPC_ESCALATE_DEADLINE));
    rig.turn();
    BOOST_TEST(rig.verdict_on(rig.last, takeover(1, kCoin, -100, 900, 1)) == 0u);
    close_out(rig, 2, 10, 500);
    rig.volume(kCoin, 100);
    rig.turn();
    BOOST_TEST(budget(rig, 2) == 10);
}

BOOST_AUTO_TEST_CASE(our_own_lots_never_count_as_the_others_whichever_is_told_first) {
    for (const bool volume_first : {true, false}) {
        Rig rig(told_by_the_engine());
        close_out(rig, 1, 1'000, 100);
        rig.volume(kCoin, 1'000);
        rig.turn();
        rig.first.say(order(1, kCoin, -100, 950, 1));
        rig.turn();
        rig.release();
        const auto tell_volume = [&] { rig.volume(kCoin, 1'100, 100); };
        const auto tell_order = [&] {
            rig.position(1, 900, 900'000);
            rig.tell(rig.order_fact(1, rig.last_order_id(), LPC_ORDER_DONE, -100));
        };
        if (volume_first) tell_volume();
        rig.turn();
        BOOST_TEST(budget(rig, 1) == 0);
        tell_order();
        rig.turn();
        BOOST_TEST(budget(rig, 1) == 0);
        if (!volume_first) tell_volume();
        rig.turn();
        BOOST_TEST(budget(rig, 1) == 0);
        rig.turn(rig.now_ns + 58 * kSecond);  // the others' 1,000 have left, the rest was ours
        BOOST_TEST(budget(rig, 1) == 0);
    }
}

namespace {

// Everything that was traded, written down without any cleverness.
struct NaiveTape {
    struct Trade {
        std::int64_t at_ns, others, own;
    };
    std::vector<Trade> trades;

    std::int64_t within(std::int64_t now_ns, std::int64_t window_ns, bool own) const {
        std::int64_t sum = 0;
        for (const Trade& trade : trades) {
            if (trade.at_ns > now_ns - window_ns) sum += own ? trade.own : trade.others;
        }
        return sum;
    }
};

// A greedy liquidator on a random tape; after each permitted order the share is counted anew.
class Market {
  public:
    Market(std::uint64_t seed, Rate claim_share)
        : random_(seed), rig_(told_by_the_engine(claim_share)), seed_(seed) {
        for (std::uint64_t account = 1; account <= 5; ++account)
            close_out(rig_, account, 2'000, random_.between(1, 5) * 100);
        rig_.first.decide = [this](const lpc_turn&) { ask_for_much(); };
        rig_.turn();
    }

    int run(int steps) {
        int permitted = 0;
        for (int step = 0; step < steps; ++step) {
            const bool volume_first = random_.one_in(2);
            if (volume_first) trade_others();
            fill_some();
            if (!volume_first) trade_others();
            rig_.turn(rig_.now_ns + random_.between(0, 20) * kSecond);
            rig_.release();
            permitted += count_permitted();
        }
        return permitted;
    }

  private:
    void ask_for_much() {
        for (std::uint64_t account = 1; account <= 5; ++account) {
            const std::int64_t lots = -random_.between(1, random_.one_in(3) ? 200 : 12);
            rig_.first.say(order(account, kCoin, lots, 950, next_tag_++));
        }
    }
    void trade_others() {
        const std::int64_t lots = random_.one_in(4) ? 0 : random_.between(0, 700);
        market_ += lots + own_untold_;
        own_ += own_untold_;
        own_untold_ = 0;
        rig_.volume(kCoin, market_, own_);
        tape_.trades.push_back({rig_.now_ns, lots, 0});
    }
    void fill_some() {
        for (auto& [id, request] : working_) {
            if (random_.one_in(3)) continue;
            const std::int64_t left = -request.lots - done_[id];
            const std::int64_t lots = random_.between(0, left);
            done_[id] += lots;
            own_untold_ += lots;
            positions_[request.account] -= lots;
            tape_.trades.push_back({rig_.now_ns, 0, lots});
            rig_.position(request.account, positions_[request.account], 0);
            const bool over = done_[id] == -request.lots || random_.one_in(2);
            rig_.tell(rig_.order_fact(request.account, id,
                                      over ? LPC_ORDER_CANCELLED : LPC_ORDER_OPEN, -done_[id]));
            if (over) ended_.push_back(id);
        }
        for (const std::uint64_t id : ended_) working_.erase(id);
        ended_.clear();
    }
    int count_permitted() {
        int permitted = 0;
        for (; known_ < rig_.ports.placed.size(); ++known_, ++permitted)
            working_[rig_.ports.placed[known_].order] = rig_.ports.placed[known_];
        if (permitted == 0) return 0;
        std::int64_t out = 0;
        for (const auto& [id, request] : working_) out += -request.lots - done_[id];
        const runtime::Rulebook& rules = rig_.state().config.rulebook;
        const std::int64_t window = rules.participation_window_ns;
        const std::int64_t share = tape_.within(rig_.now_ns, window, false) / 10;
        BOOST_TEST(tape_.within(rig_.now_ns, window, true) + out <= share, "seed " << seed_);
        return permitted;
    }

    Random random_;
    Rig rig_;
    std::uint64_t seed_;
    NaiveTape tape_;
    std::uint64_t next_tag_ = 1;
    std::size_t known_ = 0;
    std::int64_t market_ = 0, own_ = 0, own_untold_ = 0;
    std::map<std::uint64_t, runtime::OrderRequest> working_;
    std::map<std::uint64_t, std::int64_t> done_;
    std::vector<std::uint64_t> ended_;
    std::map<std::uint64_t, std::int64_t> positions_{
        {1, 2'000}, {2, 2'000}, {3, 2'000}, {4, 2'000}, {5, 2'000}};
};

}  // namespace

BOOST_AUTO_TEST_CASE(orders_never_pass_the_share_of_the_window_on_any_tape) {
    int permitted = 0;
    for (std::uint64_t seed = 1; seed <= 60; ++seed) {
        const Rate claim_share{seed % 2 == 0 ? LPC_RATE_ONE_PPB : LPC_RATE_ONE_PPB / 7};
        permitted += Market(seed, claim_share).run(120);
    }
    BOOST_TEST(permitted > 1'000);  // the tapes are not empty talk
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
