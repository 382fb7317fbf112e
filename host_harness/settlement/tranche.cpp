#include <algorithm>
#include <settlement/tranche.hpp>

namespace lpc::settlement {
namespace {

// Rounded down: what a share of something lets be paid is never more than that share.
Int128 share_of(Int128 amount, std::int64_t ppb) {
    return div_floor(amount * ppb, LPC_RATE_ONE_PPB);
}

}  // namespace

void Peaks::note(std::int64_t now_ns, std::int64_t window_ns, const Peak& value) {
    const std::int64_t number =
        static_cast<std::int64_t>(div_floor(Int128{now_ns} * kParts, window_ns));
    Part& part = parts_[static_cast<std::size_t>(number % (kParts + 1))];
    if (part.number != number) part = {number, value};
    part.peak.balance = std::max(part.peak.balance, value.balance);
    part.peak.earned = std::max(part.peak.earned, value.earned);
}

Peaks::Peak Peaks::most(std::int64_t now_ns, std::int64_t window_ns, const Peak& now) const {
    const std::int64_t last =
        static_cast<std::int64_t>(div_floor(Int128{now_ns} * kParts, window_ns));
    Peak most = now;
    for (const Part& part : parts_) {
        if (part.number < 0 || part.number < last - kParts) continue;
        most.balance = std::max(most.balance, part.peak.balance);
        most.earned = std::max(most.earned, part.peak.earned);
    }
    return most;
}

Int128 Tranche::window_room(std::int64_t now_ns) const {
    const Caps& caps = terms_.caps;
    if (caps.window_ns == 0) return balance_;
    const Peaks::Peak most = peaks_.most(now_ns, caps.window_ns, {balance_, earned_});
    const Int128 lost = Int128{most.earned} - earned_;
    if (stopped_ && lost > share_of(most.balance, caps.resume_ppb)) return 0;
    return share_of(most.balance, caps.stop_ppb) - lost;
}

std::int64_t Tranche::grantable(std::int64_t now_ns) const {
    const Int128 below_limit = Int128{terms_.caps.loss_max} + earned_;
    const Int128 room = std::min({Int128{balance_}, window_room(now_ns), below_limit});
    return static_cast<std::int64_t>(std::max<Int128>(room, 0));
}

std::int64_t Tranche::grantable(std::int64_t now_ns, std::int64_t drawn,
                                std::int64_t maintenance) const {
    Int128 in_all = share_of(Int128{balance_} + drawn, terms_.caps.liquidation_ppb);
    if (terms_.caps.maintenance_ppb != Caps::kNone)
        in_all = std::min(in_all, share_of(maintenance, terms_.caps.maintenance_ppb));
    const Int128 room = std::min<Int128>(grantable(now_ns), in_all - drawn);
    return static_cast<std::int64_t>(std::max<Int128>(room, 0));
}

lpc_fact Tranche::fact(std::int64_t now_ns) const {
    lpc_fact fact{};
    fact.instrument = terms_.instrument;
    fact.kind = LPC_FACT_FUND;
    fact.code = terms_.kind;
    fact.u.fund = {terms_.id, balance_, grantable(now_ns), terms_.asset};
    return fact;
}

// Peaks before a change and after it: what was before lasted until now. So does having been
// stopped.
void Tranche::note(std::int64_t now_ns) {
    if (terms_.caps.window_ns == 0) return;
    peaks_.note(now_ns, terms_.caps.window_ns, {balance_, earned_});
    stopped_ = window_room(now_ns) <= 0;
}

void Tranche::add(std::int64_t now_ns, std::int64_t capital) {
    note(now_ns);
    balance_ += capital;
    note(now_ns);
}

void Tranche::earn(std::int64_t now_ns, std::int64_t amount) {
    note(now_ns);
    balance_ += amount;
    earned_ += amount;
    note(now_ns);
}

}  // namespace lpc::settlement
