#include "tranches.hpp"

#include <algorithm>

namespace lpc::runtime {
namespace {

bool of_fund(const lpc_fact& tranche) {
    return tranche.code != LPC_FUND_BACKSTOP;
}

}  // namespace

const lpc_fact* tranche_for(const State& state, std::uint64_t tranche, std::uint32_t instrument) {
    const lpc_fact* own = state.market.find(LPC_FACT_FUND, instrument, tranche);
    return own != nullptr ? own : state.market.find(LPC_FACT_FUND, 0, tranche);
}

std::int64_t free_in(const State& state, const lpc_fact& tranche) {
    const lpc_fact_fund& fund = tranche.u.fund;
    return std::max<std::int64_t>(0, fund.grantable - state.orders.reserved(fund.tranche));
}

std::int64_t free_in_fund(const State& state, std::uint32_t instrument, std::int64_t own) {
    Int128 sum = own - state.cases.reserved_grants();
    state.market.for_each_of(LPC_FACT_FUND, [&](const lpc_fact& fact) {
        if (of_fund(fact) && (fact.instrument == 0 || fact.instrument == instrument))
            sum += free_in(state, fact);
    });
    return clamp_to(sum, 0, LPC_MONEY_MAX);
}

std::int64_t cost_at_mark(const State& state, std::uint32_t instrument, std::int64_t lots,
                          std::int64_t price) {
    const lpc_fact* mark = state.market.find(LPC_FACT_PRICE, instrument);
    const lpc_fact* terms = state.market.find(LPC_FACT_INSTRUMENT, instrument);
    if (mark == nullptr || terms == nullptr) return 0;
    // Whoever takes a long pays the price for what is worth the mark.
    const Int128 a_lot = Int128{mark->u.price.mark} - price;
    return clamp_to(a_lot * lots * terms->u.instrument.multiplier, 0, LPC_MONEY_MAX);
}

}  // namespace lpc::runtime
