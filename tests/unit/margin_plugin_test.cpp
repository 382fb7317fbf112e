// The margin plugin through its table: states, sizes, order, releases, and the laws of the ABI. One
// unit of money a tick and lot; a maintenance requirement of 10 % and an initial one of 20 % unless
// said.
#include <lpc/sdk/margin.hpp>
#include <lpc/testing/fake_host.hpp>
#include <lpc/testing/lifecycle.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <vector>

#include "../../host_harness/venue/random.hpp"

namespace {

using namespace lpc::testing;

constexpr std::uint32_t kUsd = 900;
constexpr std::uint32_t kBtc = 901;
constexpr std::int64_t kSecond = 1'000'000'000;

const lpc_plugin& table() {
    static const lpc_plugin& found = open_plugin(LPC_BINARY_DIR "/plugins/margin.so");
    return found;
}

lpc_fact price(std::uint32_t x, std::int64_t mark, std::uint8_t code = LPC_PRICE_FIT) {
    return fact({.instrument = x, .code = code}, lpc_fact_price{mark, mark, 0, 0});
}
lpc_fact instrument(std::uint32_t x, std::uint8_t trading = LPC_TRADING_OPEN) {
    return fact({.instrument = x, .code = LPC_INSTRUMENT_LINEAR, .reason = trading},
                lpc_fact_instrument{0, 1, 0, 0, kUsd});
}
lpc_fact tier(std::uint32_t set, std::uint8_t row, std::int64_t floor, std::int64_t ppb,
              std::int64_t deduction) {
    return fact({.instrument = set, .code = row},
                lpc_fact_tier{set, floor, ppb, 2 * ppb, deduction});
}
std::vector<lpc_fact> listed(std::uint32_t x, std::int64_t mark) {
    return {instrument(x), tier(x, 1, 0, 100'000'000, 0), price(x, mark)};
}
lpc_fact balance(std::uint64_t account, std::int64_t amount, std::uint32_t asset = kUsd) {
    return fact({.account = account, .instrument = asset}, lpc_fact_balance{amount});
}
// Opened at `entry`.
lpc_fact position(std::uint64_t account, std::uint32_t x, std::int64_t lots, std::int64_t entry) {
    return fact({.account = account, .instrument = x},
                lpc_fact_position{lots, lots * entry, 0, 0, 0});
}
lpc_fact account_terms(std::uint64_t account, std::int64_t tier_set, std::int64_t holds,
                       std::int64_t mode = LPC_MODE_CROSS) {
    return fact({.account = account}, lpc_fact_account{mode, tier_set, 0, holds});
}

std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands, std::uint16_t kind) {
    std::vector<lpc_command> found;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(found),
                 [kind](const lpc_command& c) { return c.kind == kind; });
    return found;
}

// A host with instrument 1 at mark 100, and no cost of closing, so that sizes are easy to see.
struct World {
    FakeHost host;
    std::int64_t now_ns = kSecond;

    explicit World(HostOptions options = {}) : host(table(), options) {
        BOOST_REQUIRE(host.set_param("close_cost_ppb", 0));
        BOOST_REQUIRE(host.tell(listed(1, 100)) == LPC_OK);
    }
    std::vector<lpc_command> ask(std::uint32_t flags = 0) {
        TurnResult result = host.turn(now_ns, flags);
        BOOST_REQUIRE(result.status == LPC_OK);
        return result.commands;
    }
    std::vector<lpc_command> step() {
        std::vector<lpc_command> commands = ask();
        BOOST_REQUIRE(host.answer(commands) == LPC_OK);
        now_ns += kSecond;
        return commands;
    }
    std::vector<lpc_command> step_at(std::int64_t mark) {
        BOOST_REQUIRE(host.tell(price(1, mark)) == LPC_OK);
        return step();
    }
    // What the host makes of a close-out in time.
    void set_closeout(std::uint64_t account, std::uint32_t x, std::uint8_t code) {
        for (lpc_fact f : host.current_facts()) {
            if (f.kind != LPC_FACT_CLOSEOUT || f.account != account || f.instrument != x) continue;
            f.seq = 0;
            f.code = code;
            BOOST_REQUIRE(host.tell(f) == LPC_OK);
        }
    }
};

// 10 lots at 100, so 100 of maintenance; equity is 300 and falls by 10 a tick.
void open_long(World& w, std::uint64_t account = 7) {
    BOOST_REQUIRE(w.host.tell({balance(account, 300), position(account, 1, 10, 100)}) == LPC_OK);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(margin_plugin)

BOOST_AUTO_TEST_CASE(a_healthy_account_is_not_spoken_of) {
    World w;
    open_long(w);
    BOOST_TEST(w.step().empty());
    BOOST_TEST(w.step_at(95).empty());
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(each_state_is_published_once_as_the_mark_falls) {
    World w;
    open_long(w);
    (void)w.step();
    // equity = 300 - 10 * fall; maintenance = mark. Warned below 1.2 * maintenance, liquidating
    // below maintenance.
    const auto state_at = [&](std::int64_t mark) {
        const auto margins = of_kind(w.step_at(mark), LPC_CMD_MARGIN);
        BOOST_TEST(margins.size() <= 1u);
        return margins.empty() ? 0 : int{margins[0].code};
    };
    BOOST_TEST(state_at(80) == 0);                       // 100 of 80: 1.25
    BOOST_TEST(state_at(79) == LPC_MARGIN_WARNED);       // 90 of 79: 1.14
    BOOST_TEST(state_at(78) == 0);                       // 80 of 78
    BOOST_TEST(state_at(77) == LPC_MARGIN_LIQUIDATING);  // 70 of 77
    BOOST_TEST(state_at(70) ==
               LPC_MARGIN_LIQUIDATING);               // 0 of 70: equity moved, so it is told again
    BOOST_TEST(state_at(69) == LPC_MARGIN_BANKRUPT);  // -10
}

BOOST_AUTO_TEST_CASE(an_account_exactly_at_maintenance_is_not_touched) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 100), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_REQUIRE(of_kind(commands, LPC_CMD_MARGIN).size() == 1u);
    BOOST_TEST(commands[0].code == LPC_MARGIN_WARNED);
}

BOOST_AUTO_TEST_CASE(margin_carries_equity_requirements_and_target) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    const lpc_command m = of_kind(commands, LPC_CMD_MARGIN).at(0);
    BOOST_TEST(m.instrument == kUsd);
    BOOST_TEST(m.u.margin.equity == 90);
    BOOST_TEST(m.u.margin.maintenance == 100);
    BOOST_TEST(m.u.margin.initial == 200);
    BOOST_TEST(m.u.margin.target == 115);
}

BOOST_AUTO_TEST_CASE(a_state_change_comes_with_the_levels_of_each_position) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 115), position(7, 1, 10, 100)}) == LPC_OK);
    const auto commands = w.step();
    const lpc_command l = of_kind(commands, LPC_CMD_LEVELS).at(0);
    // 115 - 10 x >= (100 - x) at x = 15 / 9: the mark 98.33, told early; bankrupt 11.5 ticks down.
    BOOST_TEST(l.u.levels.liquidation_price == 99);
    BOOST_TEST(l.u.levels.bankruptcy_price == 89);
    BOOST_TEST(l.u.levels.next_state_price == 99);
    const auto again = w.step();
    BOOST_TEST(again.empty());
}

BOOST_AUTO_TEST_CASE(the_next_state_of_a_liquidating_account_is_bankruptcy) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const lpc_command l = of_kind(w.step(), LPC_CMD_LEVELS).at(0);
    BOOST_TEST(l.u.levels.next_state_price == 91);  // equity 0; at 90 below it
    BOOST_TEST(l.u.levels.bankruptcy_price == 91);
}

BOOST_AUTO_TEST_CASE(a_close_out_stops_at_the_target) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, 10, 100)}) == LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    // 90 >= 1.15 * 10 * left: 7 lots may stay.
    BOOST_TEST(c.u.closeout.end_lots == 7);
    BOOST_TEST(c.u.closeout.bankruptcy_price == 91);
    BOOST_TEST(c.u.closeout.permitted_price ==
               99);  // fillable: 100 - 0.1 * 1.5 * 10 = 98.5, rounded up
    BOOST_TEST(c.u.closeout.deadline_ns == kSecond + 600 * kSecond);
}

BOOST_AUTO_TEST_CASE(a_short_is_the_mirror_image_of_a_long) {
    World w;
    BOOST_REQUIRE(w.host.tell({balance(7, 90), position(7, 1, -10, 100)}) == LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(c.u.closeout.end_lots == -7);
    BOOST_TEST(c.u.closeout.bankruptcy_price == 109);
    BOOST_TEST(c.u.closeout.permitted_price == 101);
}

BOOST_AUTO_TEST_CASE(a_bankrupt_account_is_closed_whole) {
    World w;
    BOOST_REQUIRE(w.host.tell(listed(2, 10)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell({balance(7, -1), position(7, 1, 10, 100), position(7, 2, -1, 10)}) ==
                  LPC_OK);
    const auto commands = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(commands.size() == 2u);
    BOOST_TEST(commands[0].u.closeout.end_lots == 0);
    BOOST_TEST(commands[1].u.closeout.end_lots == 0);
}

BOOST_AUTO_TEST_CASE(
    the_position_with_the_largest_requirement_is_closed_first_and_no_more_than_needed) {
    World w;
    BOOST_REQUIRE(w.host.tell(listed(2, 50)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(listed(3, 50)) == LPC_OK);
    // Requirements 100, 20, 20.
    BOOST_REQUIRE(w.host.tell({balance(7, 100), position(7, 1, 10, 100), position(7, 2, 4, 50),
                               position(7, 3, 4, 50)}) == LPC_OK);
    const auto one = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(one.size() == 1u);
    BOOST_TEST(one[0].instrument == 1u);
    BOOST_TEST(one[0].u.closeout.end_lots == 4);  // 100 >= 1.15 * (40 + 46.9...)
    // With 22 left even without the first: 22 >= 1.15 * (20 - 5 d + 20) needs d = 5 of 8 lots more:
    // all of 2, one of 3.
    BOOST_REQUIRE(w.host.tell({balance(8, 22), position(8, 1, 10, 100), position(8, 2, 4, 50),
                               position(8, 3, 4, 50)}) == LPC_OK);
    const auto more = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(more.size() == 3u);
    BOOST_TEST(more[0].u.closeout.end_lots == 0);
    BOOST_TEST(more[1].u.closeout.end_lots == 0);
    BOOST_TEST(more[2].instrument == 3u);
    BOOST_TEST(more[2].u.closeout.end_lots == 3);
}

BOOST_AUTO_TEST_CASE(a_close_out_is_told_again_when_its_prices_change_and_keeps_its_deadline) {
    World w;
    open_long(w);
    const auto first = of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(w.step().empty());
    const auto second = of_kind(w.step_at(76), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(second.u.closeout.deadline_ns == first.u.closeout.deadline_ns);
    BOOST_TEST(second.u.closeout.permitted_price != first.u.closeout.permitted_price);
    BOOST_TEST(second.u.closeout.end_lots <= first.u.closeout.end_lots);
}

BOOST_AUTO_TEST_CASE(an_account_that_recovers_is_closed_less) {
    World w;
    open_long(w);
    BOOST_TEST(of_kind(w.step_at(72), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots == 2);
    BOOST_TEST(of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots == 7);
}

BOOST_AUTO_TEST_CASE(an_account_that_stays_short_of_its_target_is_closed_further) {
    World w;
    open_long(w);
    const std::int64_t end = of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).at(0).u.closeout.end_lots;
    w.set_closeout(7, 1, LPC_CLOSEOUT_RUNNING);
    // All of it sold, but so badly that the balance is short still.
    BOOST_REQUIRE(w.host.tell({balance(7, 280 - 23 * (10 - end)), position(7, 1, end, 100)}) ==
                  LPC_OK);
    const lpc_command c = of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0);
    BOOST_TEST(c.u.closeout.end_lots < end);
}

BOOST_AUTO_TEST_CASE(an_account_in_a_close_out_is_liquidating_until_its_target_and_then_released) {
    World w;
    open_long(w);
    (void)w.step_at(77);  // 70 of 77
    // 80 of 78: above maintenance, short of 1.15 times it.
    const auto between = w.step_at(78);
    BOOST_TEST(of_kind(between, LPC_CMD_RELEASE).empty());
    BOOST_TEST(of_kind(between, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_LIQUIDATING);
    const auto well = w.step_at(80);  // 100 of 80
    BOOST_TEST(of_kind(well, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_HEALTHY);
    BOOST_REQUIRE(of_kind(well, LPC_CMD_RELEASE).size() == 1u);
    BOOST_TEST(of_kind(well, LPC_CMD_RELEASE)[0].instrument == 0u);
    BOOST_TEST(of_kind(w.step_at(81), LPC_CMD_RELEASE).empty());
}

BOOST_AUTO_TEST_CASE(a_flat_account_is_released_whatever_its_equity) {
    World w;
    open_long(w);
    (void)w.step_at(69);
    BOOST_REQUIRE(w.host.tell({balance(7, -15), position(7, 1, 0, 0)}) == LPC_OK);
    const auto commands = w.step();
    BOOST_TEST(of_kind(commands, LPC_CMD_RELEASE).size() == 1u);
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_TEST(of_kind(commands, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_BANKRUPT);
    w.set_closeout(7, 1, LPC_CLOSEOUT_ENDED);
    BOOST_REQUIRE(w.host.tell(balance(7, 0)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_HEALTHY);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(nothing_is_closed_out_while_a_close_out_ends_and_again_once_it_has_ended) {
    World w;
    open_long(w);
    (void)w.step_at(77);
    (void)w.step_at(80);  // released: ENDING
    BOOST_TEST(of_kind(w.step_at(75), LPC_CMD_CLOSEOUT).empty());
    w.set_closeout(7, 1, LPC_CLOSEOUT_ENDED);
    const auto anew = of_kind(w.step(), LPC_CMD_CLOSEOUT);
    BOOST_REQUIRE(anew.size() == 1u);
    BOOST_TEST(anew[0].u.closeout.deadline_ns == w.now_ns - kSecond + 600 * kSecond);
}

BOOST_AUTO_TEST_CASE(an_account_with_an_unfit_price_is_left_alone_until_it_is_fit) {
    for (const lpc_fact& unfit : {price(1, 77, LPC_PRICE_STALE), price(1, 77, LPC_PRICE_UNSOUND),
                                  price(1, 77, LPC_PRICE_UNCERTAIN)}) {
        World w;
        open_long(w);
        (void)w.step();
        BOOST_REQUIRE(w.host.tell(unfit) == LPC_OK);
        BOOST_TEST(w.step().empty());
        BOOST_TEST(of_kind(w.step_at(77), LPC_CMD_CLOSEOUT).size() == 1u);
    }
}

BOOST_AUTO_TEST_CASE(an_account_in_a_halted_instrument_is_left_alone_until_it_trades) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(instrument(1, LPC_TRADING_HALTED)) == LPC_OK);
    BOOST_TEST(w.step_at(77).empty());
    BOOST_REQUIRE(w.host.tell(instrument(1)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).size() == 1u);
}

BOOST_AUTO_TEST_CASE(an_account_whose_liquidation_is_forbidden_is_published_but_not_closed_out) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, LPC_HOLD_CLOSEOUT)) == LPC_OK);
    const auto commands = w.step_at(77);
    BOOST_TEST(of_kind(commands, LPC_CMD_MARGIN).at(0).code == LPC_MARGIN_LIQUIDATING);
    BOOST_TEST(of_kind(commands, LPC_CMD_CLOSEOUT).empty());
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).size() == 1u);
}

BOOST_AUTO_TEST_CASE(only_cross_margin_is_judged) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0, LPC_MODE_ISOLATED)) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
}

BOOST_AUTO_TEST_CASE(an_accounts_own_tier_set_goes_before_the_instruments) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell({tier(44, 1, 0, 20'000'000, 0), account_terms(7, 44, 0)}) == LPC_OK);
    BOOST_TEST(w.step_at(77).empty());  // 70 of 15.4
    BOOST_REQUIRE(w.host.tell(account_terms(7, 0, 0)) == LPC_OK);
    BOOST_TEST(!of_kind(w.step(), LPC_CMD_CLOSEOUT).empty());
}

BOOST_AUTO_TEST_CASE(an_unfinished_tier_set_is_not_acted_on) {
    World w;
    open_long(w);
    // The rate steps without the deduction that would make the requirement continuous.
    BOOST_REQUIRE(w.host.tell(tier(1, 2, 500, 500'000'000, 0)) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
    BOOST_REQUIRE(w.host.tell(tier(1, 2, 500, 500'000'000, 200)) == LPC_OK);
    BOOST_TEST(!w.step().empty());
}

BOOST_AUTO_TEST_CASE(other_collateral_counts_with_its_price_scale_and_haircut) {
    World w;
    // A whole is 100 units and 50 in the numeraire; 160 units are 80, less 10 %: 72.
    BOOST_REQUIRE(w.host.tell({fact({.instrument = kBtc, .code = LPC_PRICE_FIT},
                                    lpc_fact_asset{100, 100'000'000, 50}),
                               balance(7, 20), balance(7, 160, kBtc), position(7, 1, 10, 100)}) ==
                  LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).u.margin.equity == 92);
    BOOST_REQUIRE(w.host.tell(fact({.instrument = kBtc, .code = LPC_PRICE_FIT},
                                   lpc_fact_asset{100, 100'000'000, 52})) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_MARGIN).at(0).u.margin.equity == 20 + 74);
    BOOST_REQUIRE(w.host.tell(fact({.instrument = kBtc, .code = LPC_PRICE_STALE},
                                   lpc_fact_asset{100, 100'000'000, 10})) == LPC_OK);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(the_worst_margin_ratio_goes_first_whatever_the_account_numbers) {
    World w;
    const std::vector<std::pair<std::uint64_t, std::int64_t>> equities{
        {1, 60}, {2, 20}, {3, 90}, {4, -5}, {5, 40}};
    for (const auto& [account, equity] : equities) {
        BOOST_REQUIRE(w.host.tell({balance(account, equity), position(account, 1, 10, 100)}) ==
                      LPC_OK);
    }
    std::vector<std::uint64_t> order;
    for (const lpc_command& c : of_kind(w.step(), LPC_CMD_MARGIN)) order.push_back(c.account);
    const std::vector<std::uint64_t> expected{4, 2, 5, 1, 3};
    BOOST_TEST(order == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(equally_sick_accounts_are_ordered_by_a_key_and_not_by_their_numbers) {
    const auto order_with = [](std::int64_t key) {
        World w;
        BOOST_REQUIRE(w.host.set_param("tie_key", key));
        for (std::uint64_t account = 1; account <= 20; ++account) {
            BOOST_REQUIRE(w.host.tell({balance(account, 50), position(account, 1, 10, 100)}) ==
                          LPC_OK);
        }
        std::vector<std::uint64_t> order;
        for (const lpc_command& c : of_kind(w.step(), LPC_CMD_MARGIN)) order.push_back(c.account);
        return order;
    };
    const auto one = order_with(1), two = order_with(2);
    BOOST_TEST(one.size() == 20u);
    BOOST_TEST(!std::is_sorted(one.begin(), one.end()));
    BOOST_TEST((one != two));
    BOOST_TEST((one == order_with(1)));
}

BOOST_AUTO_TEST_CASE(the_cause_is_the_newest_price_or_the_accounts_own_fact) {
    World w;
    open_long(w);
    (void)w.step();
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const std::uint64_t of_price = w.host.last_seq();
    for (const lpc_command& c : w.step()) BOOST_TEST(c.cause_seq == of_price);
    BOOST_REQUIRE(w.host.tell(balance(7, 290)) == LPC_OK);
    const std::uint64_t of_balance = w.host.last_seq();
    const auto commands = w.step();
    BOOST_TEST(!commands.empty());
    for (const lpc_command& c : commands) BOOST_TEST(c.cause_seq == of_balance);
}

BOOST_AUTO_TEST_CASE(a_lost_command_is_asked_again_and_an_answered_one_is_not) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const auto lost = w.ask();
    BOOST_TEST(of_kind(lost, LPC_CMD_CLOSEOUT).size() == 1u);
    const auto again = w.step_at(76);
    BOOST_TEST(of_kind(again, LPC_CMD_CLOSEOUT).size() == 1u);
    BOOST_TEST(w.step().empty());
}

BOOST_AUTO_TEST_CASE(
    a_refused_command_waits_for_new_facts_but_a_rate_limit_only_for_the_next_turn) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    for (const lpc_command& c : w.ask())
        BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_NOT_CONFIRMED) == LPC_OK);
    BOOST_TEST(w.ask().empty());
    BOOST_REQUIRE(w.host.tell(price(1, 76)) == LPC_OK);
    const auto second = w.ask();
    BOOST_TEST(!second.empty());
    for (const lpc_command& c : second) BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_RATE) == LPC_OK);
    BOOST_TEST(w.ask().size() == second.size());
}

BOOST_AUTO_TEST_CASE(an_instance_that_becomes_active_asks_wherever_it_differs_from_the_facts) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell(price(1, 77)) == LPC_OK);
    const auto following = w.ask();
    for (const lpc_command& c : following)
        BOOST_REQUIRE(w.host.refuse(c, LPC_REASON_FOLLOWING) == LPC_OK);
    BOOST_TEST(w.ask().empty());
    BOOST_TEST(w.ask(LPC_TURN_ACTIVE).size() == following.size());
}

BOOST_AUTO_TEST_CASE(a_detached_account_is_forgotten) {
    World w;
    open_long(w);
    open_long(w, 8);
    (void)w.step();
    BOOST_REQUIRE(w.host.tell(detach(7, LPC_DETACH_ENDED)) == LPC_OK);
    const auto commands = of_kind(w.step_at(77), LPC_CMD_MARGIN);
    BOOST_REQUIRE(commands.size() == 1u);
    BOOST_TEST(commands[0].account == 8u);
}

BOOST_AUTO_TEST_CASE(what_a_resync_does_not_tell_again_is_gone) {
    World w;
    open_long(w);
    BOOST_REQUIRE(w.host.tell({resync(7, LPC_RESYNC_BEGIN), balance(7, 300),
                               resync(7, LPC_RESYNC_END)}) == LPC_OK);
    BOOST_TEST(w.step_at(60).empty());
    open_long(w, 8);
    BOOST_REQUIRE(w.host.tell(resync(0, LPC_RESYNC_BEGIN)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(listed(1, 77)) == LPC_OK);
    BOOST_REQUIRE(w.host.tell(resync(0, LPC_RESYNC_END)) == LPC_OK);
    BOOST_TEST(of_kind(w.step(), LPC_CMD_CLOSEOUT).at(0).account == 8u);
}

BOOST_AUTO_TEST_CASE(numbers_at_the_limits_are_judged_exactly) {
    World w;
    // The notional is 2^56 units: 2^36 lots at 2^20, of which the requirement is 10 %.
    const std::int64_t lots = std::int64_t{1} << 36, mark = std::int64_t{1} << 20;
    BOOST_REQUIRE(w.host.tell(listed(2, mark)) == LPC_OK);
    const std::int64_t requirement = 7'205'759'403'792'794;  // 2^56 / 10, rounded up
    BOOST_REQUIRE(w.host.tell({balance(7, requirement - 1), position(7, 2, lots, mark)}) == LPC_OK);
    BOOST_REQUIRE(w.host.tell({balance(8, requirement), position(8, 2, -lots, mark)}) == LPC_OK);
    const auto margins = of_kind(w.step(), LPC_CMD_MARGIN);
    BOOST_REQUIRE(margins.size() == 2u);
    BOOST_TEST(margins[0].account == 7u);
    BOOST_TEST(margins[0].code == LPC_MARGIN_LIQUIDATING);
    BOOST_TEST(margins[1].code == LPC_MARGIN_WARNED);
    // Collateral beyond 64 bits of headroom is still exact: the sum is what counts.
    BOOST_REQUIRE(w.host.tell({fact({.account = 9, .instrument = 2},
                                    lpc_fact_position{lots, LPC_MONEY_MAX, 0, 0, 0}),
                               balance(9, LPC_MONEY_MAX)}) == LPC_OK);
    BOOST_TEST(w.step().empty());
}

// The scan keeps 64-bit sums in step with the marks; a naive recomputation by the SDK must agree on
// who is sick, always.
BOOST_AUTO_TEST_CASE(the_scan_agrees_with_a_naive_recomputation_on_every_turn) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
        BOOST_TEST_CONTEXT("seed " << seed) {
            lpc::venue::Random random(seed);
            World w;
            const std::vector<lpc::TierRow> tiers{{{0}, {50'000'000}, {100'000'000}, {0}},
                                                  {{4'000}, {100'000'000}, {200'000'000}, {200}}};
            std::int64_t marks[3] = {100, 100, 100};
            for (std::uint32_t x = 1; x <= 3; ++x) {
                BOOST_REQUIRE(w.host.tell({instrument(x), tier(x, 1, 0, 50'000'000, 0),
                                           tier(x, 2, 4'000, 100'000'000, 200), price(x, 100)}) ==
                              LPC_OK);
            }
            struct Naive {
                std::int64_t cash = 0, lots[3] = {}, cost[3] = {};
            };
            std::vector<Naive> accounts(40);
            std::vector<int> published(accounts.size(), LPC_MARGIN_HEALTHY);
            for (int turn = 0; turn < 60; ++turn) {
                for (std::size_t i = 0; i < accounts.size(); ++i) {
                    if (turn != 0 && !random.chance(50'000'000)) continue;
                    Naive& a = accounts[i];
                    a.cash = random.between(-200, 3'000);
                    BOOST_REQUIRE(w.host.tell(balance(i + 1, a.cash)) == LPC_OK);
                    const auto x = static_cast<std::uint32_t>(random.below(3));
                    a.lots[x] = random.chance(400'000'000) ? 0 : random.between(-60, 60);
                    a.cost[x] = a.lots[x] * random.between(80, 120);
                    BOOST_REQUIRE(w.host.tell(fact(
                                      {.account = i + 1, .instrument = x + 1},
                                      lpc_fact_position{a.lots[x], a.cost[x], 0, 0, 0})) == LPC_OK);
                    if (a.lots[x] == 0) a.cost[x] = 0;
                }
                for (std::uint32_t x = 0; x < 3; ++x) {
                    if (random.chance(500'000'000)) continue;
                    marks[x] = std::max<std::int64_t>(1, marks[x] + random.between(-6, 6));
                    BOOST_REQUIRE(w.host.tell(price(x + 1, marks[x])) == LPC_OK);
                }
                std::vector<int> told = published;
                for (const lpc_command& c : of_kind(w.ask(), LPC_CMD_MARGIN)) {
                    told[c.account - 1] = c.code;
                    BOOST_REQUIRE(w.host.answer({c}) ==
                                  LPC_OK);  // CLOSEOUT is lost, so no account is in a close-out
                }
                for (std::size_t i = 0; i < accounts.size(); ++i) {
                    std::vector<lpc::Exposure> exposures;
                    for (std::size_t x = 0; x < 3; ++x) {
                        if (accounts[i].lots[x] != 0)
                            exposures.push_back({{accounts[i].lots[x]},
                                                 {accounts[i].cost[x]},
                                                 {marks[x]},
                                                 {1},
                                                 tiers});
                    }
                    const lpc::Health h = lpc::health({accounts[i].cash}, exposures);
                    const int expected = h.equity.units < 0         ? LPC_MARGIN_BANKRUPT
                                         : h.equity < h.maintenance ? LPC_MARGIN_LIQUIDATING
                                         : h.equity.units * 10 < h.maintenance.units * 12
                                             ? LPC_MARGIN_WARNED
                                             : LPC_MARGIN_HEALTHY;
                    BOOST_TEST(told[i] == expected, "account " << i + 1 << " turn " << turn << ": "
                                                               << told[i] << " not " << expected);
                }
                published = told;
            }
        }
    }
}

namespace {

Script crash_of_many_accounts() {
    Script script;
    Step first;
    first.now_ns = kSecond;
    first.facts = listed(1, 100);
    for (const lpc_fact& f : listed(2, 40)) first.facts.push_back(f);
    for (std::uint64_t account = 1; account <= 12; ++account) {
        const auto n = static_cast<std::int64_t>(account);
        first.facts.push_back(balance(account, 130 + 12 * n));
        first.facts.push_back(position(account, 1, account % 3 == 0 ? -10 : 10, 100));
        if (account % 2 == 0) first.facts.push_back(position(account, 2, 6, 40));
    }
    script.push_back(first);
    for (const std::int64_t mark : {98, 95, 91, 91, 88, 93, 97, 110, 118, 104}) {
        script.push_back({{price(1, mark), price(2, mark / 2)}, script.back().now_ns + kSecond});
    }
    script.push_back({{balance(3, 5'000), position(4, 1, 0, 0), detach(5, LPC_DETACH_ENDED)},
                      script.back().now_ns + kSecond});
    return script;
}

}  // namespace

BOOST_AUTO_TEST_CASE(the_laws_of_the_abi_hold_through_a_crash) {
    const Script script = crash_of_many_accounts();
    std::size_t commands = 0;
    for (const TurnResult& turn : live(table(), script).turns) commands += turn.commands.size();
    BOOST_TEST(commands > 60u);
    for (const std::string& broken : broken_laws(table(), script)) BOOST_ERROR(broken);
}

BOOST_AUTO_TEST_CASE(an_account_is_treated_the_same_alone_and_among_others) {
    const auto commands_for_7 = [](bool alone) {
        Script script = crash_of_many_accounts();
        for (Step& step : script) {
            std::erase_if(step.facts, [&](const lpc_fact& f) {
                return alone && f.account != 0 && f.account != 7;
            });
        }
        std::vector<std::vector<std::int64_t>> said;
        for (const TurnResult& turn : live(table(), script).turns) {
            for (const lpc_command& c : turn.commands) {
                if (c.account == 7)
                    said.push_back(
                        {c.kind, c.code, c.u.word[0], c.u.word[1], c.u.word[2], c.u.word[3]});
            }
        }
        return said;
    };
    BOOST_TEST(!commands_for_7(true).empty());
    BOOST_TEST((commands_for_7(true) == commands_for_7(false)));
}

BOOST_AUTO_TEST_SUITE_END()
