#include "margins.hpp"

#include <lpc/limits.h>

namespace lpc::scenario {

std::int64_t Margins::free_margin(std::uint64_t account) const {
    Int128 free = accounts_.cash(account).balance();
    accounts_.each_position(account, [&](const venue::Position& position) {
        if (position.lots == 0) return;
        const std::int64_t mark = terms_.at(position.instrument).mark;
        free += accounts_.unrealised(account, position.instrument, mark);
        free -= initial_requirement(position.instrument,
                                    position.lots < 0 ? -position.lots : position.lots, mark);
    });
    return clamp_to(free, -LPC_MONEY_MAX, LPC_MONEY_MAX);
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
