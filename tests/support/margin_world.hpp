// The margin plugin in a fake host, and the facts that its tests tell: one unit of money a tick and
// lot, a maintenance requirement of 10 % and an initial one of 20 % unless said. For unit tests;
// single-threaded, deterministic.
#pragma once

#include <lpc/testing/fake_host.hpp>
#include <lpc/testing/plugin_file.hpp>

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <cstdint>
#include <iterator>
#include <vector>

namespace lpc::test::margin {

using namespace lpc::testing;

constexpr std::uint32_t kUsd = 900;
constexpr std::uint32_t kBtc = 901;
constexpr std::int64_t kSecond = 1'000'000'000;

inline const lpc_plugin& margin_table() {
    static const lpc_plugin& found = open_plugin(LPC_BINARY_DIR "/plugins/margin.so");
    return found;
}

inline lpc_fact price(std::uint32_t x, std::int64_t mark, std::uint8_t code = LPC_PRICE_FIT) {
    return fact({.instrument = x, .code = code}, lpc_fact_price{mark, mark, 0, 0});
}
inline lpc_fact instrument(std::uint32_t x, std::uint8_t trading = LPC_TRADING_OPEN) {
    return fact({.instrument = x, .code = LPC_INSTRUMENT_LINEAR, .reason = trading},
                lpc_fact_instrument{0, 1, 0, 0, kUsd});
}
inline lpc_fact tier(std::uint32_t set, std::uint8_t row, std::int64_t floor, std::int64_t ppb,
                     std::int64_t deduction) {
    return fact({.instrument = set, .code = row},
                lpc_fact_tier{set, floor, ppb, 2 * ppb, deduction});
}
inline std::vector<lpc_fact> listed(std::uint32_t x, std::int64_t mark) {
    return {instrument(x), tier(x, 1, 0, 100'000'000, 0), price(x, mark)};
}
inline lpc_fact balance(std::uint64_t account, std::int64_t amount, std::uint32_t asset = kUsd) {
    return fact({.account = account, .instrument = asset}, lpc_fact_balance{amount});
}
// Opened at `entry`.
inline lpc_fact position(std::uint64_t account, std::uint32_t x, std::int64_t lots,
                         std::int64_t entry) {
    return fact({.account = account, .instrument = x},
                lpc_fact_position{lots, lots * entry, 0, 0, 0});
}
inline lpc_fact account_terms(std::uint64_t account, std::int64_t tier_set, std::int64_t holds,
                              std::int64_t mode = LPC_MODE_CROSS) {
    return fact({.account = account}, lpc_fact_account{mode, tier_set, 0, holds});
}

inline std::vector<lpc_command> of_kind(const std::vector<lpc_command>& commands,
                                        std::uint16_t kind) {
    std::vector<lpc_command> found;
    std::copy_if(commands.begin(), commands.end(), std::back_inserter(found),
                 [kind](const lpc_command& c) { return c.kind == kind; });
    return found;
}

// A host with instrument 1 at mark 100, and no cost of closing, so that sizes are easy to see.
struct MarginWorld {
    FakeHost host;
    std::int64_t now_ns = kSecond;

    explicit MarginWorld(HostOptions options = {}) : host(margin_table(), options) {
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
inline void open_long(MarginWorld& w, std::uint64_t account = 7) {
    BOOST_REQUIRE(w.host.tell({balance(account, 300), position(account, 1, 10, 100)}) == LPC_OK);
}

}  // namespace lpc::test::margin
