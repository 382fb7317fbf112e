#include "strategy.hpp"

#include <lpc/auction.h>

#include <algorithm>

namespace lpc::app {

bidding::Schedule Strategy::schedule(std::int64_t edge_ppb) const {
    bidding::Schedule schedule;
    const std::int64_t each = config_.capacity_lots / config_.steps_count;
    for (std::int64_t step = 0; step < config_.steps_count; ++step) {
        const bool last = step + 1 == config_.steps_count;
        schedule.push_back({last ? config_.capacity_lots - each * step : each,
                            config_.discount_ppb + config_.step_ppb * step - edge_ppb});
    }
    return schedule;
}

bidding::Schedule Strategy::standing() const {
    return config_.standing ? schedule(0) : bidding::Schedule{};
}

std::optional<Strategy::Reply> Strategy::answer(const bidding::Call& call) {
    if (call.state != LPC_LOT_OPEN) {
        lots_.erase(call.lot);
        return std::nullopt;
    }
    Lot& lot = lots_.try_emplace(call.lot, Lot{call.price}).first->second;
    if (!config_.bids) return std::nullopt;
    return call.type == LPC_AUCTION_SEALED ? seal(call, lot) : take(call, lot);
}

std::optional<Strategy::Reply> Strategy::seal(const bidding::Call& call, Lot& lot) {
    if (lot.bid) return std::nullopt;
    lot.bid = true;
    return bidding::SealedBid{call.lot, schedule(random_.between(0, config_.edge_ppb))};
}

// What the price is good for by now, beyond what it took before.
std::optional<Strategy::Reply> Strategy::take(const bidding::Call& call, Lot& lot) const {
    if (config_.standing) return std::nullopt;
    const std::int64_t left = call.lots < 0 ? -call.lots : call.lots;
    const std::int64_t good =
        bidding::lots_at(schedule(0), lot.reference, call.lots, call.price) - lot.taken;
    const std::int64_t lots = std::min(good, left);
    if (lots <= 0) return std::nullopt;
    lot.taken += lots;
    return bidding::Take{call.lot, lots};
}

}  // namespace lpc::app
