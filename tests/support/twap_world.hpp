// The TWAP plugin in a fake host with one instrument, and a venue that the test plays. For unit and
// property tests; single-threaded, deterministic. It checks at every order what must hold of any:
// reduce side, permitted price, budget, and never past the end.
#pragma once

#include <lpc/testing/fake_host.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace lpc::test {

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr std::uint32_t kInstrument = 1;

inline const lpc_plugin& twap_table() {
    static const lpc_plugin& found = testing::open_plugin(LPC_BINARY_DIR "/plugins/twap.so");
    return found;
}

inline std::int64_t lots_of(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

struct TwapOptions {
    std::int64_t horizon_ns = 10 * kSecond, interval_ns = kSecond, catch_up_ppb = 3'000'000'000,
                 min_slice_lots = 1, no_liquidity_max = 3;
    std::vector<std::pair<const char*, std::int64_t>> more{};  // other parameters
    bool limits_prices = false;  // orders may be at a better price than the permitted one
    testing::HostOptions host{};
};

class TwapWorld {
  public:
    explicit TwapWorld(const TwapOptions& options = {})
        : host(twap_table(), options.host), limits_prices_(options.limits_prices) {
        BOOST_REQUIRE(host.set_param("horizon_ns", options.horizon_ns));
        BOOST_REQUIRE(host.set_param("interval_ns", options.interval_ns));
        BOOST_REQUIRE(host.set_param("catch_up_ppb", options.catch_up_ppb));
        BOOST_REQUIRE(host.set_param("min_slice_lots", options.min_slice_lots));
        BOOST_REQUIRE(host.set_param("no_liquidity_max", options.no_liquidity_max));
        for (const auto& [name, value] : options.more)
            BOOST_REQUIRE_MESSAGE(host.set_param(name, value), name);
        price(LPC_PRICE_FIT);
    }

    void price(std::uint8_t code, std::int64_t mark = 100, std::int64_t volatility_ppb = 0) {
        tell(testing::fact({.instrument = kInstrument, .code = code},
                           lpc_fact_price{mark, mark, 0, volatility_ppb}));
    }
    // Linear, `multiplier` units of money a tick and lot.
    void terms(std::int64_t multiplier) {
        tell(testing::fact(
            {.instrument = kInstrument, .code = LPC_INSTRUMENT_LINEAR, .reason = LPC_TRADING_OPEN},
            lpc_fact_instrument{0, multiplier, 0, 0, 1}));
    }
    void book(const lpc_fact_book& best, std::uint8_t level = LPC_BOOK_BEST) {
        tell(testing::fact({.instrument = kInstrument, .code = level}, best));
    }
    void volume(std::int64_t market_lots, std::int64_t own_lots) {
        tell(testing::fact({.instrument = kInstrument}, lpc_fact_volume{market_lots, own_lots}));
    }
    void margin(std::uint64_t account, std::int64_t equity,
                std::uint8_t code = LPC_MARGIN_LIQUIDATING) {
        tell(testing::fact({.account = account, .instrument = 1, .code = code},
                           lpc_fact_margin{equity, 1'000, 2'000, 1'150, 0}));
    }
    void position(std::uint64_t account, std::int64_t lots) {
        positions[account] = lots;
        tell(testing::fact({.account = account, .instrument = kInstrument},
                           lpc_fact_position{lots, 0, 0, 0, 0}));
    }
    void closeout(std::uint64_t account, std::int64_t end_lots, std::int64_t deadline_ns = 0,
                  std::uint8_t code = LPC_CLOSEOUT_RUNNING, std::int64_t permitted = 95) {
        closeouts[account] = {end_lots, 90, permitted, deadline_ns};
        tell(testing::fact({.account = account, .instrument = kInstrument, .code = code},
                           closeouts[account]));
    }
    void budget(std::uint64_t account, std::int64_t lots, std::int64_t until_ns = 0) {
        budgets[account] = {lots, until_ns};
        tell(testing::fact({.account = account, .instrument = kInstrument},
                           lpc_fact_budget{lots, until_ns}));
    }
    void start(std::uint64_t account, std::int64_t lots, std::int64_t end_lots = 0,
               std::int64_t deadline_ns = 0) {
        position(account, lots);
        budget(account, LPC_LOTS_MAX);
        closeout(account, end_lots, deadline_ns);
    }

    // One turn; its commands are answered, and the order of each account is kept.
    std::vector<lpc_command> turn(std::int64_t at_ns) {
        now_ns = at_ns;
        const testing::TurnResult result = host.turn(now_ns);
        BOOST_REQUIRE(result.status == LPC_OK);
        for (const lpc_command& c : result.commands) {
            if (c.kind == LPC_CMD_ORDER) judge(c);
            if (c.kind == LPC_CMD_ESCALATE)
                BOOST_TEST(working(c.account) == 0u, "it leaves while an order works");
        }
        BOOST_REQUIRE(host.answer(result.commands) == LPC_OK);
        return result.commands;
    }

    // The account's working order, or 0.
    std::uint64_t working(std::uint64_t account) const {
        for (const lpc_fact& f : host.current_facts()) {
            if (f.kind == LPC_FACT_ORDER && f.account == account && f.code <= LPC_ORDER_UNKNOWN)
                return f.u.order.id;
        }
        return 0;
    }
    // What an IOC comes to: `lots` (unsigned) are done and the rest is cancelled.
    void execute(std::uint64_t account, std::int64_t lots) {
        const std::uint64_t order = working(account);
        BOOST_REQUIRE(order != 0u);
        const std::int64_t side = closeouts[account].end_lots < positions[account] ? -1 : 1;
        if (lots > 0) {
            positions[account] += side * lots;
            BOOST_REQUIRE(host.fill(order, side * lots) == LPC_OK);
        }
        if (working(account) == order)
            BOOST_REQUIRE(host.set_order(order, LPC_ORDER_CANCELLED) == LPC_OK);
    }
    std::int64_t ordered(std::uint64_t account) const {
        for (const lpc_fact& f : host.current_facts()) {
            if (f.kind == LPC_FACT_ORDER && f.account == account && f.code <= LPC_ORDER_UNKNOWN)
                return lots_of(f.u.order.open_lots);
        }
        return 0;
    }

    static std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands,
                                            std::uint16_t kind) {
        std::vector<lpc_command> found;
        std::copy_if(commands.begin(), commands.end(), std::back_inserter(found),
                     [kind](const lpc_command& c) { return c.kind == kind; });
        return found;
    }

    testing::FakeHost host;
    std::int64_t now_ns = 0;
    std::map<std::uint64_t, std::int64_t> positions;
    std::map<std::uint64_t, lpc_fact_closeout> closeouts;
    std::map<std::uint64_t, lpc_fact_budget> budgets;

  private:
    void tell(const lpc_fact& f) { BOOST_REQUIRE(host.tell(f) == LPC_OK); }

    void judge(const lpc_command& c) {
        const std::int64_t open = closeouts[c.account].end_lots - positions[c.account];
        const lpc_fact_budget& may = budgets[c.account];
        BOOST_TEST(c.code == LPC_ORDER_IOC);
        BOOST_TEST(c.u.order.lots != 0);
        BOOST_TEST((c.u.order.lots > 0) == (open > 0), "it leads away from the end");
        BOOST_TEST(lots_of(c.u.order.lots) <= lots_of(open), "it leads past the end");
        BOOST_TEST((positions[c.account] > 0) == (c.u.order.lots < 0), "it does not reduce");
        const std::int64_t permitted = closeouts[c.account].permitted_price;
        const std::int64_t better =
            c.u.order.lots < 0 ? c.u.order.price - permitted : permitted - c.u.order.price;
        BOOST_TEST((limits_prices_ ? better >= 0 : better == 0));
        BOOST_TEST(lots_of(c.u.order.lots) <= may.lots);
        BOOST_TEST((may.until_ns == 0 || now_ns < may.until_ns));
        BOOST_TEST(working(c.account) == 0u, "an order while an earlier one works");
        BOOST_TEST((c.tag != 0 && tags_.emplace(c.account, c.tag).second), "a tag twice");
    }

    bool limits_prices_;
    std::set<std::pair<std::uint64_t, std::uint64_t>> tags_;
};

}  // namespace lpc::test
