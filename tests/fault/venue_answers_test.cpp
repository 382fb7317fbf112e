// A venue whose answers come late, never, twice or in another order: positions and orders end
// right, nothing is given twice, and what works returns to nothing.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {
namespace {

using lpc::testing::resync;
using Answer = std::vector<lpc_fact>;  // told at one moment, no turn between

// Fills every order whole, in parts, and answers as the test wants. Its own book is the truth.
class SlowVenue {
  public:
    explicit SlowVenue(Rig& rig) : rig_(rig) {}

    std::int64_t position = 100;
    std::int64_t traded = 0;
    int delay_turns = 0;
    int part_lots = 10;
    bool doubled = false, fill_after_order = false, lost = false;

    // Takes what has been placed, tells what is due.
    void step() {
        for (; known_ < rig_.ports.placed.size(); ++known_) take(rig_.ports.placed[known_]);
        for (; cancels_ < rig_.ports.cancelled.size(); ++cancels_) {
        }
        auto [first, last] = std::pair(due_.begin(), due_.upper_bound(turn_));
        std::vector<Answer> now;
        for (auto it = first; it != last; ++it) now.push_back(it->second);
        due_.erase(first, last);
        for (const Answer& answer : now) {
            for (int times = doubled ? 2 : 1; times > 0; --times) {
                for (const lpc_fact& f : answer) rig_.tell(f);
            }
        }
        ++turn_;
    }
    bool silent() const { return due_.empty() && known_ == rig_.ports.placed.size(); }
    void resync_account() {
        rig_.tell(resync(7, LPC_RESYNC_BEGIN));
        rig_.balance(7, 6'000);
        rig_.position(7, position, position * 1'000);
        rig_.tell(resync(7, LPC_RESYNC_END));
    }

  private:
    void take(const runtime::OrderRequest& order) {
        ids.push_back(order.order);
        std::int64_t done = 0;
        say({rig_.order_fact(7, order.order, LPC_ORDER_OPEN, 0)});
        while (done < -order.lots) {
            const std::int64_t part = std::min<std::int64_t>(part_lots, -order.lots - done);
            done += part;
            position -= part;
            traded += part;
            const bool whole = done == -order.lots;
            Answer answer{
                fact({.account = 7, .instrument = kCoin},
                     lpc_fact_position{position, position * 1'000, 0, 0, 0}),
                rig_.fill_fact(7, order.order, -part, done),
                rig_.order_fact(7, order.order, whole ? LPC_ORDER_DONE : LPC_ORDER_OPEN, -done)};
            if (fill_after_order) std::swap(answer[1], answer[2]);
            say(answer);
        }
    }
    void say(Answer answer) {
        if (lost) return;
        due_.emplace(turn_ + delay_turns, std::move(answer));
    }

    Rig& rig_;
    std::multimap<int, Answer> due_;
    std::size_t known_ = 0, cancels_ = 0;
    int turn_ = 0;

  public:
    std::vector<std::uint64_t> ids;
};

// Sells 30 lots at once and again whenever nothing works, by what it hears of positions and orders
// alone.
class Seller {
  public:
    explicit Seller(Rig& rig) : rig_(rig) {
        rig.first.decide = [this](const lpc_turn&) { decide(); };
    }
    std::int64_t heard_filled = 0;

  private:
    void decide() {
        for (; known_ < rig_.first.heard.size(); ++known_) hear(rig_.first.heard[known_]);
        if (!running_ || position_ == 0 || !working_.empty()) return;
        rig_.first.say(order(7, kCoin, -std::min<std::int64_t>(30, position_), 981, next_tag_++));
    }
    void hear(const lpc_fact& f) {
        if (f.kind == LPC_FACT_POSITION) position_ = f.u.position.lots;
        if (f.kind == LPC_FACT_CLOSEOUT) running_ = f.code == LPC_CLOSEOUT_RUNNING;
        if (f.kind == LPC_FACT_FILL) heard_filled -= f.u.fill.lots;
        if (f.kind != LPC_FACT_ORDER) return;
        if (runtime::works(f.code)) {
            working_[f.u.order.id] = f.u.order.open_lots;
        } else {
            working_.erase(f.u.order.id);
        }
    }
    Rig& rig_;
    std::size_t known_ = 0;
    std::int64_t position_ = 0;
    bool running_ = false;
    std::uint64_t next_tag_ = 1;
    std::map<std::uint64_t, std::int64_t> working_;
};

std::int64_t legs_working(const Rig& rig) {
    return rig.held(7)->leg(kCoin)->working_lots;
}

void expect_sold_once(Rig& rig, const SlowVenue& venue) {
    BOOST_TEST(venue.position == 0);
    BOOST_TEST(venue.traded == 100);
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 0);
    BOOST_TEST(rig.state().orders.all().empty());
    BOOST_TEST(legs_working(rig) == 0);
    std::vector<std::uint64_t> ids = venue.ids;
    std::sort(ids.begin(), ids.end());
    BOOST_TEST((std::adjacent_find(ids.begin(), ids.end()) == ids.end()));
    check_working_lots(rig.state());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(venue_answers)

BOOST_AUTO_TEST_CASE(answers_of_any_age_and_order_close_the_position_exactly_once) {
    struct Manner {
        int delay_turns;
        bool doubled, fill_after_order;
    };
    std::vector<Manner> manners;
    for (const int delay : {0, 1, 10, 10'000}) {
        for (const bool doubled : {false, true}) {
            for (const bool late_fill : {false, true})
                manners.push_back({delay, doubled, late_fill});
        }
    }
    for (const Manner& manner : manners) {
        BOOST_TEST_CONTEXT("answers " << manner.delay_turns << " turns late, doubled "
                                      << manner.doubled << ", fill after order "
                                      << manner.fill_after_order) {
            Rig rig;
            rig.inputs.reserve(200'000);
            SlowVenue venue(rig);
            Seller seller(rig);
            venue.delay_turns = manner.delay_turns;
            venue.doubled = manner.doubled;
            venue.fill_after_order = manner.fill_after_order;
            rig.run_closeout();
            for (int turn = 0; turn < 5 * manner.delay_turns + 20; ++turn) {
                rig.release();
                venue.step();
                rig.turn(rig.now_ns + 1);
            }
            BOOST_TEST(venue.silent());
            expect_sold_once(rig, venue);
            BOOST_TEST(rig.ports.placed.size() == 4u);  // 30, 30, 30, 10
            BOOST_TEST(seller.heard_filled == 100);
        }
    }
}

BOOST_AUTO_TEST_CASE(a_budget_is_used_once_however_late_the_answer) {
    for (const int delay : {0, 1, 10, 10'000}) {
        Rig rig;
        SlowVenue venue(rig);
        venue.delay_turns = delay;
        rig.buyer(7);
        rig.price(kCoin, 985);
        rig.volume(kCoin, 350);  // a share of 35
        rig.risk.say(rig.closeout_of(7));
        std::uint64_t tag = 0;
        rig.first.decide = [&](const lpc_turn&) {
            if (rig.held(7) != nullptr) rig.first.say(order(7, kCoin, -7, 981, ++tag));
        };
        for (int turn = 0; turn < delay + 30; ++turn) {
            rig.turn(rig.now_ns + 1);
            rig.release();
            venue.step();
        }
        // Others traded 350 and we took part of what they did not: five orders of seven lots at
        // most.
        BOOST_TEST(venue.traded <= 35);
        BOOST_TEST(venue.traded >= 28);
        BOOST_TEST(rig.state().orders.all().empty());
        BOOST_TEST(legs_working(rig) == 0);
    }
}

BOOST_AUTO_TEST_CASE(an_order_whose_answers_are_lost_works_until_a_resync_says_that_it_does_not) {
    Rig rig;
    SlowVenue venue(rig);
    Seller seller(rig);
    venue.lost = true;
    rig.run_closeout();
    for (int turn = 0; turn < 1'000; ++turn) {
        rig.release();
        venue.step();
        rig.turn(rig.now_ns + 1);
    }
    BOOST_TEST(rig.ports.placed.size() == 1u);  // not a second time
    BOOST_TEST(venue.position == 70);
    BOOST_TEST(legs_working(rig) == -30);
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 100);
    venue.resync_account();
    BOOST_TEST(rig.state().position_lots(7, kCoin) == 70);
    BOOST_TEST(legs_working(rig) == 0);
    venue.lost = false;
    for (int turn = 0; turn < 30; ++turn) {
        rig.turn(rig.now_ns + 1);
        rig.release();
        venue.step();
    }
    expect_sold_once(rig, venue);
    const std::vector<lpc_fact> orders = rig.first.heard_of(LPC_FACT_ORDER);
    const auto gone = std::find_if(orders.begin(), orders.end(),
                                   [](const lpc_fact& f) { return f.code == LPC_ORDER_CANCELLED; });
    BOOST_REQUIRE((gone != orders.end()));
    BOOST_TEST(gone->u.order.id == venue.ids[0]);
    // What comes for it now is late and changes nothing.
    BOOST_TEST(rig.refusal(rig.order_fact(7, venue.ids[0], LPC_ORDER_DONE, -30)) == "");
    BOOST_TEST(rig.refusal(rig.fill_fact(7, venue.ids[0], -30, 30)) == "");
}

BOOST_AUTO_TEST_CASE(an_order_that_is_retold_in_a_resync_lives_on) {
    Rig rig;
    rig.run_closeout();
    rig.first.say({order(7, kCoin, -30, 981, 1), order(7, kCoin, -20, 981, 2)});
    rig.turn();
    rig.release();
    const std::uint64_t kept = rig.ports.placed[0].order;
    rig.tell(resync(7, LPC_RESYNC_BEGIN));
    rig.balance(7, 6'000);
    rig.position(7, 95, 95'000);
    rig.tell(rig.order_fact(7, kept, LPC_ORDER_OPEN, -5));
    rig.tell(resync(7, LPC_RESYNC_END));
    BOOST_TEST(rig.state().orders.all().size() == 1u);
    BOOST_TEST(legs_working(rig) == -25);
    rig.turn();
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 981, 1)) == LPC_REASON_DUPLICATE_TAG);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -70, 981, 2)) == 0u);
}

BOOST_AUTO_TEST_CASE(an_older_answer_never_takes_back_what_a_newer_one_said) {
    Rig rig;
    rig.run_closeout();
    rig.first.say(order(7, kCoin, -30, 981, 1));
    rig.turn();
    rig.release();
    const std::uint64_t id = rig.last_order_id();
    rig.tell(rig.order_fact(7, id, LPC_ORDER_OPEN, -20));
    BOOST_TEST(rig.refusal(rig.order_fact(7, id, LPC_ORDER_OPEN, -10)) == "");
    BOOST_TEST(rig.refusal(rig.order_fact(7, id, LPC_ORDER_PENDING, -20)) == "");
    BOOST_TEST(rig.refusal(rig.order_fact(7, id, LPC_ORDER_OPEN, -20)) == "");
    BOOST_TEST(legs_working(rig) == -10);
    BOOST_TEST(rig.verdict_on(rig.first, cancel(7, kCoin, id)) == 0u);
    BOOST_TEST(rig.refusal(rig.order_fact(7, id, LPC_ORDER_OPEN, -20)) == "");  // sent before
    BOOST_TEST(int{rig.state().orders.find(id)->state} == LPC_ORDER_CANCELLING);
    rig.tell(rig.order_fact(7, id, LPC_ORDER_OPEN, -25));  // but it filled on
    BOOST_TEST(int{rig.state().orders.find(id)->state} == LPC_ORDER_CANCELLING);
    BOOST_TEST(legs_working(rig) == -5);
    rig.tell(rig.order_fact(7, id, LPC_ORDER_CANCELLED, -25));
    BOOST_TEST(legs_working(rig) == 0);
    BOOST_TEST(rig.refusal(rig.order_fact(7, id, LPC_ORDER_OPEN, -30)) == "");
    BOOST_TEST(rig.state().orders.all().empty());
}

BOOST_AUTO_TEST_CASE(an_order_about_which_the_venue_cannot_say_still_works) {
    Rig rig;
    rig.run_closeout();
    rig.first.say(order(7, kCoin, -100, 981, 1));
    rig.turn();
    rig.release();
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_UNKNOWN, 0));
    rig.turn();
    BOOST_TEST(legs_working(rig) == -100);
    BOOST_TEST(rig.verdict_on(rig.first, order(7, kCoin, -1, 981, 2)) ==
               LPC_REASON_WRONG_DIRECTION);
    rig.price(kCoin, 1'000);
    rig.risk.say(command(LPC_CMD_RELEASE, 7));
    rig.turn();
    for (int i = 0; i < 100; ++i) rig.turn();
    BOOST_TEST(rig.held(7) != nullptr);  // its final word is awaited
    rig.tell(rig.order_fact(7, rig.last_order_id(), LPC_ORDER_CANCELLED, 0));
    rig.turn();
    BOOST_TEST(rig.held(7) == nullptr);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace lpc::test
