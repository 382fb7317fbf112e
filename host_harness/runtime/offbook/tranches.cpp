#include "tranches.hpp"

#include <algorithm>
#include <utility>

namespace lpc::runtime {
namespace {

bool of_fund(const lpc_fact& tranche) {
    return tranche.code != LPC_FUND_BACKSTOP;
}

bool pays_for(const lpc_fact& tranche, std::uint32_t instrument) {
    return tranche.instrument == 0 || tranche.instrument == instrument;
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

std::int64_t free_for(const State& state, std::uint64_t account, const lpc_fact& tranche) {
    const std::int64_t free = free_in(state, tranche);
    const std::uint64_t number = tranche.u.fund.tranche;
    const AccountFacts* facts = state.accounts.find(account);
    const lpc_fact* own =
        facts == nullptr ? nullptr : facts->find(LPC_FACT_FUND, tranche.instrument, number);
    if (own == nullptr) return free;
    std::int64_t left = own->u.fund.grantable;
    state.orders.for_each_working(account, [&](const WorkingOrder& order) {
        if (order.against == Against::tranche && order.tranche == number) left -= order.reserved;
    });
    return std::clamp<std::int64_t>(left, 0, free);
}

std::int64_t free_in_fund(const State& state, std::uint64_t account, std::uint32_t instrument,
                          std::int64_t own) {
    Int128 sum = own - state.cases.reserved_grants();
    state.market.for_each_of(LPC_FACT_FUND, [&](const lpc_fact& fact) {
        if (of_fund(fact) && pays_for(fact, instrument)) sum += free_for(state, account, fact);
    });
    return clamp_to(sum, 0, LPC_MONEY_MAX);
}

bool earlier_could_pay(const State& state, std::uint64_t account, std::uint32_t instrument,
                       const lpc_fact& tranche, std::int64_t cost) {
    const auto place = [](const lpc_fact& fact) {
        return std::pair(fact.code, fact.u.fund.tranche);
    };
    bool could = false;
    state.market.for_each_of(LPC_FACT_FUND, [&](const lpc_fact& fact) {
        if (place(fact) < place(tranche) && pays_for(fact, instrument))
            could = could || free_for(state, account, fact) >= std::max<std::int64_t>(cost, 1);
    });
    return could;
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
