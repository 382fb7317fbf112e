// Facts as values: fact({.account = 7, .instrument = 1, .code = LPC_PRICE_FIT},
// lpc_fact_price{...}). The type of the second argument is the kind. For engines, which tell facts,
// and for tests. Pure, any thread.
#pragma once

#include <lpc/plugin.h>

#include <cstdint>

namespace lpc {

// Where a fact belongs; what is left out is 0. seq 0: whoever tells it numbers it.
struct FactHead {
    std::uint64_t account = 0;
    std::uint32_t instrument = 0;  // or asset, or tier set
    std::uint8_t code = 0, reason = 0;
    std::uint64_t seq = 0;
};

[[nodiscard]] inline lpc_fact fact_of_kind(std::uint16_t kind, const FactHead& head) {
    lpc_fact fact{};
    fact.seq = head.seq;
    fact.account = head.account;
    fact.instrument = head.instrument;
    fact.kind = kind;
    fact.code = head.code;
    fact.reason = head.reason;
    return fact;
}

#define LPC_SDK_FACT(KIND, member)                                                             \
    [[nodiscard]] inline lpc_fact fact(const FactHead& head, const lpc_fact_##member& value) { \
        lpc_fact made = fact_of_kind(LPC_FACT_##KIND, head);                                   \
        made.u.member = value;                                                                 \
        return made;                                                                           \
    }
LPC_SDK_FACT(PARAM, param)
LPC_SDK_FACT(ASSET, asset)
LPC_SDK_FACT(INSTRUMENT, instrument)
LPC_SDK_FACT(TIER, tier)
LPC_SDK_FACT(PRICE, price)
LPC_SDK_FACT(BOOK, book)
LPC_SDK_FACT(VOLUME, volume)
LPC_SDK_FACT(ACCOUNT, account)
LPC_SDK_FACT(BALANCE, balance)
LPC_SDK_FACT(POSITION, position)
LPC_SDK_FACT(MARGIN, margin)
LPC_SDK_FACT(LEVELS, levels)
LPC_SDK_FACT(CLOSEOUT, closeout)
LPC_SDK_FACT(BUDGET, budget)
LPC_SDK_FACT(GRANT, grant)
LPC_SDK_FACT(ORDER, order)
LPC_SDK_FACT(FILL, fill)
LPC_SDK_FACT(LOT, lot)
LPC_SDK_FACT(LOT_TERMS, lot_terms)
LPC_SDK_FACT(BID, bid)
LPC_SDK_FACT(FUND, fund)
LPC_SDK_FACT(TIMER, timer)
LPC_SDK_FACT(REFUSED, refused)
#undef LPC_SDK_FACT

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

// Which of several facts of one kind, account and instrument it is: a parameter's id, a tier's row,
// an order's id, ... A later fact with the same four replaces it.
[[nodiscard]] inline std::uint64_t part_of(const lpc_fact& fact) {
    switch (fact.kind) {
        case LPC_FACT_PARAM:
            return fact.u.param.id;
        case LPC_FACT_TIER:
        case LPC_FACT_BOOK:
        case LPC_FACT_RISK:
            return fact.code;
        case LPC_FACT_ORDER:
            return fact.u.order.id;
        case LPC_FACT_BID:
            return fact.u.bid.id;
        case LPC_FACT_FUND:
            return fact.u.fund.tranche;
        default:
            return 0;
    }
}

}  // namespace lpc
