#include "ledger_keeper.hpp"

#include <algorithm>

namespace lpc::scenario {

settlement::Side LedgerKeeper::apply(std::uint64_t account, std::uint32_t instrument,
                                     std::int64_t lots, std::int64_t price, std::int64_t fee) {
    Held& held = held_[instrument][account];
    const Int128 a_lot = Int128{price} * multipliers_.at(instrument);
    const std::int64_t cost = static_cast<std::int64_t>(lots * a_lot);
    std::int64_t realised = 0;
    std::int64_t opening = lots;
    if (held.lots != 0 && (held.lots > 0) != (lots > 0)) {
        const std::int64_t before = held.lots < 0 ? -held.lots : held.lots;
        const std::int64_t closing = std::min(before, lots < 0 ? -lots : lots);
        const std::int64_t signed_closing = lots < 0 ? -closing : closing;
        // Rounded towards zero, like the venue: what is left of the cost stays with the position.
        const Int128 gross = Int128{held.cost < 0 ? -held.cost : held.cost} * closing;
        const auto share = static_cast<std::int64_t>(div_floor(gross, before));
        const std::int64_t leaves = held.cost < 0 ? -share : share;
        realised = static_cast<std::int64_t>(-(signed_closing * a_lot)) - leaves;
        held.lots += signed_closing;
        held.cost -= leaves;
        opening = lots - signed_closing;
    }
    held.lots += opening;
    held.cost += static_cast<std::int64_t>(opening * a_lot);
    return {account, cost, realised, fee};
}

Status LedgerKeeper::post(const venue::Execution& e) {
    const std::int64_t taker_lots = e.taker_side == venue::Side::buy ? e.lots : -e.lots;
    const settlement::Side maker = apply(e.maker, e.instrument, -taker_lots, e.price, e.maker_fee);
    const settlement::Side taker = apply(e.taker, e.instrument, taker_lots, e.price, e.taker_fee);
    return ledger_.fill({asset_, maker, taker});
}

Status LedgerKeeper::post(const venue::Transfer& t) {
    const settlement::Side one = apply(t.account, t.instrument, t.lots, t.price, 0);
    const settlement::Side other = apply(t.counterparty, t.instrument, -t.lots, t.price, 0);
    const settlement::Trade trade{asset_, other, one};
    return settlement::is_fund(t.counterparty) ? ledger_.take_over(trade) : ledger_.fill(trade);
}

}  // namespace lpc::scenario
