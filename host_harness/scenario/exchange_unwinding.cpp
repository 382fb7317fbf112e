// How tranches get rid of what they took over: a little in each step, at a price that the mark
// bounds, and never while close-outs of members use the book.
#include <algorithm>

#include "exchange.hpp"

namespace lpc::scenario {

void Exchange::unwind(const UnwindingConfig& config, std::uint32_t instrument,
                      std::vector<venue::Event>& events) {
    const std::int64_t others = matching_.traded_lots(instrument) - own_lots(instrument);
    const std::int64_t fresh = others - others_traded_[instrument];
    others_traded_[instrument] = others;
    if (closeout_traded_ns_ && now_ns_ - *closeout_traded_ns_ < config.quiet_ns) return;
    // Rounded down: never more than the share.
    auto most = static_cast<std::int64_t>(
        div_floor(Int128{fresh} * config.participation_ppb, LPC_RATE_ONE_PPB));
    const std::int64_t mark = margins_.mark(instrument);
    const auto apart =
        static_cast<std::int64_t>(div_floor(Int128{mark} * config.slippage_max_ppm, 1'000'000));
    for (const settlement::Tranche& tranche : fund_.waterfall().tranches()) {
        const std::int64_t held = accounts_.position(tranche.terms().account, instrument).lots;
        if (held == 0 || most == 0) continue;
        venue::OrderTicket ticket;
        ticket.account = tranche.terms().account;
        ticket.instrument = instrument;
        ticket.side = held > 0 ? venue::Side::sell : venue::Side::buy;
        ticket.type = venue::OrderType::ioc;
        ticket.price = held > 0 ? std::max<std::int64_t>(mark - apart, 1)
                                : std::min(mark + apart, LPC_PRICE_MAX);
        ticket.lots = std::min(held < 0 ? -held : held, most);
        ticket.reduce_only = true;
        const std::int64_t done = matching_.place(ticket, events).done_lots;
        own_lots_[instrument] += done;
        unwound_lots_ += done;
        most -= done;
    }
}

}  // namespace lpc::scenario
