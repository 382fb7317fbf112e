#include "bidding/teller.hpp"

#include <lpc/auction.h>
#include <lpc/limits.h>

namespace lpc::bidding {

Status Teller::serve(Desk& desk, const Arrival& arrival, std::int64_t now_ns) {
    const std::uint64_t account = arrival.account;
    if (const auto* set = std::get_if<SetSchedule>(&arrival.message.what))
        return desk.set_schedule(account, set->schedule, now_ns);
    if (const auto* bid = std::get_if<SealedBid>(&arrival.message.what))
        return desk.bid(account, bid->lot, bid->schedule, now_ns);
    if (const auto* take = std::get_if<Take>(&arrival.message.what))
        return desk.take(account, take->lot, take->lots, now_ns);
    // Gone: sealed bids and takes stay firm, what stands is withdrawn like any change.
    return desk.set_schedule(account, {}, now_ns);
}

std::size_t Teller::serve(Desk& desk, std::int64_t now_ns) {
    const std::vector<Arrival> arrivals = hatch_.take_arrivals();
    for (const Arrival& arrival : arrivals) {
        const Status status = serve(desk, arrival, now_ns);
        if (std::holds_alternative<Goodbye>(arrival.message.what)) continue;
        Decision decision{arrival.account, arrival.message.session, arrival.message.number, {}};
        if (!status) decision.why = status.error().message;
        hatch_.tell(std::move(decision));
    }
    return arrivals.size();
}

void Teller::call(const runtime::LotNotice& notice, std::int64_t now_ns) {
    if (notice.state != LPC_LOT_OPEN) {
        // Not at which price: that is what others were awarded.
        hatch_.tell(
            Call{notice.lot, notice.instrument, notice.type, notice.state, 0, 0, now_ns, 0});
        return;
    }
    hatch_.tell(Call{notice.lot, notice.instrument, notice.type, notice.state, notice.lots,
                     notice.price, now_ns,
                     notice.close_ns == LPC_TIME_MAX_NS ? 0 : notice.close_ns});
}

void Teller::award(const runtime::AwardRequest& award) {
    hatch_.tell(AwardTo{award.bidder, {award.lot, award.instrument, -award.lots, award.price}});
}

}  // namespace lpc::bidding
