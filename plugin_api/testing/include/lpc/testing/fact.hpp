// Facts for tests: fact({.account = 7, .instrument = 1, .code = LPC_PRICE_FIT},
// lpc_fact_price{...}). The type of the second argument is the kind. Pure, any thread.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>
#include <tuple>
#include <vector>

namespace lpc::testing {

// Where a fact belongs; what is left out is 0. seq 0: the fake host numbers it.
struct Head {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;  // or asset, or tier set
    std::uint8_t code = 0, reason = 0;
    std::uint64_t seq = 0;
};

[[nodiscard]] inline lpc_fact fact_of_kind(std::uint16_t kind, const Head& head) {
    lpc_fact fact{};
    fact.seq = head.seq;
    fact.account = head.account;
    fact.instrument = head.instrument;
    fact.kind = kind;
    fact.code = head.code;
    fact.reason = head.reason;
    return fact;
}

#define LPC_TESTING_FACT(KIND, member)                                                     \
    [[nodiscard]] inline lpc_fact fact(const Head& head, const lpc_fact_##member& value) { \
        lpc_fact made = fact_of_kind(LPC_FACT_##KIND, head);                               \
        made.u.member = value;                                                             \
        return made;                                                                       \
    }
LPC_TESTING_FACT(PARAM, param)
LPC_TESTING_FACT(ASSET, asset)
LPC_TESTING_FACT(INSTRUMENT, instrument)
LPC_TESTING_FACT(TIER, tier)
LPC_TESTING_FACT(PRICE, price)
LPC_TESTING_FACT(BOOK, book)
LPC_TESTING_FACT(VOLUME, volume)
LPC_TESTING_FACT(ACCOUNT, account)
LPC_TESTING_FACT(BALANCE, balance)
LPC_TESTING_FACT(POSITION, position)
LPC_TESTING_FACT(MARGIN, margin)
LPC_TESTING_FACT(LEVELS, levels)
LPC_TESTING_FACT(CLOSEOUT, closeout)
LPC_TESTING_FACT(BUDGET, budget)
LPC_TESTING_FACT(GRANT, grant)
LPC_TESTING_FACT(ORDER, order)
LPC_TESTING_FACT(FILL, fill)
LPC_TESTING_FACT(LOT, lot)
LPC_TESTING_FACT(LOT_TERMS, lot_terms)
LPC_TESTING_FACT(BID, bid)
LPC_TESTING_FACT(FUND, fund)
LPC_TESTING_FACT(TIMER, timer)
LPC_TESTING_FACT(REFUSED, refused)
#undef LPC_TESTING_FACT

[[nodiscard]] inline lpc_fact detach(std::uint64_t account, std::uint8_t why) {
    return fact_of_kind(LPC_FACT_DETACH, {.account = account, .code = why});
}
[[nodiscard]] inline lpc_fact resync(std::uint64_t account, std::uint8_t which) {
    return fact_of_kind(LPC_FACT_RESYNC, {.account = account, .code = which});
}

// Does this kind state what is (and is kept and told again), or does it happen once?
[[nodiscard]] constexpr bool happens_once(std::uint16_t kind) {
    return kind == LPC_FACT_FILL || kind == LPC_FACT_TIMER || kind == LPC_FACT_REFUSED;
}

// What a fact is about: a later one with the same key replaces it.
using FactKey = std::tuple<std::uint16_t, std::uint64_t, std::uint32_t, std::uint64_t>;
[[nodiscard]] inline FactKey key_of(const lpc_fact& fact) {
    std::uint64_t which = 0;
    switch (fact.kind) {
        case LPC_FACT_PARAM:
            which = fact.u.param.id;
            break;
        case LPC_FACT_TIER:
        case LPC_FACT_BOOK:
        case LPC_FACT_RISK:
            which = fact.code;
            break;
        case LPC_FACT_ORDER:
            which = fact.u.order.id;
            break;
        case LPC_FACT_BID:
            which = fact.u.bid.id;
            break;
        case LPC_FACT_FUND:
            which = fact.u.fund.tranche;
            break;
        default:
            break;
    }
    return {fact.kind, fact.account, fact.instrument, which};
}

}  // namespace lpc::testing
