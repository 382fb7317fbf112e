// What each fact that an engine may tell is allowed to hold, written down a second time: the limits
// of lpc/limits.h as the tests expect them.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "support/runtime_rig.hpp"

namespace lpc::test {

struct Limit {
    std::size_t word;
    const char* name;
    std::int64_t min, max;
};
struct Kind {
    lpc_fact good;
    const char* who;
    std::vector<Limit> limits;
    int code_max = 0;
};

constexpr std::int64_t kAny = INT64_MAX;

inline std::vector<Kind> market_kinds() {
    constexpr std::int64_t p = LPC_PRICE_MAX, l = LPC_LOTS_MAX, m = LPC_MONEY_MAX,
                           t = LPC_TIME_MAX_NS;
    constexpr std::int64_t one = LPC_RATE_ONE_PPB, u32 = UINT32_MAX;
    return {
        {fact({.instrument = 3, .code = 1}, lpc_fact_asset{1, 0, 0}),
         "ASSET, asset 3",
         {{0, "scale", 1, m}, {1, "haircut_ppb", 0, one}, {2, "price", 0, p}},
         4},
        {fact({.instrument = 3, .code = 1, .reason = 1}, lpc_fact_instrument{0, 1, 0, 0, 1}),
         "INSTRUMENT, instrument 3",
         {{0, "underlying", 0, kAny},
          {1, "multiplier", 1, LPC_MULTIPLIER_MAX},
          {2, "expiry_ns", 0, t},
          {3, "strike", 0, p},
          {4, "settle_asset", 1, u32}},
         5},
        {fact({.instrument = 3, .code = 1}, lpc_fact_tier{3, 0, 1, 1, 0}),
         "TIER, set 3",
         {{1, "floor", 0, m},
          {2, "maintenance_ppb", 1, one},
          {3, "initial_ppb", 1, one},
          {4, "deduction", 0, m}},
         255},
        {fact({.instrument = 3, .code = 1}, lpc_fact_price{1, 1, 0, 0}),
         "PRICE, instrument 3",
         {{0, "mark", 1, p},
          {1, "index", 1, p},
          {2, "confidence", 0, p},
          {3, "volatility_ppb", 0, m}},
         4},
        {fact({.instrument = 3, .code = 1}, lpc_fact_book{0, 0, 0, 0}),
         "BOOK, instrument 3",
         {{0, "bid", 0, p}, {1, "ask", 0, p}, {2, "bid_lots", 0, l}, {3, "ask_lots", 0, l}},
         255},
        {fact({.instrument = 3}, lpc_fact_volume{0, 0}),
         "VOLUME, instrument 3",
         {{0, "market_lots", 0, m}, {1, "own_lots", 0, m}}},
        {fact({.code = LPC_FUND_GLOBAL}, lpc_fact_fund{0, 0, 0, 1}),
         "FUND",
         {{1, "balance", -m, m}, {2, "grantable", 0, m}, {3, "asset", 1, u32}},
         4},
    };
}

inline std::vector<Kind> account_kinds() {
    constexpr std::int64_t p = LPC_PRICE_MAX, l = LPC_LOTS_MAX, m = LPC_MONEY_MAX,
                           t = LPC_TIME_MAX_NS;
    constexpr std::int64_t u32 = UINT32_MAX;
    return {
        {fact({.account = 5}, lpc_fact_account{1, 0, 0, 0}),
         "ACCOUNT of account 5",
         {{0, "mode", 1, 3}, {1, "tier_set", 0, u32}, {2, "group", 0, kAny}, {3, "holds", 0, 7}}},
        {fact({.account = 5, .instrument = 3}, lpc_fact_balance{0}),
         "BALANCE of account 5, asset 3",
         {{0, "amount", -m, m}}},
        {fact({.account = 5, .instrument = 3}, lpc_fact_position{0, 0, 0, 0, 0}),
         "POSITION of account 5, instrument 3",
         {{0, "lots", -l, l},
          {1, "cost", -m, m},
          {2, "realised", -m, m},
          {3, "resting_buy_lots", 0, l},
          {4, "resting_sell_lots", 0, l}}},
        {fact({.account = 5, .instrument = 3, .code = 1}, lpc_fact_margin{0, 0, 0, 0, 0}),
         "MARGIN of account 5, instrument 3",
         {{0, "equity", -m, m},
          {1, "maintenance", 0, m},
          {2, "initial", 0, m},
          {3, "target", 0, m},
          {4, "since_ns", 0, t}},
         4},
        {fact({.account = 5, .instrument = 3}, lpc_fact_levels{0, 0, 0}),
         "LEVELS of account 5, instrument 3",
         {{0, "liquidation_price", 0, p},
          {1, "bankruptcy_price", 0, p},
          {2, "next_state_price", 0, p}}},
        {fact({.account = 5, .instrument = 3, .code = 1}, lpc_fact_closeout{0, 1, 1, 0}),
         "CLOSEOUT of account 5, instrument 3",
         {{0, "end_lots", -l, l},
          {1, "bankruptcy_price", 1, p},
          {2, "permitted_price", 1, p},
          {3, "deadline_ns", 0, t}},
         4},
        {fact({.account = 5, .instrument = 3, .code = 1}, lpc_fact_order{1, 0, 0, 0, 0}),
         "ORDER of account 5, instrument 3",
         {{1, "tag", 0, 0}, {2, "price", 0, p}, {3, "open_lots", -l, l}, {4, "done_lots", -l, l}},
         7},
        {fact({.account = 5, .instrument = 3}, lpc_fact_fill{1, 1, 1, 0, 0}),
         "FILL of account 5, instrument 3",
         {{1, "tag (lots done so far)", 1, l},
          {2, "price", 1, p},
          {3, "lots", -l, l},
          {4, "fee", -m, m}}},
        {fact({.account = 5, .instrument = 3, .code = 1}, lpc_fact_bid{1, 1, 9, 1, 0}),
         "BID of account 5, instrument 3",
         {{3, "price", 1, p}, {4, "lots", -l, l}},
         3},
        {testing::fact_of_kind(LPC_FACT_RESYNC, {.account = 5, .code = 1}),
         "RESYNC of account 5",
         {},
         2},
    };
}

inline std::vector<Kind> kinds() {
    std::vector<Kind> all = market_kinds();
    for (Kind& kind : account_kinds()) all.push_back(std::move(kind));
    return all;
}

}  // namespace lpc::test
