// What tests ask of facts, besides making them (lpc/sdk/fact.hpp). Pure, any thread.
#pragma once

#include <lpc/sdk/fact.hpp>

#include <cstdint>
#include <tuple>

namespace lpc::testing {

using lpc::detach;
using lpc::fact;
using lpc::fact_of_kind;
using lpc::resync;
using Head = lpc::FactHead;

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
