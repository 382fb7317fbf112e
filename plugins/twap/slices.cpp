// What facts and parameters make of one slice: its horizon, its limits, whether it may be sent.
#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/limits.h>

#include <algorithm>

#include "policy.hpp"

namespace lpc::twap {

const Market& Policy::market(std::uint32_t instrument) const {
    const auto it = markets_.find(instrument);
    return it == markets_.end() ? unknown_ : it->second;
}

// Equity over the notional of all positions. Closing at a cost of c per notional changes it by (m -
// c) per notional closed, so a slice helps if and only if m > c, whatever the requirement's tiers.
std::optional<std::int64_t> Policy::buffer(const Account& account) const {
    if (account.margin_code == 0) return std::nullopt;
    Int128 notional = 0;
    for (const Job& job : account.jobs) {
        const std::int64_t lots = job.facts.position_lots;
        if (!job.facts.position_known || lots == 0) continue;
        const Int128 worth = market(job.instrument).lot_worth();
        if (worth <= 0) return std::nullopt;
        notional += worth * (lots < 0 ? -lots : lots);
    }
    if (notional == 0) return std::nullopt;
    return buffer_ppb(account.equity, notional);
}

std::int64_t Policy::horizon(const Account& account, const Job& job, std::int64_t now_ns) const {
    const Parameters& p = parameters_;
    HorizonFacts facts;
    facts.lots = job.open_lots();
    if (p.buffer_sigmas_ppb > 0) facts.buffer_ppb = buffer(account);
    facts.sigma_ppb = market(job.instrument).sigma_ppb();
    const auto tape = tapes_.find(job.instrument);
    if (tape != tapes_.end()) facts.rate = tape->second.rate(now_ns);
    return horizon_ns(facts, {p.horizon_ns, p.horizon_min_ns, p.horizon_max_ns, p.buffer_sigmas_ppb,
                              p.volatility_span_ns, p.participation_ppb});
}

std::int64_t Policy::whole_lots(const Job& job) const {
    return std::max(parameters_.whole_below_lots,
                    market(job.instrument).lots_below(parameters_.whole_below_quote));
}

// The first share goes once, and what goes whole has none.
Shape Policy::shape(const Job& job, bool first) const {
    const Parameters& p = parameters_;
    const bool staged = first && job.open_lots() > whole_lots(job);
    return {p.half_life_ns == 0 ? kOne : decay_of(p.interval_ns, p.half_life_ns),
            staged ? p.first_share_ppb : 0, std::max<std::int64_t>(0, p.pause_ns - p.interval_ns),
            p.fraction_ppb};
}

Jitter Policy::jitter() const {
    return {{static_cast<std::uint64_t>(parameters_.jitter_key_low),
             static_cast<std::uint64_t>(parameters_.jitter_key_high)},
            parameters_.time_jitter_ppb,
            parameters_.size_jitter_ppb};
}

std::int64_t Policy::limit_price(const Job& job) const {
    return market(job.instrument)
        .limit_price(job.sale(), job.facts.closeout.permitted_price, parameters_.slippage_max_ppb);
}

// A slice that would be sent, if there were anything on the book to meet it.
bool Policy::meets_empty_book(const Job& job) const {
    if (parameters_.depth_share_ppb == 0 || !job.facts.orders.empty()) return false;
    const Market& here = market(job.instrument);
    return here.fit() && here.depth_lots(job.sale(), limit_price(job)) == 0;
}

SliceRule Policy::rule(const Job& job, const SliceName& name, std::int64_t now_ns) const {
    const Parameters& p = parameters_;
    const Market& here = market(job.instrument);
    const lpc_fact_budget& budget = job.facts.budget;
    SliceRule rule;
    rule.catch_up_ppb = p.catch_up_ppb;
    rule.min_lots = std::max(p.min_slice_lots, here.lots_above(p.min_slice_quote));
    rule.whole_lots = whole_lots(job);
    rule.scale_ppb = scale_ppb(jitter(), name);
    rule.most_lots = budget.until_ns != 0 && now_ns >= budget.until_ns ? 0 : budget.lots;
    if (p.slice_max_quote > 0 && here.lot_worth() > 0)
        rule.most_lots =
            std::min(rule.most_lots, std::max<std::int64_t>(1, here.lots_below(p.slice_max_quote)));
    const auto depth = here.depth_lots(job.sale(), limit_price(job));
    if (p.depth_share_ppb > 0 && depth) {
        const Int128 share = div_floor(Int128{*depth} * p.depth_share_ppb, LPC_RATE_ONE_PPB);
        rule.most_lots = std::min(rule.most_lots, clamp_to(share, 0, LPC_LOTS_MAX));
    }
    return rule;
}

// Would a slice make the account sicker? Closing dN of notional at a cost of c moves the buffer by
// (m - c) * dN / N; c is the configured fee and impact and what the best price lies beyond the
// mark, at which equity is counted.
std::uint8_t Policy::verdict(const Account& account, const Job& job) const {
    const Market& here = market(job.instrument);
    if (parameters_.toxic_cost_ppb < 0 || !here.fit()) return 0;
    if (account.margin_code == LPC_MARGIN_BANKRUPT) return LPC_ESCALATE_BANKRUPT;
    const auto m = buffer(account);
    const Int128 cost = Int128{parameters_.toxic_cost_ppb} + here.cost_beyond_mark_ppb(job.sale());
    return m && *m <= cost ? LPC_ESCALATE_TOXIC : 0;
}

}  // namespace lpc::twap
