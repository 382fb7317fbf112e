#include "margins.hpp"

#include <lpc/limits.h>

namespace lpc::scenario {

std::int64_t Margins::cost_of_a_lot(std::uint32_t instrument, std::int64_t lots,
                                    std::int64_t price) const {
    const Int128 apart = Int128{price} - terms_.at(instrument).mark;
    return clamp_to((lots < 0 ? apart : -apart) * accounts_.multiplier(instrument), 0,
                    LPC_MONEY_MAX);
}

Int128 Margins::unrealised(std::uint64_t account) const {
    Int128 sum = 0;
    accounts_.each_position(account, [&](const venue::Position& position) {
        if (position.lots != 0)
            sum += accounts_.unrealised(account, position.instrument,
                                        terms_.at(position.instrument).mark);
    });
    return sum;
}

settlement::Candidate Margins::candidate(std::uint64_t account, std::uint32_t instrument) const {
    const venue::Position held = accounts_.position(account, instrument);
    settlement::Candidate candidate;
    candidate.account = account;
    candidate.lots = held.lots;
    if (held.lots == 0) return candidate;
    const std::int64_t mark = terms_.at(instrument).mark;
    candidate.net_lots = held.lots < 0 ? -held.lots : held.lots;
    candidate.profit =
        clamp_to(accounts_.unrealised(account, instrument, mark), -LPC_MONEY_MAX, LPC_MONEY_MAX);
    candidate.collateral = accounts_.cash(account).balance();
    candidate.value = notional(instrument, candidate.net_lots, mark);
    candidate.cost = held.cost < 0 ? -held.cost : held.cost;
    Int128 equity = candidate.collateral, all = 0, maintenance = 0;
    accounts_.each_position(account, [&](const venue::Position& position) {
        if (position.lots == 0) return;
        const Terms& terms = terms_.at(position.instrument);
        equity += accounts_.unrealised(account, position.instrument, terms.mark);
        const std::int64_t value = notional(
            position.instrument, position.lots < 0 ? -position.lots : position.lots, terms.mark);
        all += value;
        maintenance += maintenance_requirement(terms.tiers, {value}).units;
    });
    candidate.equity = clamp_to(equity, -LPC_MONEY_MAX, LPC_MONEY_MAX);
    candidate.notional = clamp_to(all, 0, LPC_MONEY_MAX);
    candidate.maintenance = clamp_to(maintenance, 0, LPC_MONEY_MAX);
    return candidate;
}

settlement::Standing Margins::standing(std::uint64_t account) const {
    Int128 open = 0, requirement = 0;
    accounts_.each_position(account, [&](const venue::Position& position) {
        if (position.lots == 0) return;
        const std::int64_t mark = terms_.at(position.instrument).mark;
        open += accounts_.unrealised(account, position.instrument, mark);
        requirement += initial_requirement(
            position.instrument, position.lots < 0 ? -position.lots : position.lots, mark);
    });
    return {accounts_.cash(account).balance(), clamp_to(open, -LPC_MONEY_MAX, LPC_MONEY_MAX),
            clamp_to(requirement, 0, LPC_MONEY_MAX)};
}

std::int64_t Margins::free_margin(std::uint64_t account) const {
    const settlement::Standing s = standing(account);
    return clamp_to(Int128{s.cash} + s.unrealised - s.requirement, -LPC_MONEY_MAX, LPC_MONEY_MAX);
}

std::int64_t Margins::initial_requirement(std::uint32_t instrument, std::int64_t lots,
                                          std::int64_t price) const {
    const std::int64_t value = notional(instrument, lots, price);
    return published(lpc::initial_requirement(terms_.at(instrument).tiers, {value}));
}

std::int64_t Margins::notional(std::uint32_t instrument, std::int64_t lots,
                               std::int64_t price) const {
    return clamp_to(venue::money_of(lots, price, accounts_.multiplier(instrument)), 0,
                    LPC_MONEY_MAX);
}

}  // namespace lpc::scenario
