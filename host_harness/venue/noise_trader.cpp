#include "venue/noise_trader.hpp"

#include <lpc/limits.h>

#include <algorithm>

namespace lpc::venue {

namespace {

constexpr std::int64_t kMillion = 1'000'000;

}  // namespace

std::int64_t NoiseTrader::step(std::int64_t fair_price, std::int64_t volume_lots,
                               Matching& matching, std::vector<Event>& events) {
    const std::int64_t wanted = clamp_to(Int128{volume_lots} + carried_lots_, 0, LPC_LOTS_MAX);
    const std::int64_t slippage = clamp_to(
        div_floor(Int128{fair_price} * config_.slippage_max_ppm, kMillion), 0, LPC_PRICE_MAX);
    OrderTicket ticket;
    ticket.account = config_.account;
    ticket.instrument = config_.instrument;
    ticket.type = OrderType::ioc;
    std::int64_t unsent = wanted;
    std::int64_t traded = 0;
    for (std::int64_t orders = config_.orders_per_step; orders > 0 && unsent > 0; --orders) {
        // Sizes scatter around the mean of what is left; the last order takes all of it.
        const auto mean = static_cast<std::int64_t>(div_ceil(unsent, orders));
        ticket.lots = orders == 1 ? unsent : std::min(unsent, random_.between(1, 2 * mean - 1));
        ticket.side = random_.chance(config_.buy_share_ppb) ? Side::buy : Side::sell;
        ticket.price = ticket.side == Side::buy ? std::min(fair_price + slippage, LPC_PRICE_MAX)
                                                : std::max(fair_price - slippage, std::int64_t{1});
        unsent -= ticket.lots;
        traded += matching.place(ticket, events).done_lots;
    }
    carried_lots_ = std::min(wanted - traded, config_.carry_max_lots);
    return traded;
}

}  // namespace lpc::venue
