#include "policy.hpp"

#include <lpc/account.h>
#include <lpc/closeout.h>
#include <lpc/market.h>
#include <lpc/order.h>

#include <algorithm>

namespace lpc::twap {
namespace {

// Orders count from 1; a timer's tag is out of their way.
constexpr std::uint64_t kTimerTag = std::uint64_t{1} << 63;

// A bijection (Stafford's mix 13), so two accounts never tie. Without the key the order cannot be
// foretold.
std::uint64_t keyed_hash(std::uint64_t key, std::uint64_t account) {
    std::uint64_t z = account ^ key;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31) ^ key;
}

std::int64_t unsigned_lots(std::int64_t lots) {
    return lots < 0 ? -lots : lots;
}

}  // namespace

void Policy::turn(const lpc_turn& turn, CommandWriter& out) {
    const auto key = static_cast<std::uint64_t>(parameters_.tie_key);
    std::sort(awake_.begin(), awake_.end(), [key](std::uint64_t a, std::uint64_t b) {
        return keyed_hash(key, a) < keyed_hash(key, b);
    });
    for (const std::uint64_t id : awake_) {
        const auto it = accounts_.find(id);
        if (it == accounts_.end() || !it->second.awake) continue;  // detached, or named twice since
        it->second.awake = false;
        act(id, it->second, turn.now_ns, out);
    }
    awake_.clear();
}

void Policy::act(std::uint64_t id, Account& account, std::int64_t now_ns, CommandWriter& out) {
    // Orders hold back while the account asks to leave: an order that is placed now would be left
    // behind.
    Job* leaving = nullptr;
    for (Job& job : account.jobs) {
        if (!prepare(job, now_ns)) continue;
        if (leaving == nullptr && wants_next_stage(job, now_ns) &&
            now_ns >= job.decisions.ask_after_ns)
            leaving = &job;
    }
    std::uint64_t tag = account.next_tag;
    for (Job& job : account.jobs) {
        JobDecisions& d = job.decisions;
        if (!d.laid || job.done() >= d.plan.lots) continue;
        if (&job == leaving && !account.anything_works()) {
            out.escalate({.account = id,
                          .instrument = job.instrument,
                          .cause_seq = job.facts.closeout_seq,
                          .why = late(job, now_ns) ? std::uint8_t{LPC_ESCALATE_DEADLINE}
                                                   : std::uint8_t{LPC_ESCALATE_NO_LIQUIDITY}});
            d.ask_after_ns = now_ns + parameters_.interval_ns;
        }
        if (wants_next_stage(job, now_ns)) {
            const bool waits = d.ask_after_ns <= now_ns;  // for orders that still work
            if (!waits || d.timer_ns == 0)
                ask_timer(id, job, waits ? now_ns + parameters_.interval_ns : d.ask_after_ns, out);
            continue;
        }
        if (leaving == nullptr && now_ns >= d.next_slice_ns) slice(id, job, tag, now_ns, out);
        // Held back by the account's leaving, the slice is a deficit; it is looked at again an
        // interval later, however often the account is woken until then.
        if (d.next_slice_ns > now_ns) {
            ask_timer(id, job, d.next_slice_ns, out);
        } else if (d.timer_ns == 0) {
            ask_timer(id, job, now_ns + parameters_.interval_ns, out);
        }
    }
}

// Brings the plan in line with the facts. False: there is nothing to do for this position.
bool Policy::prepare(Job& job, std::int64_t now_ns) const {
    const JobFacts& f = job.facts;
    JobDecisions& d = job.decisions;
    if (d.timer_ns <= now_ns) d.timer_ns = 0;
    if (f.closeout_code != LPC_CLOSEOUT_RUNNING || !f.position_known) {
        d.laid = false;
        return false;
    }
    if (!d.laid) {
        if (f.position_lots == job.end_lots()) return false;
        d.next_slice_ns = 0;
        lay_plan(job, now_ns, 0);
        return true;
    }
    const std::int64_t ahead = job.progress() - d.filled;
    if (d.end_lots != job.end_lots()) {
        lay_plan(job, now_ns, std::max<std::int64_t>(0, -ahead));
    } else if (ahead > 0 && !d.order_works) {
        // Something else moved the position. While an order of ours works it may be that one:
        // POSITION can come before ORDER.
        lay_plan(job, now_ns, 0);
    } else if (ahead < 0 && d.behind_at_slice && f.orders.empty() && now_ns >= d.next_slice_ns) {
        // Why so late: POSITION may be told after ORDER; only what lasts from slice to slice is
        // another's doing.
        lay_plan(job, now_ns, 0);
    } else if (now_ns >= d.plan.end_ns && !late(job, now_ns) && job.done() < d.plan.lots) {
        lay_plan(job, now_ns, std::max<std::int64_t>(0, -ahead));
    }
    return job.done() < d.plan.lots;
}

// `carried`: lots that our orders have filled and POSITION does not show yet.
void Policy::lay_plan(Job& job, std::int64_t now_ns, std::int64_t carried) const {
    const JobFacts& f = job.facts;
    JobDecisions& d = job.decisions;
    const bool unfinished = d.laid && job.done() < d.plan.lots;
    // A horizon that is over with lots left is followed by another as long as the deadline allows.
    const bool in_progress = unfinished && (now_ns < d.plan.end_ns || late(job, now_ns));
    const std::int64_t lots = unsigned_lots(job.end_lots() - f.position_lots);
    if (in_progress) {
        d.plan = lay_anew(d.plan, lots, d.next_slice_ns, f.closeout.deadline_ns);
    } else {
        const std::int64_t from = std::max(now_ns, d.next_slice_ns);
        d.plan = lay(
            lots, {from, parameters_.horizon_ns, parameters_.interval_ns, f.closeout.deadline_ns});
        d.next_slice_ns = from;
        d.ask_after_ns = 0;
        if (!unfinished) d.empty_slices = 0;
    }
    d.laid = true;
    d.base_lots = f.position_lots;
    d.end_lots = job.end_lots();
    d.filled = carried;
    d.behind_at_slice = false;
}

// Past the close-out's deadline; without one, past the plan's end.
bool Policy::late(const Job& job, std::int64_t now_ns) {
    const std::int64_t deadline = job.facts.closeout.deadline_ns;
    return now_ns >= (deadline == 0 ? job.decisions.plan.end_ns : deadline);
}

bool Policy::wants_next_stage(const Job& job, std::int64_t now_ns) const {
    const JobDecisions& d = job.decisions;
    return d.laid && job.done() < d.plan.lots &&
           (late(job, now_ns) || d.empty_slices >= parameters_.no_liquidity_max);
}

void Policy::slice(std::uint64_t id, Job& job, std::uint64_t& tag, std::int64_t now_ns,
                   CommandWriter& out) const {
    const JobFacts& f = job.facts;
    JobDecisions& d = job.decisions;
    const std::int64_t index = slice_at(d.plan, now_ns);
    d.next_slice_ns = time_after(d.plan, index);
    d.behind_at_slice = job.progress() < d.filled;
    for (const WorkingOrder& order : f.orders) {
        if (order.id == d.order_id || order.state != LPC_ORDER_OPEN) continue;
        out.cancel({.account = id,
                    .instrument = job.instrument,
                    .cause_seq = f.closeout_seq,
                    .order_id = order.id});
    }
    if (!f.orders.empty() || !price_fit(job.instrument)) return;
    const bool expired = f.budget.until_ns != 0 && now_ns >= f.budget.until_ns;
    const std::int64_t lots = slice_lots(
        d.plan, index, job.done(),
        {parameters_.catch_up_ppb, parameters_.min_slice_lots, expired ? 0 : f.budget.lots});
    if (lots == 0) return;
    out.order({.account = id,
               .instrument = job.instrument,
               .tag = tag++,
               .cause_seq = f.closeout_seq,
               .type = LPC_ORDER_IOC,
               .lots = d.end_lots > d.base_lots ? lots : -lots,
               .price = f.closeout.permitted_price});
}

void Policy::ask_timer(std::uint64_t id, Job& job, std::int64_t at_ns, CommandWriter& out) const {
    if (job.decisions.timer_ns == at_ns) return;
    out.timer({.account = id,
               .tag = kTimerTag | job.instrument,
               .cause_seq = job.facts.closeout_seq,
               .at_ns = at_ns});
    job.decisions.timer_ns = at_ns;
}

bool Policy::price_fit(std::uint32_t instrument) const {
    const auto it = price_codes_.find(instrument);
    return it != price_codes_.end() && it->second == LPC_PRICE_FIT;
}

}  // namespace lpc::twap
